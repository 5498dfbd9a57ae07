"""Where the seed's loop stands, in a file of the project, so that hours of training go on where they were stopped.

It holds for the very same lesson, recipe, seed and kind of device, and for nothing else: these are in its key.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from core.arrays.tensor_file import map_tensors, read_header, write_tensors
from core.errors import EnvironmentProblem
from core.heads.lesson import Lesson
from core.jobs.spec import TrainSpec
from core.recipes.recipe import Method, Recipe

KEPT_EVERY_S: Final = 300.0
"""It may be some hundred megabytes; a stop that is asked for writes it too."""
_FOLDER: Final = "unfinished"

State = Mapping[str, NDArray[Any]]


class KeptCourse:
    """One file for each head."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept_at = time.monotonic()

    def read(self, key: str) -> State | None:
        """None where nothing was stopped, or something else."""
        if not self._file.is_file():
            return None
        with suppress(EnvironmentProblem):
            header = read_header(self._file)
            if header.metadata.get("key") == key:
                return {name: array.copy() for name, array in map_tensors(self._file, header.tensors).items()}
        return None

    def is_due(self) -> bool:
        return time.monotonic() - self._kept_at > KEPT_EVERY_S

    def keep(self, key: str, state: State) -> None:
        """A full disk is no reason to end the training."""
        self._kept_at = time.monotonic()
        with suppress(OSError, EnvironmentProblem, SafetensorError):
            write_tensors(self._file, state, {"key": key}, lasting=False)

    def forget(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
            self._file.parent.rmdir()


def kept_course(spec: TrainSpec) -> KeptCourse:
    return KeptCourse(Path(spec.project) / _FOLDER / f"head-{spec.head.head_id}.safetensors")


def forget_course(spec: TrainSpec, recipe: Recipe) -> None:
    """A version was made; one by another method leaves a course that was stopped as it is."""
    if recipe.method is Method.SEED_LOOP:
        kept_course(spec).forget()


def key_of(
    lessons: Sequence[Lesson],
    taught: Sequence[NDArray[np.int64]],
    recipe: Recipe,
    examination: Lesson | None,
    seed: int,
) -> str:
    """Of all that the loop depends on."""
    whole = hashlib.sha256(repr((recipe, seed, lessons[0].rows.device.type, torch.__version__)).encode())
    hashed: set[tuple[int, int]] = set()
    for lesson in (*lessons, *(() if examination is None else (examination,))):
        for tensor in (lesson.rows, lesson.targets, lesson.weights, lesson.label_weights, lesson.further):
            if tensor is not None and (tensor.data_ptr(), tensor.numel()) not in hashed:
                hashed.add((tensor.data_ptr(), tensor.numel()))
                whole.update(repr(tuple(tensor.shape)).encode() + _bytes(tensor))
    for rows in taught:
        whole.update(np.ascontiguousarray(rows).tobytes())
    return whole.hexdigest()


def _bytes(tensor: Tensor) -> bytes:
    raw: bytes = tensor.detach().cpu().contiguous().numpy().tobytes()
    return raw
