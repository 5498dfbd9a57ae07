"""Folders of images as the seed names them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.exchange.numbered import Scale, number_of_folder
from core.project import Project
from core.values import ClassValue, HeadKind, ImageId, ScoreValue, Source, TagsValue
from tests.core.exchange.trees import answers, named, pictures, take_folders
from tests.core.store.projects import class_head, picture, scan

DEFECTS = ("Pass", "Chromatic Aberration")


@pytest.fixture
def project(tmp_path: Path):
    (tmp_path / "photos").mkdir()
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as made:
        yield made


def test_that_folders_of_one_number_are_one_label(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    layout = {"0_reg": range(3), "0_reg_booru": range(3, 5), "1_chroma": range(5, 7), "01": range(7, 8)}
    imported = take_folders(project, head, pictures(tmp_path / "ratings", layout))
    clean, chroma = (label.label_id for label in head.labels)
    wanted = {f"{i:05}.png": ClassValue(clean if i < 5 else chroma) for i in range(8)}
    assert (named(project, head), imported.read.failed) == (wanted, ())
    assert [(one.name, one.images) for one in imported.read.folders] == [
        ("0_reg", 3),
        ("0_reg_booru", 2),
        ("01", 1),
        ("1_chroma", 2),
    ]


def test_that_a_tree_is_one_act_and_one_undo_takes_it_back(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    take_folders(project, head, pictures(tmp_path / "ratings", {"0": range(3), "1": range(3, 6)}))
    assert {row.source for row in project.annotations.history()} == {Source.IMPORT}
    project.annotations.undo()
    assert answers(project, head) == {}
    assert project.images.count() == 6


def test_that_a_second_import_changes_nothing(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    root = pictures(tmp_path / "ratings", {"0": range(3), "1": range(3, 6)})
    take_folders(project, head, root)
    again = take_folders(project, head, root)
    assert (len(again.changes.annotated), again.changes.unchanged) == (0, 6)


def test_that_numbers_are_brackets_whichever_folders_there_are(project, tmp_path):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    imported = take_folders(
        project, head, pictures(tmp_path / "r", {"3_dull": range(1), "6": range(1, 2), "7.5": range(2, 3)})
    )
    assert sorted(value.score for value in answers(project, head).values()) == [3, 6, 7.5]
    assert imported.read.scale == (0, 10)


def test_that_another_scale_is_said_and_not_guessed(project, tmp_path):
    head, _ = project.heads.add("stars", HeadKind.SCORE)
    root = pictures(tmp_path / "r", {"1": range(1), "2": range(1, 2), "4": range(2, 3), "6": range(3, 4)})
    imported = take_folders(project, head, root, Scale(1, 5))
    assert sorted(value.score for value in answers(project, head).values()) == [0, 2.5, 7.5]
    assert imported.read.failed == (((root / "6" / "00003.png").as_posix(), "6 is not on the scale from 1 to 5"),)


@pytest.mark.parametrize(("low", "high"), [(5, 1), (3, 3), (0, float("inf")), (float("nan"), 1)])
def test_that_a_scale_without_a_span_is_refused(low, high):
    with pytest.raises(UserError, match="is no scale"):
        Scale(low, high)


def test_that_one_image_in_several_folders_has_one_history(project, tmp_path):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    root = pictures(tmp_path / "r", {"3": range(2), "3_again": range(2), "8": range(1)})
    imported = take_folders(project, head, root)
    assert len(answers(project, head)) == 2
    assert imported.read.failed == (
        (
            (root / "8" / "00000.png").as_posix(),
            f"contradicts {(root / '3' / '00000.png').as_posix()}, which is the same image",
        ),
    )


def test_that_one_image_in_several_folders_has_several_tags(project, tmp_path):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ("noise", "blur"))
    take_folders(project, head, pictures(tmp_path / "r", {"0_noise": range(2), "1_blur": range(1, 3)}))
    noise, blur = (label.label_id for label in head.labels)
    assert named(project, head) == {
        "00000.png": TagsValue(frozenset({noise})),
        "00001.png": TagsValue(frozenset({noise, blur})),
        "00002.png": TagsValue(frozenset({blur})),
    }


def test_that_evaluation_files_are_answers_too(project, tmp_path):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    root = pictures(tmp_path / "r", {"3": range(2)})
    picture(root / "test.png", 100)
    picture(root / "4_test.png", 101)
    take_folders(project, head, root)
    assert {name: value.score for name, value in named(project, head).items() if "test" in name} == {
        "test.png": 10,
        "4_test.png": 4,
    }


def test_that_what_says_nothing_is_listed_with_its_reason_and_the_others_count(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    root = pictures(tmp_path / "r", {"0_reg": range(2), "2_odd": range(2, 3), "raw": range(3, 4), "0.5": range(4, 5)})
    (root / "0_reg" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    picture(root / "loose.png", 50)
    picture(root / "test.png", 51)
    (root / "notes.txt").write_text("no picture, and no folder's")
    imported = take_folders(project, head, root)
    reasons = {Path(path).name: reason for path, reason in imported.read.failed}
    assert len(answers(project, head)) == 2
    assert reasons.keys() == {"torn.png", "00002.png", "00004.png", "raw", "loose.png", "test.png"}
    assert reasons["00002.png"] == "there is no label 2: defects has 0 to 1"
    assert reasons["loose.png"] == "lies in no folder named by a number"
    assert reasons["raw"] == "the folder's name begins with no number"


@pytest.mark.parametrize("name", ["nowhere", "empty", "unnumbered"])
def test_that_a_folder_without_such_a_tree_is_refused_and_nothing_is_added(project, tmp_path, name):
    (tmp_path / "empty").mkdir()
    pictures(tmp_path / "unnumbered", {"good": range(3)})
    with pytest.raises(UserError, match=r"there is no folder|holds no image in folders named by a number"):
        take_folders(project, class_head(project), tmp_path / name)
    assert (project.images.count(), len(project.roots)) == (0, 1)


def test_that_a_tree_inside_a_known_folder_is_scanned_where_it_is(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    root = pictures(tmp_path / "photos" / "ratings", {"0": range(3), "1": range(3, 6)})
    scan(project)
    imported = take_folders(project, head, root)
    assert (len(imported.changes.annotated), len(project.roots)) == (6, 1)


def test_that_three_hundred_images_come_over_at_once(project, tmp_path):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    root = pictures(tmp_path / "ratings", {f"{i}_x": range(i * 30, i * 30 + 30) for i in range(10)})
    imported = take_folders(project, head, root)
    assert (len(imported.changes.annotated), imported.read.failed) == (300, ())
    assert project.check() == []


@given(st.text(max_size=12))
def test_that_a_folders_number_is_what_stands_before_its_first_underscore(name):
    number = number_of_folder(name)
    start = name.partition("_")[0]
    if number is not None:
        assert number == float(start)
    else:
        assert not (start.isascii() and start.isdecimal() and len(start) < 10)


@given(low=st.integers(0, 50), span=st.integers(1, 50), share=st.floats(0, 1))
def test_that_a_scale_keeps_order_and_ends(low, span, share):
    scale = Scale(low, low + span)
    number = low + share * span
    assert 0 <= scale.score(number) <= 10
    assert (scale.score(low), scale.score(low + span)) == (0, 10)
    assert abs(scale.score(number) - 10 * share) <= 0.25 + 1e-9
    assert ScoreValue(scale.score(number)).score * 2 % 1 == 0


def evaluated(project, head) -> set[str]:
    standing = project.annotations.standing(head.head_id)
    ids = [ImageId(int(one)) for one in standing.ids[standing.evaluation]]
    return {Path(image.path).name for image in project.images.get(ids)}


def with_evaluation_files(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    root = pictures(tmp_path / "r", {"0_reg": range(3), "1_chroma": range(3, 6)})
    picture(root / "0_test.png", 100)
    picture(root / "1_test.png", 101)
    return head, take_folders(project, head, root)


def test_that_evaluation_files_are_told_apart(project, tmp_path):
    head, imported = with_evaluation_files(project, tmp_path)
    assert (len(imported.read.evaluation), len(imported.changes.annotated)) == (2, 8)
    assert evaluated(project, head) == {"0_test.png", "1_test.png"}
    spec_hashes = project.annotations.evaluation_hashes(head.head_id)
    assert (project.images.by_hash(spec_hashes) > 0).all() and len(spec_hashes) == 2


def test_that_an_import_with_evaluation_files_is_one_act(project, tmp_path):
    head, _ = with_evaluation_files(project, tmp_path)
    project.annotations.undo()
    assert (answers(project, head), evaluated(project, head)) == ({}, set())
    project.annotations.redo()
    assert (len(answers(project, head)), len(evaluated(project, head))) == (8, 2)
    assert project.check() == []


def test_that_an_image_in_a_folder_and_beside_the_folders_is_one_to_judge_by(project, tmp_path):
    head = class_head(project, "defects", DEFECTS)
    root = pictures(tmp_path / "r", {"0_reg": range(3), "1_chroma": range(3, 6)})
    picture(root / "0_test.png", 1)
    assert len(take_folders(project, head, root).read.evaluation) == 1
    assert len(evaluated(project, head)) == 1


FLOWERS = ("daisy", "Rosa rugosa", "tulip")


def test_that_folders_called_by_labels_answer_their_pictures(project, tmp_path):
    head = class_head(project, "kind", FLOWERS)
    layout = {"tulip": range(2), "rosa_rugosa/wild": range(2, 4), "Daisy": range(4, 5)}
    imported = take_folders(project, head, pictures(tmp_path / "flowers", layout))
    daisy, rose, tulip = (label.label_id for label in head.labels)
    wanted = [*[ClassValue(tulip)] * 2, *[ClassValue(rose)] * 2, ClassValue(daisy)]
    assert named(project, head) == {f"{i:05}.png": value for i, value in enumerate(wanted)}
    assert [(one.name, one.images) for one in imported.read.folders] == [("Daisy", 1), ("rosa_rugosa", 2), ("tulip", 2)]


def test_that_a_folder_called_like_no_label_is_refused_and_how_to_add_one_is_said(project, tmp_path):
    head = class_head(project, "kind", FLOWERS)
    imported = take_folders(project, head, pictures(tmp_path / "flowers", {"tulip": range(2), "iris": range(2, 5)}))
    assert len(answers(project, head)) == 2
    ((path, reason),) = imported.read.failed
    assert path.endswith("/iris")
    assert reason.startswith("is called like no label of the head, daisy, Rosa rugosa, tulip; ")
    assert "add the label in the window" in reason


def test_that_a_tree_called_like_no_label_at_all_adds_nothing(project, tmp_path):
    root = pictures(tmp_path / "flowers", {"iris": range(3)})
    with pytest.raises(
        UserError, match=r"called by a label \(daisy, Rosa rugosa, tulip\); .* add the label in the window"
    ):
        take_folders(project, class_head(project, "kind", FLOWERS), root)
    assert project.images.count() == 0


def test_that_one_numbered_folder_makes_all_names_count_as_numbers(project, tmp_path):
    head = class_head(project, "kind", FLOWERS)
    imported = take_folders(project, head, pictures(tmp_path / "flowers", {"0_daisy": range(2), "tulip": range(2, 5)}))
    assert len(answers(project, head)) == 2
    assert [reason for _, reason in imported.read.failed] == ["the folder's name begins with no number"]
