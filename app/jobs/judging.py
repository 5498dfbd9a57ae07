"""Asks the worker what heads say of single files, tile by tile, and keeps what it answered."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.jobs.runner import JobRunner
from core.jobs.events import Event, FilesJudged, JobFailed, JobNotice, JudgingDone, WorkerDied
from core.jobs.spec import JudgeSpec
from core.scoring.tile_answers import TileAnswers
from core.values import Tiles

_log = logging.getLogger(__name__)
KEPT = 4096
_STOPPED = "the worker stopped while it judged; ask again"


@dataclass(frozen=True, slots=True)
class Question:
    """Files and the heads to be asked about each of them."""

    topic: str
    """Of two questions of one topic only the newer is answered."""
    files: tuple[str, ...]
    models: tuple[str, ...]
    """Head files, or folders of versions."""
    tiles: Tiles | None = None
    """None is as each head was trained."""
    project: str | None = None
    """Whose vectors may be used."""


_Key = tuple[str, str, Tiles | None]


class Judging(QObject):
    """Look answers up with `answer`; ask for those that are missing with `ask`."""

    changed = Signal(str)
    """The topic that something arrived for."""
    failed = Signal(object)
    """core.jobs.events.JobFailed"""
    notice = Signal(str)

    def __init__(self, jobs: JobRunner, device: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._device = device
        self._answers: OrderedDict[_Key, TileAnswers] = OrderedDict()
        self._failed: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._open: dict[str, tuple[str, Question]] = {}
        """Job and question of each topic that is not answered to its end."""
        jobs.arrived.connect(self._on_event, Qt.ConnectionType.QueuedConnection)

    def ask(self, question: Question) -> None:
        """Only what is not known goes to the worker."""
        models = tuple(model for model in question.models if model not in self._refused)
        files = tuple(path for path in question.files if self._is_open(path, models, question.tiles))
        if not files or not models:
            return
        job = f"judge-{uuid4().hex[:8]}"
        self._open[question.topic] = job, question
        spec = JudgeSpec(job, question.topic, files, models, self._device(), question.tiles, question.project)
        self._jobs.judge(spec)

    def answer(self, path: str, model: str, tiles: Tiles | None = None) -> TileAnswers | None:
        return self._answers.get((path, model, tiles))

    def problem(self, path: str) -> str:
        """Why the file cannot be judged; empty while nothing is known against it."""
        return self._failed.get(path, "")

    def refusal(self, model: str) -> str:
        """Why the head cannot be asked."""
        return self._refused.get(model, "")

    def waits(self, topic: str) -> bool:
        return topic in self._open

    def forget(self, paths: Sequence[str] = (), models: Sequence[str] = ()) -> None:
        """These files or heads may be others now, though they have the same names."""
        for path in paths:
            self._failed.pop(path, None)
        for model in models:
            self._refused.pop(model, None)
        gone = [key for key in self._answers if key[0] in paths or key[1] in models]
        for key in gone:
            del self._answers[key]

    def _is_open(self, path: str, models: Sequence[str], tiles: Tiles | None) -> bool:
        return path not in self._failed and any((path, model, tiles) not in self._answers for model in models)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, WorkerDied):
            self._give_up(_STOPPED)
            return
        topic = next((topic for topic, (job, _) in self._open.items() if job == getattr(event, "job", None)), None)
        if topic is not None:
            self._take(event, topic, self._open[topic][1])

    def _take(self, event: Event, topic: str, question: Question) -> None:
        match event:
            case FilesJudged():
                self._failed |= dict(event.failed)
                for answer in event.answers:
                    self._answers[answer.path, answer.head.model, question.tiles] = answer
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
            case JudgingDone():
                self._refused |= dict(event.refused)
                del self._open[topic]
            case JobFailed():
                del self._open[topic]
                self.failed.emit(event)
            case JobNotice():
                self.notice.emit(event.text)
            case _:
                _log.debug("%s is not about judging", type(event).__name__)
        self.changed.emit(topic)

    def _give_up(self, reason: str) -> None:
        topics = list(self._open)
        self._open.clear()
        if topics:
            self.notice.emit(reason[0].upper() + reason[1:])
        for topic in topics:
            self.changed.emit(topic)
