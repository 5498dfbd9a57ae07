"""Thumbnails of what is in sight: read from the project's store, made where missing, held as pixmaps within a bound."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PIL import Image
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from app.loading.decode_pool import DecodePool, Urgency
from app.loading.image_files import ImageFiles, Locate
from app.loading.kept_pixmaps import KeptPixmaps
from app.loading.pictures import to_qimage
from core.errors import BadImage, EnvironmentProblem
from core.media.decode import decode_rgb
from core.values import ContentHash, ImageFile, ImageId

_log = logging.getLogger(__name__)

STORED_SIDE = 512
"""Longest side of a thumbnail on disk."""
SHOWN_SIDE = 160
"""Longest side of a thumbnail as it is shown, in logical pixels."""
BUDGET_BYTES = 64 << 20


class Store(Protocol):
    """core.media.thumbnails.ThumbnailStore, as far as it is used here."""

    def read(self, content_hash: ContentHash, /) -> bytes | None: ...

    def write(self, content_hash: ContentHash, image: Image.Image, /) -> None: ...


@dataclass(frozen=True, slots=True)
class _Loaded:
    image_id: ImageId
    epoch: int
    image: QImage


class ThumbnailLoader(QObject):
    """State what is in sight with `want`; painters look up with `pixmap`."""

    loaded = Signal(int)
    """Image id whose thumbnail is there now."""
    _arrived = Signal(object)

    def __init__(
        self,
        locate: Locate,
        store: Store | None = None,
        parent: QObject | None = None,
        *,
        pool: DecodePool | None = None,
        budget_bytes: int = BUDGET_BYTES,
    ) -> None:
        super().__init__(parent)
        self.pool = pool or DecodePool(self)
        self._files = ImageFiles(locate)
        self._store = store
        self._side = SHOWN_SIDE
        self._pixmaps = KeptPixmaps[ImageId](budget_bytes)
        self._wanted: dict[str, frozenset[ImageId]] = {}
        self._asked: set[ImageId] = set()
        """Waiting or being read."""
        self._unreadable: set[ImageId] = set()
        self._epoch = 0
        self._arrived.connect(self._keep)

    def set_density(self, density: float) -> None:
        """Device pixels for each of SHOWN_SIDE: screen density times interface size. What is held may no longer fit."""
        side = min(STORED_SIDE, round(SHOWN_SIDE * density))
        if side != self._side:
            self._side = side
            self.clear()

    def set_source(self, locate: Locate, store: Store | None) -> None:
        """Another project was opened: forget everything."""
        self._files = ImageFiles(locate)
        self._store = store
        self.clear()

    def close(self) -> None:
        """End the pool; waits for the thumbnail that is being made."""
        self.pool.close()

    def want(self, viewer: str, ids: Sequence[ImageId], ahead: Sequence[ImageId] = ()) -> None:
        """Replace the earlier wishes of `viewer` ("film", "grid"), most urgent first. `ahead` will be wished later."""
        self._wanted[viewer] = frozenset(ids)
        for image_id in self._asked - frozenset().union(*self._wanted.values()):
            if self.pool.withdraw((self, image_id)):
                self._asked.discard(image_id)
        missing = [image_id for image_id in ids if self._is_missing(image_id)]
        # The pool takes the newest first, so the most urgent is asked for last.
        for image in reversed(self._files.get(missing, ahead)):
            self._ask(image)

    def pixmap(self, image_id: ImageId) -> QPixmap | None:
        return self._pixmaps.get(image_id)

    def unreadable(self, image_id: ImageId) -> bool:
        return image_id in self._unreadable

    def try_again(self) -> None:
        """What could not be read may be there now: what is in sight is read once more."""
        failed, self._unreadable = self._unreadable, set()
        for image in self._files.get([image for ids in self._wanted.values() for image in ids if image in failed]):
            self._ask(image)

    def clear(self) -> None:
        for viewer in self._wanted:
            self.want(viewer, ())
        self._epoch += 1
        self._asked.clear()
        self._pixmaps.clear()
        self._unreadable.clear()

    def _is_missing(self, image_id: ImageId) -> bool:
        return not self._pixmaps.use(image_id) and image_id not in self._unreadable

    def _is_in_sight(self, image_id: ImageId) -> bool:
        return any(image_id in ids for ids in self._wanted.values())

    def _ask(self, image: ImageFile) -> None:
        key = (self, image.image_id)
        if image.image_id in self._asked and not self.pool.withdraw(key):
            return  # being read at this moment
        self._asked.add(image.image_id)
        work = partial(self._load, image, self._store, self._side, self._epoch)
        self.pool.submit(key, Urgency.THUMBNAIL, work)

    def _load(self, image: ImageFile, store: Store | None, side: int, epoch: int) -> None:
        """In a pool thread."""
        try:
            picture = _stored(store, image, side) or _made(store, image)
            picture.thumbnail((side, side), Image.Resampling.BICUBIC)
            result = to_qimage(picture)
        except (BadImage, OSError, MemoryError):
            result = QImage()
        self._arrived.emit(_Loaded(image.image_id, epoch, result))

    @Slot(object)
    def _keep(self, loaded: _Loaded) -> None:
        if loaded.epoch != self._epoch:
            return
        self._asked.discard(loaded.image_id)
        if loaded.image.isNull():
            self._unreadable.add(loaded.image_id)
        else:
            pixmap = QPixmap.fromImage(loaded.image)
            self._pixmaps.put(loaded.image_id, pixmap, is_in_sight=self._is_in_sight)
        self.loaded.emit(loaded.image_id)


def _stored(store: Store | None, image: ImageFile, side: int) -> Image.Image | None:
    """No larger than `side` needs; None where there is no thumbnail yet, or a damaged one."""
    data = store.read(image.content_hash) if store is not None else None
    if data is None:
        return None
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG",))
        picture.draft("RGB", (side, side))  # decodes every second or fourth pixel where that is enough
        return picture.convert("RGB")
    except OSError:
        _log.warning("damaged thumbnail of %s is made again", image.path)
        return None


def _made(store: Store | None, image: ImageFile) -> Image.Image:
    picture = decode_rgb(image.path, max_side=STORED_SIDE)
    if store is not None:
        try:
            store.write(image.content_hash, picture)
        except (OSError, EnvironmentProblem) as fault:
            _log.warning("thumbnail of %s not kept: %s", image.path, fault)
    return picture
