"""Names and paths against what was typed: case does not matter, * is any letters and ? one."""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.values import Head

_WILD = re.compile(r"[*?]+")


def paths_like(paths: Sequence[str], text: str) -> NDArray[np.bool_]:  # (n,) lower case -> (n,)
    """Those that hold `text`; with * or ? in it, those whose end, from a folder or file name on, it describes."""
    wanted = text.casefold()
    if not _WILD.search(wanted):
        return np.fromiter((wanted in path for path in paths), np.bool_, len(paths))
    pieces = [piece for piece in _WILD.split(wanted) if piece]
    fits = _pattern(f"*/{wanted}")
    # Looking for the letters first is several times as quick as the pattern.
    found = (all(piece in path for piece in pieces) and fits(f"/{path}") is not None for path in paths)
    return np.fromiter(found, np.bool_, len(paths))


def named_outputs(head: Head, text: str) -> list[int]:
    """Columns of the labels that `text` names. Raises UserError where there are none."""
    fits = _pattern(text.casefold())
    names = [label.name for label in head.labels]
    found = [output for output, name in enumerate(names) if fits(name.casefold())]
    if not found:
        near = difflib.get_close_matches(text, names, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names) or 'none'}"
        raise UserError(f"{head.name} has no label {text!r}", remedy)
    return found


def _pattern(text: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(fnmatch.translate(text.replace("[", "[[]"))).match
