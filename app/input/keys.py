"""Key presses as chords: digits and the key right of 0 by their place on the keyboard, letters by their legend."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_XKB_DIGITS = {9 + digit: str(digit) for digit in range(1, 10)} | {19: "0", 20: "-"}
_XKB_KEYPAD = {87: "1", 88: "2", 89: "3", 83: "4", 84: "5", 85: "6", 79: "7", 80: "8", 81: "9", 90: "0"}
_XKB_LETTERS = dict(zip(range(24, 34), "QWERTYUIOP", strict=True))
_XKB_LETTERS |= dict(zip(range(38, 47), "ASDFGHJKL", strict=True)) | dict(zip(range(52, 59), "ZXCVBNM", strict=True))

_WINDOWS_DIGITS = {1 + digit: str(digit) for digit in range(1, 10)} | {0x0B: "0", 0x0C: "-"}
_WINDOWS_KEYPAD = {0x4F: "1", 0x50: "2", 0x51: "3", 0x4B: "4", 0x4C: "5", 0x4D: "6", 0x47: "7", 0x48: "8", 0x49: "9"}
_WINDOWS_KEYPAD |= {0x52: "0"}
_WINDOWS_LETTERS = dict(zip(range(0x10, 0x1A), "QWERTYUIOP", strict=True))
_WINDOWS_LETTERS |= dict(zip(range(0x1E, 0x27), "ASDFGHJKL", strict=True))
_WINDOWS_LETTERS |= dict(zip(range(0x2C, 0x33), "ZXCVBNM", strict=True))

# macOS reports the place of a key as its virtual key (HIToolbox/Events.h, kVK_ANSI_*).
_MAC_DIGITS = dict(zip((0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x19, 0x1D, 0x1B), "1234567890-", strict=True))
_MAC_LETTERS = dict(zip((0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x10, 0x20, 0x22, 0x1F, 0x23), "QWERTYUIOP", strict=True))
_MAC_LETTERS |= dict(zip((0x00, 0x01, 0x02, 0x03, 0x05, 0x04, 0x26, 0x28, 0x25), "ASDFGHJKL", strict=True))
_MAC_LETTERS |= dict(zip((0x06, 0x07, 0x08, 0x09, 0x0B, 0x2D, 0x2E), "ZXCVBNM", strict=True))

_NAMED = {
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Delete: "Del",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Backtab: "Tab",
} | {Qt.Key(Qt.Key.Key_F1 + number): f"F{number + 1}" for number in range(12)}
_SYMBOLS = {
    Qt.Key.Key_Plus: "+",
    Qt.Key.Key_Equal: "=",
    Qt.Key.Key_Minus: "-",
    Qt.Key.Key_Question: "?",
    Qt.Key.Key_Slash: "/",
    Qt.Key.Key_Comma: ",",
    Qt.Key.Key_Period: ".",
}
# Where no scan code is known (remote desktops), the shifted digits of a US keyboard.
_US_SHIFTED = dict(
    zip(
        (
            Qt.Key.Key_Exclam,
            Qt.Key.Key_At,
            Qt.Key.Key_NumberSign,
            Qt.Key.Key_Dollar,
            Qt.Key.Key_Percent,
            Qt.Key.Key_AsciiCircum,
            Qt.Key.Key_Ampersand,
            Qt.Key.Key_Asterisk,
            Qt.Key.Key_ParenLeft,
            Qt.Key.Key_ParenRight,
        ),
        "1234567890",
        strict=True,
    )
)
_KEY_NAMES = frozenset((*_NAMED.values(), *_SYMBOLS.values(), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "Num+", "Num-"))


@dataclass(frozen=True, slots=True)
class Chord:
    """One key with its modifiers; "Shift+6", "Ctrl+Z", "Num+"."""

    key: str
    shift: bool = False
    ctrl: bool = False
    alt: bool = False

    @classmethod
    def parse(cls, text: str) -> Chord:
        """Raises ValueError for a key that no keyboard has."""
        rest, modifiers = text, set()
        for modifier in ("Ctrl+", "Alt+", "Shift+"):
            if rest.startswith(modifier):
                modifiers.add(modifier)
                rest = rest.removeprefix(modifier)
        if rest not in _KEY_NAMES:
            raise ValueError(f"no such key: {text!r}")
        return cls(rest, shift="Shift+" in modifiers, ctrl="Ctrl+" in modifiers, alt="Alt+" in modifiers)

    def __str__(self) -> str:
        prefix = ("Ctrl+" if self.ctrl else "") + ("Alt+" if self.alt else "") + ("Shift+" if self.shift else "")
        return prefix + self.key


def chord_of(event: QKeyEvent, platform: str) -> Chord | None:
    """The chord of a key press; `platform` is QGuiApplication.platformName(). None for modifiers and unknown keys."""
    modifiers = event.modifiers()
    ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    name = _digit(event, platform, shift=shift) or _named(event) or _letter(event, platform)
    if name is not None:
        return Chord(name, shift=shift or event.key() == Qt.Key.Key_Backtab, ctrl=ctrl, alt=alt)
    symbol = _symbol(event)
    # A symbol's own Shift belongs to the layout ("?" is Shift+/ here and Shift+ß there).
    return None if symbol is None else Chord(symbol, ctrl=ctrl, alt=alt)


def _digit(event: QKeyEvent, platform: str, *, shift: bool) -> str | None:
    key, on_keypad = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
    if on_keypad and platform != "cocoa":
        return _keypad(event, platform, shift=shift)
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and on_keypad:
        return chr(key)
    digits, code = _places(event, platform)
    if code in digits:
        return digits[code]
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return chr(key)
    return _US_SHIFTED.get(key) if code == 0 else None  # type: ignore[call-overload]


def _keypad(event: QKeyEvent, platform: str, *, shift: bool) -> str | None:
    key = event.key()
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return chr(key)
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        return "Num+" if key == Qt.Key.Key_Plus else "Num-"
    # Shift turns the number pad into arrows; with Shift held the person still means the digit.
    places = _WINDOWS_KEYPAD if platform == "windows" else _XKB_KEYPAD
    return places.get(event.nativeScanCode()) if shift else None


def _places(event: QKeyEvent, platform: str) -> tuple[dict[int, str], int]:
    match platform:
        case "windows":
            return _WINDOWS_DIGITS, event.nativeScanCode()
        case "cocoa":
            return _MAC_DIGITS, event.nativeVirtualKey()
        case _:
            return _XKB_DIGITS, event.nativeScanCode()


def _named(event: QKeyEvent) -> str | None:
    return _NAMED.get(event.key())  # type: ignore[call-overload, no-any-return]


def _letter(event: QKeyEvent, platform: str) -> str | None:
    key = event.key()
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return chr(key)
    if key <= 0xFF or key >= Qt.Key.Key_Escape:
        return None
    # A layout without Latin letters: the letter that a US keyboard has in this place.
    match platform:
        case "windows":
            return _WINDOWS_LETTERS.get(event.nativeScanCode())
        case "cocoa":
            return _MAC_LETTERS.get(event.nativeVirtualKey())
        case _:
            return _XKB_LETTERS.get(event.nativeScanCode())


def _symbol(event: QKeyEvent) -> str | None:
    return _SYMBOLS.get(event.key())  # type: ignore[call-overload, no-any-return]
