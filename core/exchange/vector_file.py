"""One embedding in a `.npy` file, as the seed keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.exchange.numbered import Entry
from core.media.opening import irregular

FILE_LIMIT: Final = 1 << 20
"""Bytes. A vector has some 3,000."""
_HALF: Final = float(np.finfo(np.float16).max)


def read_vector(path: Path) -> NDArray[np.float32]:  # (dim,)
    """ValueError with the reason for a file that holds no single finite vector. Nothing is ever unpickled."""
    try:
        found = path.stat()
        if reason := irregular(found.st_mode):
            raise ValueError(reason)  # opening a pipe would wait for ever
        if found.st_size > FILE_LIMIT:
            raise ValueError(f"larger than {FILE_LIMIT >> 20} MB, which no vector is")
        held = np.lib.format.open_memmap(path, mode="r")  # reads this one format alone: no archive, no pickle
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from error
    except (EOFError, ValueError, TypeError, SyntaxError, MemoryError, OverflowError) as error:
        raise ValueError(f"no .npy file of numbers ({' '.join(str(error).split())[:80]})") from error
    if held.dtype.kind != "f":
        raise ValueError("no .npy file of floating-point numbers")
    values = held[0] if held.ndim == 2 and len(held) == 1 else held
    if values.ndim != 1 or not len(values):
        raise ValueError(f"holds {held.shape}, not one vector (1, E) or (E,)")
    if not bool((np.abs(np.asarray(values, np.float64)) <= _HALF).all()):
        raise ValueError("holds values that are not finite numbers in half precision")
    return np.array(values, np.float32)


def first_size(entries: Iterable[Entry]) -> int | None:
    """How many values the first readable file holds; None where none can be read."""
    for entry in entries:
        with suppress(ValueError):
            return len(read_vector(Path(entry.path)))
    return None
