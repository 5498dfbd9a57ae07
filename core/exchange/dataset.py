"""The annotations of a head as a data set for others: which images, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays.hashes import hash_bytes, hash_keys
from core.errors import WRITABLE, EnvironmentProblem, UserError
from core.exchange.answer_text import answer_text
from core.jobs.events import Event
from core.project import Project
from core.query.audit_draw import audit_mask
from core.values import AnswerValue, Head, ImageFile, ImageId, LabelId

STAGE = "writing"
Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """An image with an answer."""

    image: ImageFile
    value: AnswerValue
    excluded: bool
    evaluation: bool = False
    """It came as an evaluation file, and goes out as one where there are such."""
    audit: bool = False
    """Chance drew it: of the audit set."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Every answer of a head, in the order of image ids."""

    head: Head
    rows: tuple[Row, ...]

    @property
    def names(self) -> dict[LabelId, str]:
        return {label.label_id: label.name for label in self.head.labels}

    @property
    def taught(self) -> tuple[Row, ...]:
        """Those that are not excluded from training."""
        return tuple(row for row in self.rows if not row.excluded)

    def text(self, row: Row) -> str:
        return answer_text(row.value, self.names)


def annotated_rows(project: Project, head: Head, among: Collection[int] | None = None) -> Rows:
    """None for a head without answers. `among`: of these images only."""
    standings = project.annotations.standing(head.head_id)
    ids = [ImageId(int(one)) for one in standings.ids]
    images = project.images.get(ids)
    keys = hash_keys(hash_bytes([image.content_hash for image in images]))
    drawn = audit_mask(keys, project.audits.share(head.head_id)) if len(keys) else np.zeros(0, np.bool_)
    marks = standings.excluded.tolist(), standings.evaluation.tolist(), drawn.tolist()
    held = zip(images, standings.values, *marks, strict=True)
    rows = (Row(image, value, *marked) for image, value, *marked in held if value is not None)
    return Rows(head, tuple(row for row in rows if among is None or row.image.image_id in among))


def check_export(rows: Rows, destination: Path, *, is_file: bool) -> None:
    """Raises UserError for no annotations, or a destination that cannot be had: nothing is ever overwritten."""
    if not rows.rows:
        raise UserError(f"{rows.head.name} has no annotation", "annotate images first")
    check_destination(destination, is_file=is_file)


def check_destination(destination: Path, *, is_file: bool) -> None:
    """Raises UserError where something is there already, or for a file no folder to write it in."""
    if is_file and destination.exists():
        raise UserError(f"{destination} is there already", "name another file, or move it away")
    if destination.is_dir() and any(destination.iterdir()):
        raise UserError(f"{destination} holds other things", "name a new or empty folder")
    if destination.exists() and not destination.is_dir():
        raise UserError(f"{destination} is a file", "name a new or empty folder")
    if is_file and not destination.absolute().parent.is_dir():
        raise UserError(f"there is no folder {destination.parent}", "make it first")


def cannot_write(path: Path, error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(f"cannot write {path}: {error.strerror or error}", WRITABLE)
