"""Pictures arrive at the size wished for, within the bound of bytes, or with a reason."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QSize

from app.loading.pictures import (
    FULL,
    PictureLoader,
    Wish,
    decode_to_side,
    fitted_side,
    fitted_size,
    to_qimage,
)
from core.values import ContentHash, ImageFile, ImageId

edges = st.integers(1, 20_000)


def image_of(width: int, height: int) -> ImageFile:
    return ImageFile(ImageId(1), ContentHash("0" * 64), "x.png", width, height, "PNG", 1)


@given(edges, edges, st.integers(1, 4000), st.integers(1, 4000))
def test_that_a_fitted_picture_lies_within_its_pane(width: int, height: int, across: int, down: int) -> None:
    size = fitted_size(image_of(width, height), QSize(across, down))
    assert 1 <= size.width() <= max(across, 1)
    assert 1 <= size.height() <= max(down, 1)


@given(st.integers(1, 200), st.integers(1, 300))
def test_that_pixels_reach_qt_unchanged(width: int, height: int) -> None:
    rng = np.random.default_rng(width * 1000 + height)
    pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
    image = to_qimage(Image.fromarray(pixels))
    for y, x in ((0, 0), (height - 1, width - 1), (height // 2, width // 2)):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(int(value) for value in pixels[y, x])


def test_that_an_image_outlives_the_picture_it_was_made_from() -> None:
    image = to_qimage(Image.new("RGB", (64, 64), (1, 2, 3)))
    gc.collect()
    assert image.copy().pixelColor(63, 63).getRgb()[:3] == (1, 2, 3)


def test_that_a_picture_is_decoded_at_the_side_asked_for(images: list[ImageFile]) -> None:
    assert decode_to_side(images[0].path, 320).width() == 320
    assert decode_to_side(images[1].path, 320).height() == 320


def test_that_a_small_picture_is_enlarged_in_the_pool(images: list[ImageFile]) -> None:
    assert decode_to_side(images[3].path, 1000).width() == 1000


def test_that_wished_pictures_arrive_at_fitted_size(qtbot, pictures: PictureLoader, images: list[ImageFile]) -> None:
    pane = QSize(400, 400)
    wishes = [Wish(image, fitted_side(image, pane)) for image in images[:3]]
    pictures.want(wishes)
    qtbot.waitUntil(lambda: all(pictures.pixmap(wish.key) for wish in wishes))
    for wish in wishes:
        assert pictures.pixmap(wish.key).size() == fitted_size(wish.image, pane)


def test_that_full_means_every_pixel(qtbot, pictures: PictureLoader, images: list[ImageFile]) -> None:
    wish = Wish(images[2], FULL)
    pictures.want([wish])
    qtbot.waitUntil(lambda: pictures.pixmap(wish.key) is not None)
    assert pictures.pixmap(wish.key).size() == QSize(1200, 300)


def test_that_a_broken_file_gives_its_reason_once(qtbot, pictures: PictureLoader, images: list[ImageFile]) -> None:
    broken = images[-1]
    with qtbot.waitSignal(pictures.ready):
        pictures.want([Wish(broken, 100)])
    assert pictures.problem(broken.image_id)
    pictures.want([Wish(broken, 200)])
    assert pictures.pool.waiting() == 0


def test_that_a_missing_file_gives_a_reason(qtbot, pictures: PictureLoader) -> None:
    with qtbot.waitSignal(pictures.ready):
        pictures.want([Wish(image_of(10, 10), 100)])
    assert pictures.problem(ImageId(1))


def test_that_pictures_held_stay_within_the_bound(qtbot, qapp, locate, images: list[ImageFile]) -> None:
    budget = 300 * 300 * 4 * 2
    loader = PictureLoader(locate, budget_bytes=budget)
    try:
        wishes = [Wish(image, 300) for image in images[:6]]
        for wish in wishes:
            loader.want([wish])
            qtbot.waitUntil(lambda wish=wish: loader.pixmap(wish.key) is not None)
            held = [loader.pixmap(one.key) for one in wishes]
            assert sum(4 * one.width() * one.height() for one in held if one is not None) <= budget
    finally:
        loader.close()


def test_that_a_picture_that_is_read_again_counts_once(qtbot, qapp, locate, images: list[ImageFile]) -> None:
    wishes = [Wish(image, 300) for image in images[:2]]
    loader = PictureLoader(locate, budget_bytes=sum(wish.bytes for wish in wishes))
    try:
        loader.want(wishes)
        qtbot.waitUntil(lambda: all(loader.pixmap(wish.key) for wish in wishes))
        loader.want([Wish(replace(images[0], path="gone.png"), FULL)])
        qtbot.waitUntil(lambda: loader.problem(images[0].image_id) is not None)
        loader.want(wishes)
        loader.try_again()
        qtbot.waitUntil(lambda: loader.problem(images[0].image_id) is None)
        assert all(loader.pixmap(wish.key) for wish in wishes)
    finally:
        loader.close()


def test_that_wishes_beyond_the_bound_are_left_for_later(qtbot, qapp, locate, images: list[ImageFile]) -> None:
    loader = PictureLoader(locate, budget_bytes=1)
    try:
        first, second = Wish(images[0], 100), Wish(images[1], 100)
        loader.want([first, second])
        qtbot.waitUntil(lambda: loader.pixmap(first.key) is not None)
        assert loader.pool.waiting() == 0
        assert loader.pixmap(second.key) is None
    finally:
        loader.close()


def test_that_clearing_forgets_what_was_on_its_way(qtbot, pictures: PictureLoader, images: list[ImageFile]) -> None:
    wishes = [Wish(image, 500) for image in images[:6]]
    pictures.want(wishes)
    pictures.clear()
    pictures.pool._pool.waitForDone()
    qtbot.wait(20)
    assert [pictures.pixmap(wish.key) for wish in wishes] == [None] * 6


@pytest.mark.shared
def test_that_a_real_photograph_keeps_its_shape(shared) -> None:
    path = next(iter(sorted((shared / "hires").glob("*.jpg"))))
    with Image.open(path) as picture:
        width, height = picture.size
    image = decode_to_side(str(path), 900)
    assert image.width() / image.height() == pytest.approx(width / height, rel=0.005)
