"""Pictures on disk for the tests of this folder, drawn by the program itself."""

from pathlib import Path

import numpy as np
from PIL import Image

from core.arrays.hashes import content_hash
from core.media.draw import draw_scene
from core.values import ImageFile, ImageId


def drawn(number: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    return draw_scene(np.random.default_rng(number), *size)


def listed(path: Path, number: int = 0) -> ImageFile:
    """As a scan would list it."""
    with Image.open(path) as image:
        width, height, kind = *image.size, image.format or ""
    return ImageFile(ImageId(number), content_hash(path), str(path), width, height, kind, path.stat().st_size)


def folder_of(folder: Path, count: int, size: tuple[int, int] = (64, 48)) -> list[ImageFile]:
    """PNG files of noise, each another: cheap to make, and every pixel counts."""
    rng = np.random.default_rng(7)
    images = []
    for number in range(count):
        path = folder / f"{number:03d}.png"
        Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(path)
        images.append(listed(path, number))
    return images
