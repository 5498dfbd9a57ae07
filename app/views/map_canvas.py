"""The map: every image a dot, painted into one picture with NumPy, so that a hundred thousand of them move fluidly.

The left button circles images, the right one or the middle one moves the map, the wheel zooms at the cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.insight import MapPicture
from app.theme import Theme
from app.views.palette import map_colours

_MARGIN = 0.05
_NEAR = 10.0
"""Pixels around a click in which a dot is meant."""
_STILL = 4.0
"""Pixels that the mouse may move in a click."""
_STEP = 1.25
_MOST = 400.0
"""The furthest zoom, in times of the whole map."""
_WIDEST, _NARROWEST = 4.5, 1.0
"""Radii of the dots of a small map and of a large one, in pixels at the theme's size 1."""
_COVERED = 0.2
"""Share of the canvas that the dots would cover if none overlapped."""


class MapCanvas(QWidget):
    chosen = Signal(object)
    """ids (images,) in the lasso, or near the click, the nearest first"""
    opened = Signal(object)
    """ids, by a double click"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._map: MapPicture | None = None
        self._dots = _Dots.of(None)
        self._centre = np.zeros(2)
        self._whole = 1.0
        self._zoom = 1.0
        self._marked = np.zeros(0, np.bool_)
        self._path: list[QPointF] = []
        self._pan_from: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_map(self, picture: MapPicture) -> None:
        """Another colouring of the same places leaves zoom and place."""
        before = self._map
        self._map = picture
        self._marked = np.zeros(len(picture.ids), np.bool_)
        self._dots = _Dots.of(picture)
        if before is None or not np.array_equal(before.places, picture.places):
            self._fit()
        self.update()

    def mark(self, ids: NDArray[np.int64]) -> None:
        """Which images are told apart."""
        if self._map is not None:
            self._marked = np.isin(self._map.ids, ids)
            self.update()

    def colours(self, picture: MapPicture) -> list[QColor]:
        return map_colours(self._theme, picture.scheme, len(picture.names))

    def zoom(self, factor: float, at: QPointF) -> None:
        """What is under `at` stays there."""
        zoom = max(1.0, min(self._zoom * factor, _MOST))
        offset = np.array([at.x() - self.width() / 2, at.y() - self.height() / 2])
        self._centre = self._centre + offset / (self._whole * self._zoom) - offset / (self._whole * zoom)
        self._zoom = zoom
        self.update()

    def zoom_by(self, steps: int) -> None:
        """At the middle; 0 steps: the whole map."""
        if steps:
            self.zoom(_STEP**steps, QPointF(self.width() / 2, self.height() / 2))
        else:
            self._fit()
            self.update()

    def move_by(self, by: QPointF) -> None:
        """So many pixels along."""
        self._centre = self._centre - np.array([by.x(), by.y()]) / (self._whole * self._zoom)
        self.update()

    def circle(self, path: Sequence[QPointF]) -> NDArray[np.int64]:  # ids (images,)
        """The images within a closed line of pixels: the line is filled, and each dot looks whether it lies on it."""
        if self._map is None:
            return np.zeros(0, np.int64)
        mask = QImage(self.size(), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        painter = QPainter(mask)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawPolygon(QPolygonF(list(path)))
        painter.end()
        filled = np.frombuffer(mask.constBits(), np.uint8).reshape(mask.height(), mask.bytesPerLine())
        x, y = np.floor(self._pixels()).astype(np.int64).T
        seen = (x >= 0) & (y >= 0) & (x < mask.width()) & (y < mask.height())
        rows = np.flatnonzero(seen)
        ids: NDArray[np.int64] = self._map.ids[rows[filled[y[rows], x[rows]] > 0]]
        return ids

    def near(self, at: QPointF) -> NDArray[np.int64]:  # ids (images,)
        if self._map is None:
            return np.zeros(0, np.int64)
        apart = self._pixels() - np.array([at.x(), at.y()])
        gaps = np.hypot(apart[:, 0], apart[:, 1])
        rows = np.flatnonzero(gaps <= self._theme.px(_NEAR))
        return self._map.ids[rows[np.argsort(gaps[rows], kind="stable")]]

    def place_of(self, image_id: int) -> QPointF:
        """In pixels."""
        assert self._map is not None
        x, y = self._pixels()[int(np.flatnonzero(self._map.ids == image_id)[0])]
        return QPointF(float(x), float(y))

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        zoom, centre = self._zoom, self._centre
        self._fit()
        if zoom > 1.0:
            self._zoom, self._centre = zoom, centre

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._map is None:
            painter.fillRect(event.rect(), self._theme.window)
            return
        painter.drawImage(0, 0, self._draw(self._map))
        if len(self._path) > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.text, 1.5))
            painter.drawPolygon(QPolygonF(self._path))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._path = [event.position()]
        else:
            self._pan_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self.move_by(event.position() - self._pan_from)
            self._pan_from = event.position()
        elif self._path:
            self._path.append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pan_from = None
        path, self._path = self._path, []
        if not path:
            return
        corners = [(point - path[0]).manhattanLength() for point in path]
        self.chosen.emit(self.circle(path) if max(corners) > _STILL else self.near(path[0]))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self.near(event.position()))

    def _fit(self) -> None:
        self._zoom = 1.0
        if self._map is None or not len(self._map.ids):
            return
        low, high = self._map.places.min(axis=0), self._map.places.max(axis=0)
        self._centre = (low + high).astype(np.float64) / 2
        room = np.array([self.width(), self.height()]) * (1 - 2 * _MARGIN)
        self._whole = float(np.min(room / np.maximum(high - low, 1e-6)))

    def _pixels(self) -> NDArray[np.float64]:  # (images, 2) logical
        assert self._map is not None
        return (self._map.places - self._centre) * (self._whole * self._zoom) + np.array(
            [self.width(), self.height()]
        ) / 2

    def _radius(self) -> float:
        """Logical pixels: as large as leaves the dots apart, and growing a little with the zoom."""
        assert self._map is not None
        area = self.width() * self.height() * _COVERED / max(1, len(self._map.ids))
        size = self._theme.scale
        return float(np.clip(np.sqrt(area / np.pi) * self._zoom**0.5, _NARROWEST * size, _WIDEST * size))

    def _draw(self, picture: MapPicture) -> QImage:
        """In device pixels. The places of the dots are whole pixels; a dot is a few offsets around one."""
        density = self.devicePixelRatioF()
        wide, high = round(self.width() * density), round(self.height() * density)
        image = QImage(wide, high, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(density)
        image.fill(self._theme.window)
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(-1)  # (wide * high,): rows of 32 bits have no padding
        inks = np.array([colour.rgb() for colour in (self._theme.dot, *self.colours(picture))], np.uint32)
        dot, rim = _disc(self._radius() * density), _disc(self._radius() * density + max(1.0, density))
        reach, dots = int(np.abs(rim).max(initial=0)), self._dots
        scale = np.float32(self._whole * self._zoom * density)
        x = ((dots.x - np.float32(self._centre[0])) * scale + np.float32(wide / 2)).astype(np.int32)
        y = ((dots.y - np.float32(self._centre[1])) * scale + np.float32(high / 2)).astype(np.int32)
        seen = np.flatnonzero((x >= reach) & (x < wide - reach) & (y >= reach) & (y < high - reach))
        base, colour = y[seen] * np.int32(wide) + x[seen], inks[dots.codes[seen] + 1]
        _stamp(pixels, base, colour, dot, wide)
        marked = self._marked[dots.rows[seen]]
        base, colour = base[marked], colour[marked]
        _stamp(pixels, base, np.full(len(base), self._theme.text.rgb(), np.uint32), rim, wide)
        _stamp(pixels, base, colour, dot, wide)
        return image


@dataclass(frozen=True, slots=True, eq=False)
class _Dots:
    """In the order in which they are painted: those without a colour lie below."""

    rows: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    codes: NDArray[np.int16]

    @classmethod
    def of(cls, picture: MapPicture | None) -> _Dots:
        if picture is None:
            none = np.zeros(0, np.float32)
            return cls(np.zeros(0, np.int64), none, none, np.zeros(0, np.int16))
        rows = np.argsort(picture.codes, kind="stable")
        x, y = np.ascontiguousarray(picture.places[rows].T, np.float32)
        return cls(rows, x, y, picture.codes[rows])


def _disc(radius: float) -> NDArray[np.int64]:  # (k, 2)
    """Offsets of the pixels of a dot."""
    reach = int(np.ceil(radius))
    x, y = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = x * x + y * y <= (radius + 0.3) ** 2
    return np.stack([x[inside], y[inside]], axis=1).astype(np.int64)


def _stamp(
    pixels: NDArray[np.uint32],
    base: NDArray[np.int32],
    inks: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    wide: int,
) -> None:
    """Dots around the pixels `base` (n,), each in its ink (n,); a later one lies on an earlier one."""
    for x, y in offsets.tolist():
        pixels[base + np.int32(y * wide + x)] = inks
