"""Evaluation images go out to where they came from, and teach nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.exchange.forms import Form
from core.project import Project
from core.values import HeadKind, ImageId, TagsValue
from tests.core.exchange.out.datasets import FORMS, layout, new_head, out, without_ids
from tests.core.exchange.trees import answers, pictures, take_folders, take_vectors, vector_files, vector_of
from tests.core.store.projects import picture, scanned_project


def seed_tree(root: Path, kind: HeadKind, form: Form, evaluation: tuple[str, ...]) -> Path:
    """Two numbered folders, and evaluation files beside them."""
    names = ("0_Pass", "1_Bad_ 1_2") if kind is HeadKind.CLASS else ("3", "10")
    make = pictures if form is Form.FOLDERS else vector_files
    make(root, {names[0]: range(2), names[1]: range(2, 4)})
    for number, stem in enumerate(evaluation):
        if form is Form.FOLDERS:
            picture(root / f"{stem}.png", 50 + number)
        else:
            np.save(root / f"{stem}.npy", vector_of(50 + number)[None])
    return root


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("kind", "evaluation"),
    [
        (HeadKind.CLASS, ("0_test", "1_test")),
        (HeadKind.SCORE, ("test",)),
        (HeadKind.SCORE, ("test", "4_test", "10_test")),
    ],
)
def test_that_evaluation_files_come_back_to_where_they_were(tmp_path, form, kind, evaluation):
    root = seed_tree(tmp_path / "seed", kind, form, evaluation)
    (tmp_path / "photos").mkdir()
    take = take_folders if form is Form.FOLDERS else take_vectors
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        head, again = new_head(project, kind, "one"), new_head(project, kind, "two")
        assert len(take(project, head, root).read.evaluation) == len(evaluation)
        assert out(project, head, tmp_path / "out", form).failed == ()
        assert layout(tmp_path / "out") == layout(root)
        imported = take(project, again, tmp_path / "out")
        assert (imported.read.failed, len(imported.read.evaluation)) == ((), len(evaluation))
        assert without_ids(again, answers(project, again)) == without_ids(head, answers(project, head))


def test_that_a_second_evaluation_image_of_a_label_stays_out_of_what_teaches(tmp_path):
    (tmp_path / "photos").mkdir()
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        head, again = new_head(project, HeadKind.CLASS, "one"), new_head(project, HeadKind.CLASS, "two")
        for name, colour in (("a", 60), ("b", 61)):
            picture(tmp_path / name / "0_test.png", colour)
            take_folders(project, head, pictures(tmp_path / name, {"1": range(2)}))
        out(project, head, tmp_path / "out", Form.FOLDERS)
        assert {"0_test.png", "00_test.png"} <= layout(tmp_path / "out")
        assert len(take_folders(project, again, tmp_path / "out").read.evaluation) == 2


def test_that_an_evaluation_image_of_two_tags_lies_beside_the_folders_for_each(tmp_path):
    with scanned_project(tmp_path) as project:
        head = new_head(project, HeadKind.TAGS)
        first, second = (label.label_id for label in head.labels[:2])
        both, neither = TagsValue(frozenset((first, second))), TagsValue(frozenset(), frozenset((first,)))
        values = {ImageId(1): both, ImageId(2): neither}
        project.annotations.annotate(head.head_id, values, evaluation=list(values))
        out(project, head, tmp_path / "out", Form.FOLDERS)
    assert layout(tmp_path / "out") == {"0_test.png", "1_test.png", "4_test.png"}
