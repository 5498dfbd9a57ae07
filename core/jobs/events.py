"""Frozen reports that come up from the worker. Closed union, matched by the window and the command line alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from core.jobs.exchange import ExchangeResult
from core.jobs.file_results import FileResult
from core.scoring.tile_answers import TileAnswers
from core.values import ContentHash, CurvePoint, EncoderSignature, Metrics

LOADING: Final = "loading"
LISTING: Final = "listing"
"""How the name of a stage begins in which an encoder is loaded: nothing else is told meanwhile."""


@dataclass(frozen=True, slots=True)
class JobStarted:
    job: str
    what: str
    device: str = "cpu"
    """What is really used, for example "cpu" or "cuda:0 (NVIDIA H200)"."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    job: str
    stage: str
    done: int
    total: int | None
    rate: float | None = None
    """Units a second."""
    remaining_s: float | None = None


@dataclass(frozen=True, slots=True)
class JobNotice:
    """Something the person should know while the job goes on: batch halved, fell back to the CPU."""

    job: str
    text: str
    warns: bool = True
    """False where all goes as it was asked."""


@dataclass(frozen=True, slots=True)
class TrainingCurve:
    """The curve of the training that runs, as far as it is known; each report takes the place of the one before."""

    job: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One readable picture."""

    root: str
    relative: str
    content_hash: str
    width: int
    height: int
    format: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FailedFile:
    """One file that is no readable picture; quarantined with its reason."""

    root: str
    relative: str
    reason: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FilesScanned:
    """A batch of a scan, to be written in one transaction before the next is asked for."""

    job: str
    found: tuple[ScannedFile, ...] = ()
    failed: tuple[FailedFile, ...] = ()
    unchanged: int = 0
    ignored: int = 0
    """Hidden files and captions beside pictures."""


@dataclass(frozen=True, slots=True)
class FilesGone:
    """A root was listed to its end, and these files, if any, that were known there, whole or broken, are gone."""

    job: str
    root: str
    relatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KinFound:
    """Pairs of content hashes: one made from the other, or two that show nearly the same; for good."""

    job: str
    pairs: tuple[tuple[ContentHash, ContentHash], ...]


@dataclass(frozen=True, slots=True)
class ImagesFailed:
    """Images that could be listed but not read or decoded in full: (content hash, reason)."""

    job: str
    failed: tuple[tuple[str, str], ...]
    unread: frozenset[str] = frozenset()
    """Those of them whose file is gone, changed or out of reach: nothing is known against the picture."""


@dataclass(frozen=True, slots=True)
class ShardWritten:
    """A shard is on disk and counts from now on."""

    job: str
    signature: EncoderSignature
    images: int


@dataclass(frozen=True, slots=True)
class LiveUpdated:
    """New live predictions and order; the arrays are in `file` (core.arrays.predictions)."""

    job: str
    file: str
    annotations: int
    seconds: float
    remark: str = ""
    """What the order goes by while there are no answers."""


@dataclass(frozen=True, slots=True)
class FilesJudged:
    """Answers of some heads to some files; a file that cannot be judged comes with its reason."""

    job: str
    answers: tuple[TileAnswers, ...]
    failed: tuple[tuple[str, str], ...] = ()
    """(path, reason)"""


@dataclass(frozen=True, slots=True)
class JudgingDone:
    """Every file of the order was answered for by every head that could be asked."""

    job: str
    refused: tuple[tuple[str, str], ...] = ()
    """(head as it was asked for, reason)"""


@dataclass(frozen=True, slots=True)
class VectorFound:
    """Answers a VectorSpec."""

    job: str
    vector: tuple[float, ...]
    """Of length 1"""


@dataclass(frozen=True, slots=True)
class ScanResult:
    found: int
    unchanged: int
    failed: int
    ignored: int


@dataclass(frozen=True, slots=True)
class EmbedResult:
    signature: EncoderSignature
    embedded: int
    cached: int
    failed: int
    images_per_second: float
    device: str


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What Project.adopt_result needs; the arrays and the head lie in `folder`."""

    folder: str
    number: int
    head_id: int
    annotations: int
    last_annotation: int
    metrics: Metrics
    seconds: float
    device: str
    seed: int
    notes: tuple[str, ...] = field(default_factory=tuple)
    labels: tuple[int, ...] = ()
    """Ids of the labels that the outputs stand for (spec.head.labels): the head may have been edited meanwhile."""
    last_pair: int = 0


@dataclass(frozen=True, slots=True)
class JobFinished:
    job: str
    result: ScanResult | EmbedResult | TrainResult | FileResult | ExchangeResult


@dataclass(frozen=True, slots=True)
class JobCancelled:
    job: str


@dataclass(frozen=True, slots=True)
class JobFailed:
    """`owner` is "user", "environment" or "bug" (core.errors); `text` is one line; `details` goes to the log."""

    job: str
    owner: str
    text: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """Sent by the window's end of the pipe when the process ended; the job named, if any, is lost."""

    job: str | None
    exit_code: int | None


Event = (
    JobStarted
    | JobProgress
    | JobNotice
    | TrainingCurve
    | FilesScanned
    | FilesGone
    | KinFound
    | ImagesFailed
    | ShardWritten
    | LiveUpdated
    | FilesJudged
    | JudgingDone
    | VectorFound
    | JobFinished
    | JobCancelled
    | JobFailed
    | WorkerDied
)
