"""The seed's five crops."""

import numpy as np
import pytest
from PIL import Image

from core.media.tiles import cut_out, five_cut
from tests.core.media.pictures import gradient


def five_crop(image: Image.Image) -> list[Image.Image]:
    return cut_out(image, five_cut(image.size, 336))


@pytest.mark.parametrize("size", [(300, 300), (672, 2000), (2000, 600)])
def test_that_a_picture_no_larger_than_a_crop_is_taken_whole(size):
    image = gradient(*size)
    assert five_crop(image) == [image]


def test_that_corners_and_centre_are_cut_at_native_resolution():
    image = gradient(1000, 800)
    tiles = five_crop(image)
    pixels = np.asarray(image)
    places = [(0, 0), (328, 0), (0, 128), (328, 128), (164, 64)]
    assert [tile.size for tile in tiles] == [(672, 672)] * 5
    for tile, (x, y) in zip(tiles, places, strict=True):
        np.testing.assert_array_equal(np.asarray(tile), pixels[y : y + 672, x : x + 672])


def test_that_a_large_picture_is_first_brought_to_a_shortest_edge_of_1536():
    tiles = five_crop(gradient(2400, 1800))
    assert [tile.size for tile in tiles] == [(672, 672)] * 5
    right = np.asarray(tiles[3])[-1, -1]
    assert right[:2].min() > 250, "the last crop reaches the far corner"
    assert int(np.asarray(tiles[0])[0, -1, 0]) == pytest.approx(255 * 672 / 2048, abs=2)
