"""The search box: a line for the query, how many it found, and a list below that helps to write it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.icons import icon, icon_pixmap
from app.models.finding import FindState
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.find_list import FindList

_PLACEHOLDER = "path:cats/*  label:jpeg  score:>7  conflict:>0.8  is:flagged  -tag:sky  similar:one.jpg"


class _Line(QLineEdit):
    """Keys that are not typed are told, so that they act on the list below."""

    told = Signal(object)
    """Qt.Key"""
    focused = Signal(bool)
    dropped = Signal(str)
    """A file"""

    def event(self, event: QEvent) -> bool:
        # Tab would move the focus before keyPressEvent hears of it.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self.told.emit(Qt.Key.Key_Tab)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        told = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        if event.key() in told:
            self.told.emit(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _file(event) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A picture file is searched for; text is typed."""
        if path := _file(event):
            event.acceptProposedAction()
            self.dropped.emit(path)
        else:
            super().dropEvent(event)


class FindBar(QWidget):
    asked = Signal(str)
    edited = Signal(str, int)
    """Text and cursor"""
    offer_taken = Signal(int)
    left = Signal()
    """Esc"""
    dropped = Signal(str)
    """A picture file, to find what is like it"""
    closed = Signal()
    """The cross"""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.line = _Line(self)
        self.line.setPlaceholderText(_PLACEHOLDER)
        self.line.setAccessibleName("Find images")
        self._note = ElidedLabel(theme, self, dim=True)
        self._close = QToolButton(self)
        self._close.setToolTip("Back to the queue (Esc)")
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = FindList(theme, parent)
        self._mark = QLabel(self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark)
        self._row.addWidget(self.line, 1)
        self._row.addWidget(self._note)
        self._row.addWidget(self._close)
        self._connect()
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(theme.bar_height)
        self._row.setContentsMargins(3 * theme.grid, 0, 2 * theme.grid, 0)
        self._row.setSpacing(2 * theme.grid)
        self._note.set_theme(theme)
        self._close.setIcon(icon("cross", theme.dim))
        self._close.setIconSize(QSize(theme.large, theme.large))
        self.list.set_theme(theme)
        self._mark.setPixmap(icon_pixmap("search", theme.dim, theme.large, self.devicePixelRatioF()))

    def show_state(self, state: FindState) -> None:
        self._note.set_text(state.note)
        self._note.setVisible(bool(state.note))
        self.list.show_state(state)
        if state.message is not None and state.message.end > state.message.start:
            self.line.blockSignals(True)
            self.line.setSelection(state.message.start, state.message.end - state.message.start)
            self.line.blockSignals(False)
        self._place_list()

    def open(self) -> None:
        """The cursor goes into the box, and what stands there is taken as a whole."""
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def write(self, text: str, cursor: int | None = None) -> None:
        """As if it had been typed, but nobody is told."""
        self.line.blockSignals(True)
        self.line.setText(text)
        self.line.setCursorPosition(len(text) if cursor is None else cursor)
        self.line.blockSignals(False)

    @property
    def in_use(self) -> bool:
        return self.line.hasFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_list()

    @Slot(object)
    def _act(self, key: Qt.Key) -> None:
        match key:
            case Qt.Key.Key_Down:
                self.list.step(1)
            case Qt.Key.Key_Up:
                self.list.step(-1)
            case Qt.Key.Key_Tab:
                self.offer_taken.emit(max(self.list.row, 0))
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _ if self.list.isVisible() and self.list.row >= 0:
                self.offer_taken.emit(self.list.row)
            case _:
                self.asked.emit(self.line.text())

    @Slot()
    def _tell_edit(self) -> None:
        self.edited.emit(self.line.text(), self.line.cursorPosition())

    @Slot()
    def _place_list(self) -> None:
        """Below the line, over whatever is there."""
        self._row.activate()  # the note may just have come or gone
        shown = self.isVisible() and self.line.hasFocus() and not self.list.is_empty()
        if shown:
            start = self.line.mapTo(self.window(), QPoint(0, self.line.height()))
            height = self.list.fitting_height(self.line.width())
            self.list.setGeometry(QRect(start.x(), start.y() + 1, self.line.width(), height))
            self.list.raise_()
        self.list.setVisible(shown)

    def _connect(self) -> None:
        self.line.told.connect(self._act)
        self.line.textEdited.connect(self._tell_edit)
        self.line.cursorPositionChanged.connect(self._tell_edit)
        self.line.focused.connect(self._place_list)
        self.line.dropped.connect(self.dropped)
        self.list.taken.connect(self.offer_taken)
        self._close.clicked.connect(self.closed)


def _file(event: QDropEvent) -> str:
    """The first file among what is dragged; empty without one."""
    paths = (Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
    return next((str(path) for path in paths if path.is_file()), "")
