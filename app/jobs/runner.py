"""The one bridge between the worker process and the window: orders go down, events come up on the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, assert_never
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.jobs.auto_retrain import AutoRetrain
from app.jobs.background import Background
from app.jobs.exchanges import Exchanges
from app.jobs.failures import failure_of
from app.jobs.file_work import FileWork
from app.jobs.held_reports import HeldReports
from app.jobs.live_link import LiveLink
from app.jobs.orders import GATHERING, Orders
from app.jobs.postponed import Postponed
from app.jobs.scan_told import ScanTold
from app.jobs.slow_device import SlowDevice
from app.jobs.state import STAGES, Errand, JobState, version_text
from app.jobs.worker import Worker
from app.settings import SettingsFile
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError, WinnowError
from core.exchange.forms import Exported
from core.jobs.events import (
    EmbedResult,
    Event,
    FilesGone,
    FilesScanned,
    ImagesFailed,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobNotice,
    JobProgress,
    JobStarted,
    KinFound,
    LiveUpdated,
    ScanResult,
    ShardWritten,
    TrainingCurve,
    TrainResult,
    WorkerDied,
)
from core.jobs.exchange import AnswersRead, HeadRead, HeadWritten
from core.jobs.file_results import PutBackResult, ScoreResult, SynthResult, TableResult, TransferResult
from core.jobs.file_specs import FileSpec
from core.jobs.spec import AskSpec, EmbedSpec, JobSpec
from core.values import HeadId, Tiles

_log = logging.getLogger(__name__)
FOLLOW_MS = 30
"""An annotation's consequences start this much after it: the next image is painted first."""

_Part = FilesScanned | FilesGone | KinFound | ImagesFailed | ShardWritten
"""Reports that are taken in while their job goes on."""
_TRAINING = "the head is being trained already", "the new version comes by itself"


class JobRunner(QObject):
    """Decides what the worker does next; one long job at a time, the live head beside it."""

    state_changed = Signal()
    notice = Signal(str)
    news = Signal(str)
    """What came of work that was asked for: no warning"""
    outdated = Signal(str)
    """A notice that is true no more"""
    failed = Signal(object, object)
    """core.jobs.events.JobFailed and the errand; None for the live head and for what could not be taken in"""
    scanned = Signal(object)
    """ScanResult of a scan that is over"""
    arrived = Signal(object)
    """Every event of the worker; connect queued."""

    def __init__(
        self,
        workspace: Workspace,
        settings: SettingsFile,
        start: Callable[[Callable[[Event], None]], Worker],
        report: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        """`start` makes the worker; it calls back from threads of its own. `report` takes what orders want for."""
        super().__init__(parent)
        self._workspace = workspace
        self.arrived.connect(HeldReports(workspace, self._on_event, self).hear, Qt.ConnectionType.QueuedConnection)
        self._worker = start(self.arrived.emit)
        self._beside = Background(report, self)
        self._scan_told = ScanTold(workspace, self._beside, self.tell)
        self._live = LiveLink(workspace, self._worker, lambda: settings.value.device, self._beside)
        self._wanted: set[Errand] = set()
        self.files = FileWork(self)
        self.exchanges = Exchanges(lambda: self._want(Errand.EXCHANGE), self.notice.emit)
        self._orders = Orders(workspace, settings, self.files, self.exchanges, self._beside)
        self._deaths: dict[Errand, int] = {}
        self._auto_retrain = AutoRetrain(workspace, settings, self.train)
        self._follow_timer = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._follow_timer.timeout.connect(self._follow_up)
        self.housekeeping = Postponed(self._begin_housekeeping, self)
        self._embedding_for: tuple[str, Tiles] | None = None
        self.state: JobState | None = None
        self.device = ""
        self._keeps_house = False
        self._slow_device = SlowDevice()
        workspace.changed.connect(self._on_changed)

    def _begin_housekeeping(self) -> None:
        """A project was opened: look at its folders, then embed what is new."""
        if self._workspace.project is not None and self._workspace.writable:
            self._keeps_house = True
            self._want(Errand.SCAN, Errand.EMBED)
            self._live.open()

    def leave_project(self) -> None:
        """Before another project is opened: what runs is stopped, and what still arrives is ignored."""
        self._keeps_house = False
        self.housekeeping.cancel()
        self._live.leave()
        self._wanted &= {Errand.FILES}
        self.exchanges.clear()
        self._auto_retrain.clear()
        self._follow_timer.stop()
        if self.state is not None and self.state.errand is not Errand.FILES:
            self._orders.forget_training()
            self._worker.cancel(self.state.job)
            self._set_state(None)
        self._next()

    def scan(self, *, quietly: bool = False) -> None:
        """`quietly`: nobody asked for it, and so nobody is told what came of it."""
        self._scan_told.asked |= not quietly
        self._want(Errand.SCAN, Errand.EMBED)

    def train(self, recipe: Mapping[str, Any] | None = None, *, head_id: HeadId | None = None) -> None:
        """The current head, unless one is named, by its own recipe unless one is given. Raises UserError."""
        if self.training:
            raise UserError(*_TRAINING)
        self._orders.ask_training(recipe, head_id)
        self._want(Errand.TRAIN)

    def work_on_files(self, spec: FileSpec) -> None:
        """Embedding gives way; `files.ended` tells how it ends. Raises UserError while other files are worked on."""
        self.files.take(spec)
        self._want(Errand.FILES)

    def cancel_files(self) -> None:
        """Also while it waits for more urgent work."""
        if self.state is not None and self.state.errand is Errand.FILES:
            self.cancel()
        else:
            self._wanted.discard(Errand.FILES)
            self.files.end(None)

    def tell(self, text: str, *, well: bool) -> None:
        """In the bar, which has one line; `well` is no warning."""
        (self.news if well else self.notice).emit(text.partition("\n")[0])

    def judge(self, spec: AskSpec) -> None:
        self._worker.judge(spec)

    def cancel(self) -> None:
        """Stops the running job; what it finished is kept."""
        if self.state is not None and self.state.stage == GATHERING:
            self._orders.forget_training()
            self._end(self.state)
        elif self.state is not None and not self.state.cancelling:
            self._set_state(replace(self.state, cancelling=True))
            self._worker.cancel(self.state.job)

    @property
    def live_text(self) -> str:
        return self._live.text

    @property
    def training(self) -> bool:
        return Errand.TRAIN in self._wanted or (self.state is not None and self.state.errand is Errand.TRAIN)

    @property
    def training_head(self) -> HeadId | None:
        return self._orders.to_train.head_id if self.training and self._orders.to_train is not None else None

    def close(self) -> None:
        """Ends the worker; nothing arrives afterwards."""
        self._wanted.clear()
        self._follow_timer.stop()
        self._beside.close()
        self._worker.close()
        self.arrived.disconnect()

    def _want(self, *errands: Errand) -> None:
        self._wanted.update(errands)
        if self.state is None:
            self._next()
        elif min(self._wanted) < self.state.errand and self._can_pause(self.state.errand):
            self._wanted.add(self.state.errand)
            self._worker.cancel(self.state.job, makes_room=True)

    def _can_pause(self, errand: Errand) -> bool:
        return errand is Errand.EMBED or (errand is Errand.FILES and self.files.can_go_on)

    def _want_embedding(self) -> None:
        """For the current head; what embeds for another encoder gives way, and is wanted again with its head."""
        head, state = self._workspace.head, self.state
        if head is None or (state is not None and self._embedding_for == (head.encoder, head.tiles)):
            return
        self._want(Errand.EMBED)
        if state is not None and state.errand is Errand.EMBED:
            self._worker.cancel(state.job, makes_room=True)

    def _next(self) -> None:
        """Starts the most urgent errand that can be started."""
        while self._wanted and self.state is None:
            errand = min(self._wanted)
            self._wanted.discard(errand)
            job = f"{errand.name.lower()}-{uuid4().hex[:8]}"
            if errand is Errand.TRAIN:
                self._gather_training(job)
                continue
            try:
                spec = self._orders.of(errand, job)
            except WinnowError as error:
                _log.info("%s not started: %s", errand.name, error)
                continue
            if spec is not None:
                what = self.exchanges.what if errand is Errand.EXCHANGE else ""
                asked = self._scan_told.asked or not len(self._workspace.pool)  # there is nothing else to see
                self._submit(JobState(spec.job, errand, what, asked=asked), spec)

    def _gather_training(self, job: str) -> None:
        state, self._embedding_for = JobState(job, Errand.TRAIN), None
        self._set_state(replace(state, stage=GATHERING))
        self._orders.gather_training(job, partial(self._submit, state), lambda _: self._end(state))

    def _submit(self, state: JobState, spec: JobSpec) -> None:
        self._embedding_for = (spec.encoder, spec.tiles) if isinstance(spec, EmbedSpec) else None
        self._set_state(state)
        self._worker.submit(spec)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if not self._keeps_house:
            return
        if changes.annotated:
            self._live.note(changes)
            self._follow_timer.start()
        if changes.heads and initiator is not self:
            if self._live.reopen_if_other():
                self.state_changed.emit()
            self._want_embedding()

    def _follow_up(self) -> None:
        """What an annotation sets off, once the next image is on screen."""
        self._live.send()
        if not self.training:
            self._auto_retrain.follow()

    def _on_event(self, event: Event) -> None:
        match event:
            case WorkerDied():
                self._on_death(event)
            case LiveUpdated():
                if self._live.take(event):
                    self.state_changed.emit()
            case JobFailed() if event.job == self._live.job:
                self._live.give_up(for_now=event.owner == "environment")
                self.failed.emit(event, None)
            case _ if self.state is not None and event.job == self.state.job:
                self._on_job_event(event, self.state)
            case _:
                _log.debug("late %s", type(event).__name__)

    def _on_job_event(self, event: Event, state: JobState) -> None:
        match event:
            case JobStarted():
                self.device = event.device
                self._set_state(replace(state, device=event.device))
            case JobProgress():
                self._set_state(state := state.after(event))
                if self._embedding_for and (word := self._slow_device.word(event, state, self._embedding_for[0])):
                    self.notice.emit(word)
            case TrainingCurve(points=points):
                self._set_state(replace(state, curve=points))
            case JobNotice():
                self.tell(event.text, well=not event.warns)
            case FilesScanned() | FilesGone() | KinFound() | ImagesFailed() | ShardWritten():
                self._adopt_part(event, state)
            case JobFinished():
                self._finish(event, state)
            case JobCancelled():
                if state.errand is Errand.FILES and state.cancelling:
                    self.files.end(None)
                elif state.errand is Errand.EXCHANGE:
                    self.exchanges.give_up()
                self._end(state)
            case JobFailed():
                if state.errand is Errand.FILES:
                    self.files.end(event)
                self._end(state)
                if state.errand is Errand.EXCHANGE:
                    self.exchanges.fail(event)
                else:
                    self.failed.emit(event, state.errand)

    def _adopt(self, event: _Part | JobFinished) -> None:
        if (project := self._workspace.project) is not None:
            changes = project.adopt(event)
            self._workspace.announce(changes, self)
            if changes.embeddings:
                self._live.note_embedded()

    def _adopt_part(self, event: _Part, state: JobState) -> None:
        """What cannot be taken in ends the job: the rest of it could not be either."""
        try:
            self._adopt(event)
        except WinnowError as error:
            _log.warning("a part of %s was not taken in: %s", state.job, error)
            if not state.cancelling:
                self.cancel()
                self.failed.emit(failure_of(state.job, error), None)

    def _finish(self, event: JobFinished, state: JobState) -> None:
        """The next work begins whether or not the result could be taken in."""
        failure: JobFailed | None = None
        try:
            self._take_result(event, state)
        except WinnowError as error:
            _log.warning("the result of %s was not taken in: %s", state.job, error)
            failure = failure_of(state.job, error)
        finally:
            self._end(state)
        if failure is not None:
            self.failed.emit(failure, None)

    def _take_result(self, event: JobFinished, state: JobState) -> None:
        match event.result:
            case TrainResult():
                self._adopt(event)
                self._live.follow_version()
                if text := version_text(self._workspace.heads, event.result):
                    self.notice.emit(text)
                self._follow_timer.start()  # answers that came meanwhile may be enough for the next one
            case ScanResult():
                self._wanted.add(Errand.EMBED)
                self.scanned.emit(event.result)
                self._scan_told.over(event.job, event.result)
            case EmbedResult():
                self._adopt(event)
                self._live.embedding_done(embedded=event.result.embedded)
            case ScoreResult() | TransferResult() | PutBackResult() | TableResult() | SynthResult():
                self.files.end(event.result)
            case HeadRead() | AnswersRead() | HeadWritten() | Exported():
                self.exchanges.finish(event)
                self._wanted.add(Errand.EMBED)
            case _:
                assert_never(event.result)
        self._deaths.pop(state.errand, None)

    def _end(self, state: JobState) -> None:
        if self.state is state or self.state is None or self.state.job == state.job:
            self._set_state(None)
        if state.errand is Errand.TRAIN:
            self.outdated.emit(str(UserError(*_TRAINING)))
        if self.exchanges.waits:
            self._wanted.add(Errand.EXCHANGE)
        self._next()

    def _on_death(self, event: WorkerDied) -> None:
        """The project is as it was; the work is started once more, then given up."""
        reopened = self._live.worker_died()
        state = self.state
        if state is None or event.job != state.job:
            if not reopened:
                self.notice.emit("The worker stopped three times in a minute; the ranking follows at the next retrain.")
            return
        deaths = self._deaths[state.errand] = self._deaths.get(state.errand, 0) + 1
        what = (state.what or STAGES[state.errand]).lower()
        if deaths == 1 and (state.errand is not Errand.FILES or self._can_pause(state.errand)):
            self._wanted.add(state.errand)
            if state.errand is Errand.EXCHANGE:
                self.exchanges.begin_again()
            self.notice.emit(f"The worker stopped while {what} and was started again; nothing is lost.")
        else:
            self.notice.emit(f"The worker stopped while {what}; that is given up until you ask for it.")
            if state.errand is Errand.FILES:
                self.files.end(None)
            elif state.errand is Errand.EXCHANGE:
                self.exchanges.give_up()
        self._end(state)

    def _set_state(self, state: JobState | None) -> None:
        self.state = state
        self.state_changed.emit()
