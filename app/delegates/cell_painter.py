"""How one image looks when small: picture, answer badge, marks. Shared by the grid and the film strip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from app.icons import IconSet
from app.models.cards import Cell
from app.theme import Theme

_BADGE_HEIGHT = 16
_ICON = 12
_FADED = 0.35
LEAST_SHARE = 0.35
"""A picture that is narrower or lower than this leaves badge and marks to the whole cell."""


def keep_end(text: str, width_of: Callable[[str], float], room: float) -> str:
    """Shortened before its end, where names of labels differ: "lab…ber 11" beside "lab…mber 1"."""
    width = width_of(text)
    if width <= room:
        return text
    kept = min(len(text) - 1, round(len(text) * room / width) + 2)
    while kept > 1:
        shown = f"{text[: kept // 3]}…{text[len(text) - kept + kept // 3 :]}"
        if width_of(shown) <= room:
            return shown
        kept -= 1
    return "…"


class CellPainter:
    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._icons = IconSet()
        self._icon, self._badge_height = theme.px(_ICON), theme.px(_BADGE_HEIGHT)
        self._badge_font = theme.font(theme.small, bold=True)
        self._badge_metrics = QFontMetricsF(self._badge_font)

    def paint_picture(self, painter: QPainter, area: QRectF, pixmap: QPixmap, density: float, *, faded: bool) -> QRectF:
        """The whole picture in the middle of `area`, copied 1:1 where it has the right size; returns where it lies."""
        width, height = pixmap.width() / density, pixmap.height() / density
        scale = min(area.width() / width, area.height() / height)
        scale = 1.0 if 0.97 <= scale <= 1.0 else min(scale, 2.0)
        width, height = width * scale, height * scale
        left = round((area.center().x() - width / 2) * density) / density
        top = round((area.center().y() - height / 2) * density) / density
        target = QRectF(left, top, width, height)
        painter.setOpacity(_FADED if faded else 1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale != 1.0)
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        painter.setOpacity(1.0)
        return target

    def paint_missing(self, painter: QPainter, area: QRectF, density: float, *, unreadable: bool) -> None:
        """A thumbnail that is on its way, or one that cannot be."""
        painter.fillRect(area, self._theme.track)
        if unreadable:
            mark = self._icons.get("broken-picture", self._theme.dim, 2 * self._icon, density)
            painter.drawPixmap(area.center() - QPointF(self._icon, self._icon), mark)

    def paint_badge(self, painter: QPainter, area: QRectF, text: str) -> None:
        """The answer, on the picture's lower left."""
        if not text:
            return
        theme = self._theme
        room = area.width() - 4 * theme.grid
        text = keep_end(text, self._badge_metrics.horizontalAdvance, room)
        width = self._badge_metrics.horizontalAdvance(text) + 2 * theme.grid
        top = area.bottom() - theme.grid - self._badge_height
        pill = QRectF(area.left() + theme.grid, top, width, self._badge_height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(pill, 3, 3)
        painter.setFont(self._badge_font)
        painter.setPen(theme.accent_text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def paint_marks(self, painter: QPainter, area: QRectF, cell: Cell, density: float) -> None:
        """Excluded, skipped, flagged, pinned: on the picture's upper right."""
        theme = self._theme
        right = area.right() - theme.grid
        marks = (("exclude", cell.excluded), ("skip", cell.skipped), ("flag", cell.flagged), ("pin", cell.pinned))
        for name in (name for name, on in marks if on):
            edge = self._icon + theme.grid
            plate = QRectF(right - edge, area.top() + theme.grid, edge, edge)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.scrim)
            painter.drawRoundedRect(plate, 3, 3)
            mark = self._icons.get(name, theme.scrim_text, self._icon, density)
            painter.drawPixmap(plate.topLeft() + QPointF(theme.grid / 2, theme.grid / 2), mark)
            right = plate.left() - theme.grid / 2
