"""Rated folders are shown as they would be read before anything is written."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester, QTest

from app.models.import_preview import PreviewModel, PreviewRow
from core.exchange.forms import AnswersForm
from core.values import ClassValue, HeadKind, ScoreValue
from tests.app.conftest import add_head
from tests.app.exchange.dialogs import TREE, choose_head, exchanged, ok, preview, read
from tests.core.exchange.trees import named, pictures
from tests.core.store.projects import picture


def test_that_rated_folders_are_shown_as_they_would_be_read_before_anything_is_written(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    assert read(dialog) == [("0_pass", "pass", 6), ("1_jpeg", "jpeg", 4), ("2_webp", "webp", 3)]
    assert dialog.draft().head.name == "ratings"
    assert working.workspace.heads == ()
    assert len(working.workspace.project.roots) == 1
    dialog.reject()


def test_that_folders_called_after_another_label_are_shown_as_doubtful(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("jpeg", "pass", "webp"), name="swapped")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE), "swapped")
    assert dialog.note.isVisible()
    assert "0_pass is read as jpeg, not as pass; 1_jpeg is read as pass, not as jpeg" in dialog.note.text()
    assert [bool(row.doubt) for row in dialog.table.rows.rows] == [True, True, False]
    assert ok(dialog).isEnabled()
    dialog.head.setCurrentIndex(dialog.head.count() - 1)
    assert not dialog.note.isVisible()
    dialog.reject()


CALLED = {"daisy": range(6), "rose": range(6, 10)}


def test_that_folders_called_by_labels_are_shown_as_the_import_reads_them(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "flowers", CALLED)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    assert read(dialog) == [("daisy", "daisy", 6), ("rose", "rose", 4)]
    assert (dialog.draft().head.kind, [edit.name for edit in dialog.draft().head.labels]) == (
        HeadKind.CLASS,
        ["daisy", "rose"],
    )
    dialog.accept()
    assert exchanged(working, qtbot).startswith("10 ")
    project, head = working.workspace.opened()
    rose = head.labels[1].label_id
    assert named(project, head)["00006.png"] == ClassValue(rose)


def test_that_folders_called_by_labels_are_read_by_those_of_the_head_that_is_chosen(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("rose", "tulip"), name="roses")
    add_head(working, HeadKind.SCORE, (), name="taste")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "flowers", CALLED), "roses")
    qtbot.waitUntil(lambda: bool(read(dialog)))
    assert read(dialog) == [("rose", "rose", 4)]
    assert "1 other file or folder left out" in dialog.says.text()
    choose_head(dialog, "taste")
    qtbot.waitUntil(lambda: bool(dialog.note.text()))
    assert not ok(dialog).isEnabled()
    choose_head(dialog, "A new")
    qtbot.waitUntil(lambda: len(read(dialog)) == 2)
    dialog.reject()


def test_that_labels_that_are_typed_say_which_folders_are_read(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "flowers", CALLED))
    dialog.new_head.labels.setFocus()
    dialog.new_head.labels.selectAll()
    QTest.keyClicks(dialog.new_head.labels, "tulip, daisy")
    qtbot.waitUntil(lambda: read(dialog) == [("daisy", "daisy", 6)])
    dialog.reject()


def test_that_folders_that_are_not_read_are_not_counted_among_those_taken_in(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("pass", "jpeg"), name="two")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE), "two")
    assert dialog.says.text() == "2 folders, 10 images to take in; 1 folder not read, with 3 images"
    dialog.reject()


def test_that_evaluation_files_are_no_folders(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    picture(tree / "1_test.png", 50)
    (tree / "notes").mkdir()
    picture(tree / "notes" / "a.png", 51)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    said = "3 folders and 1 evaluation file, 14 images to take in; 1 other file or folder left out"
    assert dialog.says.text() == said
    dialog.reject()


def test_that_a_name_that_is_taken_leaves_the_folders_out_as_well(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("a", "b"), name="taken")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    dialog.new_head.name.setText("taken")
    dialog.accept()
    assert dialog.isVisible() and "taken" in dialog.note.text()
    assert len(working.workspace.project.roots) == 1
    dialog.reject()


def test_that_a_new_head_is_named_as_the_whole_folder(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings v1.5", TREE))
    assert dialog.draft().head.name == "ratings v1.5"
    dialog.reject()


def test_that_the_preview_follows_the_scale_which_is_kept(working, qtbot, tmp_path):
    add_head(working, HeadKind.SCORE, (), "stars")
    tree = pictures(tmp_path / "ratings", {"1": range(2), "3": range(2, 4), "7": range(4, 5)})
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree, "stars")
    assert [row[1] for row in read(dialog)] == ["1", "3", "7"]
    dialog.low.set_value(1)
    dialog.high.set_value(5)
    assert [row[1] for row in read(dialog)] == ["0", "5", "7 is not on the scale from 1 to 5"]
    assert dialog._preview.images == 4
    dialog.high.set_value(0.5)
    assert not ok(dialog).isEnabled()
    assert "is no scale" in dialog.note.text()
    dialog.high.set_value(5)
    dialog.accept()
    exchanged(working, qtbot)
    head = working.workspace.head
    assert named(working.workspace.project, head)["00002.png"] == ScoreValue(5)
    assert working.workspace.project.heads.scale(head.head_id) == (1, 5)


def test_that_the_preview_is_a_model_that_keeps_qts_rules(qtmodeltester, qapp):
    model = PreviewModel(QColor("red"))
    model.show([PreviewRow("0_pass", "pass", 1_200), PreviewRow("x", "no number", 2, readable=False)], ("a", "b", "c"))
    qtmodeltester.check(model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.data(model.index(0, 2)) == "1,200"
