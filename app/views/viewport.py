"""Where a picture lies in its pane: fit, zoom and pan as plain arithmetic in device pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.loading.pictures import MOST_ENLARGED

ACTUAL = 1.0
LARGEST_ZOOM = 16.0


@dataclass(frozen=True, slots=True)
class Viewport:
    """`zoom` is device pixels for each pixel of the picture; None shows the whole picture."""

    width: int
    height: int
    """Of the picture."""
    pane: QSizeF
    zoom: float | None = None
    centre: tuple[float, float] = (0.5, 0.5)
    """The point of the picture, 0..1 each way, that lies in the middle of the pane when zoomed."""

    @property
    def fit_scale(self) -> float:
        across = self.pane.width() / max(self.width, 1)
        down = self.pane.height() / max(self.height, 1)
        return max(min(across, down, MOST_ENLARGED), 1e-6)

    @property
    def scale(self) -> float:
        return self.fit_scale if self.zoom is None else self.zoom

    def target(self) -> QRectF:
        """The whole picture, which may reach beyond the pane; on whole device pixels so that it can be copied 1:1."""
        width, height = max(1, round(self.width * self.scale)), max(1, round(self.height * self.scale))
        left = self._edge(self.pane.width(), width, self.centre[0])
        top = self._edge(self.pane.height(), height, self.centre[1])
        return QRectF(left, top, width, height)

    def at(self, point: QPointF) -> tuple[float, float]:
        """The point of the picture, 0..1 each way, below a point of the pane."""
        target = self.target()
        return (
            _clamp((point.x() - target.left()) / target.width(), 0.0, 1.0),
            _clamp((point.y() - target.top()) / target.height(), 0.0, 1.0),
        )

    def zoomed(self, zoom: float, point: QPointF) -> Viewport:
        """The same point of the picture stays below `point` of the pane. Zooming out to the whole picture is fit."""
        if zoom <= min(self.fit_scale, ACTUAL) * 1.001:
            return replace(self, zoom=None, centre=(0.5, 0.5))
        zoom = min(zoom, LARGEST_ZOOM)
        across, down = self.at(point)
        aside = (point.x() - self.pane.width() / 2, point.y() - self.pane.height() / 2)
        centre = (across - aside[0] / (self.width * zoom), down - aside[1] / (self.height * zoom))
        return replace(self, zoom=zoom, centre=centre)._settled()

    def moved(self, dx: float, dy: float) -> Viewport:
        """The picture follows the hand by dx, dy device pixels."""
        if self.zoom is None:
            return self
        centre = (self.centre[0] - dx / (self.width * self.zoom), self.centre[1] - dy / (self.height * self.zoom))
        return replace(self, centre=centre)._settled()

    def on(self, width: int, height: int, *, keep: bool) -> Viewport:
        """Another picture in the same pane; `keep` holds zoom and place (zoom lock)."""
        if keep:
            return replace(self, width=width, height=height)._settled()
        return Viewport(width, height, self.pane)

    def like(self, other: Viewport) -> Viewport:
        """As close, and at the same place, as another picture is looked at."""
        return replace(self, zoom=other.zoom, centre=other.centre)._settled()

    def _settled(self) -> Viewport:
        """The centre moved back to where the pane is filled, so that a pan answers at once at an edge."""
        half_x = min(0.5, self.pane.width() / 2 / max(self.width * self.scale, 1))
        half_y = min(0.5, self.pane.height() / 2 / max(self.height * self.scale, 1))
        return replace(
            self,
            centre=(_clamp(self.centre[0], half_x, 1 - half_x), _clamp(self.centre[1], half_y, 1 - half_y)),
        )

    @staticmethod
    def _edge(pane: float, extent: int, centre: float) -> int:
        if extent <= pane:
            return round((pane - extent) / 2)
        return round(_clamp(pane / 2 - centre * extent, pane - extent, 0))


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))
