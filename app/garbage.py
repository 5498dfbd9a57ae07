"""The garbage collector: out of the start, out from between a key and the next picture, and on the window's thread.

Python collects in whatever thread makes the next object. A dialog that nothing but itself holds would be destroyed
there, while the window's thread may be about to use it: Qt crashes.
"""

from __future__ import annotations

import gc
import sys
from typing import Final

YOUNG = 10_000
"""New objects between two collections; with Python's 700 a whole collection falls into a sitting every few minutes."""
_ALL: Final = 2
"""The oldest generation, which is looked through with all younger ones."""


def hold() -> None:
    """No collection until `settle`: a start makes little garbage and many objects, looked through again and again."""
    gc.disable()


def settle() -> None:
    """Whatever the start has made stays; from now on a `Watch` looks through what comes after it, and nobody else.

    A collection first would free some hundred objects and stop the window for 60 ms.
    """
    gc.disable()
    gc.freeze()
    gc.set_threshold(YOUNG)


class Watch:
    """What Python itself would have collected by now, on the thread that asks.

    Memory is measured by pieces of it, told in 0.1 ms: to count a million objects stops the window for 30 to 140 ms.
    """

    def __init__(self) -> None:
        self._start = sys.getallocatedblocks()
        """Pieces that no collection looks through"""
        self._old = 0
        """The fewest pieces beyond these since the last collection of all"""

    def collect_due(self) -> None:
        """All is looked through once a quarter was added to what is there, as Python does: else a large heap, of
        which little goes, would be looked through over and over.
        """
        pieces = self._pieces()
        self._old = min(self._old, pieces)
        counts = [*enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))]
        for generation, (count, threshold) in reversed(counts):
            if count > threshold and not (generation == _ALL and pieces - self._old < self._old // 4):
                self._collect(generation)
                return

    def _collect(self, generation: int) -> None:
        gc.collect(generation)
        if generation == _ALL:
            self._old = self._pieces()

    def _pieces(self) -> int:
        return max(0, sys.getallocatedblocks() - self._start)
