"""The fields of the import dialog: paths, the wheel and the keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.windows.import_answers_dialog import ImportAnswersDialog
from app.windows.path_field import PathField
from core.exchange.forms import AnswersForm
from core.values import HeadKind
from tests.app.conftest import add_head
from tests.app.exchange.dialogs import TREE, ok, opened, preview
from tests.app.mouse import NOTCH, turn_wheel
from tests.core.exchange.trees import pictures


def test_that_a_path_of_a_person_who_is_not_known_stays_as_it_was_typed(qapp):
    field = PathField(())
    field.set_text("~nobody-of-that-name/pictures")
    assert field.path() == Path("~nobody-of-that-name/pictures")
    field.set_text("~/pictures")
    assert field.path() == Path.home() / "pictures"


def test_that_the_wheel_changes_no_field_of_a_dialog_that_was_not_clicked(working, qtbot):
    add_head(working, HeadKind.CLASS, ("a", "b"), name="one")
    working.commands.perform("import_folders")
    dialog = opened(working, ImportAnswersDialog)
    dialog.source.line.setFocus()
    before = dialog.head.currentIndex()
    for turned in (NOTCH, -NOTCH):
        turn_wheel(dialog.head, turned)
        assert dialog.head.currentIndex() == before
    dialog.reject()


def test_that_a_source_that_is_retyped_cannot_be_imported_as_it_was(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    assert ok(dialog).isEnabled()
    dialog.set_source(str(tmp_path / "nowhere"))
    assert not ok(dialog).isEnabled()
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: "there is no folder" in dialog.note.text())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_tab_goes_from_the_source_down_to_the_buttons(working, qtbot):
    working.dialogs.exchange.import_answers(AnswersForm.FOLDERS)
    dialog = opened(working, ImportAnswersDialog)
    passed, field = [], dialog.source.line
    for _ in range(40):
        passed.append(field)
        field = field.nextInFocusChain()
    rows = dialog.new_head
    wanted = [dialog.source.line, dialog.head, rows.name, rows.kind, rows.labels, rows.encoder, dialog.low, dialog.high]
    wanted += [dialog.table, ok(dialog)]
    places = [passed.index(field) for field in wanted]
    assert places == sorted(places)
    dialog.reject()
