"""What the apply view says, from what was scored and what runs."""

from __future__ import annotations

from app.jobs.state import Errand, JobState
from app.models.applied import ApplyState
from app.models.bars import JobBarState
from app.models.tried import HeadToTry
from app.operations.applying import FolderScore
from app.views.figures import count
from app.views.job_bar import progress_text
from core.jobs.events import JobFailed
from core.jobs.file_results import FileResult, PutBackResult, TableResult, TransferResult
from core.jobs.file_specs import TransferSpec
from core.scoring.transfers import Act

_DONE = {Act.COPY: "copied", Act.LINK: "linked", Act.MOVE: "moved"}


def apply_state(
    scored: FolderScore,
    heads: tuple[HeadToTry, ...],
    *,
    passed: int,
    busy: str,
    only_passing: bool,
    told: str,
) -> ApplyState:
    result = scored.result
    return ApplyState(
        sources=tuple(scored.sources),
        recursive=scored.recursive,
        heads=heads,
        tiles=scored.tiles,
        combine=scored.combine,
        busy=busy,
        scored=result is not None,
        routes=scored.routes(),
        limits=scored.limits,
        top=scored.top,
        lead=scored.lead,
        only_passing=only_passing,
        passed=passed,
        judged=len(result.paths) if result is not None else 0,
        failed=len(result.failed) if result is not None else 0,
        plan=scored.plan,
        told=told,
        can_put_back=scored.manifest is not None,
    )


def busy_text(state: JobState | None, *, waiting: bool) -> str:
    """What is done with files and how far it is; empty where nothing is."""
    if not waiting:
        return ""
    if state is None or state.errand is not Errand.FILES:
        return "Waits for other work…"
    if state.cancelling:
        return "Stopping…"
    figures = progress_text(
        JobBarState(done=state.done, total=state.total, rate=state.rate, remaining_s=state.remaining_s)
    )
    return " · ".join(text for text in (state.stage.capitalize() or "Starting…", figures) if text)


def transferred_text(spec: TransferSpec, result: TransferResult) -> str:
    """What was done, or of a dry run what would be."""
    done, there = _DONE[spec.act], f", {count(result.kept)} there already" if result.kept else ""
    failed = f"; {len(result.failed):,} failed: {result.failed[0][1]}" if result.failed else ""
    if not spec.dry_run:
        return f"{count(result.done)} {done} to {spec.folder}{there}{failed}."
    return f"{count(result.done)} would be {done} to {spec.folder}{there}{failed}; nothing was touched."


def put_back_text(result: PutBackResult) -> str:
    failed = f"; {count(len(result.failed))} left alone: {result.failed[0][1]}" if result.failed else ""
    return f"{count(result.undone)} put back{failed}."


def went_well(outcome: FileResult | JobFailed | None) -> bool:
    """Whether nothing stopped it and no file stayed behind."""
    match outcome:
        case None | JobFailed():
            return False
        case TableResult():
            return True
        case _:
            return not outcome.failed
