"""One or many heads asked about the same files: each file is looked at once for each encoder, however many ask.

Shapes: n = files of one batch, tiles = crops of a picture, dim = values of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.encoders.devices import device_name
from core.errors import UserError, WinnowError
from core.jobs.events import Event, JobStarted
from core.scoring.answers import Judged, JudgedImage, UnscoredFile
from core.scoring.eyes import Eyes
from core.scoring.looking import JOB, STAGE, SeenFiles, is_vector_file, look_at_files
from core.scoring.shelf import Shelf, scanned_files
from core.scoring.tile_answers import AskedHead, scale_of
from core.values import Combine, ContentHash, EncoderSignature, HeadKind

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


class Head(Protocol):
    """What judging needs of a head."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> HeadKind: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def features(self) -> int: ...
    def predict(self, embeddings: NDArray[np.floating], *, combine: Combine | None = None) -> NDArray[np.float32]:
        """(n, dim) or (n, tiles, dim) -> (n, outputs)"""


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A head with its encoder."""

    model: str
    """As the person named it."""
    head: Head
    eyes: Eyes
    combine: Combine
    """How the answers for the crops of one image become one."""

    @property
    def asked(self) -> AskedHead:
        """What the answers are of, once nobody is asked any more."""
        head = self.head
        return AskedHead(self.model, head.name, head.kind, head.labels, self.eyes.tiles, self.combine)

    @property
    def scale(self) -> float:
        """The highest value it gives, in the unit that people see."""
        return scale_of(self.head.kind)


@dataclass(frozen=True, slots=True)
class Memory:
    """Where vectors may be at hand already."""

    projects: tuple[Path, ...] = ()
    cache: Path | None = None


def judge_files(
    judges: Sequence[Judge], paths: Sequence[str], memory: Memory, emit: Emit, is_cancelled: IsCancelled
) -> Judged:
    """Every judge's answer to every file, or the reason why there is none. Raises Cancelled."""
    values: list[dict[str, tuple[float, ...]]] = [{} for _ in judges]
    failed: dict[str, str] = {}
    scanned: dict[str, ContentHash] = {}
    for project in memory.projects:
        with suppress(UserError):
            scanned |= scanned_files(project, paths)
    for eyes in dict.fromkeys(judge.eyes for judge in judges):
        emit(JobStarted(JOB, STAGE, device_name(eyes.device)))
        asked = [(judge, said) for judge, said in zip(judges, values, strict=True) if judge.eyes is eyes]
        waiting = [path for path in paths if path not in failed]
        with Shelf(_signature(eyes, waiting), memory.projects, memory.cache, scanned) as shelf:
            for one in look_at_files(eyes, shelf, waiting, emit, is_cancelled):
                _take(one, asked, failed)
    images = tuple(
        JudgedImage(path, tuple(said[path] for said in values))
        for path in paths
        if path not in failed and all(path in said for said in values)
    )
    return Judged(images, tuple(UnscoredFile(path, reason) for path, reason in failed.items()))


def _signature(eyes: Eyes, paths: Sequence[str]) -> EncoderSignature | None:
    """None where no picture is among them, or vectors are and the encoder cannot be had."""
    vectors = [is_vector_file(path) for path in paths]
    if all(vectors):
        return None
    try:
        return eyes.signature
    except WinnowError:
        if not any(vectors):
            raise
        return None


def _take(
    one: SeenFiles | UnscoredFile,
    asked: Iterable[tuple[Judge, dict[str, tuple[float, ...]]]],
    failed: dict[str, str],
) -> None:
    if isinstance(one, UnscoredFile):
        failed[one.path] = one.reason
        return
    for judge, said in asked:
        dim = one.vectors.shape[-1]
        if dim != judge.head.features:  # a vector file of another encoder
            reason = f"{dim} values, and {judge.head.name} reads {judge.head.features}"
            failed |= dict.fromkeys(one.paths, reason)
            continue
        answers = judge.head.predict(one.vectors, combine=judge.combine)
        said |= zip(one.paths, map(tuple, answers.tolist()), strict=True)
