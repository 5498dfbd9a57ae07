"""Blocks of houses, street behind street, with lit windows towards the evening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Colour, Pixels, Sheet, grid, lay, mix
from core.media.draw.palette import Mood, any_mood, hsv, near, rgb
from core.media.draw.sky import sky
from core.media.draw.texture import fractal, receding


@dataclass(frozen=True, slots=True)
class _House:
    left: float
    right: float
    top: float
    foot: float
    wall: Colour


def city(rng: Generator, width: int, height: int) -> Pixels:
    mood = any_mood(rng)
    street = rng.uniform(0.78, 0.9) * height
    pixels = sky(rng, width, height, mood, 0.75 * height)
    rows = int(rng.integers(2, 5))
    for row in range(rows):
        nearness = (row + 1) / rows
        sheet = Sheet(width, height)
        left = -rng.uniform(0, 0.1) * width
        while left < width:
            house = _house(rng, left, (width, height), street, nearness, mood)
            _front(rng, sheet, house, nearness, mood)
            left = house.right + rng.uniform(-0.01, 0.03) * width * (rng.random() < 0.4)
        sheet.onto(pixels, light=1 + np.float32(0.03 + 0.04 * nearness) * fractal(rng, width, height, 0.8))
    _street(rng, pixels, street, mood)
    return pixels


def _house(rng: Generator, left: float, size: tuple[int, int], street: float, nearness: float, mood: Mood) -> _House:
    width, height = size
    wide = width * rng.uniform(0.06, 0.17) * (0.7 + 0.5 * nearness)
    tall = height * rng.uniform(0.18, 0.62) * (1.15 - 0.45 * nearness)
    own = hsv(rng.choice([0.04, 0.08, 0.11, 0.58, 0.62]), rng.uniform(0.05, 0.45), rng.uniform(0.3, 0.8))
    wall = mix(mood.haze, own * np.float32(0.25 + 0.75 * mood.brightness), 0.25 + 0.75 * nearness)
    return _House(left, left + wide, street - tall, street, wall)


def _front(rng: Generator, sheet: Sheet, house: _House, nearness: float, mood: Mood) -> None:
    sheet.rectangle(house.left, house.top, house.right, house.foot, house.wall)
    _roof(rng, sheet, house)
    if rng.random() < 0.5:  # a side in the shade
        inner = house.right - (house.right - house.left) * rng.uniform(0.1, 0.3)
        sheet.rectangle(inner, house.top, house.right, house.foot, house.wall * np.float32(0.78))
    _windows(rng, sheet, house, nearness, mood)


def _roof(rng: Generator, sheet: Sheet, house: _House) -> None:
    middle, wide = (house.left + house.right) / 2, house.right - house.left
    dark = house.wall * np.float32(0.6)
    style = rng.random()
    if style < 0.35:
        sheet.polygon([(house.left, house.top), (house.right, house.top), (middle, house.top - 0.4 * wide)], dark)
    elif style < 0.75:
        sheet.rectangle(house.left - 2, house.top - 3, house.right + 2, house.top + 2, dark)
    if style > 0.5:
        for _ in range(int(rng.integers(1, 4))):
            x, up = rng.uniform(house.left, house.right), rng.uniform(0.1, 0.35) * wide
            sheet.line([(x, house.top), (x, house.top - up)], dark, rng.uniform(0.6, 2.5))


def _windows(rng: Generator, sheet: Sheet, house: _House, nearness: float, mood: Mood) -> None:
    pitch = (house.right - house.left) / int(rng.integers(3, 8))
    storey = pitch * rng.uniform(1.0, 1.7)
    share, tall = rng.uniform(0.35, 0.75), rng.uniform(0.4, 0.75)
    glass = mix(house.wall * np.float32(0.35), mood.sky_low, rng.uniform(0.05, 0.4))
    lit_share = 0.6 * (1 - mood.brightness) + 0.03
    row = house.top + 0.5 * storey
    while row + storey < house.foot:
        for column in np.arange(house.left + 0.5 * pitch * (1 - share), house.right - 0.6 * pitch * share, pitch):
            lit = rng.random() < lit_share
            pane = near(rng, rgb(1.0, 0.85, 0.55) if lit else glass, 0.12)
            right, foot = column + pitch * share, row + storey * tall
            sheet.rectangle(column, row, right, foot, pane)
            if nearness > 0.6 and pitch > 9:
                sheet.line([((column + right) / 2, row), ((column + right) / 2, foot)], house.wall, 1.0)
                sheet.rectangle(column - 1, foot, right + 1, foot + 1.5, house.wall * np.float32(1.2))
        row += storey


def _street(rng: Generator, pixels: Pixels, street: float, mood: Mood) -> None:
    """Asphalt that mirrors a little of the houses, more of them when it is wet."""
    height, width, _ = pixels.shape
    _, rows = grid(width, height)
    first = int(street)
    gravel = 1 + 0.14 * fractal(rng, width, height, 0.6) + 0.10 * receding(fractal(rng, width, height, 0.9), street)
    asphalt = rgb(0.30, 0.30, 0.32) * np.float32(0.35 + 0.65 * mood.brightness) * gravel[..., None]
    wet = rng.uniform(0.05, 0.6)
    mirror = pixels[np.clip(2 * first - np.arange(height), 0, max(0, first - 1))]
    smeared = 0.5 * mirror + 0.25 * np.roll(mirror, 4, axis=0) + 0.25 * np.roll(mirror, 9, axis=0)
    paint = asphalt + (smeared - asphalt) * np.float32(wet)
    lay(pixels, paint.astype(np.float32), np.broadcast_to(np.clip(rows - street + 0.5, 0, 1), (height, width)))
    kerb = Sheet(width, height)
    kerb.rectangle(
        0, street - 0.008 * height, width, street, rgb(0.55, 0.55, 0.54) * np.float32(0.3 + 0.7 * mood.brightness)
    )
    _lamps(rng, kerb, (width, height), street)
    kerb.onto(pixels)


def _lamps(rng: Generator, sheet: Sheet, size: tuple[int, int], street: float) -> None:
    width, height = size
    dark = rgb(0.09, 0.09, 0.1)
    for column in np.arange(rng.uniform(0, 0.3), 1, rng.uniform(0.18, 0.4)) * width:
        top = street - 0.2 * height
        sheet.line([(float(column), street), (float(column), top), (float(column) + 0.02 * height, top)], dark, 2.2)
        sheet.ellipse((float(column) + 0.024 * height, top + 2), (0.009 * height, 0.005 * height), rgb(1, 0.93, 0.75))
