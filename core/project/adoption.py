"""Taking in what the worker reports: each report in one transaction, and no harm done if it comes twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.arrays.text_file import make_inside
from core.changes import Changes
from core.errors import WRITABLE, EnvironmentProblem
from core.jobs.events import (
    EmbedResult,
    Event,
    FilesGone,
    FilesScanned,
    ImagesFailed,
    JobFinished,
    KinFound,
    ShardWritten,
    TrainResult,
)
from core.jobs.exchange import AnswersRead, HeadRead
from core.project.folder import discard, version_folder
from core.project.incoming import adopt_answers, adopt_head
from core.values import EncoderSignature, HeadId, LabelId

if TYPE_CHECKING:
    from core.project.facade import Project


def adopt_event(project: Project, event: Event) -> Changes:
    match event:
        case FilesScanned():
            return project.scans.adopt_files(event)
        case FilesGone():
            return project.scans.adopt_gone(event)
        case KinFound(pairs=pairs):
            return project.groups.join(pairs)
        case ImagesFailed():
            return project.scans.adopt_failures(event)
        case ShardWritten(signature=signature):
            return _adopt_vectors(project, signature)
        case JobFinished(result=EmbedResult(signature=signature)):
            return _adopt_vectors(project, signature)
        case JobFinished(result=TrainResult() as result):
            return adopt_version(project, result)
        case JobFinished(result=HeadRead() as head):
            return adopt_head(project, head, adopt_version)
        case JobFinished(result=AnswersRead() as answers):
            return adopt_answers(project, answers)
        case _:
            return Changes()


def adopt_version(project: Project, result: TrainResult) -> Changes:
    """One rename, one row. Until the row is committed the version that was in force stays in force."""
    head = project.heads.by_id(HeadId(result.head_id))
    source = project.folder / result.folder
    below = version_folder(project.heads.folder(head.head_id), result.number)
    target = project.folder / below
    if any(version.number == result.number for version in project.versions.of(head.head_id)):
        return Changes(head=head.head_id, unchanged=1)
    if source.is_dir() and source != target:
        _put_in_place(source, target)
    elif not target.is_dir():
        raise EnvironmentProblem(f"the trained version is gone from {source}; train again")
    labels = result.labels or tuple(label.label_id for label in head.labels)
    return project.versions.add(result, below, tuple(map(LabelId, labels)))


def _adopt_vectors(project: Project, signature: EncoderSignature) -> Changes:
    project.encoders.remember(signature)
    project.embeddings(signature).refresh()
    return Changes(embeddings=True)


def _put_in_place(source: Path, target: Path) -> None:
    """Rename; what lies at `target` was left by an adoption that did not get to its row, and counts for nothing."""
    if target.exists():
        discard(target)
    try:
        make_inside(target.parent, levels=2)
        source.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise EnvironmentProblem(f"cannot put the trained version in {target}: {error.strerror}", WRITABLE) from error


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` outlast a power cut, where the system knows how."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
