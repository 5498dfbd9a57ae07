"""Answers from elsewhere, in whatever form they lie: read beside the window, written as one act that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from core.changes import Changes
from core.exchange.annotations_csv import read_annotations
from core.exchange.folders_in import read_folders
from core.exchange.forms import AnswersForm
from core.exchange.trees import look
from core.exchange.vectors_in import read_vectors
from core.jobs.events import Event, JobFinished
from core.jobs.exchange import AnswersRead, ImportAnswersSpec
from core.project import Project

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, and what the project did not have yet."""

    changes: Changes
    read: AnswersRead


def read_answers(project: Project, spec: ImportAnswersSpec, emit: Emit, is_cancelled: IsCancelled) -> AnswersRead:
    """The database is only read. Raises UserError for what is no such source, and Cancelled."""
    match spec.form:
        case AnswersForm.FOLDERS:
            return read_folders(project, spec, emit, is_cancelled)
        case AnswersForm.NPY:
            return read_vectors(project, spec, emit, is_cancelled)
        case AnswersForm.CSV:
            return _read_table(project, spec)
        case _:
            assert_never(spec.form)


def import_answers(project: Project, spec: ImportAnswersSpec, show: Emit, is_cancelled: IsCancelled) -> Imported:
    """Read and written in one process; `show` is told what goes on."""

    def emit(event: Event) -> None:
        project.adopt(event)
        show(event)

    if spec.form is AnswersForm.FOLDERS:
        labels = [label.name for label in spec.head.labels]
        look(Path(spec.source), labels=labels)  # nothing is added where nothing can come of it
        project.add_roots([spec.source])
    read = read_answers(project, spec, emit, is_cancelled)
    return Imported(project.adopt(JobFinished(spec.job, read)), read)


def _read_table(project: Project, spec: ImportAnswersSpec) -> AnswersRead:
    values, failed = read_annotations(Path(spec.source), project, spec.head)
    images = project.images.get(values)
    answers = tuple((image.content_hash, values[image.image_id]) for image in images)
    return AnswersRead(spec.head.head_id, answers, tuple(failed))
