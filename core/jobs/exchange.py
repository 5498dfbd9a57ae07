"""Orders to take in, or to give out, what other programs keep in files; and the results that come of them."""

from __future__ import annotations

from dataclasses import dataclass

from core.exchange.forms import AnswersForm, Exported, Form
from core.exchange.reading import FolderRead
from core.values import AnswerValue, Combine, ContentHash, Head, HeadKind, Metrics, Tiles, VersionInfo


@dataclass(frozen=True, slots=True)
class ImportHeadSpec:
    """Judge the pool with a head from elsewhere; answered by HeadRead. What is None is as the file has it."""

    job: str
    project: str
    source: str
    """A file, a folder, or OWNER/REPOSITORY/NAME of the hub."""
    device: str
    name: str | None = None
    encoder: str | None = None
    tiles: Tiles | None = None
    combine: Combine | None = None


@dataclass(frozen=True, slots=True)
class ImportAnswersSpec:
    """Read answers; answered by AnswersRead. Folders of images are scanned too, embeddings kept as shards."""

    job: str
    project: str
    head: Head
    form: AnswersForm
    source: str
    scale: tuple[float, float]
    """The folder numbers of the lowest and the highest score."""


@dataclass(frozen=True, slots=True)
class ExportHeadSpec:
    """Write a version as files for others; answered by HeadWritten."""

    job: str
    project: str
    head: Head
    folder: str
    number: int | None = None
    """None: the version in force."""
    each_tag: bool = False


@dataclass(frozen=True, slots=True)
class ExportAnswersSpec:
    """Write the answers of a head as a data set; answered by Exported."""

    job: str
    project: str
    head: Head
    form: Form
    destination: str


@dataclass(frozen=True, slots=True)
class HeadRead:
    """A head that judged the pool; with `version` in place it becomes a head of the project, or its next version."""

    name: str
    kind: HeadKind
    labels: tuple[str, ...]
    encoder: str
    tiles: Tiles
    combine: Combine
    folder: str
    """Where the version lies until it is adopted."""
    number: int
    last_annotation: int
    metrics: Metrics
    seconds: float
    device: str
    note: str
    judged: int
    replaced: VersionInfo | None = None
    """What was in force of the head until then; None of a new one."""


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """Answers by content, to be written as one act."""

    head_id: int
    answers: tuple[tuple[ContentHash, AnswerValue], ...]
    failed: tuple[tuple[str, str], ...]
    """(path, reason)"""
    folders: tuple[FolderRead, ...] = ()
    scale: tuple[float, float] | None = None
    """None where no folder's number was read as a score."""
    vectors: tuple[str, ...] = ()
    """The file of each answer's embedding: without a picture the image is known by it alone."""
    without_picture: int = 0
    evaluation: tuple[ContentHash, ...] = ()
    """Of `answers` those that came as evaluation files."""


@dataclass(frozen=True, slots=True)
class HeadWritten:
    files: tuple[str, ...]
    kind: HeadKind
    in_the_seed: bool
    """Whether the scripts of CityClassifiers take it."""
    untold: tuple[str, ...] = ()
    """Tags that it is silent of, and that are no head of their own."""


ExchangeSpec = ImportHeadSpec | ImportAnswersSpec | ExportHeadSpec | ExportAnswersSpec
ExchangeResult = HeadRead | AnswersRead | HeadWritten | Exported
