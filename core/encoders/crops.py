"""What of an image is embedded: all of it, or five crops.

Shapes: tiles = 5 where an image is cut, 1 where it is not.
"""

from __future__ import annotations

from PIL import Image

from core.media.tiles import WHOLE, Cut, Place, Size, cut_out, five_cut
from core.values import Tiles

FIVE = 5
NATIVE_SIDE = 672
"""Side of a crop for encoders that read native resolution: as large as the seed's, but nothing is scaled before."""


def crops(image: Image.Image, *, input_size: int | None, tiles: Tiles) -> list[Image.Image]:
    """One picture, or five; an image too small to be cut stays one, whose vector then stands for all five."""
    return cut_out(image, _cut(image.size, input_size=input_size, tiles=tiles))


def crop_places(size: Size, *, input_size: int | None, tiles: Tiles) -> tuple[Place, ...]:
    """Where the `crops` of a picture of `size` pixels lie, in their order."""
    cut = _cut(size, input_size=input_size, tiles=tiles)
    return (WHOLE,) if cut is None else cut.places()


def _cut(size: Size, *, input_size: int | None, tiles: Tiles) -> Cut | None:
    match tiles:
        case Tiles.NONE:
            return None
        case Tiles.FIVE_CROP if input_size is None:
            return _native_five(size)
        case Tiles.FIVE_CROP:
            return five_cut(size, input_size)


def _native_five(size: Size) -> Cut | None:
    """Corners and centre, at multiples of 16 pixels so that coding blocks keep their phase."""
    if min(size) <= NATIVE_SIDE:
        return None
    right, low = (edge - NATIVE_SIDE for edge in size)
    places = ((0, 0), (right, 0), (0, low), (right, low), (right // 2, low // 2))
    return Cut(size, NATIVE_SIDE, tuple((left // 16 * 16, top // 16 * 16) for left, top in places))
