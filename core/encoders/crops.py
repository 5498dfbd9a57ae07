"""What of an image is embedded: all of it, or five crops.

Shapes: tiles = 5 where an image is cut, 1 where it is not.
"""

from __future__ import annotations

from PIL import Image

from core.media.tiles import five_crop
from core.values import Tiles

FIVE = 5
NATIVE_SIDE = 672
"""Side of a crop for encoders that read native resolution: as large as the seed's, but nothing is scaled before."""


def crops(image: Image.Image, *, input_size: int | None, tiles: Tiles) -> list[Image.Image]:
    """One picture, or five; an image too small to be cut stays one, whose vector then stands for all five."""
    match tiles:
        case Tiles.NONE:
            return [image]
        case Tiles.FIVE_CROP if input_size is None:
            return _native_five(image)
        case Tiles.FIVE_CROP:
            return list(five_crop(image, input_size))


def _native_five(image: Image.Image) -> list[Image.Image]:
    """Corners and centre, at multiples of 16 pixels so that coding blocks keep their phase."""
    if min(image.size) <= NATIVE_SIDE:
        return [image]
    right, low = (size - NATIVE_SIDE for size in image.size)
    places = [(0, 0), (right, 0), (0, low), (right, low), (right // 2, low // 2)]
    corners = [(left // 16 * 16, top // 16 * 16) for left, top in places]
    return [image.crop((left, top, left + NATIVE_SIDE, top + NATIVE_SIDE)) for left, top in corners]
