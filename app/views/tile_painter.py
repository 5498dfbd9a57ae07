"""Draws over a picture where its tiles lie and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.models.tile_marks import TileMark
from app.theme import Theme

_LIGHT = QColor(255, 255, 255, 190)


def paint_tiles(painter: QPainter, theme: Theme, picture: QRectF, pane: QRectF, marks: Iterable[TileMark]) -> None:
    """`picture` may reach beyond `pane`; texts stay in sight as long as a part of their tile does."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in sorted(marks, key=lambda mark: mark.leading):
        tile = _tile(picture, mark)
        _outline(painter, theme, tile, leading=mark.leading)
    for mark in marks:
        seen = _tile(picture, mark) & pane
        if seen.width() > 0 and seen.height() > 0:
            _label(painter, theme, seen, mark)
    painter.restore()


def _tile(picture: QRectF, mark: TileMark) -> QRectF:
    place = mark.place
    return QRectF(
        picture.left() + place.left * picture.width(),
        picture.top() + place.top * picture.height(),
        place.width * picture.width(),
        place.height * picture.height(),
    )


def _outline(painter: QPainter, theme: Theme, tile: QRectF, *, leading: bool) -> None:
    """A light line between dark ones, so that it is seen on any picture."""
    width = theme.px(2) if leading else 1
    inner = tile.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.scrim, width + 2))
    painter.drawRect(inner)
    painter.setPen(QPen(theme.accent if leading else _LIGHT, width))
    painter.drawRect(inner)


def _label(painter: QPainter, theme: Theme, seen: QRectF, mark: TileMark) -> None:
    font = theme.font(theme.small, bold=True)
    metrics = QFontMetricsF(font)
    margin = theme.grid
    room = max(0.0, seen.width() - 4 * margin)
    text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, room)
    width, height = metrics.horizontalAdvance(text) + 2 * margin, float(theme.cap)
    across, down = mark.anchor
    left = seen.left() + margin + across * max(0.0, seen.width() - width - 2 * margin)
    top = seen.top() + margin + down * max(0.0, seen.height() - height - 2 * margin)
    pill = QRectF(left, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent if mark.leading else theme.scrim)
    painter.drawRoundedRect(pill, theme.radius, theme.radius)
    painter.setFont(font)
    painter.setPen(theme.accent_text if mark.leading else theme.scrim_text)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
