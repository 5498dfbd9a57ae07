"""Balls, boxes and bottles on a table, lit from one side, with their shadows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Colour, Field, Pixels, Sheet, grid, lay, mix, shade, smooth
from core.media.draw.palette import harmony, hsv, near, rgb
from core.media.draw.texture import fractal, receding, wood


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that stands on the table."""

    column: float
    foot: float
    """Row where it touches the table."""
    size: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class _Studio:
    """What is shared by all things of one picture."""

    rng: Generator
    pixels: Pixels
    side: float
    """Where the light comes from: -1 left .. 1 right."""
    rough: Field
    """Texture that all surfaces take their unevenness from."""


def still_life(rng: Generator, width: int, height: int) -> Pixels:
    edge = rng.uniform(0.38, 0.58) * height
    side = float(rng.choice([-1, 1])) * rng.uniform(0.45, 1.0)
    studio = _Studio(rng, _room(rng, width, height, edge, side), side, fractal(rng, width, height, 0.9))
    colours = harmony(rng, 8)
    count = int(rng.integers(4, 9))
    feet = np.sort(rng.uniform(edge + 0.06 * height, 0.94 * height, count))
    for foot in feet:
        nearness = (foot - edge) / (height - edge)
        size = height * (0.07 + 0.10 * nearness) * rng.uniform(0.75, 1.35)
        colour = near(rng, colours[int(rng.integers(len(colours)))], 0.08)
        thing = _Thing(rng.uniform(0.06, 0.94) * width, float(foot), float(size), colour)
        draw = (_ball, _ball, _box, _bottle)[int(rng.integers(4))]
        draw(studio, thing)
    return studio.pixels


def _room(rng: Generator, width: int, height: int, edge: float, side: float) -> Pixels:
    columns, rows = grid(width, height)
    wall = hsv(rng.random(), rng.uniform(0.05, 0.45), rng.uniform(0.35, 0.85))
    falling = 0.78 + 0.3 * smooth(side * (columns / width - 0.5) + 0 * rows, -0.6, 0.6)
    weave = 1 + 0.035 * fractal(rng, width, height, 0.7) + 0.05 * fractal(rng, width, height, 1.7)
    pixels: Pixels = (wall * (falling * weave)[..., None]).astype(np.float32)
    if rng.random() < 0.4:
        stripes = np.sin(columns * (2 * np.pi / (width * rng.uniform(0.03, 0.09)))) > rng.uniform(-0.4, 0.6)
        shade(pixels, (1 - 0.1 * stripes + 0 * rows).astype(np.float32))
    plank = hsv(rng.uniform(0.04, 0.12), rng.uniform(0.3, 0.65), rng.uniform(0.3, 0.75))
    if rng.random() < 0.6:
        grain = 1 + 0.16 * wood(rng, width, height)
    else:
        grain = 1 + 0.12 * receding(fractal(rng, width, height, 0.9), edge) + 0.05 * fractal(rng, width, height, 0.8)
    table = plank * (grain * (0.8 + 0.35 * (rows - edge) / (height - edge)))[..., None].astype(np.float32)
    lay(pixels, table.astype(np.float32), np.broadcast_to(np.clip(rows - edge + 0.5, 0, 1), (height, width)))
    return pixels


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the picture that a thing can touch, with the coordinates of its pixels."""

    pixels: Pixels
    rough: Field
    columns: Field
    rows: Field


def _window(studio: _Studio, centre: tuple[float, float], reach: tuple[float, float]) -> _Window:
    height, width, _ = studio.pixels.shape
    left, right = (int(np.clip(centre[0] + sign * reach[0], 0, width)) for sign in (-1, 1))
    top, foot = (int(np.clip(centre[1] + sign * reach[1], 0, height)) for sign in (-1, 1))
    columns, rows = grid(width, height)
    part = slice(top, foot), slice(left, right)
    return _Window(studio.pixels[part], studio.rough[part], columns[:, left:right], rows[top:foot])


def _shadow(studio: _Studio, thing: _Thing, half: float) -> None:
    """Falls away from the light; dark at the foot, soft farther off."""
    for reach, softness, strength in ((0.9, 0.75, 0.42), (0.1, 0.3, 0.4)):
        centre = thing.column - studio.side * reach * half, thing.foot - 0.02 * thing.size
        across, down = half * (1 + 0.5 * reach), half * 0.3
        window = _window(studio, centre, (across * 2, down * 2))
        distance = np.hypot((window.columns - centre[0]) / across, (window.rows - centre[1]) / down)
        shade(window.pixels, 1 - np.float32(strength) * (1 - smooth(distance, 1 - softness, 1 + softness)))


def _ball(studio: _Studio, thing: _Thing) -> None:
    """Lambert with a highlight, light thrown back from the table, and a faint pattern on the skin."""
    _shadow(studio, thing, thing.size)
    centre = thing.column, thing.foot - thing.size * 0.97
    window = _window(studio, centre, (thing.size + 2, thing.size + 2))
    x, y = (window.columns - centre[0]) / thing.size, (window.rows - centre[1]) / thing.size
    square = x * x + y * y
    cover = np.clip((1 - np.sqrt(square)) * thing.size + 0.5, 0, 1)
    z = np.sqrt(np.clip(1 - square, 0, 1))
    lambert = np.clip(0.62 * studio.side * x - 0.5 * y + 0.6 * z, 0, 1)
    bounce = 0.16 * np.clip(y, 0, 1)
    skin = 1 + np.float32(studio.rng.uniform(0.04, 0.2)) * window.rough
    paint = thing.colour * ((0.22 + 0.85 * lambert + bounce) * skin)[..., None]
    gloss = studio.rng.uniform(0.1, 0.75) * np.clip(lambert - 0.02, 0, 1) ** studio.rng.uniform(14, 60)
    lay(window.pixels, (paint + gloss[..., None]).astype(np.float32), cover.astype(np.float32))


def _box(studio: _Studio, thing: _Thing) -> None:
    """Two sides and the top, each with its own light."""
    _shadow(studio, thing, thing.size)
    height, width, _ = studio.pixels.shape
    rng, size = studio.rng, thing.size
    left, right = -size * rng.uniform(0.5, 1.0), size * rng.uniform(0.5, 1.0)
    tall, back = size * rng.uniform(0.8, 1.9), size * 0.26
    x, y = thing.column, thing.foot
    corner, west, east, rear = (x, y), (x + left, y - back), (x + right, y - back), (x + left + right, y - 2 * back)
    raised = [(column, row - tall) for column, row in (corner, west, rear, east)]
    lit, dim = (0.62, 1.0) if studio.side > 0 else (1.0, 0.62)
    sheet = Sheet(width, height)
    sheet.polygon([corner, west, raised[1], raised[0]], thing.colour * np.float32(lit))
    sheet.polygon([corner, east, raised[3], raised[0]], thing.colour * np.float32(dim))
    sheet.polygon(raised, mix(thing.colour, rgb(1, 1, 1), 0.25))
    if rng.random() < 0.5:
        for share in np.linspace(0.15, 0.85, int(rng.integers(2, 6))):
            points = [(px, py - tall * share) for px, py in (west, corner, east)]
            sheet.line(points, near(rng, thing.colour * np.float32(0.55), 0.1), size * 0.04)
    sheet.onto(studio.pixels, light=1 + np.float32(0.09) * studio.rough)


def _bottle(studio: _Studio, thing: _Thing) -> None:
    """Turned on a lathe: a profile of radii, shaded around."""
    half, tall = thing.size * 0.62, thing.size * studio.rng.uniform(1.6, 2.9)
    _shadow(studio, thing, half)
    window = _window(studio, (thing.column, thing.foot), (half * 1.1 + 2, tall + half))
    up = (thing.foot - window.rows) / tall  # 0 foot, 1 top
    neck = studio.rng.uniform(0.22, 0.5)
    radius = half * (1 - (1 - neck) * smooth(up, 0.5, 0.78)) + 0.06 * half * (up > 0.93)
    across = (window.columns - thing.column) / radius
    bulge = np.sqrt(np.clip(1 - across**2, 0, 1))
    inside = (np.abs(across) < 1) & (window.rows < thing.foot + 0.16 * half * bulge) & (up < 1)
    edge = np.clip((1 - np.abs(across)) * radius + 0.5, 0, 1) * inside
    lambert = np.clip(0.75 * studio.side * across + 0.65 * bulge, 0, 1)
    gloss = 0.7 * np.exp(-(((across - 0.45 * studio.side) / 0.09) ** 2)) * studio.rng.uniform(0.2, 1)
    skin = 1 + np.float32(0.06) * window.rough
    paint = thing.colour * ((0.25 + 0.85 * lambert) * skin)[..., None] + gloss[..., None]
    if studio.rng.random() < 0.6:
        paper = rgb(0.93, 0.9, 0.82) * ((0.35 + 0.7 * lambert) * skin)[..., None]
        paint = np.where((np.abs(up - 0.25) < 0.13)[..., None], paper, paint)
    lay(window.pixels, paint.astype(np.float32), edge.astype(np.float32))
