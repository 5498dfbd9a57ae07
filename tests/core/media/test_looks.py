"""Telling pictures that show nearly the same from those that do not."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from core.media.draw import draw_scene
from core.media.look_store import LookStore
from core.media.looks import Looks, alike, bits_apart, look


def thumbnail(image: Image.Image, quality: int = 85) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def looks_of(*images: Image.Image) -> Looks:
    return Looks.all_of([look(f"{number:064x}", thumbnail(image)) for number, image in enumerate(images)])


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return draw_scene(np.random.default_rng(5), 480, 360)


def test_that_copies_of_a_picture_are_alike(scene):
    small = scene.resize((320, 240))
    brighter = ImageEnhance.Brightness(scene).enhance(1.05)
    coded = Image.open(io.BytesIO(thumbnail(scene, quality=30)))
    assert alike(looks_of(scene, small, brighter, coded)).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]


def test_that_another_shape_colour_or_side_is_not_alike(scene):
    wide = scene.resize((480, 240))
    grey = scene.convert("L")
    mirrored = scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert alike(looks_of(scene, wide, ImageEnhance.Brightness(grey).enhance(0.6), mirrored)).tolist() == []


def test_that_flat_pictures_are_like_no_other():
    assert alike(looks_of(*[Image.new("RGB", (64, 64), (100, 120, shade)) for shade in (0, 1, 2)])).tolist() == []


def test_that_drawn_scenes_are_all_different():
    scenes = [draw_scene(np.random.default_rng(number), 160, 120) for number in range(60)]
    assert alike(looks_of(*scenes)).tolist() == []


@pytest.mark.parametrize("most", [0, 7, 8, 15])
def test_that_as_many_bits_may_differ_as_asked(most):
    rng = np.random.default_rng(2)
    bits = np.repeat(rng.integers(0, 256, (30, 16), np.uint8), 6, axis=0)
    for row in bits:
        for place in rng.integers(0, 128, rng.integers(0, 10)):
            row[place // 8] ^= 1 << (place % 8)
    count = len(bits)
    looks = Looks(np.zeros((count, 32), np.uint8), bits, np.zeros((count, 3), np.uint8), np.zeros(count, np.float32))
    apart = np.bitwise_count(bits[:, None] ^ bits[None]).sum(axis=2)
    expected = np.argwhere(np.triu(apart <= most, k=1))
    assert alike(looks, most).tolist() == expected.tolist()
    assert (bits_apart(looks, expected) <= most).all()


def test_that_the_search_by_bands_finds_every_pair():
    rng = np.random.default_rng(1)
    centres = rng.integers(0, 256, (40, 16), np.uint8)
    bits = np.repeat(centres, 10, axis=0)
    for row in bits:
        for place in rng.integers(0, 128, rng.integers(0, 6)):
            row[place // 8] ^= 1 << (place % 8)
    count = len(bits)
    looks = Looks(np.zeros((count, 32), np.uint8), bits, np.zeros((count, 3), np.uint8), np.zeros(count, np.float32))
    apart = np.bitwise_count(bits[:, None] ^ bits[None]).sum(axis=2)
    expected = [pair for pair in np.argwhere(apart <= 7).tolist() if pair[0] < pair[1]]
    assert alike(looks).tolist() == expected and len(expected) > 1000


def test_that_of_a_thousand_flowers_the_pairs_joined_are_those_that_show_the_same(shared):
    paths = sorted((shared / "flowers5").rglob("*.jpg"))
    images = []
    for path in paths:
        with Image.open(path) as image:
            image.draft("RGB", (160, 160))
            images.append(image.convert("RGB"))
    joined = [(paths[first].stem, paths[second].stem) for first, second in alike(looks_of(*images))]
    assert joined == [
        ("14889392928_9742aed45b_m", "15066430311_fb57fa92b0_m"),
        ("2588234269_c4bfd0d8b9_n", "2588453601_66f2a03cca_n"),
    ]


def test_that_looks_are_kept_and_broken_ones_forgotten(scene, tmp_path):
    store, looks = LookStore(tmp_path), looks_of(scene, scene.rotate(90))
    assert len(store.read()[0]) == 0
    for told in (False, True):
        store.write(looks, told=told)
        kept, were_told = store.read()
        assert (kept.names(), were_told) == (looks.names(), told)
        assert np.array_equal(kept.bits, looks.bits)
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes()[:-9])
    assert len(store.read()[0]) == 0
