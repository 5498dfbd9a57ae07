"""What of an image is embedded: all of it, or five crops, and for training alone crops at places of chance.

Shapes: tiles = 5 where an image is cut, 1 where it is not.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.media.tiles import WHOLE, Cut, Place, Size, cut_out, five_cut
from core.values import ContentHash, Tiles

FIVE = 5
PLACES_SEED = 0
"""Of the places of random crops. Not the training's own seed, or another seed would embed every crop anew."""
_CODING_BLOCK = 16
"""Pixels. Crops that keep native resolution begin at its multiples, so that blocks keep their phase."""
NATIVE_SIDE = 672
"""Side of a crop for encoders that read native resolution: as large as the seed's, but nothing is scaled before."""


def crops(image: Image.Image, *, input_size: int | None, tiles: Tiles) -> list[Image.Image]:
    """One picture, or five; an image too small to be cut stays one, whose vector then stands for all five."""
    return cut_out(image, _cut(image.size, input_size=input_size, tiles=tiles))


def crop_places(size: Size, *, input_size: int | None, tiles: Tiles) -> tuple[Place, ...]:
    """Where the `crops` of a picture of `size` pixels lie, in their order."""
    cut = _cut(size, input_size=input_size, tiles=tiles)
    return (WHOLE,) if cut is None else cut.places()


def random_crops(
    image: Image.Image, *, input_size: int | None, content_hash: ContentHash, count: int
) -> list[Image.Image]:
    """`count` crops as large as the five and of their scale; the picture alone where that is not cut either."""
    return cut_out(image, random_cut(image.size, input_size=input_size, content_hash=content_hash, count=count))


def random_cut(size: Size, *, input_size: int | None, content_hash: ContentHash, count: int) -> Cut | None:
    """The same places whenever the content is the same; fewer are the first of more. None where five are not cut."""
    five = _cut(size, input_size=input_size, tiles=Tiles.FIVE_CROP)
    if five is None:
        return None
    step = _CODING_BLOCK if input_size is None else 1
    places = [(edge - five.side) // step + 1 for edge in five.size]
    rng = np.random.default_rng([PLACES_SEED, int(content_hash, 16)])
    drawn = rng.integers(0, places, (count, 2)) * step
    return five._replace(corners=tuple((int(left), int(top)) for left, top in drawn))


def _cut(size: Size, *, input_size: int | None, tiles: Tiles) -> Cut | None:
    match tiles:
        case Tiles.NONE:
            return None
        case Tiles.FIVE_CROP if input_size is None:
            return _native_five(size)
        case Tiles.FIVE_CROP:
            return five_cut(size, input_size)


def _native_five(size: Size) -> Cut | None:
    """Corners and centre."""
    if min(size) <= NATIVE_SIDE:
        return None
    right, low = (edge - NATIVE_SIDE for edge in size)
    places = ((0, 0), (right, 0), (0, low), (right, low), (right // 2, low // 2))
    aligned = ((left // _CODING_BLOCK * _CODING_BLOCK, top // _CODING_BLOCK * _CODING_BLOCK) for left, top in places)
    return Cut(size, NATIVE_SIDE, tuple(aligned))
