"""Groups of near-duplicates of a real project: how strictly, which of them is the largest, what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.errors import UserError
from core.jobs.run import run_job
from core.media.draw import draw_scene
from core.project import Project
from core.project.listing import Listing
from core.project.reviewing import gather
from core.project.twins import bits_of, find_twins, regroup
from core.values import ClassValue, ImageId
from tests.core.store.projects import class_head

NONE = np.zeros(0, np.int64)


@pytest.fixture
def project(tmp_path):
    """Two scenes, one of them in three sizes, and one of another colour."""
    folder = tmp_path / "photos"
    folder.mkdir()
    scene, other = (draw_scene(np.random.default_rng(seed), 640, 480) for seed in (5, 9))
    scene.save(folder / "b whole.png")
    scene.resize((320, 240), Image.Resampling.LANCZOS).save(folder / "a half.png")
    scene.resize((480, 360), Image.Resampling.LANCZOS).save(folder / "c third.png")
    other.save(folder / "d other.png")
    with Project.create(tmp_path / "project", [str(folder)]) as made:
        run_job(made.scan_spec("scan"), made.adopt, lambda: False)
        yield made


def names(group) -> list[str]:
    return [image.path.rpartition("/")[2] for image in group.images]


def test_that_copies_of_one_picture_are_a_group_the_largest_first(project):
    found = find_twins(project, Listing(project.images.all()), bits_of(0.95), NONE)
    assert [names(group) for group in found.groups] == [["b whole.png", "c third.png", "a half.png"]]
    assert found.groups[0].alike >= 0.95
    assert found.compared == 4


def test_that_what_is_left_out_is_in_no_group(project):
    half = project.images.by_path("a half.png")
    found = find_twins(project, Listing(project.images.all()), bits_of(0.95), np.array([half], np.int64))
    assert [names(group) for group in found.groups] == [["b whole.png", "c third.png"]]


def test_that_answers_are_compared_within_groups_of_the_strictness_asked_for(project):
    head = class_head(project)
    cat, dog, _ = (ClassValue(label.label_id) for label in head.labels)
    answers = {ImageId(number): cat for number in range(1, 5)}
    whole = project.images.by_path("b whole.png")
    project.annotations.annotate(head.head_id, answers | {whole: dog})
    groups = regroup(project, gather(project, head), bits_of(0.9)).annotated.groups
    assert len(set(groups.tolist())) == 2


@pytest.mark.parametrize("alike", [0.5, 1.2, -1])
def test_that_strictness_has_bounds(alike):
    with pytest.raises(UserError, match=r"give a number from 0\.88 to 1"):
        bits_of(alike)
