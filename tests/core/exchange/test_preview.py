"""What is known of an import before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.exchange.folder_names import misnamed, told
from core.exchange.forms import AnswersForm
from core.exchange.numbered import Scale
from core.exchange.preview import look_at_table, look_at_tree, looks_rated, read_as
from core.project import Project
from core.values import Head, HeadId, HeadKind, Label, LabelId
from tests.core.exchange.trees import pictures, vector_files
from tests.core.store.projects import scanned_project


@pytest.mark.parametrize(
    ("folders", "kind", "labels"),
    [
        (("0_pass", "1_jpeg", "2_webp"), HeadKind.CLASS, ("pass", "jpeg", "webp")),
        (("0_reg", "0_reg_booru", "2_chroma"), HeadKind.SCORE, ("reg", "label 1", "chroma")),
        (("1", "3", "7.5"), HeadKind.SCORE, ("label 0", "label 1", "label 2", "label 3")),
        (("3_fine", "4_good"), HeadKind.SCORE, ("label 0", "label 1", "label 2", "fine", "good")),
        (("0_a", "1_b", "2019_holiday"), HeadKind.SCORE, ("a", "b")),
    ],
)
def test_that_folders_say_what_head_they_would_make(tmp_path, folders, kind, labels):
    tree = pictures(tmp_path / "tree", {name: range(place, place + 1) for place, name in enumerate(folders)})
    found = look_at_tree(AnswersForm.FOLDERS, tree)
    assert (found.kind, found.labels) == (kind, labels)


def test_that_a_test_file_without_a_number_is_of_scores(tmp_path):
    tree = vector_files(tmp_path / "tree", {"0_bad": range(2), "1_good": range(2, 4)})
    assert look_at_tree(AnswersForm.NPY, tree).kind is HeadKind.CLASS
    shutil.copy(tree / "1_good" / next((tree / "1_good").iterdir()).name, tree / "test.npy")
    assert look_at_tree(AnswersForm.NPY, tree).kind is HeadKind.SCORE


def test_that_folders_called_by_labels_make_a_class_head_of_what_they_are_called(tmp_path):
    tree = pictures(tmp_path / "tree", {"rose": range(2), "daisy, wild": range(2, 5), "empty": range(0)})
    found = look_at_tree(AnswersForm.FOLDERS, tree)
    assert (found.kind, found.labels, found.by_label) == (HeadKind.CLASS, ("daisy, wild", "rose"), True)
    assert [(folder.name, folder.files) for folder in found.folders] == [("daisy, wild", 3), ("rose", 2)]


def test_that_folders_called_like_a_label_of_the_head_are_found_and_the_others_listed(tmp_path):
    tree = pictures(tmp_path / "tree", {"Rose": range(2), "daisy": range(2, 5)})
    found = look_at_tree(AnswersForm.FOLDERS, tree, labels=("pass", "rose"))
    assert [(folder.name, folder.sample.number) for folder in found.folders] == [("Rose", 1.0)]
    assert [Path(path).name for path, _ in found.failed] == ["daisy"]


@pytest.mark.parametrize(
    ("names", "rated"),
    [
        (("0_pass", "1_jpeg"), True),
        (("1", "2", "10", ".winnow"), True),
        (("2019", "2020"), False),
        (("1", "100"), True),
        (("1", "101"), False),
        (("0_pass", "holiday"), False),
        ((), False),
    ],
)
def test_that_ratings_are_told_from_other_folders(names, rated):
    assert looks_rated(names) is rated


@pytest.mark.parametrize(("highest", "many"), [(99, 100), (100, 1)])
def test_that_a_folder_of_a_number_beyond_labels_adds_none(tmp_path, highest, many):
    tree = pictures(tmp_path / "tree", {"0_first": range(1), f"{highest}_last": range(1, 2)})
    found = look_at_tree(AnswersForm.FOLDERS, tree)
    assert len(found.labels) == many
    assert [folder.name for folder in found.folders] == ["0_first", f"{highest}_last"]


@pytest.mark.parametrize("many", [100, 101])
def test_that_a_table_proposes_a_hundred_labels_at_most(tmp_path, many):
    scanned_project(tmp_path).close()
    names = [f"label {number:04}" for number in range(many)]
    rows = "\n".join(f"{number}.png,{name}" for number, name in enumerate(names))
    (tmp_path / "answers.csv").write_text(f"path,value\n{rows}\n")
    head = Head(HeadId(0), "new", HeadKind.CLASS, (Label(LabelId(0), "label 0000"),), "signal")
    assert look_at_table(tmp_path / "project", tmp_path / "answers.csv", head).labels == tuple(names[:100])


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (
            [("0_reg", "pass"), ("1_jpeg_web", "JPEG"), ("2", "web p")],
            "named otherwise than the labels: 0_reg is read as pass",
        ),
        (
            [("0_JPEG", "pass"), ("1_pass", "JPEG"), ("2_x", "web p")],
            "0_JPEG is read as pass, not as JPEG; 1_pass is read as JPEG",
        ),
        ([("0_Web-P", "web p"), ("1_test.png", "pass"), ("test.npy", "pass"), ("3_x", "7.5"), ("4_", "pass")], ""),
    ],
)
def test_that_folders_called_otherwise_than_their_labels_are_told(read, text):
    found = misnamed(read, ("pass", "JPEG", "web p"))
    assert told(found).startswith(text) and bool(told(found)) is bool(text)


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


def test_that_an_export_of_tags_proposes_them_and_says_of_each_folder_what_holds_of_all_of_it(tmp_path):
    tree = pictures(tmp_path / "tree", {"0_car": range(3), "1_a_b": range(3, 4), "3_none": range(4, 6)})
    said = ("car;a/b;-bus", "car;-a/b", "car", "a/b;-car", "-bus", "-car")
    folders = ("0_car", "0_car", "0_car", "1_a_b", "3_none", "3_none")
    rows = [f"{folder}/{i:05}.png,{value},x" for i, (folder, value) in enumerate(zip(folders, said, strict=True))]
    (tree / ".annotations.csv").write_text("\n".join(["path,value,hash", *rows]) + "\n")
    found = look_at_tree(AnswersForm.FOLDERS, tree)
    assert (found.kind, found.labels) == (HeadKind.TAGS, ("car", "a/b", "bus"))
    labels = tuple(Label(LabelId(place), name) for place, name in enumerate(found.labels))
    head = Head(HeadId(0), "new", HeadKind.TAGS, labels, "signal")
    read = [read_as(folder, head, Scale()) for folder in found.folders]
    assert read == ["car", "a/b", "what is said of each file"]
