"""The window's own line icons, drawn in any colour at any density."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_SIZE = 16
_DENSITIES = (1, 2, 3)


@cache
def _source(name: str) -> str:
    return resources.files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")


def icon_pixmap(name: str, colour: QColor, size: int = ICON_SIZE, density: float = 1.0) -> QPixmap:
    """The icon `size` logical pixels wide on a screen of `density` device pixels for each."""
    edge = round(size * density)
    pixmap = QPixmap(edge, edge)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing = _source(name).replace("currentColor", colour.name())
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    pixmap.setDevicePixelRatio(density)
    return pixmap


def icon(name: str, colour: QColor, *, disabled: QColor | None = None, size: int = ICON_SIZE) -> QIcon:
    """For buttons and menus."""
    made = QIcon()
    for density in _DENSITIES:
        made.addPixmap(icon_pixmap(name, colour, size, density))
        if disabled is not None:
            made.addPixmap(icon_pixmap(name, disabled, size, density), QIcon.Mode.Disabled)
    return made


class IconSet:
    """Icons that one painter has drawn already, so that painting looks them up."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str, int, float], QPixmap] = {}

    def get(self, name: str, colour: QColor, size: int, density: float) -> QPixmap:
        key = (name, colour.name(), size, density)
        if key not in self._drawn:
            self._drawn[key] = icon_pixmap(name, colour, size, density)
        return self._drawn[key]
