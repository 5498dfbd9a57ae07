"""What the worker is doing for the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from core.jobs.events import LISTING, JobProgress, LiveUpdated, TrainResult
from core.values import CurvePoint, Head
from core.wording import counted


class Errand(IntEnum):
    """Long work, the most urgent first. A retrain pauses scoring and embedding, which go on where they were."""

    TRAIN = 0
    EXCHANGE = 1
    """Imports and exports: app.jobs.exchanges."""
    SCAN = 2
    FILES = 3
    """A folder that is scored, files that are copied, defects that are made: of no project."""
    EMBED = 4


@dataclass(frozen=True, slots=True)
class JobState:
    """The work that runs now."""

    job: str
    errand: Errand
    what: str = ""
    """Of an exchange, for the bar."""
    stage: str = ""
    done: int = 0
    total: int | None = None
    rate: float | None = None
    remaining_s: float | None = None
    device: str = ""
    cancelling: bool = False
    curve: tuple[CurvePoint, ...] = ()
    """Of a training, as far as it is known."""
    asked: bool = False
    """A scan that a person waits for."""

    def after(self, event: JobProgress) -> JobState:
        done, total, rate, remaining_s = event.done, event.total, event.rate, event.remaining_s
        return replace(self, stage=event.stage, done=done, total=total, rate=rate, remaining_s=remaining_s)

    @property
    def is_silent(self) -> bool:
        """Nobody asked for it, and there is nothing to do so far."""
        match self.errand:
            case Errand.SCAN:
                return not self.asked and (self.stage == LISTING or not self.total)
            case Errand.EMBED:
                return not self.stage
            case _:
                return False


def version_text(heads: Sequence[Head], result: TrainResult) -> str:
    """What is to be known of a version that was made, of whatever head; empty where nothing is."""
    name = next((head.name for head in heads if head.head_id == result.head_id), "")
    return f"{name} v{result.number}: {'; '.join(result.notes)}".strip() if result.notes else ""


_SLOW_S = 1.0
"""What follows sooner follows at once."""
_NO_ANSWERS = "no answers yet"
STAGES = {
    Errand.EXCHANGE: "Importing",
    Errand.TRAIN: "Training",
    Errand.SCAN: "Looking at the folders",
    Errand.FILES: "Working on files",
    Errand.EMBED: "Embedding",
}


def live_text(event: LiveUpdated) -> str:
    """What the ranking goes by."""
    if event.remark.startswith(_NO_ANSWERS):
        return "no answers yet: the ranking follows the first ones"
    answers = counted(event.annotations, "answer")
    took = f" ({event.seconds:.1f} s)" if event.seconds >= _SLOW_S else ""
    return event.remark or f"ranking follows {answers}{took}"
