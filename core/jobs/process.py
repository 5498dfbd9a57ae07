"""The owner's end of the process border: starts the worker when it is needed, survives its death, Qt-free.

The child is a fresh interpreter that runs core.jobs.worker, never a fork (CUDA does not survive one) and never a
second run of the caller's main module, so it imports neither Qt nor the face.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import core
from core.jobs.channel import CancelJob, Channel, Order, Unsendable, encode
from core.jobs.events import Event, JobCancelled, JobFailed, JobFinished, WorkerDied
from core.jobs.spec import AskSpec, JobSpec, LiveSpec

log = logging.getLogger(__name__)

CANCEL_GRACE = 5.0
"""Seconds a job that a person stopped has to stop by itself before the process is ended."""
ROOM_GRACE = 30.0
"""The same of one that only makes room: a fresh process would load torch and the encoder first, which takes longer."""
CLOSE_GRACE = 2.0
"""The same when the window closes."""
_START = "import sys; sys.path.append(sys.argv[1]); from core.jobs.worker import main; main()"
_COMMAND = [sys.executable, "-P", "-c", _START, str(Path(core.__file__).parents[1])]
"""-P keeps the folder the person stands in off the import path; the engine's own folder is added by name."""


class WorkerProcess:
    """Submit from any thread and never wait; `on_event` is called from this object's threads, one event at a time."""

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        cancel_grace: float = CANCEL_GRACE,
        room_grace: float = ROOM_GRACE,
        close_grace: float = CLOSE_GRACE,
    ) -> None:
        self._on_event = on_event
        self._cancel_grace, self._room_grace, self._close_grace = cancel_grace, room_grace, close_grace
        self._lock = threading.RLock()
        self._telling = threading.RLock()
        self._child: _Child | None = None
        self._unfinished: dict[str, bytes] = {}  # as sent, in order of submission; the first is the one that runs
        self._cancelling: set[str] = set()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The running child's, if there is one."""
        child = self._child
        return child.process.pid if child is not None else None

    @property
    def jobs(self) -> tuple[str, ...]:
        """Unfinished jobs, the running one first."""
        with self._lock:
            return tuple(self._unfinished)

    def submit(self, spec: JobSpec) -> None:
        """Run after the jobs already submitted. Ends in one JobFinished, JobCancelled, JobFailed or WorkerDied."""
        self._send(spec)

    def live(self, spec: LiveSpec) -> None:
        """Answered beside a running job. After WorkerDied the live head is gone and its owner opens it again."""
        self._send(spec)

    def judge(self, spec: AskSpec) -> None:
        """Answered beside a running job. After WorkerDied nothing more of it comes."""
        self._send(spec)

    def cancel(self, job: str, *, makes_room: bool = False) -> None:
        """Ask the job to stop; one that does not within the grace loses its process.

        `makes_room`: nobody gave it up; other work comes first. A person may still give it up meanwhile.
        """
        with self._lock:
            asked = job in self._cancelling
            if job not in self._unfinished or (asked and makes_room):
                return
            self._cancelling.add(job)
            if self._child is not None and not asked:
                self._child.send(encode(CancelJob(job)))
        grace = self._room_grace if makes_room else self._cancel_grace
        timer = threading.Timer(grace, self._enforce, [job, grace])
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the worker; what it finished is kept. No event is delivered once this returns."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
            self._unfinished.clear()
        with self._telling:
            pass  # an event that was being delivered has been
        if child is not None:
            child.end(self._close_grace)

    def _send(self, order: Order) -> None:
        try:
            payload = encode(order)
        except Unsendable as error:
            log.exception("order not sent")
            self._hear(JobFailed(order.job, "bug", f"{error}; the log has the details"))
            return
        try:
            with self._lock:  # a child that dies now is buried before or after, not between note and order
                child = self._running_child()
                if child is None:
                    return
                if isinstance(order, JobSpec):
                    self._unfinished[order.job] = payload
                child.send(payload)
        except OSError as error:
            self._hear(_not_started(order.job, error))

    def _running_child(self) -> _Child | None:
        """The child, which takes over every unfinished job where it is fresh; None once closed. Under the lock."""
        if self._child is None and not self._closed:
            self._child = _Child(self._hear, self._bury)
            for job, payload in self._unfinished.items():
                self._child.send(payload)
                if job in self._cancelling:
                    self._child.send(encode(CancelJob(job)))
        return self._child

    def _enforce(self, job: str, grace: float) -> None:
        """The grace is over. Only the running job may cost the process; a waiting one has been answered by now."""
        with self._lock:
            child = self._child
            if child is None or job not in self._cancelling or next(iter(self._unfinished), None) != job:
                return
        log.warning("job %s did not stop within %.1f s; its process is ended", job, grace)
        child.process.kill()

    def _hear(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, JobFinished | JobCancelled | JobFailed):
                self._unfinished.pop(event.job, None)
                self._cancelling.discard(event.job)
        self._tell(event)

    def _tell(self, event: Event) -> None:
        with self._telling:
            if self._closed:
                return
            try:
                self._on_event(event)
            except Exception:
                log.exception("a %s could not be handled", type(event).__name__)

    def _bury(self, dead: _Child, exit_code: int | None) -> None:
        """The running job is lost with the process; the ones that waited go to a fresh one."""
        with self._lock:
            if self._closed or self._child is not dead:
                return
            self._child = None
            lost = next(iter(self._unfinished), None)
            cancelled = lost is not None and lost in self._cancelling
            if lost is not None:
                del self._unfinished[lost]
                self._cancelling.discard(lost)
        log.warning("the worker ended with exit code %s, job %s", exit_code, lost)
        if lost is not None and cancelled:
            self._tell(JobCancelled(lost))
            lost = None
        self._tell(WorkerDied(lost, exit_code))
        self._go_on()

    def _go_on(self) -> None:
        try:
            with self._lock:
                if self._unfinished:
                    self._running_child()
        except OSError as error:
            for job in self.jobs:
                self._hear(_not_started(job, error))


def _not_started(job: str, error: OSError) -> JobFailed:
    log.error("no worker", exc_info=error)
    return JobFailed(job, "environment", f"the worker process cannot be started: {error}")


class _Child:
    """One worker process with the two threads that read and write its pipes."""

    def __init__(self, on_event: Callable[[Event], None], on_death: Callable[[_Child, int | None], None]) -> None:
        self._on_event = on_event
        self._on_death = on_death
        self.process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin is not None and self.process.stdout is not None
        self._channel = Channel(cast(BinaryIO, self.process.stdout), cast(BinaryIO, self.process.stdin))
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="worker-events", daemon=True)
        self._writer = threading.Thread(target=self._write, name="worker-orders", daemon=True)
        self._reader.start()
        self._writer.start()

    def send(self, payload: bytes) -> None:
        """Never blocks: a full pipe is the writer thread's to wait for."""
        self._outbox.put(payload)

    def end(self, grace: float) -> None:
        """Close the pipe, which tells the worker to put down what is finished; then, after the grace, kill."""
        self._outbox.put(None)
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if threading.current_thread() is not self._reader:
            self._reader.join()
        self._writer.join()

    def _write(self) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        try:
            while (payload := self._outbox.get()) is not None:
                self._channel.send_encoded(payload)
            stdin.close()
        except OSError:
            log.debug("the worker is gone; its reader says so")

    def _read(self) -> None:
        try:
            while True:
                self._on_event(cast(Event, self._channel.receive()))
        except EOFError:
            pass
        except Exception:
            log.exception("what the worker sent cannot be read; it is started anew")
            self.process.kill()
        exit_code = self.process.wait()
        self._outbox.put(None)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._on_death(self, exit_code)
