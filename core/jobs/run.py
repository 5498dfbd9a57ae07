"""Runs one job spec to its end, in whatever process it is called: the worker's or the command line's.

Heavy imports stay inside the branches: a scan never loads torch, and nothing is loaded before it is needed.
"""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from core.arrays.text_file import check_there
from core.damaged import name_problem
from core.errors import Cancelled, EnvironmentProblem, UserError, WinnowError
from core.jobs.events import (
    LOADING,
    EmbedResult,
    Event,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobProgress,
    ScanResult,
    TrainResult,
)
from core.jobs.exchange import (
    ExchangeResult,
    ExportAnswersSpec,
    ExportHeadSpec,
    ImportAnswersSpec,
    ImportHeadSpec,
)
from core.jobs.file_results import FileResult
from core.jobs.file_specs import KeptTableSpec, PutBackSpec, ScoreSpec, SynthSpec, TransferSpec
from core.jobs.spec import EmbedSpec, JobSpec, ScanSpec, TrainSpec
from core.names import short_encoder
from core.values import ImageFile, ImageId, Tiles

if TYPE_CHECKING:
    from core.encoders.pipeline import EncoderCache

log = logging.getLogger(__name__)

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]
JobResult = ScanResult | EmbedResult | TrainResult | FileResult | ExchangeResult


@dataclass(slots=True)
class Warm:
    """What a process keeps between jobs: loading an encoder takes seconds."""

    encoders: EncoderCache | None = None


def run_job(spec: JobSpec, emit: Emit, is_cancelled: IsCancelled, *, warm: Warm | None = None) -> JobResult:
    """Do the work of `spec`; raises WinnowError, or Cancelled soon after `is_cancelled` turns true."""
    match spec:
        case ScanSpec():
            return _scan(spec, emit, is_cancelled)
        case EmbedSpec():
            return _embed(spec, emit, is_cancelled, warm or Warm())
        case TrainSpec():
            return _train(spec, emit, is_cancelled, warm or Warm())
        case ScoreSpec() | TransferSpec() | PutBackSpec() | KeptTableSpec() | SynthSpec():
            from core.jobs.file_work import run_file_work

            return run_file_work(spec, emit, is_cancelled)
        case ImportHeadSpec() | ImportAnswersSpec() | ExportHeadSpec() | ExportAnswersSpec():
            from core.exchange.exchanging import run_exchange

            return run_exchange(spec, emit, is_cancelled)
        case _:
            assert_never(spec)


def _scan(spec: ScanSpec, emit: Emit, is_cancelled: IsCancelled) -> ScanResult:
    from core.media.scan import run_scan
    from core.project import Project

    with Project.open(spec.project, read_only=True) as project:
        known = {root: project.images.expected(root) for root in spec.roots}
    return run_scan(spec, known, emit, is_cancelled)


def _embed(spec: EmbedSpec, emit: Emit, is_cancelled: IsCancelled, warm: Warm) -> EmbedResult:
    """Where nothing is new, nothing is loaded and nothing is said of loading."""
    from core.encoders.awaiting import seen_whole
    from core.project import Project

    with Project.open(spec.project, read_only=True) as project:
        images = project.images.get(project.images.all().ids)
        complete = seen_whole(spec, images, project.encoders.all())
    if complete is not None:
        cached = sum(not image.missing for image in images)
        return EmbedResult(complete, 0, cached, 0, images_per_second=0.0, device="cpu")
    if warm.encoders is None or not warm.encoders.holds(spec.encoder, spec.tiles, spec.device):
        from core.encoders.registry import describe

        describe(spec.encoder)  # a name that means nothing is no work to announce
        emit(JobProgress(spec.job, f"{LOADING} {short_encoder(spec.encoder)}", 0, None))
    from core.encoders.pipeline import run_embed

    return run_embed(spec, images, emit, is_cancelled, cache=_encoders(warm))


def _train(spec: TrainSpec, emit: Emit, is_cancelled: IsCancelled, warm: Warm) -> TrainResult:
    from core.heads.further_crops import Pictures
    from core.heads.version import train_version
    from core.project.inputs import write_inputs

    result = train_version(spec, emit, is_cancelled, Pictures(_annotated_images(spec), _encoders(warm)))
    try:
        write_inputs(Path(result.folder), spec.inputs)
    except EnvironmentProblem:  # the version is whole without: less is told before the next retrain
        log.warning("%s was kept without what it was trained on", result.folder, exc_info=True)
    return result


def _annotated_images(spec: TrainSpec) -> list[ImageFile]:
    """Only heads on tiles may want more of their pictures."""
    from core.project import Project

    if spec.signature.tiles is Tiles.NONE:
        return []
    with Project.open(spec.project, read_only=True) as project:
        ids = project.images.by_hash(spec.annotated.hashes)
        return project.images.get([ImageId(one) for one in ids.tolist() if one >= 0])


def _encoders(warm: Warm) -> EncoderCache:
    from core.encoders.pipeline import EncoderCache

    if warm.encoders is None:
        warm.encoders = EncoderCache()
    return warm.encoders


def report_job(spec: JobSpec, emit: Emit, is_cancelled: IsCancelled, *, warm: Warm | None = None) -> None:
    """Run to the end and say how it ended, as an event; errors are mapped here and nowhere else."""
    try:
        _check_project(spec)
        emit(JobFinished(spec.job, run_job(spec, emit, is_cancelled, warm=warm)))
    except Cancelled:
        emit(JobCancelled(spec.job))
    except Exception as error:
        log.exception("job %s failed", spec.job)
        emit(failure(spec.job, _cause(spec, error)))


def _check_project(spec: JobSpec) -> None:
    """Raises EnvironmentProblem where the project was moved away since it was opened."""
    match spec:
        case ScoreSpec() | TransferSpec() | PutBackSpec() | KeptTableSpec() | SynthSpec():
            return
        case _:
            check_there(Path(spec.project))


def _cause(spec: JobSpec, error: Exception) -> Exception:
    """Whatever is told of a project that is gone, that it is gone is what is wrong."""
    try:
        _check_project(spec)
    except EnvironmentProblem as gone:
        return gone
    return error


def failure(job: str, error: BaseException) -> JobFailed:
    """The one mapping of exceptions to their owner."""
    details = "".join(traceback.format_exception(error))
    match error:
        case UserError():
            return JobFailed(job, "user", str(error), details)
        case EnvironmentProblem():
            return JobFailed(job, "environment", str(error), details)
        case WinnowError():
            return JobFailed(job, "bug", str(error), details)
        case _ if (text := _environment_text(error)) is not None:
            return JobFailed(job, "environment", text, details)
        case _:
            line = " ".join(str(error).split())[:200]
            return JobFailed(job, "bug", f"{type(error).__name__}: {line}; the log has the details", details)


def _environment_text(error: BaseException) -> str | None:
    """One line for faults of the machine that arrive as plain exceptions. torch's own is known by name only."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "the memory is full; close other programs or choose the device cpu"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full; make room, then go on: what was finished is kept"
    if isinstance(error, PermissionError):
        return f"no permission for {error.filename}; change it or choose another folder"
    return name_problem(error)
