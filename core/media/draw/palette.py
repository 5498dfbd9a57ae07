"""Colours that go together."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.media.draw.canvas import Colour


def rgb(red: float, green: float, blue: float) -> Colour:
    return np.array([red, green, blue], np.float32)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Hue in turns, the others 0..1 (held there)."""
    saturation, value = min(1.0, max(0.0, saturation)), min(1.0, max(0.0, value))
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value), np.float32)


def near(rng: Generator, colour: Colour, spread: float = 0.05) -> Colour:
    """The colour, a little different: lighter or darker, and a touch of another tint."""
    changed = colour * (1 + spread * rng.standard_normal()) + 0.4 * spread * rng.standard_normal(3)
    clipped: Colour = np.clip(changed, 0, 1).astype(np.float32)
    return clipped


def harmony(rng: Generator, count: int) -> list[Colour]:
    """Colours of a few related hues in different strengths, none of them shrill."""
    first = rng.random()
    hues = first + np.array([0.0, 0.06, -0.07, 0.5, 0.42])[: max(3, int(rng.integers(3, 6)))]
    return [
        hsv(float(rng.choice(hues)) + 0.02 * rng.standard_normal(), rng.uniform(0.2, 0.7), rng.uniform(0.35, 0.92))
        for _ in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Mood:
    """Light of one time of day."""

    sky_high: Colour
    sky_low: Colour
    light: Colour
    """Of the sun or the lamp."""
    haze: Colour
    brightness: float


MOODS = (
    Mood(rgb(0.25, 0.48, 0.80), rgb(0.78, 0.87, 0.94), rgb(1.0, 0.97, 0.88), rgb(0.72, 0.81, 0.90), 1.0),
    Mood(rgb(0.20, 0.24, 0.45), rgb(0.98, 0.66, 0.42), rgb(1.0, 0.78, 0.45), rgb(0.85, 0.58, 0.48), 0.8),
    Mood(rgb(0.55, 0.62, 0.72), rgb(0.96, 0.84, 0.78), rgb(1.0, 0.90, 0.76), rgb(0.85, 0.80, 0.80), 0.95),
    Mood(rgb(0.60, 0.65, 0.70), rgb(0.82, 0.84, 0.85), rgb(0.95, 0.95, 0.93), rgb(0.76, 0.79, 0.81), 0.85),
    Mood(rgb(0.04, 0.07, 0.18), rgb(0.22, 0.28, 0.45), rgb(0.85, 0.90, 1.0), rgb(0.18, 0.22, 0.34), 0.45),
    Mood(rgb(0.36, 0.30, 0.52), rgb(0.95, 0.55, 0.55), rgb(1.0, 0.70, 0.60), rgb(0.72, 0.50, 0.58), 0.7),
)
NIGHT = MOODS[4]


def any_mood(rng: Generator) -> Mood:
    return MOODS[int(rng.integers(len(MOODS)))]
