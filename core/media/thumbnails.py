"""Small copies of the pictures, by content hash, for grids and film strips. All of them can be made again."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from core.arrays.text_file import check_there
from core.errors import WRITABLE, EnvironmentProblem
from core.values import ContentHash

THUMBNAIL_SIDE = 512
"""Pixels of the longer side."""
_QUALITY = 85
_END_OF_JPEG = b"\xff\xd9"


class ThumbnailStore:
    """JPEG files in 256 folders. Any number of threads may read and write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._serial = itertools.count()

    def path(self, content_hash: ContentHash) -> Path:
        return self.folder / content_hash[:2] / f"{content_hash}.jpg"

    def write(self, content_hash: ContentHash, image: Image.Image) -> None:
        """Scales `image`, RGB, down where it is larger. Raises EnvironmentProblem where the disk is full."""
        buffer = io.BytesIO()
        _small(image).save(buffer, "JPEG", quality=_QUALITY)
        try:
            self._replace(self.path(content_hash), buffer.getvalue())
        except OSError as error:
            raise EnvironmentProblem(
                f"cannot write a thumbnail below {self.folder}: {error.strerror}", WRITABLE
            ) from error

    def read(self, content_hash: ContentHash) -> bytes | None:
        """The JPEG file; None where there is none, or only a part of one."""
        try:
            data = self.path(content_hash).read_bytes()
        except OSError:
            return None
        return data if data.endswith(_END_OF_JPEG) else None

    def names(self) -> Iterator[ContentHash]:
        """Of all pictures that have a thumbnail."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*.jpg"):
            yield ContentHash(path.stem)

    def __contains__(self, content_hash: ContentHash) -> bool:
        return self.path(content_hash).exists()

    def _replace(self, path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}-{next(self._serial)}.tmp")
        check_there(self.folder.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _small(image: Image.Image) -> Image.Image:
    longest = max(image.size)
    if longest <= THUMBNAIL_SIDE:
        return image
    size = tuple(max(1, round(side * THUMBNAIL_SIDE / longest)) for side in image.size)
    return image.resize((size[0], size[1]), Image.Resampling.BICUBIC, reducing_gap=1.5)
