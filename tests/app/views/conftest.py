"""Real pictures on disk, real loaders, one theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from app import theme as themes
from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.theme import Theme
from core.media.thumbnails import ThumbnailStore
from core.values import ContentHash, ImageFile, ImageId

SIZES = ((640, 480), (480, 640), (1200, 300), (320, 240), (900, 900), (800, 600))


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return themes.apply(qapp, "dark")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[ImageFile]:
    """Six pictures of different shapes and colours, and a broken one, with ids from 1."""
    folder = tmp_path_factory.mktemp("pictures")
    files = []
    for number, (width, height) in enumerate(SIZES, start=1):
        path = folder / f"picture-{number}.png"
        pixels = np.full((height, width, 3), (40 * number, 255 - 40 * number, 90), np.uint8)
        pixels[: height // 2, : width // 2] = (10 * number, 0, 255)
        Image.fromarray(pixels).save(path)
        files.append(_image_file(number, path, width, height))
    broken = folder / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    files.append(_image_file(len(files) + 1, broken, 400, 300))
    return files


@pytest.fixture
def locate(images: list[ImageFile]) -> Callable[[Sequence[ImageId]], list[ImageFile]]:
    by_id = {image.image_id: image for image in images}
    return lambda ids: [by_id[image_id] for image_id in ids if image_id in by_id]


@pytest.fixture
def pictures(qapp: QApplication, locate) -> Iterator[PictureLoader]:
    loader = PictureLoader(locate)
    yield loader
    loader.close()


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "thumbnails")


@pytest.fixture
def thumbnails(qapp: QApplication, locate, store: ThumbnailStore, pictures: PictureLoader) -> ThumbnailLoader:
    return ThumbnailLoader(locate, store, pool=pictures.pool)


def _image_file(number: int, path: Path, width: int, height: int) -> ImageFile:
    content_hash = ContentHash(f"{number:064x}")
    return ImageFile(ImageId(number), content_hash, str(path), width, height, "PNG", path.stat().st_size)
