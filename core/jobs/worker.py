"""The worker process: orders come in on one pipe, events go out on another, each kind of work has a thread.

Started by core.jobs.process in a fresh interpreter. It ends when its pipe does, so it never outlives its
owner, and it ignores Ctrl-C, which is the owner's to handle.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
from pathlib import Path
from typing import assert_never

from core.errors import Cancelled
from core.jobs.channel import CancelJob, Channel, Order
from core.jobs.events import Event
from core.jobs.exchange import ExportAnswersSpec, ExportHeadSpec, ImportAnswersSpec, ImportHeadSpec
from core.jobs.file_specs import KeptTableSpec, PutBackSpec, ScoreSpec, SynthSpec, TransferSpec
from core.jobs.job_lane import JobLane
from core.jobs.judge_lane import JudgeLane
from core.jobs.live_lane import LiveLane
from core.jobs.spec import EmbedSpec, JudgeSpec, LiveChange, LiveClose, LiveOpen, ScanSpec, TrainSpec, VectorSpec

log = logging.getLogger(__name__)

LOG_LIMIT = 2_000_000
"""Bytes at which worker.log becomes worker.log.1."""
_LAST_SECONDS = 1.5
"""How long a job may take to put down what it has finished once the owner is gone."""


def worker_main(channel: Channel) -> None:
    """Serve until the pipe closes. The calling thread reads; one thread runs jobs, one the live head, one judges."""

    def emit(event: Event) -> None:
        try:
            channel.send(event)
        except OSError:
            raise Cancelled("the window is gone") from None

    worker = _Worker(JobLane(emit), LiveLane(emit), JudgeLane(emit))
    while True:
        try:
            order = channel.receive()
        except EOFError:
            break
        if isinstance(order, Order):
            worker.take(order)
        else:
            log.error("what is no order was left out: %r", type(order))
    worker.stop()


class _Worker:
    def __init__(self, jobs: JobLane, live: LiveLane, judging: JudgeLane) -> None:
        self._jobs = jobs
        self._live = live
        self._judging = judging
        self._log_folder: Path | None = None

    def take(self, order: Order) -> None:
        match order:
            case ScanSpec() | EmbedSpec() | TrainSpec():
                self._log_to(order.project)
                self._jobs.submit(order)
            case ImportHeadSpec() | ImportAnswersSpec() | ExportHeadSpec() | ExportAnswersSpec():
                self._log_to(order.project)
                self._jobs.submit(order)
            case ScoreSpec() | TransferSpec() | PutBackSpec() | KeptTableSpec() | SynthSpec():
                self._jobs.submit(order)
            case LiveOpen():
                self._log_to(order.project)
                self._live.submit(order)
            case LiveChange() | LiveClose():
                self._live.submit(order)
            case JudgeSpec():
                if order.project is not None:
                    self._log_to(order.project)
                self._judging.submit(order)
            case VectorSpec():
                self._judging.submit(order)
            case CancelJob():
                self._jobs.cancel(order.job)
            case _:
                assert_never(order)

    def stop(self) -> None:
        self._jobs.stop(_LAST_SECONDS)

    def _log_to(self, project: str) -> None:
        folder = Path(project) / "logs"
        if folder != self._log_folder and redirect_errors(folder):
            self._log_folder = folder
            log.info("worker %d", os.getpid())


def redirect_errors(folder: Path) -> bool:
    """Send stderr, and with it the log and the last words of native crashes, to `folder`/worker.log."""
    try:
        folder.mkdir(exist_ok=True)
        path = folder / "worker.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(folder / "worker.log.1")
        with path.open("ab") as file:
            os.dup2(file.fileno(), 2)
            os.dup2(file.fileno(), 1)
    except OSError as error:
        log.warning("no log in %s: %s", folder, error)
        return False
    return True


def _take_pipes() -> Channel:
    """Keep stdin and stdout for the channel alone: whatever a library prints goes to the log instead."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(reader, writer)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = _take_pipes()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    faulthandler.enable()
    worker_main(channel)
    sys.stderr.flush()
    # A native call of the job or live thread may not return for seconds; interpreter shutdown would wait for it.
    os._exit(0)
