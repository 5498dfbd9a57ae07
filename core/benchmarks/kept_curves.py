"""Learning curves that are kept in a folder, so that a benchmark that was stopped goes on where it was.

A curve is known by its set, strategy, seed and budget alone: after a change of the code begin with an empty folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from core.arrays.text_file import make_folder, replaced
from core.benchmarks.learning_curves import Curve
from core.errors import UserError


@dataclass(frozen=True, slots=True)
class KeptCurves:
    folder: Path | None
    """None: nothing is kept"""

    def curve(self, name: str, make: Callable[[], Curve]) -> Curve:
        """What was kept under this name, else what `make` makes."""
        if self.folder is None:
            return make()
        file = self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.npz"
        if file.is_file():
            return _read(file, name)
        make_folder(self.folder)
        curve = make()
        with replaced(file) as unfinished, unfinished.open("wb") as out:
            np.savez(out, **{one.name: getattr(curve, one.name) for one in fields(Curve)})
        return curve


def _read(file: Path, name: str) -> Curve:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return Curve(kept["labels"], kept["quality"], kept["ranks"], float(kept["seconds"]), kept["sooner"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise UserError(f"the kept curve of {name} cannot be read: {file}", "remove that file and run again") from error
