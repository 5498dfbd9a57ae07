"""Heads are made and edited in their dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from app.operations import answering
from app.windows.head_dialog import HeadBegin, HeadDialog
from core.values import Combine, HeadKind, ImageId, Tiles
from tests.app.head_dialogs import dialog_for

_UNMARKED = QItemSelectionModel.SelectionFlag.NoUpdate


def test_that_a_head_is_made_and_turned_to(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("species")
    dialog.labels.new_name.setText("cat, dog, cat")
    dialog.accept()
    assert shell.workspace.head.name == "species"
    assert [label.name for label in shell.workspace.head.labels] == ["cat", "dog"]


def test_that_what_is_typed_first_is_the_name_of_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    qtbot.waitUntil(dialog.name.hasFocus)


def test_that_labels_typed_one_by_one_keep_their_order(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    for name in ("b", "a"):
        QTest.keyClicks(dialog.labels.new_name, name)
        QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert [edit.name for edit in dialog.draft().labels] == ["b", "a"]


def test_that_enter_after_the_last_label_makes_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    dialog.name.setText("animals")
    QTest.keyClicks(dialog.labels.new_name, "cat, dog")
    QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert shell.workspace.head is None
    QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert [label.name for label in shell.workspace.head.labels] == ["cat", "dog"]


def test_that_the_add_button_adds_what_is_typed(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    QTest.keyClicks(dialog.labels.new_name, "cat, dog")
    QTest.mouseClick(dialog.labels.add, Qt.MouseButton.LeftButton)
    assert [edit.name for edit in dialog.draft().labels] == ["cat", "dog"]
    assert not dialog.labels.new_name.text()


def test_that_what_is_wrong_is_said_and_the_dialog_stays(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    dialog.name.setText("species")
    dialog.accept()
    assert "at least 2 labels" in dialog.note.text()
    assert dialog.isVisible()
    assert shell.workspace.head is None


@pytest.mark.parametrize("edit", [False, True])
def test_that_what_is_wrong_with_name_and_labels_is_said_together(class_shell, qtbot, edit):
    dialog = dialog_for(class_shell, qtbot, edit=edit)
    dialog.labels.list.clear()
    dialog.name.setText("a/b")
    dialog.labels.new_name.setText("cat")
    dialog.accept()
    said = (
        "'a/b' cannot name a head: it must not contain @ : / or \\, and a class head needs at least 2 labels, not 1; "
    )
    assert dialog.note.text() == f"{said}choose another name, and name them"


def test_that_a_score_head_has_no_labels(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("quality")
    dialog.kind.setCurrentIndex(dialog.kind.findData(HeadKind.SCORE.value))
    dialog.accept()
    assert shell.workspace.head.kind is HeadKind.SCORE


def test_that_tiles_and_the_verdict_of_the_crops_are_chosen(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.tiles.setCurrentIndex(dialog.tiles.findData(Tiles.FIVE_CROP.value))
    dialog.combine.setCurrentIndex(dialog.combine.findData(Combine.MAX.value))
    draft = dialog.draft()
    assert (draft.tiles, draft.combine) == (Tiles.FIVE_CROP, Combine.MAX)


def test_that_labels_are_renamed_moved_and_removed(class_shell, qtbot):
    cat, dog, _ = class_shell.workspace.head.labels
    dialog = dialog_for(class_shell, qtbot, edit=True)
    rows = dialog.labels.list
    rows.item(0).setText("kitten")
    rows.setCurrentRow(1)
    dialog.labels.move_up()
    rows.setCurrentRow(2)
    dialog.labels.remove_selected()
    dialog.accept()
    edited = class_shell.workspace.head.labels
    assert [(label.label_id, label.name) for label in edited] == [(dog.label_id, "dog"), (cat.label_id, "kitten")]


def test_that_a_head_keeps_its_kind(class_shell, qtbot):
    assert not dialog_for(class_shell, qtbot, edit=True).kind.isEnabled()


def test_that_the_share_of_the_audit_set_is_set_with_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    assert dialog.audit.value() == pytest.approx(7.0)
    dialog.name.setText("species")
    dialog.labels.new_name.setText("cat, dog")
    dialog.audit.setValue(50.0)
    dialog.accept()
    workspace = shell.workspace
    assert workspace.project.audits.share(workspace.head.head_id) == 0.5
    assert 0 < workspace.board.audit.sum() < 12


def test_that_another_share_of_an_edited_head_is_drawn_at_once(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    dialog.audit.setValue(100.0)
    dialog.accept()
    assert class_shell.workspace.board.audit.sum() == 12


def test_that_a_label_that_is_taken_out_says_what_becomes_of_its_answers(class_shell, qtbot):
    workspace = class_shell.workspace
    head = workspace.head
    for image in (1, 2):
        answering.answer_row(workspace, 0, [ImageId(image)], advance=False)
    class_shell.dialogs.edit_head()
    dialog = next(one for one in class_shell.window.findChildren(HeadDialog) if one.isVisible())
    assert not dialog.taken_out.isVisible()
    dialog.labels.list.setCurrentRow(0)
    dialog.labels.remove_selected()
    name = head.labels[0].name
    assert dialog.taken_out.isVisible()
    told = dialog.taken_out.text()
    assert told.startswith(f"Taken out: {name}: 2 answers name it. Their images are open again. They are kept")
    assert told.endswith("The labels below move up to the keys above.")
    QTest.keyClicks(dialog.labels.new_name, name)
    dialog.labels.take_typed()
    assert not dialog.taken_out.isVisible(), "it is back"
    dialog.labels.list.setCurrentRow(dialog.labels.list.count() - 1)
    dialog.labels.remove_selected()
    dialog.accept()
    assert workspace.board.count_answered() == 0
    class_shell.commands.perform("undo")
    assert workspace.board.count_answered() == 2


def test_that_the_last_label_moves_no_key(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    dialog.labels.list.setCurrentRow(2)
    dialog.labels.remove_selected()
    assert dialog.taken_out.text() == f"Taken out: {class_shell.workspace.head.labels[2].name}: no answer names it."


def test_that_nothing_moves_as_labels_are_added(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    height = dialog.height()
    for name in "abc":
        dialog.labels.new_name.setText(name)
        dialog.labels.take_typed()
    assert dialog.height() == height


def test_that_labels_are_moved_and_removed_only_where_one_is_marked(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    labels = dialog.labels
    labels.new_name.setText("a, b, c")
    labels.take_typed()

    def can() -> list[bool]:
        return [button.isEnabled() for button in labels._on_selected]

    assert can() == [False, False, False]
    labels.list.setCurrentRow(0)
    assert can() == [False, True, True]
    labels.list.setCurrentRow(2)
    assert can() == [True, False, True]
    labels.move_up()
    assert can() == [True, True, True]


def test_that_what_is_told_of_labels_and_what_is_wrong_take_no_more_room_than_their_lines(class_shell, qtbot):
    begin = HeadBegin(answers={class_shell.workspace.head.labels[0].label_id: 20})
    dialog = dialog_for(class_shell, qtbot, edit=True, begin=begin)
    dialog.show()
    dialog.labels.list.setCurrentRow(0)
    dialog.labels.remove_selected()
    dialog._tell("something is wrong with what stands in these fields, and this says at length what to do about it")
    for said in (dialog.taken_out, dialog.note):
        qtbot.waitUntil(lambda said=said: said.height() == said.heightForWidth(said.width()))


def test_that_a_row_that_is_not_seen_to_be_marked_is_neither_moved_nor_removed(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    labels = dialog.labels
    labels.list.selectionModel().setCurrentIndex(labels.list.model().index(0, 0), _UNMARKED)
    assert not any(button.isEnabled() for button in labels._on_selected)
    before = labels.edits()
    labels.remove_selected()
    labels.move_down()
    assert labels.edits() == before


def test_that_tab_goes_through_the_labels_as_they_are_seen_and_marks_one(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.name.hasFocus)
    labels = dialog.labels
    up, down, remove = labels._on_selected
    QTest.keyClick(dialog.name, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is labels.list
    assert [item.text() for item in labels.list.selectedItems()] == [labels.edits()[0].name]
    labels.list.setCurrentRow(1)
    for following in (labels.new_name, labels.add, up, down, remove, dialog.encoder):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is following
    for before in (remove, down, up, labels.add, labels.new_name, labels.list, dialog.name):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
        assert dialog.focusWidget() is before


def test_that_tab_passes_over_a_list_without_labels_to_where_one_is_typed(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.name.hasFocus)
    labels = dialog.labels
    QTest.keyClicks(dialog.name, "props")
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_T, Qt.Key.Key_Tab):
        QTest.keyClick(dialog.focusWidget(), key)
    assert dialog.focusWidget() is labels.new_name
    QTest.keyClick(labels.new_name, Qt.Key.Key_Backtab)
    assert dialog.focusWidget() is dialog.kind
    labels.set_names({"clear": ""})
    QTest.keyClick(dialog.kind, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is labels.list
    labels.set_names({})
    QTest.keyClick(dialog.kind, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is labels.new_name
    QTest.keyClicks(labels.new_name, "clear,shiny,paper")
    for _ in range(2):
        QTest.keyClick(labels.new_name, Qt.Key.Key_Return)
    head = shell.workspace.head
    assert (head.name, head.kind, [label.name for label in head.labels]) == (
        "props",
        HeadKind.TAGS,
        ["clear", "shiny", "paper"],
    )
