"""The one place where key presses become acts: an event filter on the application, whatever has the focus."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from app.actions import Bindings
from app.acts import Act, View
from app.input.keys import Chord, chord_of
from app.windows.key_overlay import KeyOverlay
from core.values import HeadKind

HOLD_S = 0.3
"""A key held longer than this was held for a moment, not tapped."""
_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
_OF_MENUS = _ARROWS | {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}


@dataclass(frozen=True, slots=True)
class KeyContext:
    """What a chord's meaning depends on."""

    kind: HeadKind | None
    view: View


class KeyDispatcher(QObject):
    """Looks each chord up in the bindings and performs its act; keys typed into text fields are left alone."""

    def __init__(
        self,
        window: QWidget,
        cover: KeyOverlay,
        bindings: Bindings,
        context: Callable[[], KeyContext],
        perform: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or window)
        self._window = window
        self._cover = cover
        self._context = context
        self._perform = perform
        self.bindings = bindings
        self._holding: tuple[Chord, str, float] | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or not isinstance(event, QKeyEvent):
            return False
        if self._is_covered(watched):
            return self._press_on_cover(event) if kind == QEvent.Type.KeyPress else self._release(event)
        if not self._is_ours(watched) or (kind == QEvent.Type.KeyPress and self._goes_to_menus(event.key())):
            return False
        return self._press(event) if kind == QEvent.Type.KeyPress else self._release(event)

    def _is_covered(self, watched: QObject) -> bool:
        """By the list of keys: no key acts on what cannot be seen, and none is typed into it."""
        return self._cover.isVisible() and self._is_of_window(watched)

    def _press_on_cover(self, event: QKeyEvent) -> bool:
        self._cover.take_key(event)
        return True

    def _is_ours(self, watched: QObject) -> bool:
        return self._is_of_window(watched) and not _takes_text(self._focus())

    def _is_of_window(self, watched: QObject) -> bool:
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return False
        if isinstance(watched, QWindow):
            return watched is self._window.windowHandle()
        return isinstance(watched, QWidget) and watched.window() is self._window

    def _goes_to_menus(self, key: int) -> bool:
        """The bar keeps the focus after a menu was left: keys that lead on or out are its own, others end that."""
        focus = self._focus()
        if not isinstance(focus, QMenuBar):
            return False
        if key in _OF_MENUS:
            return True
        focus.clearFocus()
        return False

    def _focus(self) -> QWidget | None:
        """Without a window manager no window is active, and the program has no focus; the window still has."""
        return QApplication.focusWidget() or self._window.focusWidget()

    def _press(self, event: QKeyEvent) -> bool:
        chord = chord_of(event, QGuiApplication.platformName())
        act = self._find(chord)
        if chord is None or act is None:
            return False
        if event.isAutoRepeat() and not act.repeats:
            return True
        if act.act_id == "hide_prediction" and not event.isAutoRepeat():
            self._holding = (chord, act.act_id, time.monotonic())
        self._perform(act.act_id)
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or self._holding is None:
            return False
        chord, act_id, since = self._holding
        released = chord_of(event, QGuiApplication.platformName())
        if released is None or released.key != chord.key:
            return False
        self._holding = None
        if time.monotonic() - since > HOLD_S:
            self._perform(act_id)
        return True

    def _find(self, chord: Chord | None) -> Act | None:
        if chord is None:
            return None
        context = self._context()
        return self.bindings.find(chord, kind=context.kind, view=context.view)


def _takes_text(widget: QWidget | None) -> bool:
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit | QAbstractSpinBox)
