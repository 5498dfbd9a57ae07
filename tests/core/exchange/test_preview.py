"""What is known of an import before anything is written."""

from __future__ import annotations

import pytest

from core.exchange.forms import AnswersForm
from core.exchange.preview import look_at_table, look_at_tree, looks_rated
from core.project import Project
from core.values import Head, HeadId, HeadKind, Label, LabelId
from tests.core.exchange.trees import pictures
from tests.core.store.projects import scanned_project


@pytest.mark.parametrize(
    ("folders", "kind", "labels"),
    [
        (("0_pass", "1_jpeg", "2_webp"), HeadKind.CLASS, ("pass", "jpeg", "webp")),
        (("0_reg", "0_reg_booru", "2_chroma"), HeadKind.SCORE, ("reg", "label 1", "chroma")),
        (("1", "3", "7.5"), HeadKind.SCORE, ("label 0", "label 1", "label 2", "label 3")),
        (("3_fine", "4_good"), HeadKind.SCORE, ("label 0", "label 1", "label 2", "fine", "good")),
    ],
)
def test_that_folders_say_what_head_they_would_make(tmp_path, folders, kind, labels):
    tree = pictures(tmp_path / "tree", {name: range(place, place + 1) for place, name in enumerate(folders)})
    found = look_at_tree(AnswersForm.FOLDERS, tree)
    assert (found.kind, found.labels) == (kind, labels)


@pytest.mark.parametrize(
    ("names", "rated"),
    [
        (("0_pass", "1_jpeg"), True),
        (("1", "2", "10", ".winnow"), True),
        (("2019", "2020"), False),
        (("0_pass", "holiday"), False),
        ((), False),
    ],
)
def test_that_ratings_are_told_from_other_folders(names, rated):
    assert looks_rated(names) is rated


@pytest.mark.parametrize(
    ("values", "kind", "labels"),
    [
        (("3", "7.5"), HeadKind.SCORE, ()),
        (("dog", "cat", "dog"), HeadKind.CLASS, ("cat", "dog")),
        (("a;-b", "c", "-*"), HeadKind.TAGS, ("a", "b", "c")),
    ],
)
def test_that_a_table_says_what_head_it_would_make_and_what_matches(tmp_path, values, kind, labels):
    scanned_project(tmp_path).close()
    rows = "\n".join(f"{place}.png,{value}" for place, value in enumerate(values))
    (tmp_path / "answers.csv").write_text(f"path,value\n{rows}\nnone.png,{values[0]}\n")
    head = Head(HeadId(0), "new", kind, tuple(Label(LabelId(i), name) for i, name in enumerate(labels)), "signal")
    found = look_at_table(tmp_path / "project", tmp_path / "answers.csv", head)
    assert (found.kind, found.labels) == (kind, labels)
    assert found.images == len(values)
    assert found.failed == (("none.png", "no image of this project lies there"),)
    with Project.open(tmp_path / "project", read_only=True) as project:
        assert project.heads.all() == []
