"""The garbage collector: out of the start, out from between a key and the next picture, and on the window's thread.

Python collects in whatever thread makes the next object. A dialog that nothing but itself holds would be destroyed
there, while the window's thread may be about to use it: Qt crashes.
"""

from __future__ import annotations

import gc

YOUNG = 10_000
"""New objects between two collections; with Python's 700 a whole collection falls into a sitting every few minutes."""


def hold() -> None:
    """No collection until `settle`: a start makes little garbage and many objects, looked through again and again."""
    gc.disable()


def settle() -> None:
    """Whatever the start has made stays; from now on `collect_due` looks through what comes after it, and nobody else.

    A collection first would free some hundred objects and stop the window for 60 ms.
    """
    gc.disable()
    gc.freeze()
    gc.set_threshold(YOUNG)


def collect_due() -> None:
    """On the window's thread: what Python itself would have collected by now."""
    for generation, (count, threshold) in reversed([*enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))]):
        if count > threshold:
            gc.collect(generation)
            return
