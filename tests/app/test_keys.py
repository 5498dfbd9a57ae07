"""Key presses become the same chord on every keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.input.keys import Chord, chord_of

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


def press(key: int, modifiers=NONE, *, scan: int = 0, virtual: int = 0, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan, virtual, 0, text)


def test_that_the_digit_row_of_azerty_gives_digits_without_shift():
    assert chord_of(press(Qt.Key.Key_Ampersand, scan=10), "xcb") == Chord("1")
    assert chord_of(press(Qt.Key.Key_Eacute, scan=11), "xcb") == Chord("2")
    assert chord_of(press(Qt.Key.Key_Agrave, scan=19), "xcb") == Chord("0")


def test_that_shift_on_the_digit_row_of_azerty_is_shift_and_a_digit():
    assert chord_of(press(Qt.Key.Key_6, SHIFT, scan=15), "xcb") == Chord("6", shift=True)


def test_that_shift_on_the_digit_row_of_qwerty_is_shift_and_a_digit():
    assert chord_of(press(Qt.Key.Key_AsciiCircum, SHIFT, scan=15), "xcb") == Chord("6", shift=True)
    assert chord_of(press(Qt.Key.Key_AsciiCircum, SHIFT, scan=0x07), "windows") == Chord("6", shift=True)
    assert chord_of(press(Qt.Key.Key_AsciiCircum, SHIFT, virtual=0x16), "cocoa") == Chord("6", shift=True)


def test_that_a_shifted_digit_is_known_without_a_scan_code():
    assert chord_of(press(Qt.Key.Key_Exclam, SHIFT), "offscreen") == Chord("1", shift=True)
    assert chord_of(press(Qt.Key.Key_1, SHIFT), "offscreen") == Chord("1", shift=True)


@pytest.mark.parametrize(("platform", "scan"), [("xcb", 20), ("wayland", 20), ("windows", 0x0C)])
def test_that_the_key_right_of_zero_is_the_minus_key_whatever_is_printed_on_it(platform, scan):
    assert chord_of(press(Qt.Key.Key_ssharp, scan=scan), platform) == Chord("-")


def test_that_the_number_pad_gives_digits():
    assert chord_of(press(Qt.Key.Key_7, KEYPAD, scan=79), "xcb") == Chord("7")
    assert chord_of(press(Qt.Key.Key_7, KEYPAD), "cocoa") == Chord("7")


def test_that_shift_on_the_number_pad_is_shift_and_a_digit_though_it_sends_arrows():
    assert chord_of(press(Qt.Key.Key_Home, KEYPAD | SHIFT, scan=79), "xcb") == Chord("7", shift=True)


def test_that_the_arrows_of_a_number_pad_without_num_lock_stay_arrows():
    assert chord_of(press(Qt.Key.Key_Left, KEYPAD, scan=83), "xcb") == Chord("Left")


def test_that_plus_on_the_number_pad_is_not_the_plus_of_the_letters():
    assert chord_of(press(Qt.Key.Key_Plus, KEYPAD, scan=86), "xcb") == Chord("Num+")
    assert chord_of(press(Qt.Key.Key_Plus, SHIFT, scan=21), "xcb") == Chord("+")


def test_that_letters_go_by_their_legend():
    # Z is where a US keyboard has W.
    assert chord_of(press(Qt.Key.Key_Z, CTRL, scan=25), "xcb") == Chord("Z", ctrl=True)


def test_that_letters_of_other_scripts_go_by_their_place():
    cyrillic_yeru = 0x42B
    assert chord_of(press(cyrillic_yeru, scan=39), "xcb") == Chord("S")
    assert chord_of(press(cyrillic_yeru, scan=0x1F), "windows") == Chord("S")
    assert chord_of(press(cyrillic_yeru, virtual=0x01), "cocoa") == Chord("S")


def test_that_backtab_is_shift_and_tab():
    assert chord_of(press(Qt.Key.Key_Backtab, SHIFT), "xcb") == Chord("Tab", shift=True)


def test_that_a_symbol_needs_no_shift_of_its_own():
    assert chord_of(press(Qt.Key.Key_Question, SHIFT, scan=61), "xcb") == Chord("?")


def test_that_modifiers_alone_are_no_chord():
    assert chord_of(press(Qt.Key.Key_Shift, SHIFT, scan=50), "xcb") is None


@pytest.mark.parametrize("text", ["Ctrl+Shift+Z", "Shift+6", "Num+", "Ctrl++", "-", "F5", "?"])
def test_that_a_chord_reads_back_as_it_was_written(text):
    assert str(Chord.parse(text)) == text


def test_that_a_key_no_keyboard_has_is_refused():
    with pytest.raises(ValueError, match="no such key"):
        Chord.parse("Ctrl+Nonsense")
