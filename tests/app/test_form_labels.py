"""Every field of a dialog is reached by Alt and a letter, and every dialog is left by Escape."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QFormLayout, QLabel, QLayoutItem, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.bootstrap import Shell
from app.windows.encoder_choices import EncoderListing
from tests.app.reviews import adopt, answer, likely

ASKING = (
    *("new_head", "edit_head", "unify_heads", "retrain_with", "make_defects", "import_head"),
    *("import_folders", "import_vectors", "import_table", "export_head", "export_answers"),
)
TELLING = ("show_failed", "show_training")
_LETTER = re.compile(r"&(\w)")


@pytest.fixture
def trained(class_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(EncoderListing, "ask", lambda listing: None)
    answer(class_shell, a=0, b=1, c=2)
    adopt(class_shell, likely(0, 1, 2))
    return class_shell


@pytest.fixture
def opened(trained: Shell, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    trained.commands.perform(request.param)
    dialog = next(one for one in trained.window.findChildren(QDialog) if one.isVisible())
    yield dialog
    if isValid(dialog):
        dialog.close()


def labelled_rows(dialog: QDialog) -> list[tuple[QLabel, QLayoutItem]]:
    """Those of its forms that say something, each with what stands beside."""
    role = QFormLayout.ItemRole
    forms = [(form, row) for form in dialog.findChildren(QFormLayout) for row in range(form.rowCount())]
    pairs = [(form.itemAt(row, role.LabelRole), form.itemAt(row, role.FieldRole)) for form, row in forms]
    rows = [(label.widget(), field) for label, field in pairs if label is not None]
    return [(label, field) for label, field in rows if isinstance(label, QLabel) and label.text()]


def letters(dialog: QDialog) -> list[str]:
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    texts += [box.text() for box in dialog.findChildren(QCheckBox)]
    return [found[1].lower() for text in texts if (found := _LETTER.search(text)) is not None]


def ink(label: QLabel) -> int:
    """Pixels that are not of its ground."""
    drawn = label.grab().toImage()
    ground = drawn.pixel(drawn.width() - 1, 0)
    return sum(drawn.pixel(x, y) != ground for x in range(drawn.width()) for y in range(drawn.height()))


def leads(label: QLabel, beside: QLayoutItem) -> bool:
    """To what takes the focus; a heading of boxes leads nowhere where each of these has a letter of its own."""
    boxes = beside.widget().findChildren(QCheckBox) if beside.widget() is not None else []
    if boxes:
        return all(_LETTER.search(box.text()) for box in boxes)
    buddy = label.buddy()
    takes_focus = buddy is not None and buddy.focusPolicy() is not Qt.FocusPolicy.NoFocus
    return takes_focus and _LETTER.search(label.text()) is not None


@pytest.mark.parametrize("opened", ASKING, indirect=True)
def test_that_every_label_of_a_form_leads_to_its_field(opened: QDialog) -> None:
    rows = labelled_rows(opened)
    assert rows
    assert [label.text() for label, beside in rows if not leads(label, beside)] == []


@pytest.mark.parametrize("opened", ASKING, indirect=True)
def test_that_no_letter_of_a_dialog_means_two_fields(opened: QDialog) -> None:
    found = letters(opened)
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("opened", ["new_head", "make_defects", "import_head", "export_answers"], indirect=True)
def test_that_no_label_is_cut_at_its_end(opened: QDialog) -> None:
    """As "To" was, whose letters stand nearer to each other where none is underlined."""
    for label in (label for label, _ in labelled_rows(opened) if label.isVisible()):
        cut = ink(label)
        label.setFixedWidth(2 * label.width())
        assert cut == ink(label), label.text()


@pytest.mark.parametrize("opened", [*ASKING, *TELLING], indirect=True)
def test_that_escape_leaves_a_dialog_and_enter_has_a_button(opened: QDialog, qtbot: QtBot) -> None:
    assert any(one.isDefault() or one.autoDefault() for one in opened.findChildren(QPushButton))
    with qtbot.waitSignal(opened.finished):
        qtbot.keyClick(opened, Qt.Key.Key_Escape)


def test_that_alt_and_a_letter_take_the_focus_to_a_field(trained: Shell, qtbot: QtBot) -> None:
    trained.window.show()
    trained.commands.perform("new_head")
    dialog = next(one for one in trained.window.findChildren(QDialog) if one.isVisible())
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    for letter, field in ((Qt.Key.Key_L, dialog.labels.new_name), (Qt.Key.Key_R, dialog.recipe.box)):
        qtbot.keyClick(dialog, letter, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(field.hasFocus)
    dialog.close()
