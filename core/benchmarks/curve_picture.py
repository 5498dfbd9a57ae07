"""Learning curves as a picture: a panel for each set, the default queue in front, what it is compared with behind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.arrays.text_file import check_writable, replaced
from core.errors import UserError

Colour = tuple[int, int, int]
_FINE = 2
"""Drawn so much larger, then made smaller: PIL draws lines without smoothing."""
_WIDTH, _HEIGHT, _GAP = 420, 300, 28
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 30, 30
_ACROSS = 3
_GROUND, _INK, _FAINT, _RULE = (255, 255, 255), (40, 40, 44), (120, 120, 126), (228, 228, 232)
_FIRST: tuple[Colour, ...] = ((214, 90, 40), (90, 90, 96))
_OTHERS: tuple[Colour, ...] = (
    (66, 120, 190), (96, 160, 96), (160, 110, 180), (200, 160, 50), (70, 165, 175),
    (190, 110, 130), (140, 140, 90), (110, 130, 210), (150, 190, 120), (170, 140, 120), (60, 90, 130), (120, 90, 60),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    labels: NDArray[np.int64]
    """(rounds,)"""
    mean: NDArray[np.float64]
    """(rounds,)"""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    title: str
    lines: Mapping[str, Line]


def check_picture(path: Path) -> None:
    """Before any work: can the picture be written?"""
    if path.suffix.lower() != ".png":
        raise UserError(f"--picture cannot be {path.name!r}", "choose a name that ends in .png")
    if not path.absolute().parent.is_dir():
        raise UserError(f"there is no folder {path.parent}", "make it first")
    check_writable(path)


def draw_curves(path: Path, panels: Sequence[Panel], *, front: Sequence[str]) -> None:
    """`front` are names drawn last and strong: at most two, in the colours kept for them."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    colours = dict(zip(front, _FIRST, strict=False))
    others = [name for name in names if name not in colours]
    colours |= {name: _OTHERS[i % len(_OTHERS)] for i, name in enumerate(others)}
    places = len(panels) + 1  # the legend takes one
    across = min(_ACROSS, places)
    size = (across * (_WIDTH + _GAP) + _GAP, math.ceil(places / across) * (_HEIGHT + _GAP) + _GAP)
    sheet = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), _GROUND)
    pen = ImageDraw.Draw(sheet)
    order = [name for name in names if name not in front] + [name for name in reversed(front) if name in names]
    for place, panel in enumerate(panels):
        _draw_panel(pen, _corner(place, across), panel, order, colours, strong=set(front))
    shown = [name for name in front if name in names] + others
    _draw_legend(pen, _corner(len(panels), across), shown, colours, strong=set(front))
    _save(path, sheet.resize(size, Image.Resampling.LANCZOS))


def _corner(place: int, across: int) -> tuple[int, int]:
    return _GAP + place % across * (_WIDTH + _GAP), _GAP + place // across * (_HEIGHT + _GAP)


def _draw_panel(
    pen: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    panel: Panel,
    order: Sequence[str],
    colours: Mapping[str, Colour],
    *,
    strong: set[str],
) -> None:
    left, top = corner[0] + _LEFT, corner[1] + _TOP
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    low, top_value = _range(panel)
    last = max(int(line.labels[-1]) for line in panel.lines.values())
    _write(pen, (corner[0] + _LEFT, corner[1] + 4), panel.title, _INK, 15, "la")
    for value in _steps(low, top_value):
        y = top + high * (1 - (value - low) / (top_value - low))
        _stroke(pen, [(left, y), (left + wide, y)], _RULE, 1)
        _write(pen, (left - 8, y), f"{value:.2f}".lstrip("0"), _FAINT, 11, "rm")
    for labels in _steps(0, last):
        x = left + wide * labels / last
        _write(pen, (x, top + high + 8), f"{labels:.0f}", _FAINT, 11, "ma")
    for name in order:
        if (line := panel.lines.get(name)) is not None:
            share = np.clip((line.mean - low) / (top_value - low), 0.0, 1.0)
            points = [(left + wide * x / last, top + high * (1 - y)) for x, y in zip(line.labels, share, strict=True)]
            _stroke(pen, points, colours[name], 3 if name in strong else 1.3)


def _range(panel: Panel) -> tuple[float, float]:
    """From what most curves have after a few rounds, so that the first round does not flatten the rest."""
    values = np.concatenate([line.mean[min(1, len(line.mean) - 1) :] for line in panel.lines.values()])
    low, high = float(np.quantile(values, 0.02)), float(values.max())
    pad = max(0.04 * (high - low), 1e-3)
    return low - pad, high + pad


def _steps(low: float, high: float) -> list[float]:
    """Four to eight round numbers from `low` to `high`."""
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = min((size * factor for factor in (1, 2, 5, 10)), key=lambda one: abs(one - rough))
    return [
        float(value) for value in np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
    ]


def _draw_legend(
    pen: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    names: Sequence[str],
    colours: Mapping[str, Colour],
    *,
    strong: set[str],
) -> None:
    left, top = corner[0] + _LEFT, corner[1] + _TOP
    for place, name in enumerate(names):
        y = top + 4 + place * 18
        _stroke(pen, [(left, y), (left + 26, y)], colours[name], 3 if name in strong else 1.3)
        _write(pen, (left + 36, y), name, _INK if name in strong else _FAINT, 12, "lm")


def _write(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, colour: Colour, size: int, anchor: str
) -> None:
    font = ImageFont.load_default(size * _FINE)
    pen.text((place[0] * _FINE, place[1] * _FINE), text, colour, font, anchor=anchor)


def _stroke(pen: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
    fine = [(x * _FINE, y * _FINE) for x, y in points]
    pen.line(fine, colour, max(1, round(width * _FINE)), joint="curve")


def _save(path: Path, picture: Image.Image) -> None:
    with replaced(path) as unfinished:
        picture.save(unfinished, "PNG")
