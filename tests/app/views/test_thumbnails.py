"""Thumbnails come from the store, are made where missing, and never stop on a broken file."""

from __future__ import annotations

from PIL import Image

from app.loading.thumbnails import SHOWN_SIDE, ThumbnailLoader
from core.media.thumbnails import ThumbnailStore
from core.values import ImageFile, ImageId


def test_that_a_missing_thumbnail_is_made_and_kept(qtbot, thumbnails: ThumbnailLoader, store, images) -> None:
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [ImageId(1)])
    assert max(thumbnails.pixmap(ImageId(1)).width(), thumbnails.pixmap(ImageId(1)).height()) == SHOWN_SIDE
    assert store.read(images[0].content_hash) is not None


def test_that_a_stored_thumbnail_is_what_is_shown(
    qtbot, thumbnails: ThumbnailLoader, store: ThumbnailStore, images
) -> None:
    store.write(images[0].content_hash, Image.new("RGB", (512, 384), (255, 0, 255)))
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [ImageId(1)])
    red, green, blue, _ = thumbnails.pixmap(ImageId(1)).toImage().pixelColor(60, 60).getRgb()
    assert red > 240 and green < 15 and blue > 240


def test_that_a_damaged_thumbnail_is_made_again(
    qtbot, thumbnails: ThumbnailLoader, store: ThumbnailStore, images
) -> None:
    store.write(images[0].content_hash, Image.new("RGB", (512, 384)))
    store.path(images[0].content_hash).write_bytes(b"torn")
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [ImageId(1)])
    assert thumbnails.pixmap(ImageId(1)) is not None


def test_that_a_thumbnail_is_shown_where_it_cannot_be_kept(
    qtbot, thumbnails: ThumbnailLoader, store: ThumbnailStore
) -> None:
    store.folder.parent.mkdir(parents=True, exist_ok=True)
    store.folder.write_bytes(b"a file where the folder should be")
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [ImageId(1)])
    assert thumbnails.pixmap(ImageId(1)) is not None


def test_that_an_unreadable_file_is_known_as_such(qtbot, thumbnails: ThumbnailLoader, images: list[ImageFile]) -> None:
    broken = images[-1].image_id
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [broken])
    assert thumbnails.unreadable(broken)
    assert thumbnails.pixmap(broken) is None


def test_that_another_density_brings_sharper_thumbnails(qtbot, thumbnails: ThumbnailLoader) -> None:
    thumbnails.set_density(2.0)
    with qtbot.waitSignal(thumbnails.loaded):
        thumbnails.want("grid", [ImageId(1)])
    assert thumbnails.pixmap(ImageId(1)).width() == 2 * SHOWN_SIDE


def test_that_one_viewer_leaves_the_wishes_of_another(qtbot, thumbnails: ThumbnailLoader) -> None:
    thumbnails.want("film", [ImageId(1), ImageId(2)])
    thumbnails.want("grid", [ImageId(3)])
    thumbnails.want("grid", [])
    qtbot.waitUntil(lambda: thumbnails.pixmap(ImageId(1)) is not None and thumbnails.pixmap(ImageId(2)) is not None)
