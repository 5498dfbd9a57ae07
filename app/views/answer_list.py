"""The answers of several heads to one picture, one below the other; a click marks whose tiles are drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.models.tried import AnswerBar, HeadAnswer
from app.theme import Theme
from app.views.painted_rows import PaintedRows

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_FIGURE = 52
"""Room for "100 %"."""
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | Qt.TextFlag.TextWordWrap
_ANY_HEIGHT = 10_000


class AnswerList(PaintedRows):
    marked = Signal(str)
    """The head that was clicked, as it is asked for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._answers: tuple[HeadAnswer, ...] = ()

    def show_answers(self, answers: tuple[HeadAnswer, ...]) -> None:
        if answers == self._answers:
            return
        self._answers = answers
        self.setAccessibleDescription("; ".join(_spoken(answer) for answer in answers))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.panel_width, round(sum(map(self._height, self._answers))))

    def head_rect(self, place: int) -> QRectF:
        """All of what one head says."""
        top = sum(map(self._height, self._answers[:place]))
        return QRectF(0, top, self.width(), self._height(self._answers[place]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for place, answer in enumerate(self._answers):
            if self.head_rect(place).contains(event.position()):
                self.marked.emit(answer.model)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, answer in enumerate(self._answers):
            rect = self.head_rect(place)
            if rect.intersects(QRectF(event.rect())):
                self._paint_head(painter, rect, answer)
        painter.end()

    def _height(self, answer: HeadAnswer) -> float:
        theme = self._theme
        lines = self._problem_height(answer.problem) if answer.problem else len(answer.bars) * theme.row_dense
        return theme.row + lines + 2 * theme.grid

    def _problem_height(self, problem: str) -> float:
        """All of its lines, however many the width makes of them."""
        room = QRectF(0, 0, max(self.width(), self.minimumWidth()) - 6 * self._theme.grid, _ANY_HEIGHT)
        return QFontMetricsF(self._theme.font()).boundingRect(room, _WRAPPED, problem).height() + self._theme.grid

    def _paint_head(self, painter: QPainter, rect: QRectF, answer: HeadAnswer) -> None:
        theme = self._theme
        side = 3 * theme.grid
        if answer.marked:
            painter.fillRect(QRectF(0, rect.top(), theme.px(3), rect.height() - 1), theme.accent)
        painter.fillRect(QRectF(side, rect.bottom() - 1, rect.width() - 2 * side, 1), theme.line)
        area = QRectF(side, rect.top(), rect.width() - 2 * side, theme.row)
        self._paint_title(painter, area, answer)
        area = QRectF(side, area.bottom(), area.width(), theme.row_dense)
        if answer.problem:
            area.setHeight(rect.bottom() - area.top() - theme.grid)
            painter.setFont(theme.font())
            painter.setPen(theme.danger)
            painter.drawText(area, _WRAPPED, answer.problem)
        for bar in answer.bars:
            self._paint_bar(painter, area, bar)
            area.translate(0, theme.row_dense)

    def _paint_title(self, painter: QPainter, area: QRectF, answer: HeadAnswer) -> None:
        theme = self._theme
        small = theme.font(theme.small)
        painter.setFont(small)
        painter.setPen(theme.dim)
        painter.drawText(area, _RIGHT, answer.detail)
        room = area.width() - QFontMetricsF(small).horizontalAdvance(answer.detail) - 2 * theme.grid
        bold = theme.font(bold=True)
        painter.setFont(bold)
        painter.setPen(theme.text)
        name = QFontMetricsF(bold).elidedText(answer.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(area, _LEFT, name)

    def _paint_bar(self, painter: QPainter, area: QRectF, bar: AnswerBar) -> None:
        theme = self._theme
        font = theme.font(bold=bar.leading)
        painter.setFont(font)
        painter.setPen(theme.text)
        texts = QRectF(area.left(), area.top(), area.width(), area.height() - theme.px(4))
        painter.drawText(texts, _RIGHT, bar.text)
        room = area.width() - theme.px(_FIGURE) - theme.grid
        painter.drawText(texts, _LEFT, QFontMetricsF(font).elidedText(bar.name, Qt.TextElideMode.ElideMiddle, room))
        track = QRectF(area.left(), area.bottom() - theme.px(4), area.width(), theme.px(3))
        painter.fillRect(track, theme.track)
        track.setWidth(track.width() * bar.value)
        painter.fillRect(track, theme.accent if bar.leading else theme.bar)


def _spoken(answer: HeadAnswer) -> str:
    said = answer.problem or ", ".join(f"{bar.name} {bar.text}".strip() for bar in answer.bars) or "no answer yet"
    return f"{answer.name}: {said}"
