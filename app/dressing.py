"""The theme and interface size in force: chosen, or what screen and window have room for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QMainWindow, QStyle, QWidget

from app import theme as themes
from app.settings import SettingsFile

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Dresser:
    application: QApplication
    settings: SettingsFile

    def dress(self, window: Size) -> themes.Theme:
        """Dresses the application for a window of so many pixels."""
        scale = self._scale(window)
        match self.settings.value.theme:
            case "light" | "dark" as mode:
                return themes.apply(self.application, mode, scale)
            case _:
                return themes.apply(self.application, "system", scale)

    def fits(self, theme: themes.Theme, window: Size) -> bool:
        """Whether a window of so many pixels would be dressed at the theme's size."""
        return self._scale(window) == theme.scale

    def window_size(self) -> Size:
        """That of the last sitting; at first the design at the size that goes with the screen, if that has room."""
        if self.settings.value.window is not None:
            return self.settings.value.window
        room, scale = self.application.primaryScreen().availableSize(), self._scale()
        width, height = themes.NEEDED
        return max(width, min(round(width * scale), room.width())), max(
            height, min(round(height * scale), room.height())
        )

    def _scale(self, window: Size | None = None) -> float:
        screen = self.application.primaryScreen()
        size, dots = screen.size(), screen.logicalDotsPerInch()
        return self.settings.value.scale or themes.fitting_scale(size.width(), size.height(), dots, window=window)


def size_of(widget: QWidget) -> Size:
    return widget.width(), widget.height()


def normal_size(window: QWidget) -> Size:
    """What the window has, or would have again, where it does not fill the screen."""
    if not window.isMaximized():
        return size_of(window)
    normal = window.normalGeometry()
    return normal.width(), normal.height()


def show_fitting(window: QMainWindow, *, maximized: bool) -> None:
    """Shows the window no larger than its screen has room for, with its frame; the last one may have been larger."""
    room = window.screen().availableSize()
    room.setHeight(room.height() - window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight))
    window.resize(window.size().boundedTo(room))
    if maximized:
        window.showMaximized()
    else:
        window.show()
