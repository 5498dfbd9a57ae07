"""Frozen orders that go down to the worker. Closed union; plain data and arrays, no open handles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.jobs.exchange import ExchangeSpec
from core.jobs.file_specs import FileSpec
from core.pairs import PairSet, no_pairs
from core.query.audit_draw import AUDIT_SHARE
from core.values import Annotated, EncoderSignature, Head, Tiles


@dataclass(frozen=True, slots=True)
class ScanSpec:
    """Look at the roots; answered by FilesScanned batches. What is known is read from the database, read-only."""

    job: str
    project: str
    roots: tuple[str, ...]
    """As the person gave them."""


@dataclass(frozen=True, slots=True)
class EmbedSpec:
    """Embed every present image that has no vector yet; answered by shards on disk and FilesFailed batches."""

    job: str
    project: str
    encoder: str
    tiles: Tiles
    device: str
    """auto, cpu, cuda, cuda:N or mps."""
    batch_size: int | None = None
    first: NDArray[np.uint8] | None = None
    """(images, 32) hashes to embed before the others: what is on screen."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainSpec:
    """Make a version: release head, committee, calibration, out-of-fold figures, predictions, queues."""

    job: str
    project: str
    head: Head
    signature: EncoderSignature
    annotated: Annotated
    excluded: NDArray[np.uint8]
    """(images, 32) hashes kept out of training and of queues."""
    hidden: NDArray[np.uint8]
    """(images, 32) hashes of images without a picture to show: they teach, but nobody can be asked about them."""
    number: int
    """Number the version will get."""
    output: str
    """Folder to write, below the project; renamed into place when the result is adopted."""
    last_annotation: int
    device: str
    seed: int = 0
    recipe: dict[str, Any] = field(default_factory=dict)
    """Parsed recipe; {} for the default."""
    evaluation: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 32), np.uint8))
    """(images, 32) hashes of those that came as evaluation files"""
    audit: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 32), np.uint8))
    """(images, 32) hashes of answered images that chance drew: honest figures come from these"""
    audit_skipped: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 32), np.uint8))
    """(images, 32) hashes of those among them that were passed over"""
    audit_share: float = AUDIT_SHARE
    """Of the pool: open images of the audit set are not asked for their utility"""
    pairs: PairSet = field(default_factory=no_pairs)
    """Judged pairs of a score head"""
    last_pair: int = 0
    """Newest row of the log of pairs"""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """What it is trained on, in short (core.project.inputs); {} where nobody wants to compare it later"""


@dataclass(frozen=True, slots=True, eq=False)
class LiveOpen:
    """Hold the live head of one head in the worker; answered by LiveUpdated, now and after every LiveChange."""

    job: str
    project: str
    head: Head
    signature: EncoderSignature
    annotated: Annotated
    """Images without a vector wait for theirs."""
    excluded: NDArray[np.uint8]
    hidden: NDArray[np.uint8]
    """As in TrainSpec"""
    output: str
    """Folder for the arrays that LiveUpdated names."""
    device: str
    seed: int = 0
    audit_share: float = AUDIT_SHARE
    """As in TrainSpec"""
    pairs: PairSet = field(default_factory=no_pairs)
    """As in TrainSpec"""


@dataclass(frozen=True, slots=True, eq=False)
class LiveChange:
    """Annotations given since; rows whose targets are all NaN were taken back. Several waiting ones are merged."""

    job: str
    changed: Annotated
    excluded: NDArray[np.uint8]
    included: NDArray[np.uint8]
    """Hashes newly excluded, and no longer excluded."""
    pairs: PairSet | None = None
    """All that hold now; None: those of before."""


@dataclass(frozen=True, slots=True)
class LiveClose:
    job: str


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """Ask heads about files, in the project or not, tile by tile; answered by FilesJudged, then JudgingDone.

    A newer order of the same topic ends the one before, which is answered no further.
    """

    job: str
    topic: str
    files: tuple[str, ...]
    models: tuple[str, ...]
    """Head files, or folders of versions."""
    device: str
    """auto, cpu, cuda, cuda:N or mps."""
    tiles: Tiles | None = None
    """None is as each head was trained."""
    project: str | None = None
    """Whose vectors may be used; nothing is written there."""


@dataclass(frozen=True, slots=True)
class VectorSpec:
    """Where words, or a picture from anywhere, lie among the vectors of a project; answered by VectorFound."""

    job: str
    topic: str
    """As in JudgeSpec"""
    signature: EncoderSignature
    """Of the project's vectors."""
    device: str
    text: str | None = None
    file: str | None = None
    """The one that is not None is meant."""


AskSpec = JudgeSpec | VectorSpec
"""Questions about single things, answered beside a running job."""
JobSpec = ScanSpec | EmbedSpec | TrainSpec | FileSpec | ExchangeSpec
"""Long work: one at a time, with progress and cancel."""
LiveSpec = LiveOpen | LiveChange | LiveClose
"""Short work, answered beside a running job."""
