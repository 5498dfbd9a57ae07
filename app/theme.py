"""Colours, font sizes and metrics of the window, in a light and a dark form, and how they reach Qt.

Greys are neutral so that nothing tints the eye beside a picture; one accent marks what the person answered
or may confirm. Text pairs keep at least WCAG AA contrast (tested).
"""

from __future__ import annotations

import logging
import re
import string
from dataclasses import dataclass, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

Mode = Literal["light", "dark", "system"]
TextSize = Literal["small", "base", "large", "title"]

_log = logging.getLogger(__name__)
_LENGTH = re.compile(r"\b([2-9]|\d\d+)px")
"""In a style sheet; hairlines stay one pixel wide."""
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5)
"""The interface sizes that can be chosen."""
_DESIGNED_FOR = (1920, 1080)
NEEDED = (1280, 800)
"""A window has all in sight from this size on; a larger interface needs more."""
LEAST = (720, 480)
"""No window is smaller, in logical pixels."""
_FOLLOWED = 0.75
"""A larger screen is mostly also further away or finer: this share of its growth goes into the interface."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What widgets paint with. Sizes are logical pixels; fonts are sized in pixels so that both agree."""

    name: Literal["light", "dark"]
    canvas: QColor
    """Around the picture."""
    window: QColor
    """Bars."""
    surface: QColor
    """Panels, inputs, menus."""
    hover: QColor
    pressed: QColor
    line: QColor
    edge: QColor
    """Outlines of inputs and key caps: 3:1 against window and surface."""
    text: QColor
    dim: QColor
    """Secondary text."""
    disabled: QColor
    """Text of what cannot be used now, still to be read: 3:1 on every ground."""
    accent: QColor
    accent_hover: QColor
    accent_text: QColor
    """On an accent fill."""
    accent_wash: QColor
    """Background of the answered row and of selected cells."""
    track: QColor
    """The empty part of a bar."""
    bar: QColor
    """The filled part of a bar that is not proposed."""
    dot: QColor
    """A vote that was not cast."""
    warning: QColor
    """Flag, notices."""
    danger: QColor
    """Excluded, failures."""
    scrim: QColor
    """Behind text that lies on a picture."""
    scrim_text: QColor
    small: int = 11
    base: int = 13
    large: int = 16
    title: int = 22
    grid: int = 4
    row: int = 32
    row_dense: int = 24
    cap: int = 20
    bar_height: int = 44
    panel_width: int = 320
    frame: int = 72
    """Edge of a film frame."""
    cell: int = 168
    """Edge of a grid cell."""
    radius: int = 4
    scale: float = 1.0
    """The interface size: what every length and font here was multiplied by."""

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    def px(self, length: float) -> int:
        """A length of the design at this interface size."""
        return round(length * self.scale)

    def at(self, scale: float) -> Theme:
        """This theme with its lengths and fonts `scale` times those of the design."""
        lengths: dict[str, Any] = {
            field.name: round(field.default * scale) for field in fields(Theme) if type(field.default) is int
        }
        return replace(self, **lengths, scale=scale)

    def font(self, size: int | None = None, *, bold: bool = False) -> QFont:
        """The application's own family at one of the theme's sizes; digits all of one width where the font can."""
        font = QFont(QApplication.font())
        font.setPixelSize(size or self.base)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font


def _c(value: str) -> QColor:
    return QColor(value)


LIGHT = Theme(
    name="light",
    canvas=_c("#dedede"),
    window=_c("#f2f2f2"),
    surface=_c("#fbfbfb"),
    hover=_c("#e6e6e6"),
    pressed=_c("#d8d8d8"),
    line=_c("#d6d6d6"),
    edge=_c("#8c8c8c"),
    text=_c("#1b1b1b"),
    dim=_c("#595959"),
    disabled=_c("#787878"),
    accent=_c("#1f62a8"),
    accent_hover=_c("#184f88"),
    accent_text=_c("#ffffff"),
    accent_wash=_c("#cfe0f1"),
    track=_c("#e4e4e4"),
    bar=_c("#8a8a8a"),
    dot=_c("#b6b6b6"),
    warning=_c("#8a5200"),
    danger=_c("#b3261e"),
    scrim=QColor(0, 0, 0, 170),
    scrim_text=_c("#ffffff"),
)

DARK = Theme(
    name="dark",
    canvas=_c("#141414"),
    window=_c("#1f1f1f"),
    surface=_c("#262626"),
    hover=_c("#323232"),
    pressed=_c("#3d3d3d"),
    line=_c("#393939"),
    edge=_c("#7a7a7a"),
    text=_c("#ececec"),
    dim=_c("#adadad"),
    disabled=_c("#8a8a8a"),
    accent=_c("#7fb3ea"),
    accent_hover=_c("#9dc6f2"),
    accent_text=_c("#0c1a28"),
    accent_wash=_c("#263848"),
    track=_c("#383838"),
    bar=_c("#8f8f8f"),
    dot=_c("#565656"),
    warning=_c("#e5ac4d"),
    danger=_c("#f0928a"),
    scrim=QColor(0, 0, 0, 170),
    scrim_text=_c("#ffffff"),
)


def apply(application: QApplication, mode: Mode, scale: float = 1.0) -> Theme:
    """Dress the whole application and return the theme that custom-painted widgets take."""
    theme = _pick(application, mode).at(scale)
    application.setStyle("Fusion")
    application.setPalette(_palette(theme))
    if not QFontDatabase.families():
        _log.warning("no font found on this machine: text cannot be drawn; install any font, for example DejaVu Sans")
    font = QFont(application.font())
    font.setPixelSize(theme.base)
    application.setFont(font)
    application.setStyleSheet(style_sheet(theme))
    return theme


def fitting_scale(
    width: int, height: int, dots_per_inch: float = 96.0, *, window: tuple[int, int] | None = None
) -> float:
    """The interface size that goes with a screen of so many logical pixels, and with a window on it.

    A window that has no room for it takes a smaller one: what it shows matters more than how large.

    Where the desktop enlarges windows itself the logical pixels are few, and where it asks for larger text by its
    dots per inch (X11) that is followed.
    """
    growth = min(width / _DESIGNED_FOR[0], height / _DESIGNED_FOR[1])
    grown = 1 + _FOLLOWED * (growth - 1)
    if window is not None:
        grown = min(grown, window[0] / NEEDED[0], window[1] / NEEDED[1])
    wanted = max(1.0, grown, dots_per_inch / 96)
    return max(scale for scale in SCALES if scale <= wanted + 0.01)


def next_scale(scale: float, steps: int) -> float:
    """The size so many steps larger or smaller."""
    place = min(range(len(SCALES)), key=lambda at: abs(SCALES[at] - scale))
    return SCALES[max(0, min(place + steps, len(SCALES) - 1))]


def style_sheet(theme: Theme) -> str:
    """resources/styles/window.qss with the theme's names filled in and its lengths at the theme's size."""
    source = resources.files("resources").joinpath("styles", "window.qss").read_text(encoding="utf-8")
    sized = _LENGTH.sub(lambda found: f"{theme.px(int(found[1]))}px", source)
    return string.Template(sized).substitute(_tokens(theme))


def _tokens(theme: Theme) -> dict[str, str]:
    values = {field.name: getattr(theme, field.name) for field in fields(theme)}
    tokens = {name: value.name() if isinstance(value, QColor) else str(value) for name, value in values.items()}
    return tokens | {"icons": Path(str(resources.files("resources"))).joinpath("icons").as_posix()}


def _pick(application: QApplication, mode: Mode) -> Theme:
    if mode == "system":
        return DARK if application.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    return DARK if mode == "dark" else LIGHT


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.PlaceholderText: theme.dim,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Link: theme.accent,
        role.Mid: theme.line,
        role.Dark: theme.edge,
    }.items():
        palette.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, theme.disabled)
    return palette
