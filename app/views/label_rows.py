"""The labels of a class or tags head: key, name, the committee's votes, probability and its bar; the answer marked."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.icons import IconSet
from app.models.cards import Card, CardRow
from app.theme import Theme
from app.views.key_cap import CapLook, cap_width, paint_cap
from app.views.votes import count_votes
from core.values import MEMBERS, HeadKind
from core.wording import probability_percent

_DOT, _DOT_GAP = 5, 2
_PERCENT_WIDTH = 48
_BOX = 16
_AROUND_CAP = 2
"""Between the key caps of rows as low as they get."""
_MARK = 14
_DOTS = "\nBar: the head. Dots: its committee, small heads that vote, each taught another draw of your answers."


class LabelRows(QWidget):
    """Rows share the height they are given, within bounds of the theme; beyond that the panel scrolls."""

    activated = Signal(int)
    denied = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[CardRow, ...] = ()
        self._votes: list[int] = []
        self._kind = HeadKind.CLASS
        self._hidden = False
        self._row_height = theme.row
        self._hovered = -1
        self._cap_width = 0.0
        self._icons = IconSet()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._dot, self._dot_pitch = theme.px(_DOT), theme.px(_DOT + _DOT_GAP)
        self._box, self._mark_side = theme.px(_BOX), theme.px(_MARK)
        # The widest figure in bold, whatever the font.
        widest = QFontMetricsF(theme.font(bold=True)).horizontalAdvance(probability_percent(0.999))
        self._percent = max(theme.px(_PERCENT_WIDTH), math.ceil(widest) + 1)
        self._cap_width = self._widest_cap()
        self._row_height = max(theme.cap + theme.px(_AROUND_CAP), min(self._row_height, theme.row))
        self.updateGeometry()
        self.update()

    def show_card(self, card: Card) -> None:
        if len(card.rows) != len(self._rows):
            self.updateGeometry()
        self._kind = card.head.kind
        self._rows = card.rows
        self._votes = count_votes(self._kind, card.rows)
        self._cap_width = self._widest_cap()
        self.setAccessibleDescription("; ".join(_spoken(row) for row in card.rows))
        self.update()

    def set_hidden(self, hidden: bool) -> None:  # noqa: FBT001 - a slot of a toggle
        self._hidden = hidden
        self.update()

    def fit_height(self, available: int) -> None:
        """Take rows as high as let all of them be seen; a little lower than dense ones where that does it."""
        height = available // max(len(self._rows), 1)
        least = self._theme.cap + self._theme.px(_AROUND_CAP)
        height = min(height, self._theme.row) if height >= least else self._theme.row_dense
        if height != self._row_height:
            self._row_height = height
            self.updateGeometry()

    def row_rect(self, row: int) -> QRectF:
        return QRectF(0, row * self._row_height, self.width(), self._row_height)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.panel_width, max(1, len(self._rows)) * self._row_height)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self._row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._tip(row) if row >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row < 0:
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._kind is HeadKind.TAGS and (shift or event.button() is Qt.MouseButton.RightButton):
            self.denied.emit(row)
        elif event.button() is Qt.MouseButton.LeftButton:
            self.activated.emit(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, row in enumerate(self._rows):
            rect = self.row_rect(number)
            if rect.intersects(QRectF(event.rect())):
                self._paint_row(painter, rect, number, row)
        painter.end()

    def _widest_cap(self) -> float:
        return max((cap_width(self._theme, row.key_text) for row in self._rows), default=0.0)

    def _row_at(self, y: float) -> int:
        row = int(y // self._row_height)
        return row if 0 <= row < len(self._rows) else -1

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def _paint_row(self, painter: QPainter, rect: QRectF, number: int, row: CardRow) -> None:
        theme = self._theme
        if row.chosen:
            painter.fillRect(rect, theme.accent_wash)
        elif number == self._hovered:
            painter.fillRect(rect, theme.hover)
        if row.focused:
            painter.fillRect(QRectF(rect.left(), rect.top(), theme.px(3), rect.height()), theme.accent)
        middle = rect.center().y() - (1 if self._shows(row) else 0)
        left = rect.left() + 3 * theme.grid
        if row.key_text:
            cap = QRectF(left, middle - theme.cap / 2, self._cap_width, theme.cap)
            paint_cap(painter, cap, row.key_text, theme, self._cap_look(row))
        left += self._cap_width + 2 * theme.grid
        if self._kind is HeadKind.TAGS:
            self._paint_state(painter, QRectF(left, middle - self._box / 2, self._box, self._box), row)
            left += self._box + 2 * theme.grid
        right = rect.right() - 3 * theme.grid
        if self._shows(row):
            self._paint_bar(painter, QRectF(left, rect.bottom() - theme.px(4), right - left, theme.px(3)), row)
            right = self._paint_figures(painter, right, middle, number, row)
        elif row.unlearned and not self._hidden:
            right = self._paint_dash(painter, right, middle)
        self._paint_name(painter, QRectF(left, rect.top(), right - left, 2 * (middle - rect.top())), row)

    def _shows(self, row: CardRow) -> bool:
        return row.probability is not None and not self._hidden

    def _cap_look(self, row: CardRow) -> CapLook:
        if row.chosen and self._kind is HeadKind.CLASS:
            return CapLook.CHOSEN
        return CapLook.PROPOSED if row.proposed and not self._hidden else CapLook.PLAIN

    def _paint_bar(self, painter: QPainter, track: QRectF, row: CardRow) -> None:
        theme = self._theme
        painter.fillRect(track, theme.track)
        filled = QRectF(track.left(), track.top(), track.width() * (row.probability or 0.0), track.height())
        painter.fillRect(filled, theme.accent if row.proposed else theme.bar)

    def _paint_figures(self, painter: QPainter, right: float, middle: float, number: int, row: CardRow) -> float:
        """Percent and dots, right-aligned; returns what is left for the name."""
        theme = self._theme
        painter.setFont(theme.font(bold=row.proposed))
        painter.setPen(theme.text)
        area = QRectF(right - self._percent, middle - theme.base, self._percent, 2 * theme.base)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, flags, probability_percent(row.probability or 0.0))
        right = area.left() - 2 * theme.grid
        if row.votes:
            right -= MEMBERS * self._dot_pitch - (self._dot_pitch - self._dot)
            self._paint_dots(painter, QPointF(right, middle - self._dot / 2), self._votes[number], len(row.votes))
            right -= 2 * theme.grid
        return right

    def _paint_dash(self, painter: QPainter, right: float, middle: float) -> float:
        """No opinion yet: no bar, no votes."""
        theme = self._theme
        painter.setFont(theme.font())
        painter.setPen(theme.dim)
        area = QRectF(right - self._percent, middle - theme.base, self._percent, 2 * theme.base)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "–")
        return area.left() - 2 * theme.grid

    def _paint_dots(self, painter: QPainter, corner: QPointF, votes: int, members: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for member in range(members):
            painter.setBrush(self._theme.text if member < votes else self._theme.dot)
            painter.drawEllipse(QRectF(corner.x() + member * self._dot_pitch, corner.y(), self._dot, self._dot))

    def _paint_state(self, painter: QPainter, box: QRectF, row: CardRow) -> None:
        """Yes, no, or untouched."""
        theme = self._theme
        painter.setPen(QPen(theme.accent if row.chosen else theme.edge, 1.0))
        painter.setBrush(theme.accent if row.chosen else theme.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if row.chosen:
            painter.drawPixmap(box.topLeft() + QPointF(1, 1), self._mark("check", theme.accent_text))
        elif row.refused:
            painter.drawPixmap(box.topLeft() + QPointF(1, 1), self._mark("cross", theme.text))

    def _paint_name(self, painter: QPainter, area: QRectF, row: CardRow) -> None:
        theme = self._theme
        strong = row.chosen or (row.proposed and not self._hidden)
        font = theme.font(bold=strong)
        metrics = QFontMetricsF(font)
        with_check = row.chosen and self._kind is HeadKind.CLASS
        room = area.width() - (self._mark_side + theme.grid if with_check else 0)
        text = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, room)  # names often differ at the end
        painter.setFont(font)
        painter.setPen(theme.dim if row.refused else theme.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        end = area.left() + metrics.horizontalAdvance(text) + theme.grid
        if with_check:
            painter.drawPixmap(QPointF(end, area.center().y() - self._mark_side / 2), self._mark("check", theme.accent))
        elif row.proposed and self._kind is HeadKind.CLASS and not self._hidden:
            self._paint_confirm_hint(painter, end + theme.grid, area)

    def _paint_confirm_hint(self, painter: QPainter, left: float, area: QRectF) -> None:
        """The key that takes the proposal, where there is room for it."""
        width = cap_width(self._theme, "Space")
        if left + width <= area.right():
            cap = QRectF(left, area.center().y() - self._theme.cap / 2, width, self._theme.cap)
            paint_cap(painter, cap, "Space", self._theme)

    def _mark(self, name: str, colour: QColor) -> QPixmap:
        return self._icons.get(name, colour, self._mark_side, self.devicePixelRatioF())

    def _tip(self, number: int) -> str:
        row = self._rows[number]
        if row.unlearned and not self._hidden:
            both = " with yes and with no" if self._kind is HeadKind.TAGS else ""
            return f"{row.name} · no opinion yet: answer it{both} on some images"
        if not self._shows(row):
            return row.name
        votes = f" · {self._votes[number]} of {len(row.votes)} votes" if row.votes else ""
        return f"{row.name} · {100 * (row.probability or 0.0):.1f} %{votes}{_DOTS if row.votes else ''}"


def _spoken(row: CardRow) -> str:
    state = "yes" if row.chosen else "no" if row.refused else ""
    figure = (
        "no opinion yet" if row.unlearned else "" if row.probability is None else probability_percent(row.probability)
    )
    return " ".join(part for part in (row.key_text, row.name, figure, state) if part)
