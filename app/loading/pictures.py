"""Pictures decoded ahead in pool threads and held, within a bound of bytes, as pixmaps of the size shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from PIL import Image
from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from app.loading.decode_pool import DecodePool, Urgency
from app.loading.image_files import ImageFiles, Locate
from app.loading.kept_pixmaps import KeptPixmaps
from core.errors import BadImage
from core.media.decode import decode_rgb
from core.values import ImageFile, ImageId

FULL = 0
"""As a side: every pixel of the file."""
MOST_ENLARGED = 4.0
"""A small picture is enlarged at most this much to fill the pane."""
BUDGET_BYTES = 144 << 20
_BAND_ROWS = 128
"""Rows handed from Pillow to Qt at once: the interpreter lock is never held for longer than a few milliseconds."""


@dataclass(frozen=True, slots=True)
class PictureKey:
    image_id: ImageId
    side: int
    """Longest side in device pixels, or FULL."""


@dataclass(frozen=True, slots=True)
class Wish:
    image: ImageFile
    side: int

    @property
    def key(self) -> PictureKey:
        return PictureKey(self.image.image_id, self.side)

    @property
    def bytes(self) -> int:
        """What the pixmap will take, by the size the file is known to have."""
        longest, shortest = max(self.image.width, self.image.height), min(self.image.width, self.image.height)
        side = self.side or longest
        return side * max(1, round(side * shortest / max(longest, 1))) * 4


@dataclass(frozen=True, slots=True)
class _Decoded:
    key: PictureKey
    epoch: int
    image: QImage
    problem: str
    lost: bool
    """The image folder itself is not there."""


def fitted_size(image: ImageFile, pane: QSize) -> QSize:
    """Size in device pixels of the whole picture shown as large as `pane` (device pixels) allows."""
    scale = min(pane.width() / max(image.width, 1), pane.height() / max(image.height, 1), MOST_ENLARGED)
    return QSize(max(1, round(image.width * scale)), max(1, round(image.height * scale)))


def fitted_side(image: ImageFile, pane: QSize) -> int:
    size = fitted_size(image, pane)
    return max(size.width(), size.height())


def to_qimage(picture: Image.Image) -> QImage:
    """Copy an RGB picture into an RGB32 image, the format that Qt's raster pixmaps share without converting."""
    width, height = picture.size
    image = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = cast(memoryview, image.bits())
    stride = image.bytesPerLine()
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        band = picture.crop((0, top, width, bottom)).tobytes("raw", "BGRX")
        pixels[top * stride : bottom * stride] = band
    return image


def decode_to_side(path: str, side: int) -> QImage:
    """The picture at `path` with a longest side of `side`, enlarged where the file has less; or all of it (FULL)."""
    picture = decode_rgb(path, max_side=side or None)
    longest = max(picture.size)
    if side and longest < side:
        size = tuple(max(1, round(edge * side / longest)) for edge in picture.size)
        picture = picture.resize((size[0], size[1]), Image.Resampling.BICUBIC)
    return to_qimage(picture)


class PictureLoader(QObject):
    """State the pictures wanted now, nearest first, with `want`; look them up with `pixmap`."""

    ready = Signal(object)
    """PictureKey of a picture that is there now, or that cannot be shown (`problem`)."""
    _decoded = Signal(object)

    def __init__(
        self,
        locate: Locate,
        parent: QObject | None = None,
        *,
        pool: DecodePool | None = None,
        budget_bytes: int = BUDGET_BYTES,
    ) -> None:
        super().__init__(parent)
        self.pool = pool or DecodePool(self)
        self._files = ImageFiles(locate)
        self._budget = budget_bytes
        self._pixmaps = KeptPixmaps[PictureKey](budget_bytes)
        self._problems: dict[ImageId, str] = {}
        self._lost: set[ImageId] = set()
        self._wishes: list[Wish] = []
        self._asked: set[PictureKey] = set()
        """Waiting or being decoded."""
        self._epoch = 0
        self._decoded.connect(self._keep)

    def files(self, ids: Sequence[ImageId], ahead: Sequence[ImageId] = ()) -> list[ImageFile]:
        """The files of `ids`, for wishes; unknown images are left out. `ahead` will be asked for later."""
        return self._files.get(ids, ahead)

    def want(self, wishes: Sequence[Wish]) -> None:
        """Replace all earlier wishes. What is beyond the bound of bytes is left for a later call."""
        affordable = self._wishes = self._affordable(wishes)
        keys = {wish.key for wish in affordable}
        for key in self._asked - keys:
            if self.pool.withdraw((self, key)):
                self._asked.discard(key)
        # The pool takes the newest first, so the nearest is asked for last.
        for place, wish in reversed(list(enumerate(affordable))):
            self._ask(wish, Urgency.SHOWN if place == 0 else Urgency.NEXT if place == 1 else Urgency.AHEAD)

    def pixmap(self, key: PictureKey) -> QPixmap | None:
        return self._pixmaps.get(key)

    def problem(self, image_id: ImageId) -> str | None:
        """Why the picture cannot be shown, in one line."""
        return self._problems.get(image_id)

    def is_lost(self, image_id: ImageId) -> bool:
        """It cannot be shown because its image folder is not there."""
        return image_id in self._lost and image_id in self._problems

    def try_again(self, ids: Collection[ImageId] | None = None) -> None:
        """Reads what could not be shown once more where it is wanted (None: all); until then the reason stands."""
        for wish in self._wishes:
            failed = wish.image.image_id in self._problems
            if failed and wish.key not in self._asked and (ids is None or wish.image.image_id in ids):
                self._submit(wish, Urgency.NEXT)
        if ids is None:
            wanted = {wish.image.image_id for wish in self._wishes}
            self._problems = {image: problem for image, problem in self._problems.items() if image in wanted}

    def set_source(self, locate: Locate) -> None:
        """Another project was opened, or files changed on disk: forget everything."""
        self._files = ImageFiles(locate)
        self.clear()

    def close(self) -> None:
        """End the pool; waits for the picture that is being decoded."""
        self.pool.close()

    def clear(self) -> None:
        self.want(())
        self._epoch += 1
        self._asked.clear()
        self._pixmaps.clear()
        self._problems.clear()

    def _affordable(self, wishes: Sequence[Wish]) -> list[Wish]:
        """The first wish always, the others as long as all of them fit together."""
        affordable: list[Wish] = []
        total = 0
        for wish in wishes:
            total += wish.bytes
            if affordable and total > self._budget:
                break
            affordable.append(wish)
        return affordable

    def _ask(self, wish: Wish, urgency: Urgency) -> None:
        key = wish.key
        if self._pixmaps.use(key):
            return
        if key in self._asked:
            if not self.pool.withdraw((self, key)):
                return  # being decoded at this moment
        elif key.image_id in self._problems:
            return
        self._submit(wish, urgency)

    def _submit(self, wish: Wish, urgency: Urgency) -> None:
        key = wish.key
        self._asked.add(key)
        self.pool.submit((self, key), urgency, partial(self._decode, wish.image, key, self._epoch))

    def _decode(self, wished: ImageFile, key: PictureKey, epoch: int) -> None:
        """In a pool thread."""
        image, problem = QImage(), ""
        try:
            image = decode_to_side(wished.path, key.side)
        except BadImage as bad:
            problem = bad.reason
        except (OSError, MemoryError) as fault:
            problem = _line(fault, wished.path)
        lost = bool(problem and wished.root) and not Path(wished.root).is_dir()
        self._decoded.emit(_Decoded(key, epoch, image, problem, lost))

    @Slot(object)
    def _keep(self, decoded: _Decoded) -> None:
        if decoded.epoch != self._epoch:
            return
        key = decoded.key
        self._asked.discard(key)
        if decoded.problem:
            self._problems[key.image_id] = decoded.problem
            (self._lost.add if decoded.lost else self._lost.discard)(key.image_id)
        else:
            self._problems.pop(key.image_id, None)
            self._pixmaps.put(key, QPixmap.fromImage(decoded.image))
        self.ready.emit(key)


def _line(fault: Exception, path: str) -> str:
    if isinstance(fault, MemoryError):
        return "too large for the memory at hand"
    return f"{Path(path).name}: {getattr(fault, 'strerror', None) or fault}"
