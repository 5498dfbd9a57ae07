"""Said in place of a picture: why it cannot be shown, and what to do; a moved folder can be told of here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QPushButton, QWidget

from app.icons import IconSet
from app.theme import Theme

_LOST = "Its folder {} is not there. Connect its drive, or say where it is: Project › This folder now lies in…"
_FLAGS = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_ICON = 48


class ProblemNote:
    """Lies in the middle of `view`."""

    def __init__(self, view: QWidget, advice: str, act: Callable[[], object] | None) -> None:
        """`advice`: what to do with a file that cannot be shown. `act`: asks where a moved folder lies."""
        self._view = view
        self._advice = advice
        self._icons = IconSet()
        self._button: QPushButton | None = None
        if act is not None:
            self._button = QPushButton("This folder now lies in…", view)
            self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._button.clicked.connect(lambda: act())
            self._button.hide()

    def offer(self, theme: Theme, problem: str | None, lost_root: str) -> None:
        """The button stands below the words, where the image folder `lost_root` is not there."""
        if self._button is None:
            return
        self._button.setVisible(bool(problem and lost_root))
        if problem and lost_root:
            self._button.adjustSize()
            words = QFontMetrics(theme.font()).boundingRect(self._area(), _FLAGS, self._text(problem, lost_root))
            left = (self._view.width() - self._button.width()) // 2
            self._button.move(left, words.bottom() + 2 * theme.grid)

    def paint(self, painter: QPainter, theme: Theme, problem: str, lost_root: str) -> None:
        middle, side = self._view.rect().center(), theme.px(_ICON)
        mark = self._icons.get("broken-picture", theme.dim, side, self._view.devicePixelRatioF())
        painter.drawPixmap(middle.x() - side // 2, middle.y() - side - theme.px(8), mark)
        painter.setFont(theme.font())
        painter.setPen(theme.dim)
        painter.drawText(self._area(), _FLAGS, self._text(problem, lost_root))

    def _area(self) -> QRect:
        area = self._view.rect().adjusted(32, 0, -32, 0)
        area.setTop(self._view.rect().center().y() + 8)
        return area

    def _text(self, problem: str, lost_root: str) -> str:
        advice = _LOST.format(lost_root) if lost_root else self._advice
        return f"This picture cannot be shown: {problem}\n{advice}"
