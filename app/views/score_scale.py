"""The scale 0..10 of a score head: mean, spread, each member as a dot, the proposed and the answered bracket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.cards import Card
from app.theme import Theme
from app.views.key_cap import CapLook, paint_cap
from core.values import BRACKETS, ScoreValue

_HEIGHT = 184
_FIGURE_BASE = 40
_AXIS = 112
"""Middle of the track, from the top: eight dots of one place stand between it and the figure."""
_CAPS = 128
_DOT = 6
_LOWEST = 18
"""Of the dots, from their top to the middle of the track."""
_CLEAR = 5
"""Below the figure's line, for what hangs under it."""


def spread_band(card: Card) -> tuple[float, float] | None:
    """From where to where the members' spread reaches about their mean; a version need not say what they say."""
    if not card.spread or not card.members:
        return None
    mean = sum(card.members) / len(card.members)
    return max(0.0, mean - card.spread), min(float(BRACKETS), mean + card.spread)


def committee_text(card: Card) -> str:
    """What the committee says, which is not the version: its score may lie beside all of them."""
    if len(card.members) < 2:
        return ""
    low, high = (f"{end:.1f}" for end in (min(card.members), max(card.members)))
    return f"committee: {low}" if low == high else f"committee: {low} to {high}"


class ScoreScale(QWidget):
    activated = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: Card | None = None
        self._hidden = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._axis, self._caps, self._dot = theme.px(_AXIS), theme.px(_CAPS), theme.px(_DOT)
        self.updateGeometry()
        self.update()

    def show_card(self, card: Card) -> None:
        self._card = card
        answered = self._answered()
        predicted = "" if card.score is None else f"predicted {card.score:.1f}"
        given = "" if answered is None else f"answered {answered:g}"
        self.setAccessibleDescription(", ".join(filter(None, (predicted, committee_text(card), given))))
        self.update()

    def set_hidden(self, hidden: bool) -> None:  # noqa: FBT001 - a slot of a toggle
        self._hidden = hidden
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.panel_width, self._theme.px(_HEIGHT))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or event.position().y() < self._axis - self._theme.px(16):
            return
        pitch = self._x(1) - self._x(0)
        bracket = max(0, min(BRACKETS, round((event.position().x() - self._x(0)) / pitch)))
        half = 0.5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and bracket < BRACKETS else 0.0
        self.activated.emit(bracket + half)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = self._theme.px
        shows = self._card.score is not None and not self._hidden
        if shows:
            self._paint_figure(painter, self._card)
        self._paint_answer(painter)
        track = QRectF(self._x(0), self._axis - px(3), self._x(BRACKETS) - self._x(0), px(6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.track)
        painter.drawRoundedRect(track, px(3), px(3))
        if shows:
            self._paint_spread(painter, self._card)
            self._paint_members(painter, self._card)
        self._paint_brackets(painter, self._card)
        painter.end()

    def _x(self, score: float) -> float:
        margin = self._theme.cap / 2 + 3 * self._theme.grid
        return margin + score / BRACKETS * (self.width() - 2 * margin)

    def _answered(self) -> float | None:
        answer = self._card.answer if self._card else None
        return answer.score if isinstance(answer, ScoreValue) else None

    def _paint_figure(self, painter: QPainter, card: Card) -> None:
        theme = self._theme
        font = theme.font(theme.title, bold=True)
        text = f"{card.score:.1f}"
        painter.setFont(font)
        painter.setPen(theme.text)
        start = QPointF(3 * theme.grid, theme.px(_FIGURE_BASE))
        painter.drawText(start, text)
        if aloud := committee_text(card):
            painter.setFont(theme.font(theme.small))
            painter.setPen(theme.dim)
            aside = QPointF(QFontMetricsF(font).horizontalAdvance(text) + 2 * theme.grid, 0)
            painter.drawText(start + aside, aloud)

    def _paint_answer(self, painter: QPainter) -> None:
        answered = self._answered()
        if answered is None:
            return
        px = self._theme.px
        painter.setFont(self._theme.font(bold=True))
        painter.setPen(self._theme.accent)
        area = QRectF(0, px(_FIGURE_BASE - 18), self.width() - 3 * self._theme.grid, px(24))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, flags, f"answered {answered:g}")

    def _paint_spread(self, painter: QPainter, card: Card) -> None:
        theme, px, score = self._theme, self._theme.px, card.score or 0.0
        if (band := spread_band(card)) is not None:
            low, high = (self._x(end) for end in band)
            painter.setBrush(theme.bar)
            painter.drawRoundedRect(QRectF(low, self._axis - px(3), high - low, px(6)), px(3), px(3))
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(QRectF(self._x(score) - px(3) / 2, self._axis - px(8), px(3), px(16)), 1.5, 1.5)

    def _paint_members(self, painter: QPainter, card: Card) -> None:
        """One dot each; those that would lie on each other are stacked."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.text)
        for dot in self.dots(card.members):
            painter.drawEllipse(dot)

    def dots(self, members: Sequence[float]) -> list[QRectF]:
        """No stack reaches the figure above: those of a large committee stand closer."""
        pitch = max(1.0, self._x(1) - self._x(0)) / (self._dot + 1)
        places = [round(value * pitch) for value in sorted(members)]
        tallest = max(Counter(places).values(), default=1)
        lowest = self._axis - self._theme.px(_LOWEST)
        room = lowest - self._theme.px(_FIGURE_BASE + _CLEAR)
        step = min(self._dot + 1.0, room / max(1, tallest - 1))
        stacked: Counter[int] = Counter()
        dots: list[QRectF] = []
        for place in places:
            top = lowest - stacked[place] * step
            dots.append(QRectF(self._x(place / pitch) - self._dot / 2, top, self._dot, self._dot))
            stacked[place] += 1
        return dots

    def _paint_brackets(self, painter: QPainter, card: Card) -> None:
        theme = self._theme
        answered = self._answered()
        proposed = None if self._hidden else card.proposed_score
        for bracket in range(BRACKETS + 1):
            look = CapLook.PLAIN
            if answered == bracket:
                look = CapLook.CHOSEN
            elif proposed is not None and proposed == bracket:
                look = CapLook.PROPOSED
            rect = QRectF(self._x(bracket) - theme.cap / 2, self._caps, theme.cap, theme.cap)
            paint_cap(painter, rect, str(bracket), theme, look)
        if proposed is not None and proposed % 1:
            self._paint_half(painter, proposed, chosen=False)
        if answered is not None and answered % 1:
            self._paint_half(painter, answered, chosen=True)
        painter.setFont(theme.font(theme.small))
        painter.setPen(theme.dim)
        hint = QRectF(
            3 * theme.grid, self._caps + theme.cap + 2 * theme.grid, self.width() - 6 * theme.grid, theme.px(16)
        )
        painter.drawText(hint, Qt.AlignmentFlag.AlignVCenter, "T or - for 10 · Shift for half steps · ↑ ↓ nudge")

    def _paint_half(self, painter: QPainter, score: float, *, chosen: bool) -> None:
        """A step between two brackets: a pointer below the caps."""
        theme = self._theme
        x, top, half = self._x(score), self._caps - 1, theme.px(5)
        painter.save()
        painter.setPen(theme.accent)
        painter.setBrush(theme.accent if chosen else theme.surface)
        painter.drawPolygon(
            QPolygonF([QPointF(x - half, top - theme.px(7)), QPointF(x + half, top - theme.px(7)), QPointF(x, top)])
        )
        painter.restore()
