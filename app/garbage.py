"""The garbage collector, kept out of the start and out from between a key and the next picture."""

from __future__ import annotations

import gc

YOUNG = 10_000
"""New objects between two collections; with Python's 700 a whole collection falls into a sitting every few minutes."""


def hold() -> None:
    """No collection until `settle`: a start makes little garbage and many objects, looked through again and again."""
    gc.disable()


def settle() -> None:
    """Whatever the start has made stays; from now on only what comes after it is looked through.

    A collection first would free some hundred objects and stop the window for 60 ms.
    """
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
