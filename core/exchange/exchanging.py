"""Runs the jobs that take in or give out what others keep in files; the project is only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from core.jobs.events import Event
from core.jobs.exchange import (
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

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


def run_exchange(spec: ExchangeSpec, emit: Emit, is_cancelled: IsCancelled) -> ExchangeResult:
    """Raises WinnowError, or Cancelled soon after `is_cancelled` turns true."""
    with Project.open(spec.project, read_only=True) as project:
        match spec:
            case ImportHeadSpec():
                return _read_head(project, spec, emit, is_cancelled)
            case ImportAnswersSpec():
                from core.exchange.answers_in import read_answers

                return read_answers(project, spec, emit, is_cancelled)
            case ExportHeadSpec():
                return _write_head(project, spec)
            case ExportAnswersSpec():
                from core.exchange.answers_out import export_answers

                return export_answers(project, spec, emit, is_cancelled)
            case _:
                assert_never(spec)


def _read_head(project: Project, spec: ImportHeadSpec, emit: Emit, is_cancelled: IsCancelled) -> HeadRead:
    from core.encoders.devices import resolve_device
    from core.exchange.heads_in import Wish, read_head
    from core.heads.checkpoint import load_head
    from core.heads.finding import find_head
    from core.scoring.telling import as_told

    file = find_head(spec.source)
    loaded = as_told(load_head(file, device=resolve_device(spec.device)), file)
    wish = Wish(spec.name, spec.encoder, spec.tiles, spec.combine)
    return read_head(project, loaded, wish, spec.job, emit, is_cancelled)


def _write_head(project: Project, spec: ExportHeadSpec) -> HeadWritten:
    from core.exchange.heads_out import export_head, runs_in_the_seed, untold_in

    files = export_head(project, spec.head, spec.number, Path(spec.folder), each_tag=spec.each_tag)
    paths = tuple(file.as_posix() for file in files)
    return HeadWritten(paths, spec.head.kind, runs_in_the_seed(files), untold_in(files))
