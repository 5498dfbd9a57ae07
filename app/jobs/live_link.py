"""The window's end of the live head: opened for the current head, told of each annotation, reopened as images come."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from app.jobs.background import Background
from app.jobs.state import live_text
from app.workspace import Workspace
from core.changes import Changes
from core.errors import WinnowError
from core.jobs.events import LiveUpdated
from core.jobs.spec import LiveClose, LiveSpec
from core.project.last_look import forget_others
from core.project.specs import signature_of
from core.project.untaught import count_untaught
from core.values import Head, ImageId

_log = logging.getLogger(__name__)
LIVE = "what the live head is told"
MANY = 1_000
"""Answers from which on they are gathered beside the window."""
GETTING_READY = "getting the ranking ready…"
"""A worker that starts takes seconds to load what it needs."""
LOOK_AGAIN_S = 20.0
"""While embedding goes on, the live head takes new images in at most this often."""
DEATHS_BORNE = 3
DEATHS_WITHIN_S = 60.0


class LiveWorker(Protocol):
    def live(self, spec: LiveSpec) -> None: ...


class LiveLink:
    """Never raises: without embeddings or answers there is no live head yet, and the queue says so."""

    def __init__(self, workspace: Workspace, worker: LiveWorker, device: Callable[[], str], beside: Background) -> None:
        """`device`: what the person chose, asked at each opening."""
        self._workspace = workspace
        self._worker = worker
        self._device = device
        self._beside = beside
        self._gathers = False
        """What is gathered beside the window goes down first."""
        self._waiting: set[ImageId] = set()
        self._held: Head | None = None
        self._looked_at = 0.0
        self._deaths: list[float] = []
        self._hopeless = False
        """Nothing is embedded: answers alone do not help."""
        self._given_up = False
        """It failed: nor do answers, or a few vectors more."""
        self._may_be_well = False
        """It failed for something that passes."""
        self._spoken: str | None = None
        """The last job that was heard"""
        self.job: str | None = None
        self.text = ""
        """What the ranking goes by."""

    def open(self) -> None:
        """For the current head; the one before is closed."""
        self.close()
        self._hopeless = self._given_up = False
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None or not self._workspace.writable:
            return
        try:
            signature_of(project, head)
        except WinnowError as error:
            self._despair(error)
            return
        self.job, self._held = f"live-{uuid4().hex[:8]}", head
        self._looked_at, self.text = time.monotonic(), GETTING_READY
        self._gather(partial(project.live_open, self.job, head, self._device()), self._despair)

    def _despair(self, error: BaseException) -> None:
        _log.info("no live head yet: %s", error)
        self.forget()
        self.text, self._hopeless = "", True

    def close(self) -> None:
        if self.job is not None:
            self._worker.live(LiveClose(self.job))
        self.forget()

    def leave(self) -> None:
        """The project is closed."""
        self.close()
        self.text = ""

    def take(self, event: LiveUpdated) -> bool:
        """Whether it is of the head that is asked, and the ranking follows it."""
        if event.job != self.job:
            return False
        project, head = self._workspace.project, self._held
        if project is not None and head is not None and self._spoken != self.job:
            self._spoken = self.job
            forget_others(project, head, Path(event.file))
        self.text = live_text(event)
        self._workspace.take_live(Path(event.file))
        return True

    def forget(self) -> None:
        """The worker holds it no longer."""
        self.job, self._held, self._gathers = None, None, False
        self._waiting.clear()
        self._beside.forget(LIVE)

    def give_up(self, *, for_now: bool = False) -> None:
        """Until another head is asked, all is embedded, or a version was made; `for_now`: or an answer comes later."""
        self.forget()
        self.text = ""
        self._given_up, self._may_be_well = True, for_now

    def follow_version(self) -> None:
        """One was made, and the next answer opens what was given up. What it was not taught is said at once."""
        self._given_up = False
        project, head = self._workspace.project, self._workspace.head
        if project is not None and head is not None and count_untaught(project, head):
            self._look_again()

    def reopen_if_other(self) -> bool:
        """After a switch of heads or an edit of one: whether the live head of before is no longer this one's."""
        other = self._workspace.head != self._held
        if other:
            self.text = ""
            self.open()
        return other

    def note(self, changes: Changes) -> None:
        head = self._workspace.head
        if head is not None and changes.head in (None, head.head_id):
            self._waiting.update(changes.annotated)

    def send(self) -> None:
        """What was annotated since goes to the worker; opens the live head if there was none yet."""
        if self.job is None:
            if not (self._hopeless or self._given_up) or self._tries_again():
                self.open()
            return
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None or self._gathers or not self._waiting:
            return
        ids, self._waiting = frozenset(self._waiting), set()
        tell = partial(project.live_change, self.job, head, ids)
        if len(ids) < MANY:
            self._worker.live(tell())
        else:
            self._gather(tell, lambda _: self._keep(ids))

    def _tries_again(self) -> bool:
        """A folder may be back, a disk have room again; what failed is not tried at each answer."""
        project, waited = self._workspace.project, time.monotonic() - self._looked_at
        may_be = self._given_up and self._may_be_well and waited > LOOK_AGAIN_S
        return may_be and project is not None and project.folder.is_dir()

    def _keep(self, ids: Collection[ImageId]) -> None:
        """What is said of these could not be read: it goes with the next answer."""
        self._gathers = False
        self._waiting.update(ids)

    def _gather(self, work: Callable[[], LiveSpec], failed: Callable[[BaseException], None]) -> None:
        """Beside the window's thread, as it reads many answers."""
        self._gathers = True
        self._beside.run(LIVE, work, self._hand_down, failed=failed)

    def _hand_down(self, spec: LiveSpec) -> None:
        self._gathers = False
        self._worker.live(spec)
        self.send()

    def note_embedded(self) -> None:
        """A shard came: take its images in, not too often."""
        if self.job is None:
            if not self._given_up:
                self.open()
        elif time.monotonic() - self._looked_at > LOOK_AGAIN_S:
            self._look_again()

    def embedding_done(self, *, embedded: int) -> None:
        if self.job is None:
            self.open()
        elif embedded:
            self._look_again()

    def _look_again(self) -> None:
        """A change of nothing: the live head takes in the vectors that came, and keeps what it has."""
        project, head = self._workspace.project, self._workspace.head
        if self._gathers:  # what is on its way makes it look
            return
        if self.job is not None and project is not None and head is not None:
            self._looked_at = time.monotonic()
            self._worker.live(project.live_change(self.job, head, []))

    def worker_died(self) -> bool:
        """Opens the live head in the fresh worker; False when it died too often for that."""
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < DEATHS_WITHIN_S] + [now]
        if len(self._deaths) >= DEATHS_BORNE:
            self.give_up()
            return False
        self.forget()
        self.open()
        return True
