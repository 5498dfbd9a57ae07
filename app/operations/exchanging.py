"""Imports and exports: ordered from the worker, taken in as one act when they come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from app.jobs.background import Background
from app.jobs.exchanges import Exchange
from app.jobs.runner import JobRunner
from app.operations import heads
from app.operations.beside import write_beside
from app.operations.heads import HeadDraft
from app.workspace import Workspace
from core.changes import Changes
from core.errors import Bug, UserError
from core.exchange.forms import AnswersForm, Exported, Form
from core.jobs.events import JobFailed, JobFinished
from core.jobs.exchange import (
    AnswersRead,
    ExchangeResult,
    ExchangeSpec,
    ExportAnswersSpec,
    ExportHeadSpec,
    HeadRead,
    HeadWritten,
    ImportAnswersSpec,
    ImportHeadSpec,
)
from core.project import Project
from core.values import BRACKETS, Combine, Head, HeadId, Tiles


@dataclass(frozen=True, slots=True)
class HeadFileDraft:
    """A head from elsewhere as the person wants it; None: as its file says."""

    source: str
    name: str | None = None
    encoder: str | None = None
    tiles: Tiles | None = None
    combine: Combine | None = None


@dataclass(frozen=True, slots=True)
class AnswersDraft:
    """Answers from elsewhere, for a head that is there or one to be made."""

    form: AnswersForm
    source: Path
    head: HeadId | HeadDraft
    scale: tuple[float, float] = (0.0, float(BRACKETS))


@dataclass(frozen=True, slots=True)
class Ending:
    """What is told of an order that came to its end."""

    done: Callable[[ExchangeResult, Changes], None]
    failed: Callable[[JobFailed], None]


def import_head(workspace: Workspace, jobs: JobRunner, device: str, draft: HeadFileDraft, ending: Ending) -> None:
    """In force, and the current head, as soon as it has judged the pool."""
    project = _writable(workspace)
    spec = ImportHeadSpec(
        _job("import"),
        str(project.folder),
        draft.source,
        device,
        name=draft.name,
        encoder=draft.encoder,
        tiles=draft.tiles,
        combine=draft.combine,
    )
    _order(workspace, jobs, "Importing", spec, ending)


def import_answers(
    workspace: Workspace, jobs: JobRunner, aside: Background, draft: AnswersDraft, ending: Ending
) -> None:
    """All of it is one act, written `aside`: that of a large one takes a second.

    Folders of images join the project; the head that is answered becomes the current one.
    """
    project = workspace.opened_for_writing()
    if isinstance(draft.head, HeadDraft):
        head = heads.add_head(workspace, draft.head)  # first: a name that is taken leaves the folders out as well
    else:
        heads.use_head(workspace, draft.head)
        head = project.heads.by_id(draft.head)
    if draft.form is AnswersForm.FOLDERS:
        workspace.announce(project.add_roots([draft.source.as_posix()]))
    source = draft.source.as_posix()
    spec = ImportAnswersSpec(_job("import"), str(project.folder), head, draft.form, source, draft.scale)

    def taken(result: AnswersRead, changes: Changes) -> None:
        if workspace.project is project:
            workspace.announce(changes)
            ending.done(result, changes)

    def done(event: JobFinished, over: Callable[[], None]) -> None:
        def work() -> Changes:
            try:
                return project.adopt(event)
            finally:
                over()

        match event.result:
            case AnswersRead() as result:
                write_beside(workspace, aside, project, work, partial(taken, result))
            case _:
                raise Bug(f"an import ended in a {type(event.result).__name__}")

    jobs.exchanges.add(Exchange("Importing", spec, done, ending.failed))


def export_head(
    workspace: Workspace,
    jobs: JobRunner,
    head: Head,
    number: int,
    folder: Path,
    ending: Ending,
    *,
    each_tag: bool = False,
) -> None:
    project = _writable(workspace)
    spec = ExportHeadSpec(_job("export"), str(project.folder), head, folder.as_posix(), number, each_tag)
    _order(workspace, jobs, "Exporting", spec, ending)


def export_answers(
    workspace: Workspace, jobs: JobRunner, head: Head, form: Form, destination: Path, ending: Ending
) -> None:
    project = _writable(workspace)
    spec = ExportAnswersSpec(_job("export"), str(project.folder), head, form, destination.as_posix())
    _order(workspace, jobs, "Exporting", spec, ending)


def _order(workspace: Workspace, jobs: JobRunner, what: str, spec: ExchangeSpec, ending: Ending) -> None:
    def done(event: JobFinished, over: Callable[[], None]) -> None:
        if workspace.project is None:
            over()
            return
        changes = workspace.project.adopt(event)
        over()
        workspace.announce(changes)
        match event.result:
            case HeadRead() as result:
                if changes.head is not None:
                    heads.use_head(workspace, changes.head)
                ending.done(result, changes)
            case HeadWritten() | Exported() as result:
                ending.done(result, changes)
            case _:
                raise Bug(f"an exchange ended in a {type(event.result).__name__}")

    jobs.exchanges.add(Exchange(what, spec, done, ending.failed))


def _job(what: str) -> str:
    return f"{what}-{uuid4().hex[:8]}"


def _writable(workspace: Workspace) -> Project:
    if workspace.project is None:
        raise UserError("no project is open", "open a folder of images first")
    if not workspace.writable:
        raise UserError("the project is open for reading only", "close the other program that has it open")
    return workspace.project
