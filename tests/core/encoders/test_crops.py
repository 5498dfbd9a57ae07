"""What of an image is embedded."""

import numpy as np
from PIL import Image

from core.encoders.crops import NATIVE_SIDE, crops
from core.values import Tiles


def numbered(width: int, height: int) -> Image.Image:
    """Red counts columns and green rows, so that a crop tells where it was taken."""
    rows, columns = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([columns // 8, rows // 8, rows * 0], axis=-1).astype(np.uint8))


def test_that_without_tiles_the_image_is_taken_whole():
    image = numbered(2000, 1500)
    assert crops(image, input_size=None, tiles=Tiles.NONE) == [image]


def test_that_native_crops_are_never_scaled():
    image = numbered(2000, 1500)
    parts = crops(image, input_size=None, tiles=Tiles.FIVE_CROP)
    assert [part.size for part in parts] == [(NATIVE_SIDE, NATIVE_SIDE)] * 5
    assert len({part.tobytes() for part in parts}) == 5
    whole = np.asarray(image)
    for part in parts:
        left, top = (8 * value for value in part.getpixel((0, 0))[:2])
        assert (left % 16, top % 16) == (0, 0)
        assert np.array_equal(np.asarray(part), whole[top : top + NATIVE_SIDE, left : left + NATIVE_SIDE])


def test_that_an_image_too_small_to_be_cut_stays_one():
    for input_size in (None, 336):
        assert len(crops(numbered(3000, NATIVE_SIDE), input_size=input_size, tiles=Tiles.FIVE_CROP)) == 1


def test_that_an_encoder_of_fixed_size_gets_crops_of_twice_its_side():
    parts = crops(numbered(800, 700), input_size=224, tiles=Tiles.FIVE_CROP)
    assert [part.size for part in parts] == [(448, 448)] * 5
