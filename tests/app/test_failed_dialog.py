"""The list of files that failed shows the name of each file whole, and its reason."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton, QStyleOptionViewItem, QTableView

from app.windows.failed_dialog import FailedDialog, FailedFilesModel

PATH = "../pictures/of/a/very/long/journey/through/every/country/of/the/continent/by/day/IMG_20260101_000017.jpg"
REASON = "truncated JPEG: the file ends after 12,288 of 2,097,152 bytes; it can be shown in part by other programs"


@pytest.fixture
def dialog(qtbot) -> FailedDialog:
    dialog = FailedDialog([(PATH, REASON)])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def lines(table: QTableView) -> tuple[list[str], int]:
    """Of the cell of the file, and its room."""
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    index = table.model().index(0, 0)
    option.rect = table.visualRect(index)
    table.itemDelegate().initStyleOption(option, index)
    return option.text.split("\u2028"), option.rect.width()


def test_that_the_name_of_a_file_that_failed_stands_whole_above_its_folder(dialog):
    table = dialog.findChild(QTableView)
    (name, folder), room = lines(table)
    assert name == "IMG_20260101_000017.jpg"
    assert "…" in folder and folder.startswith("../pic") and folder.endswith("day")
    assert QFontMetrics(table.font()).horizontalAdvance(folder) <= room
    assert table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == PATH


def test_that_a_reason_has_two_lines_and_stands_whole_in_its_tip(dialog):
    table = dialog.findChild(QTableView)
    assert table.wordWrap() and table.rowHeight(0) >= 2 * table.fontMetrics().height()
    assert table.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == REASON


@pytest.fixture
def failed() -> list[tuple[str, str]]:
    return [("a/b.jpg", "zero bytes"), ("a/c.png", "truncated")]


def test_that_failed_files_are_listed_with_their_reason(failed, qtmodeltester):
    model = FailedFilesModel(failed)
    qtmodeltester.check(model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.data(model.index(1, 1)) == "truncated"


def test_that_the_list_of_failed_files_can_be_copied(failed, qtbot):
    dialog = FailedDialog(failed)
    qtbot.addWidget(dialog)
    dialog.copy_list()
    assert QGuiApplication.clipboard().text() == "a/b.jpg\tzero bytes\na/c.png\ttruncated"


@pytest.mark.parametrize(("summary", "can"), [("", False), ("2 files written", True)])
def test_that_nothing_is_copied_where_nothing_failed_and_nothing_is_told(qtbot, summary, can):
    dialog = FailedDialog([], summary=summary)
    qtbot.addWidget(dialog)
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
    assert copy.isEnabled() is can


def test_that_the_headings_stand_above_the_texts_they_are_of(dialog):
    heading = dialog.findChild(QTableView).horizontalHeader()
    assert heading.defaultAlignment() & Qt.AlignmentFlag.AlignLeft
