"""A version whose folder or predictions are not there is told alike by every command that needs it."""

from __future__ import annotations

import shutil

import pytest

from core.project import Project
from core.project.folder import predictions_file
from core.values import ClassValue, ImageId
from tests.core.store.projects import class_head, embed_all, scanned_project, version_saying

PICTURES = 6
GONE = "its predictions are not there"
REMEDY = "a check of the project puts another one in force, a training makes one: `winnow check"


@pytest.fixture
def lost(tmp_path):
    """Two versions, of which the newer one, in force, has lost its predictions."""
    with scanned_project(tmp_path, PICTURES) as project:
        head = class_head(project)
        embed_all(project)
        labels = project.heads.by_id(head.head_id).labels
        answers = {ImageId(one): ClassValue(labels[one % 2].label_id) for one in range(1, PICTURES)}
        project.annotations.annotate(head.head_id, answers)
        for _ in range(2):
            version_saying(project, head, ["cat"] * PICTURES)
        version = project.versions.in_force(head.head_id)
        predictions_file(project.folder / version.folder).unlink()
        return project.folder


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "content", "--threshold", "0.5"),
        ("find", "prediction:cat"),
        ("find", "disagreement:>0.1"),
        ("find", "conflict:>0.5"),
        ("compare", "content@1", "content@2"),
        ("rank", "content", "--by", "entropy"),
        ("rank", "content", "--by", "conflict"),
        ("rank", "content", "--by", "flips"),
        ("rank", "content", "--where", "confidence:>0.5"),
    ],
    ids=" ".join,
)
def test_that_every_command_tells_a_lost_version_in_force_alike(winnow, lost, words):
    ran = winnow(words[0], lost, *words[1:])
    assert ran.code == 2
    assert f"winnow: error: content v2 is in force, but {GONE}; {REMEDY} {lost} --repair`" in ran.err


def test_that_a_lost_version_is_not_put_in_force_and_what_says_nothing_of_it_goes_on(winnow, lost):
    assert winnow("find", lost, "is:open").code == 0
    assert winnow("use", lost, "content@1").code == 0
    told = f"winnow: error: content v2 cannot be used: {GONE}; choose another version"
    for words in (("use", "content@2"), ("estimate", "content@2", "--threshold", "0.5"), ("rank", "content@2")):
        ran = winnow(words[0], lost, *words[1:])
        assert (ran.code, told in ran.err) == (2, True), words


def test_that_scoring_by_a_version_whose_folder_is_gone_says_so(winnow, lost):
    with Project.open(lost, read_only=True) as project:
        folder = project.versions.in_force(project.heads.all()[0].head_id).folder
    shutil.rmtree(lost / folder)
    ran = winnow("score", f"{lost}:content", lost.parent / "photos")
    assert ran.code == 2
    assert f"content v2 is in force, but its folder {folder} is not there; {REMEDY}" in ran.err
