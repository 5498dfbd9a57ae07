"""Pixmaps that are held within a bound of bytes: the longest unused go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtGui import QPixmap

Key = TypeVar("Key", bound=Hashable)


class KeptPixmaps(Generic[Key]):
    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._pixmaps: OrderedDict[Key, QPixmap] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> QPixmap | None:
        return self._pixmaps.get(key)

    def use(self, key: Key) -> bool:
        """Whether it is held; now it is the last to go."""
        if key not in self._pixmaps:
            return False
        self._pixmaps.move_to_end(key)
        return True

    def put(self, key: Key, pixmap: QPixmap, *, is_in_sight: Callable[[Key], bool] = lambda key: False) -> None:
        """What `is_in_sight` stays whatever the bound says, or it would be read again without end."""
        replaced = self._pixmaps.pop(key, None)
        self._pixmaps[key] = pixmap
        self._bytes += _bytes(pixmap) - (_bytes(replaced) if replaced else 0)
        while self._bytes > self._budget and len(self._pixmaps) > 1:
            if is_in_sight(next(iter(self._pixmaps))):
                return
            _, dropped = self._pixmaps.popitem(last=False)
            self._bytes -= _bytes(dropped)

    def clear(self) -> None:
        self._pixmaps.clear()
        self._bytes = 0


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
