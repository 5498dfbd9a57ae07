"""A desk with sheets of paper: printed and handwritten lines, a photograph, a pencil."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Colour, Pixels, Points, Sheet, grid, shade, smooth
from core.media.draw.palette import harmony, hsv, near, rgb
from core.media.draw.texture import fractal, ridge, wood

Place = Callable[[float, float], tuple[float, float]]
"""From the sheet's own 0..1 across and down to the picture's pixels."""


def page(rng: Generator, width: int, height: int) -> Pixels:
    board = hsv(rng.uniform(0.04, 0.11), rng.uniform(0.25, 0.6), rng.uniform(0.28, 0.7))
    grain = 1 + 0.17 * wood(rng, width, height) + 0.04 * fractal(rng, width, height, 0.7)
    pixels: Pixels = (board * grain[..., None]).astype(np.float32)
    for _ in range(int(rng.integers(2, 5))):
        _paper(rng, pixels)
    for _ in range(int(rng.integers(1, 4))):
        _pencil(rng, pixels)
    columns, rows = grid(width, height)
    lamp = np.hypot(columns / width - rng.uniform(0.2, 0.8), rows / height - rng.uniform(0, 0.4))
    shade(pixels, (1.12 - 0.42 * smooth(lamp, 0.1, 1.1)).astype(np.float32))
    return pixels


def _paper(rng: Generator, pixels: Pixels) -> None:
    height, width, _ = pixels.shape
    tall = height * rng.uniform(0.5, 0.9)
    place = _placed(rng, (width, height), (tall * rng.uniform(0.6, 0.8), tall))
    outline = [place(0, 0), place(1, 0), place(1, 1), place(0, 1)]
    shadow = Sheet(width, height)
    shadow.polygon([(x + 0.008 * height, y + 0.012 * height) for x, y in outline], rgb(0, 0, 0))
    shade(pixels, 1 - np.float32(0.45) * shadow.cover(blur=0.012 * height))
    sheet = Sheet(width, height)
    sheet.polygon(outline, hsv(rng.uniform(0.08, 0.16), rng.uniform(0.0, 0.14), rng.uniform(0.82, 0.97)))
    (_print, _handwriting, _photograph)[int(rng.integers(3))](rng, sheet, place, tall)
    fibres = (
        1 + np.float32(0.02) * fractal(rng, width, height, 0.8) + np.float32(0.02) * fractal(rng, width, height, 1.7)
    )
    sheet.onto(pixels, light=fibres.astype(np.float32))


def _placed(rng: Generator, picture: tuple[int, int], size: tuple[float, float]) -> Place:
    angle = rng.normal(0, 0.22)
    middle = picture[0] * rng.uniform(0.15, 0.85), picture[1] * rng.uniform(0.3, 0.7)
    cosine, sine = math.cos(angle), math.sin(angle)

    def place(across: float, down: float) -> tuple[float, float]:
        x, y = (across - 0.5) * size[0], (down - 0.5) * size[1]
        return middle[0] + x * cosine - y * sine, middle[1] + x * sine + y * cosine

    return place


def _print(rng: Generator, sheet: Sheet, place: Place, tall: float) -> None:
    """Lines of words; every letter is one of a few strokes, upright as type is."""
    ink = hsv(rng.random(), rng.uniform(0, 0.3), rng.uniform(0.05, 0.2))
    pitch = rng.uniform(0.022, 0.036)
    sheet.line([place(0.1, 0.07), place(rng.uniform(0.4, 0.8), 0.07)], ink, tall * 0.018)
    for down in np.arange(0.13, 0.93, pitch):
        across, end = 0.1, 0.9 if rng.random() < 0.85 else rng.uniform(0.3, 0.7)
        while across < end:
            for _ in range(int(rng.integers(2, 9))):
                _letter(rng, sheet, place, (across, float(down)), pitch * 0.5, ink, tall)
                across += pitch * 0.42
            across += pitch * 0.35


def _letter(
    rng: Generator, sheet: Sheet, place: Place, corner: tuple[float, float], size: float, ink: Colour, tall: float
) -> None:
    across, down = corner
    rise = size * (1.5 if rng.random() < 0.25 else 1.0)
    thick = tall * size * 0.17
    sheet.line([place(across, down), place(across, down - rise)], ink, thick)
    if rng.random() < 0.7:
        wide = across + size * 0.55
        level = down - size * rng.choice([0.0, 0.5, 1.0])
        sheet.line([place(across, level), place(wide, level)], ink, thick * 0.8)
        if rng.random() < 0.5:
            sheet.line([place(wide, down), place(wide, down - size)], ink, thick)


def _handwriting(rng: Generator, sheet: Sheet, place: Place, tall: float) -> None:
    ink = hsv(rng.choice([0.62, 0.66, 0.0, 0.08]), rng.uniform(0.3, 0.9), rng.uniform(0.15, 0.5))
    rule = rgb(0.62, 0.72, 0.85)
    for down in np.arange(0.1, 0.94, rng.uniform(0.045, 0.07)):
        sheet.line([place(0.04, float(down)), place(0.96, float(down))], rule, tall * 0.0018)
        across = 0.08
        while across < rng.uniform(0.75, 0.92):
            length = rng.uniform(0.04, 0.13)
            steps = np.linspace(0, 1, 16)
            loops = 0.009 * np.sin(steps * rng.uniform(14, 40)) - 0.004 + 0.003 * rng.standard_normal(16)
            points: Points = [
                place(across + length * float(t), float(down + b)) for t, b in zip(steps, loops, strict=True)
            ]
            sheet.line(points, ink, tall * 0.0032)
            across += length + rng.uniform(0.015, 0.035)


def _photograph(rng: Generator, sheet: Sheet, place: Place, tall: float) -> None:
    """A print with a white border: hills behind hills, and a sun."""
    colours = harmony(rng, 6)
    left, right, top, foot = 0.07, 0.93, 0.06, 0.76
    sheet.polygon([place(left, top), place(right, top), place(right, foot), place(left, foot)], colours[0])
    radius = tall * rng.uniform(0.03, 0.07)
    sheet.ellipse(place(rng.uniform(0.2, 0.8), rng.uniform(0.15, 0.3)), (radius, radius), rgb(1, 0.95, 0.8))
    for number, colour in enumerate(colours[1:]):
        level = 0.28 + 0.085 * number
        profile = level + 0.05 * ridge(rng, 60, 1.3)
        skyline = [place(left + (right - left) * i / 59, float(down)) for i, down in enumerate(profile)]
        sheet.polygon([place(left, foot), *skyline, place(right, foot)], near(rng, colour, 0.1))


def _pencil(rng: Generator, pixels: Pixels) -> None:
    height, width, _ = pixels.shape
    long, thick = height * rng.uniform(0.3, 0.6), height * rng.uniform(0.012, 0.022)
    place = _placed_anyhow(rng, (width, height), (long, thick))
    shadow = Sheet(width, height)
    shadow.polygon(
        [(x + 4, y + 6) for x, y in (place(0, 0), place(0.95, 0), place(0.95, 1), place(0, 1))], rgb(0, 0, 0)
    )
    shade(pixels, 1 - np.float32(0.5) * shadow.cover(blur=0.006 * height))
    colour = hsv(rng.random(), rng.uniform(0.5, 0.95), rng.uniform(0.5, 0.95))
    sheet = Sheet(width, height)
    for top, light in ((0.0, 1.15), (0.33, 0.95), (0.66, 0.68)):
        facet = [place(0.06, top), place(0.88, top), place(0.88, top + 0.34), place(0.06, top + 0.34)]
        sheet.polygon(facet, colour * np.float32(light))
    sheet.polygon([place(0.88, 0), place(0.97, 0.42), place(0.97, 0.58), place(0.88, 1)], rgb(0.85, 0.68, 0.48))
    sheet.polygon([place(0.955, 0.36), place(1, 0.5), place(0.955, 0.64)], rgb(0.12, 0.12, 0.13))
    sheet.polygon([place(0, 0), place(0.06, 0), place(0.06, 1), place(0, 1)], rgb(0.8, 0.5, 0.5))
    sheet.onto(pixels)


def _placed_anyhow(rng: Generator, picture: tuple[int, int], size: tuple[float, float]) -> Place:
    angle = rng.uniform(0, 2 * math.pi)
    middle = picture[0] * rng.uniform(0.1, 0.9), picture[1] * rng.uniform(0.1, 0.9)
    cosine, sine = math.cos(angle), math.sin(angle)

    def place(along: float, across: float) -> tuple[float, float]:
        x, y = (along - 0.5) * size[0], (across - 0.5) * size[1]
        return middle[0] + x * cosine - y * sine, middle[1] + x * sine + y * cosine

    return place
