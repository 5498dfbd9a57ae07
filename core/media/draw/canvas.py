"""What every scene paints on and with: pixels, masks, sheets of smooth-edged shapes.

Shapes: h, w = height and width of the picture. Colours are 0..1 as shown on a screen; rows grow downwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.float32]
"""(h, w, 3)"""
Field = NDArray[np.float32]
"""(h, w)"""
Colour = NDArray[np.float32]
"""(3,)"""
Points = Sequence[tuple[float, float]]
"""Corners as (column, row) in pixels of the picture."""

_OVERSAMPLING = 2
_FOUR_BANDS = "CMYK"
"""Red, green, blue and cover. By this name Pillow averages all four alike; as RGBA it would undo the colours' fading at
the edges, and light them up."""


def grid(width: int, height: int) -> tuple[Field, Field]:
    """Columns as (1, w) and rows as (h, 1), in pixels."""
    return np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]


def smooth(values: NDArray[np.floating], low: float, high: float) -> Field:
    """0 below `low`, 1 above `high`, an S-curve between."""
    t: Field = np.clip((values - low) / (high - low), 0, 1).astype(np.float32)
    return t * t * (3 - 2 * t)


def mix(first: NDArray[np.float32], second: NDArray[np.float32], share: NDArray[np.float32] | float) -> Pixels:
    """`share` of the second colour; a field of shares gives a field of colours."""
    amount = np.asarray(share, np.float32)
    if amount.ndim == 2:
        amount = amount[..., None]
    blended: Pixels = np.asarray(first + (second - first) * amount, np.float32)
    return blended


def lay(pixels: Pixels, paint: NDArray[np.float32], cover: Field) -> None:
    """Puts paint, one colour or pixels, over what is there, where `cover` is 1."""
    pixels += (paint - pixels) * cover[..., None]


def shade(pixels: Pixels, light: Field) -> None:
    """Multiplies every channel."""
    pixels *= light[..., None]


class Sheet:
    """Transparent foil for shapes with smooth edges: drawn at twice the size, laid over the pixels at once."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new(_FOUR_BANDS, (width * _OVERSAMPLING, height * _OVERSAMPLING))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Points, colour: Colour) -> None:
        self._draw.polygon(_enlarged(points), fill=_ink(colour))

    def line(self, points: Points, colour: Colour, width: float) -> None:
        self._draw.line(_enlarged(points), fill=_ink(colour), width=max(1, round(width * _OVERSAMPLING)))

    def ellipse(self, centre: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
        (x, y), (across, down) = centre, radii
        self._draw.ellipse(_enlarged([(x - across, y - down), (x + across, y + down)]), fill=_ink(colour))

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        if right > left and bottom > top:
            self._draw.rectangle(_enlarged([(left, top), (right, bottom)]), fill=_ink(colour))

    def onto(self, pixels: Pixels, *, blur: float = 0.0, light: Field | None = None) -> None:
        """`light` multiplies the colours of the shapes; `blur` in pixels."""
        foil = self._image.reduce(_OVERSAMPLING)
        if blur:
            foil = foil.filter(ImageFilter.GaussianBlur(blur))
        values = np.asarray(foil, np.float32) / np.float32(255)  # (h, w, 4), colour times cover
        colour = values[..., :3] if light is None else values[..., :3] * light[..., None]
        pixels *= 1 - values[..., 3:]
        pixels += colour

    def cover(self, *, blur: float = 0.0) -> Field:
        """Where the shapes are, 0..1."""
        alpha = self._image.getchannel(3).reduce(_OVERSAMPLING)
        if blur:
            alpha = alpha.filter(ImageFilter.GaussianBlur(blur))
        return np.asarray(alpha, np.float32) / np.float32(255)


def _enlarged(points: Points) -> list[tuple[float, float]]:
    return [(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in points]


def _ink(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = (min(255, max(0, round(float(value) * 255))) for value in colour)
    return red, green, blue, 255
