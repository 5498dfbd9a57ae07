"""Ids and frozen values that cross borders between the store, the worker and the face.

Shapes: images = rows, outputs = labels of a class or tags head, 1 for a score head.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

ImageId = NewType("ImageId", int)
"""Row number of an image within one project. Between projects and in files an image is its content hash."""
ContentHash = NewType("ContentHash", str)
"""SHA-256 of the file's bytes, 64 hexadecimal digits. As an array: uint8 (32,)."""
HeadId = NewType("HeadId", int)
LabelId = NewType("LabelId", int)
"""A label keeps its id when it is renamed or moved; ids are never used again."""
ActId = NewType("ActId", int)
AnnotationId = NewType("AnnotationId", int)

BRACKETS = 10
"""Score heads run from 0 to 10, half steps allowed; inside the engine a score is divided by this."""
MEMBERS = 8
"""Members of a committee."""
ENOUGH_FOUND = 20
"""Images of a rare label from which a hunt for it is over: from then on doubt teaches more."""
BY_EXAMPLE = 5
"""Found since it began: until then a hunt goes by likeness to the image it began with."""


class HeadKind(StrEnum):
    SCORE = "score"
    CLASS = "class"
    TAGS = "tags"


class Source(StrEnum):
    """Who or what annotated."""

    HUMAN = "human"
    IMPORT = "import"
    SYNTHETIC = "synthetic"
    UNIFIED = "unified"
    """Taken over from the heads that a tags head was made from."""


class Tiles(StrEnum):
    NONE = "none"
    FIVE_CROP = "five-crop"


class Combine(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    MAX = "max"
    MIN = "min"


class Field(StrEnum):
    """What an annotation row speaks about. Flags and pins are of the image, the others of an image under one head."""

    ANSWER = "answer"
    EVALUATION = "evaluation"
    """It came as an evaluation file: a judge of heads that learn as the seed's do, not their teacher."""
    EXCLUDED = "excluded"
    FLAGGED = "flagged"
    PINNED = "pinned"
    SKIPPED = "skipped"
    CONFIRMED = "confirmed"
    """The answer was looked at again and stands."""
    WRONG = "wrong"
    """Marked on a page of images as not of its answer; it waits until it gets another one."""
    REASKED = "reasked"
    """A second answer, given blind to an image that was answered before."""


OF_THE_IMAGE = frozenset({Field.FLAGGED, Field.PINNED})
"""The same whatever the head."""


class Strategy(StrEnum):
    """The orders of the pool: query strategies, which core.query.family describes, and three to look at images by."""

    DISAGREEMENT = "disagreement"
    HUNT = "hunt"
    MARGIN = "margin"
    MARGIN_CLUSTERED = "margin-k-means"
    MARGIN_FACILITY = "margin-facility"
    COVERAGE = "coverage"
    DROPQUERY = "dropquery"
    TYPICLUST = "typiclust"
    BADGE = "badge"
    FALCUN = "falcun"
    DIVERSE = "diverse"
    PROBCOVER = "probcover"
    CORE_SET = "core-set"
    ENTROPY = "entropy"
    VOTE_ENTROPY = "vote-entropy"
    BALD = "bald"
    COMMITTEE = "committee"
    TOP = "top"
    TOP_CLUSTERED = "top-k-means"
    MIX = "mix"
    NEAREST = "nearest"
    RANDOM = "random"
    BEST = "best"
    WORST = "worst"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Example:
    """An image that a hunt goes by at first."""

    image_id: ImageId
    until: int
    """So many of what is hunted are known."""


@dataclass(frozen=True, slots=True)
class ChosenOrder:
    """In which order a head's images are asked."""

    strategy: Strategy = Strategy.DISAGREEMENT
    target: int | None = None
    """Of a hunt: an output of the head, or the lowest bracket that counts."""
    enough: int = ENOUGH_FOUND
    """Of a hunt: it is over when so many are known."""
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One image with the file it is shown from (of duplicates the first present one whose folder can be reached)."""

    image_id: ImageId
    content_hash: ContentHash
    path: str
    """Root as the person gave it, then the path below it, with "/" separators."""
    width: int
    height: int
    """Pixels after the EXIF turn."""
    format: str
    size_bytes: int
    missing: bool = False
    root: str = ""
    """The image folder it lies below, as it is shown"""
    lost: bool = False
    """That folder could not be reached when it was last looked for."""


@dataclass(frozen=True, slots=True)
class Label:
    label_id: LabelId
    name: str


@dataclass(frozen=True, slots=True)
class Head:
    head_id: HeadId
    name: str
    kind: HeadKind
    labels: tuple[Label, ...]
    """In order of their keys and of the network's outputs; empty for a score head."""
    encoder: str
    tiles: Tiles = Tiles.NONE
    combine: Combine = Combine.MEAN
    version: int | None = None
    """The version in force."""

    @property
    def outputs(self) -> int:
        return 1 if self.kind is HeadKind.SCORE else len(self.labels)


@dataclass(frozen=True, slots=True)
class Origin:
    """A head that a tags head was made from."""

    head_id: HeadId
    tags: Mapping[LabelId, LabelId | None]
    """The tag that each of its labels became; None: the label says that none of the head's tags applies."""


@dataclass(frozen=True, slots=True)
class ClassValue:
    label: LabelId


@dataclass(frozen=True, slots=True)
class ScoreValue:
    score: float
    """0..10 in steps of 0.5."""


@dataclass(frozen=True, slots=True)
class TagsValue:
    """Labels in neither set are unknown, which is not the same as no."""

    yes: frozenset[LabelId]
    no: frozenset[LabelId] = frozenset()


AnswerValue = ClassValue | ScoreValue | TagsValue


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The answer that stands, and what a head that did not see the image said instead (None: nothing)."""

    stands: AnswerValue
    against: AnswerValue | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Two answers of one person to one image, the second given without seeing the first."""

    first: AnswerValue
    second: AnswerValue
    times: int
    """How often the image has been asked again with this one."""


FieldValue = AnswerValue | Confirmation | Repeat | bool | None
"""Answer for Field.ANSWER (None = cleared), Confirmation for CONFIRMED, Repeat for REASKED, else bool."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One row of the log. Rows are never changed; `retracts` names the row that this one takes back."""

    annotation_id: AnnotationId
    act_id: ActId
    at: datetime
    source: Source
    image_id: ImageId
    head_id: HeadId | None
    field: Field
    value: FieldValue
    retracts: AnnotationId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now for one image under one head."""

    image_id: ImageId
    answer: AnswerValue | None = None
    excluded: bool = False
    flagged: bool = False
    skipped: bool = False
    pinned: bool = False
    """Of the regression set: it is told apart when versions are compared."""


_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,239}")


@dataclass(frozen=True, slots=True)
class EncoderSignature:
    """What a vector depends on beside the picture; stored with every shard and every exported head."""

    encoder: str
    """Id as `winnow encoders` lists it, hub id, or folder."""
    key: str
    """Folder name under embeddings/: safe characters, tells apart different weights of one id."""
    revision: str
    """Hub commit or digest of the weights; the code's own version for `signal`."""
    preprocessing: str
    """Canonical JSON of size, crop, mean, deviation, resampling."""
    dim: int
    tiles: Tiles = Tiles.NONE

    def __post_init__(self) -> None:
        """Raises ValueError for a key that would lead out of the folder: files of others name theirs."""
        if not _PLAIN_FOLDER.fullmatch(self.key):
            raise ValueError(f"{self.key[:80]!r} is no plain name of an encoder's folder")

    @property
    def folder(self) -> str:
        return self.key if self.tiles is Tiles.NONE else f"{self.key}+{self.tiles.value}"


IMPORTED = "imported"
"""Revision of an encoder of which only vectors came, and nobody knows the weights."""
OUT_OF_FOLD = "out-of-fold"
AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures with the number of images and the way they were measured. None where the kind has no such figure."""

    n: int
    by: str
    """"out-of-fold" or "audit"; "not measured" of a head that was imported."""
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    """95 % Wilson interval."""
    balanced_accuracy: float | None = None
    mae: float | None = None
    """In brackets (0..10)."""
    rank_correlation: float | None = None
    average_precision: float | None = None
    """Of the answers to all tags in one order (core.review.average_precision)."""
    average_precision_low: float | None = None
    average_precision_high: float | None = None
    calibration_error: float | None = None
    per_label: dict[str, dict[str, float]] = field(default_factory=dict)
    """Label name -> precision, recall, n, of a tag also average_precision; with the ends of their intervals."""
    mae_low: float | None = None
    mae_high: float | None = None
    """95 % bootstrap interval of `mae`."""
    agreement: float | None = None
    """How alike release head and live head answer the judged images: share of equal answers, or rank correlation."""
    same_of_all: float | None = None
    """The kind's figure of a head that looks at nothing, on the same images (core.review.chance)."""
    pair_accuracy: float | None = None
    """Share of judged pairs put in order, where no answered image could judge: `n` is the number of pairs then."""
    pair_accuracy_low: float | None = None
    pair_accuracy_high: float | None = None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a training curve."""

    step: int
    training_loss: float
    evaluation_loss: float | None
    """Mean over the judged folds, of images that their heads did not see; None while it is not known."""
    learning_rate: float
    evaluation_files_loss: float | None = None
    """Of the released head, on images that came as evaluation files; None where none of them judged it."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    head_id: HeadId
    number: int
    created_at: datetime
    folder: str
    """Below the project folder."""
    annotations: int
    """Images with an answer at that time."""
    last_annotation: AnnotationId
    metrics: Metrics
    seconds: float
    device: str
    seed: int
    remarks: str = ""
    """What should be known before the version is trusted, as its training said."""
    note: str = ""
    """By a person."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """Annotated images of one head, ready for training."""

    hashes: NDArray[np.uint8]
    """(images, 32)"""
    targets: NDArray[np.float32]
    """(images, outputs): one-hot for class; value / 10 for score; 1 yes, 0 no, NaN unknown for tags."""
    weights: NDArray[np.float32]
    """(images,)"""
    groups: NDArray[np.int64]
    """(images,) images of one group always share a fold."""

    def __len__(self) -> int:
        return len(self.hashes)


def in_bracket(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    """The bracket of each score from 0 to 10; a half belongs to the one above. (n,) -> (n,)"""
    return np.asarray(np.floor(np.asarray(scores, np.float32) + np.float32(0.5)), np.float32)
