"""Heads that come in from files: dropped or chosen, in force or said why not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.windows.import_head_dialog import ImportHeadDialog
from tests.app.exchange.dialogs import embedded, exchanged, opened
from tests.app.mouse import drop
from tests.core.heads.seed_network import release


def test_that_an_exported_head_comes_in_by_dropping_it_and_is_in_force(working, qtbot, tmp_path):
    embedded(working)
    file = release(tmp_path, "Taste", None, steps=5)
    drop(working.window, file)
    dialog = opened(working, ImportHeadDialog)
    assert dialog.source.text() == str(file)
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert exchanged(working, qtbot) == "Taste v1 is in force; 12 images judged"
    workspace = working.workspace
    assert (workspace.head.name, workspace.version.number) == ("Taste", 1)
    assert len(workspace.ranking.predictions) == 12
    assert workspace.project.check() == []


def test_that_a_head_that_came_before_the_embeddings_judges_once_they_are_there(working, qtbot, tmp_path):
    working.dialogs.exchange.import_head(release(tmp_path, "Taste", None))
    opened(working, ImportHeadDialog).accept()
    assert exchanged(working, qtbot) == "Taste v1 is in force; it judges the images once they are embedded"
    qtbot.waitUntil(lambda: working.jobs.state is None)
    embedded(working)
    working.jobs.state_changed.emit()
    assert exchanged(working, qtbot) == "Taste v2 is in force; 12 images judged"
    assert len(working.workspace.heads) == 1
    qtbot.waitUntil(lambda: working.jobs.state is None)
    assert working.workspace.version.number == 2


def test_that_a_head_that_cannot_be_had_says_why_and_can_be_tried_again(working, qtbot, tmp_path):
    embedded(working)
    file = release(tmp_path, "Taste", None)
    working.dialogs.exchange.import_head(file)
    dialog = opened(working, ImportHeadDialog)
    dialog.encoder.select("signal")
    dialog.name.setText("mine")
    dialog.accept()
    with qtbot.waitSignal(working.desk.notice, timeout=20_000) as told:
        pass
    assert "reads 768 values and signal gives" in told.args[0]
    assert told.args[1] == "import_head"
    assert working.workspace.heads == ()
    working.commands.perform("import_head")
    again = opened(working, ImportHeadDialog)
    assert (again.source.text(), again.name.text(), again.encoder.encoder()) == (str(file), "mine", "signal")
    again.reject()


def test_that_a_head_that_is_not_there_is_said_in_the_dialog(working):
    working.commands.perform("import_head")
    dialog = opened(working, ImportHeadDialog)
    dialog.accept()
    assert dialog.isVisible()
    assert "name a file" in dialog.note.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_a_path_with_two_slashes_that_is_not_there_is_no_head_of_the_hub(working):
    working.commands.perform("import_head")
    dialog = opened(working, ImportHeadDialog)
    dialog.source.set_text("/nowhere/taste")
    dialog.accept()
    assert dialog.isVisible() and dialog.note.text() == "there is no file or folder /nowhere/taste"
    dialog.reject()
