"""Work on files, as the command line does it, under the name of its job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import numpy as np

from core.errors import Cancelled
from core.jobs.events import Event, JobProgress
from core.jobs.file_results import FileResult, PutBackResult, ScoreResult, SynthResult, TableResult, TransferResult
from core.jobs.file_specs import FileSpec, KeptTableSpec, NamedFiles, PutBackSpec, ScoreSpec, SynthSpec, TransferSpec
from core.jobs.pace import Pace

if TYPE_CHECKING:
    from core.scoring.eyes import Eyes

_LISTING = "listing the files"
_FIRST = 100
"""Files that are told one by one."""
Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


def run_file_work(spec: FileSpec, emit: Emit, is_cancelled: IsCancelled) -> FileResult:
    """Raises WinnowError, or Cancelled soon after `is_cancelled` turns true; a bad file is listed and never ends it."""
    told = partial(_tell, spec.job, emit)
    match spec:
        case ScoreSpec():
            return _score(spec, told, is_cancelled)
        case TransferSpec():
            return _transfer(spec, told, is_cancelled)
        case PutBackSpec():
            from core.scoring.putting_back import put_back

            undone = put_back(Path(spec.manifest), told, is_cancelled)
            return PutBackResult(undone.undone, undone.failed)
        case KeptTableSpec():
            return _write_table(spec, told, is_cancelled)
        case SynthSpec():
            return _synth(spec, told, is_cancelled)
        case _:
            assert_never(spec)


def _tell(job: str, emit: Emit, event: Event) -> None:
    emit(replace(event, job=job))  # what does the work calls it by the name of its command


def _score(spec: ScoreSpec, emit: Emit, is_cancelled: IsCancelled) -> ScoreResult:
    from core.scoring.files import list_pictures
    from core.scoring.judging import Memory, judge_files
    from core.scoring.left_out import left_out
    from core.scoring.seeing import EyesKey, Seeing, for_files, open_judge
    from core.scoring.shelf import cache_folder

    emit(JobProgress(spec.job, "looking through the folders", 0, None))
    listing = list_pictures([Path(path) for path in spec.paths], recursive=spec.recursive, is_cancelled=is_cancelled)
    seeing = for_files(Seeing(tiles=spec.tiles, combine=spec.combine, device=spec.device), listing.files)
    known: dict[EyesKey, Eyes] = {}
    judges = [open_judge(model, Path(model), seeing, known) for model in spec.models]
    memory = Memory((Path(spec.project),) if spec.project else (), cache_folder())
    judged = judge_files(judges, listing.files, memory, emit, is_cancelled)
    names = dict(zip(listing.files, listing.names, strict=True))
    return ScoreResult(
        heads=tuple(judge.asked for judge in judges),
        paths=tuple(image.path for image in judged.images),
        names=tuple(names[image.path] for image in judged.images),
        values=tuple(
            np.array([image.values[place] for image in judged.images], np.float32).reshape(len(judged.images), -1)
            for place in range(len(judges))
        ),
        failed=(*listing.failed, *judged.failed),
        left_out=left_out(Path(spec.project), map(Path, spec.models), listing.files) if spec.project else frozenset(),
    )


def _transfer(spec: TransferSpec, emit: Emit, is_cancelled: IsCancelled) -> TransferResult:
    from core.scoring.transfers import Transferred, plan_transfers, transfer

    folder, (files, lost) = Path(spec.folder), _files_of(spec, emit)
    watch = _watch(spec.job, "planning", len(files), emit, is_cancelled)
    planned, kept = plan_transfers(spec.act, folder, [(Path(file), name) for file, name in files], watch)
    if spec.dry_run:
        moved = Transferred(None, tuple(planned), kept, ())
    else:
        moved = transfer(planned, folder, kept, emit, is_cancelled)
    first = tuple((str(one.source), str(one.target)) for one in moved.done[:_FIRST])
    manifest = str(moved.manifest) if moved.manifest is not None else None
    return TransferResult(len(moved.done), first, moved.kept, manifest, (*lost, *moved.failed))


def _files_of(spec: TransferSpec, emit: Emit) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """The files, and what is said of folders that are not there."""
    if isinstance(spec.files, NamedFiles):
        return spec.files.pairs(), ()
    from core.project.kept_files import kept_files

    emit(JobProgress(spec.job, _LISTING, 0, None))
    return kept_files(spec.files)


def _write_table(spec: KeptTableSpec, emit: Emit, is_cancelled: IsCancelled) -> TableResult:
    from core.project.kept_files import kept_rows
    from core.scoring.tables import write_table

    emit(JobProgress(spec.job, _LISTING, 0, None))
    watch = _watch(spec.job, "writing", None, emit, is_cancelled)
    rows = kept_rows(spec.kept, spec.head, spec.version, watch)
    write_table(Path(spec.file), rows)
    return TableResult(len(rows))


def _watch(job: str, stage: str, total: int | None, emit: Emit, is_cancelled: IsCancelled) -> Callable[[int], None]:
    """To be called with the number of files done; raises Cancelled."""
    pace = Pace(job, stage, emit)

    def watch(done: int) -> None:
        if is_cancelled():
            raise Cancelled
        pace.report(done, total)

    return watch


def _synth(spec: SynthSpec, emit: Emit, is_cancelled: IsCancelled) -> SynthResult:
    from core.media.degrade.copies import degrade_folder
    from core.media.degrade.plans import plan_copies

    source, target = Path(spec.source), Path(spec.target)
    plans = [
        plan_copies(
            source,
            target,
            wish.name,
            per_image=spec.per_image,
            seed=spec.seed,
            strength=wish.strength,
            kinds=wish.kinds or None,
        )
        for wish in spec.effects
    ]
    copied = [degrade_folder(plan, emit, is_cancelled) for plan in plans]
    return SynthResult(
        folders=tuple(one.folder for one in copied),
        written=sum(one.written for one in copied),
        kept=sum(one.kept for one in copied),
        failed=tuple(dict.fromkeys(failure for one in copied for failure in one.failed)),
    )
