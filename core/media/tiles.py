"""Five crops of a large picture, so that an encoder sees detail which a whole picture scaled down has lost.

The rule is the seed's, so that heads trained with its tiles see the same tiles here.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

_SHORTEST_EDGE = 1536
_CROP_FACTOR = 2
"""Crops have twice the encoder's side and are scaled down by its preprocessing."""

Size = tuple[int, int]
Corners = tuple[Size, ...]
"""Left and top of each crop."""


class Place(NamedTuple):
    """Where a crop lies in its picture, as shares of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float


WHOLE = Place(0.0, 0.0, 1.0, 1.0)


class Cut(NamedTuple):
    """How a picture is cut: brought to a size, then squares of one side."""

    size: Size
    side: int
    corners: Corners

    def places(self) -> tuple[Place, ...]:
        width, height = self.size
        return tuple(Place(x / width, y / height, self.side / width, self.side / height) for x, y in self.corners)


def five_cut(size: Size, encoder_size: int) -> Cut | None:
    """Four corners and the centre; None where the shorter edge is not longer than a crop's."""
    side = _CROP_FACTOR * encoder_size
    if min(size) <= side:
        return None
    if max(size) > _SHORTEST_EDGE:
        size = _shortest_edge_to(size, _SHORTEST_EDGE)
    width, height = size
    left, top = round((width - side) / 2), round((height - side) / 2)
    corners = ((0, 0), (width - side, 0), (0, height - side), (width - side, height - side), (left, top))
    return Cut(size, side, corners)


def cut_out(image: Image.Image, cut: Cut | None) -> list[Image.Image]:
    """The crops; the picture alone where it is not cut."""
    if cut is None:
        return [image]
    if cut.size != image.size:
        image = image.resize(cut.size, Image.Resampling.BILINEAR)
    return [image.crop((x, y, x + cut.side, y + cut.side)) for x, y in cut.corners]


def _shortest_edge_to(size: Size, edge: int) -> Size:
    shortest = min(size)
    return int(edge * size[0] / shortest), int(edge * size[1] / shortest)
