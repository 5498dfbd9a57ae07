"""Which parts of an image are read: a bounded number of native-resolution regions, aligned to coding blocks.

Shapes: regions = parts of one image, all of one size; h, w = their height and width.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256
LIMIT = 16
"""Sixteen regions of 256 x 256 are one megapixel: the cost of an image never exceeds that of a one-megapixel one."""
ALIGNMENT = 16
"""Regions begin at multiples of the largest coding block, so that block phase is the same in all of them."""


def read_regions(image: Image.Image) -> NDArray[np.uint8]:
    """The regions of an RGB image, spread evenly over it.  # (regions, h, w, 3)"""
    pixels = np.asarray(_at_least(image, ALIGNMENT))
    height, width = (min(SIDE, size // ALIGNMENT * ALIGNMENT) for size in pixels.shape[:2])
    rows, columns = _grid(pixels.shape[0] / height, pixels.shape[1] / width)
    tops = _starts(pixels.shape[0], height, rows)
    lefts = _starts(pixels.shape[1], width, columns)
    return np.stack([pixels[top : top + height, left : left + width] for top in tops for left in lefts])


def _at_least(image: Image.Image, side: int) -> Image.Image:
    if min(image.size) >= side:
        return image
    wide, high = (max(side, size) for size in image.size)
    pixels = np.pad(np.asarray(image), ((0, high - image.height), (0, wide - image.width), (0, 0)), mode="symmetric")
    return Image.fromarray(pixels)


def _grid(rows: float, columns: float) -> tuple[int, int]:
    """How many regions down and across: all that fit, else LIMIT in about the shape of the image."""
    down, across = math.floor(rows), math.floor(columns)
    if down * across <= LIMIT:
        return down, across
    down = max(1, min(LIMIT, round(math.sqrt(LIMIT * rows / columns))))
    return down, LIMIT // down


def _starts(size: int, side: int, count: int) -> list[int]:
    if count == 1:
        return [(size - side) // 2 // ALIGNMENT * ALIGNMENT]
    return [round(i * (size - side) / (count - 1)) // ALIGNMENT * ALIGNMENT for i in range(count)]
