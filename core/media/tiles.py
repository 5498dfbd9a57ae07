"""Five crops of a large picture, so that an encoder sees detail which a whole picture scaled down has lost.

The rule is the seed's, so that heads trained with its tiles see the same tiles here.
"""

from __future__ import annotations

from PIL import Image

_SHORTEST_EDGE = 1536
_CROP_FACTOR = 2
"""Crops have twice the encoder's side and are scaled down by its preprocessing."""


def five_crop(image: Image.Image, encoder_size: int) -> list[Image.Image]:
    """Four corners and the centre; the picture alone where its shorter edge is not longer than a crop's."""
    side = _CROP_FACTOR * encoder_size
    if min(image.size) <= side:
        return [image]
    if max(image.size) > _SHORTEST_EDGE:
        image = _shortest_edge_to(image, _SHORTEST_EDGE)
    width, height = image.size
    left, top = round((width - side) / 2), round((height - side) / 2)
    corners = [(0, 0), (width - side, 0), (0, height - side), (width - side, height - side), (left, top)]
    return [image.crop((x, y, x + side, y + side)) for x, y in corners]


def _shortest_edge_to(image: Image.Image, edge: int) -> Image.Image:
    shortest = min(image.size)
    size = [int(edge * side / shortest) for side in image.size]
    return image.resize((size[0], size[1]), Image.Resampling.BILINEAR)
