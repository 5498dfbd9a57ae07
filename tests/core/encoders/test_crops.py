"""What of an image is embedded."""

import numpy as np
import pytest
from PIL import Image

from core.encoders.crops import NATIVE_SIDE, crop_places, crops, random_cut
from core.media.tiles import WHOLE
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


@pytest.mark.parametrize("input_size", [None, 336])
@pytest.mark.parametrize("size", [(1000, 800), (2400, 1800), (700, 1500)])
def test_that_places_say_where_the_crops_were_taken(size, input_size):
    image = numbered(*size)
    parts = crops(image, input_size=input_size, tiles=Tiles.FIVE_CROP)
    places = crop_places(size, input_size=input_size, tiles=Tiles.FIVE_CROP)
    assert len(places) == 5
    for part, place in zip(parts, places, strict=True):
        column, row = part.getpixel((0, 0))[:2]
        assert (8 * column, 8 * row) == pytest.approx((place.left * size[0], place.top * size[1]), abs=8)
        assert place.left + place.width <= 1.0
        assert place.top + place.height <= 1.0


def test_that_a_picture_that_is_not_cut_has_one_place_which_is_all_of_it():
    assert crop_places((400, 300), input_size=336, tiles=Tiles.FIVE_CROP) == (WHOLE,)
    assert crop_places((4000, 3000), input_size=336, tiles=Tiles.NONE) == (WHOLE,)


@pytest.mark.parametrize(("input_size", "side"), [(None, NATIVE_SIDE), (100, 200)])
def test_that_random_crops_are_as_large_as_the_five_and_lie_inside(input_size, side):
    cut = random_cut((1100, 800), input_size=input_size, content_hash="ab" * 32, count=20)
    assert cut is not None
    assert (cut.side, len(cut.corners)) == (side, 20)
    assert len(set(cut.corners)) > 10
    assert all(0 <= x <= 1100 - side and 0 <= y <= 800 - side for x, y in cut.corners)
    assert input_size is not None or all(x % 16 == y % 16 == 0 for x, y in cut.corners)


def test_that_random_crops_are_of_the_scale_of_the_five():
    cut = random_cut((4000, 3000), input_size=336, content_hash="ab" * 32, count=3)
    assert cut is not None
    assert cut.size == (2048, 1536)


def test_that_places_hang_on_the_content_alone_and_fewer_are_the_first_of_more():
    def places(content_hash, count):
        cut = random_cut((1100, 800), input_size=100, content_hash=content_hash, count=count)
        return cut.corners

    assert places("ab" * 32, 8) == places("ab" * 32, 8)
    assert places("ab" * 32, 8)[:3] == places("ab" * 32, 3)
    assert places("cd" * 32, 8) != places("ab" * 32, 8)


def test_that_a_picture_too_small_to_be_cut_has_no_random_crops():
    assert random_cut((1100, 672), input_size=None, content_hash="ab" * 32, count=3) is None
