"""Which parts of an image are read: a bounded number of native-resolution regions, aligned to coding blocks.

Shapes: regions = parts of one image, all of one size; h, w = their height and width.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 128
LIMIT = 24
"""0.4 megapixels in many small pieces say more of a large image than the same pixels in one piece."""
ALIGNMENT = 16
"""Regions begin at multiples of the largest coding block, so that block phase is the same in all of them."""


def read_regions(image: Image.Image) -> NDArray[np.uint8]:
    """The regions of an RGB image, spread evenly over it.  # (regions, h, w, 3)"""
    image = _at_least(image, ALIGNMENT)
    width, height = (min(SIDE, size // ALIGNMENT * ALIGNMENT) for size in image.size)
    rows, columns = _grid(image.height / height, image.width / width)
    tops = _starts(image.height, height, rows)
    lefts = _starts(image.width, width, columns)
    boxes = [(left, top, left + width, top + height) for top in tops for left in lefts]
    return np.stack([np.asarray(image.crop(box)) for box in boxes])


def _at_least(image: Image.Image, side: int) -> Image.Image:
    if min(image.size) >= side:
        return image
    wide, high = (max(side, size) for size in image.size)
    pixels = np.pad(np.asarray(image), ((0, high - image.height), (0, wide - image.width), (0, 0)), mode="symmetric")
    return Image.fromarray(pixels)


def _grid(rows: float, columns: float) -> tuple[int, int]:
    """How many regions down and across: enough to cover the image, else LIMIT in about its shape."""
    down, across = math.ceil(rows), math.ceil(columns)
    if down * across <= LIMIT:
        return down, across
    down = min(LIMIT, max(1, round(math.sqrt(LIMIT * rows / columns))))
    return down, LIMIT // down


def _starts(size: int, side: int, count: int) -> list[int]:
    """Evenly from edge to edge; neighbours overlap where the image is small."""
    steps = max(1, count - 1)
    return [i * (size - side) // steps // ALIGNMENT * ALIGNMENT for i in range(count)]
