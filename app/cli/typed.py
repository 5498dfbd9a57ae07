"""Paths in what is told: as the person typed them, whatever the program made of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import PurePath

_NOWHERE = (".", "/")


def as_typed(text: str, words: Iterable[str]) -> str:
    """`text` with each of `words` that is the name of a relative path in the place of its absolute one.

    A word may be PROJECT:HEAD or --option=PATH, and what is told of may lie above its path, as a head file's project
    does; the longest path goes first.
    """
    typed = {os.path.abspath(path): path for path in chain.from_iterable(map(_paths, words))}  # noqa: PTH100
    for absolute, path in sorted(typed.items(), key=lambda item: len(item[0]), reverse=True):
        if path != absolute and len(absolute) > 1 and absolute in text:
            # no part of a longer name, nor of a longer path
            parts = re.split(rf"(?<![\w./-]){re.escape(absolute)}(?![\w-]|\.\w)", text)
            text = path.join(parts)
    return text


def _paths(word: str) -> list[str]:
    if word.startswith("-"):
        word = word.partition("=")[2]
    folder, _, _ = word.rpartition(":")
    paths = [path for path in (word, folder) if path]
    above = (str(parent) for path in paths for parent in PurePath(path).parents)
    return [*(path for path in above if path not in _NOWHERE and not path.endswith("..")), *paths]
