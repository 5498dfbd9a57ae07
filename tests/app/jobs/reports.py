"""What the worker reports to a window, said in its place."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import Shell
from app.jobs.exchanges import Exchange
from core.errors import EnvironmentProblem
from core.exchange.forms import AnswersForm
from core.jobs.events import JobFinished, ScanResult
from core.jobs.exchange import ImportAnswersSpec
from core.jobs.spec import TrainSpec
from core.values import EncoderSignature
from tests.app.conftest import worker_of

SIGNATURE = EncoderSignature("signal", "signal", "1", "{}", 4)


def tell(shell: Shell, event, qtbot) -> None:
    """Reports an event and waits until the window has taken it in."""
    taken = []
    shell.jobs.arrived.connect(taken.append, Qt.ConnectionType.QueuedConnection)
    worker_of(shell).tell(event)
    qtbot.waitUntil(lambda: event in taken)


def running(shell: Shell):
    assert shell.jobs.state is not None
    return worker_of(shell).submitted[-1]


def settle(shell: Shell, qtbot) -> None:
    """Until all that is gathered for the worker went down."""
    qtbot.waitUntil(lambda: not shell.jobs._beside.busy)


def training(shell: Shell, qtbot) -> TrainSpec:
    """The order of it, once it was gathered."""
    qtbot.waitUntil(lambda: isinstance(running(shell), TrainSpec))
    return running(shell)


def finish_scan(shell: Shell, qtbot) -> None:
    tell(shell, JobFinished(running(shell).job, ScanResult(12, 0, 0, 0)), qtbot)


def embed(shell: Shell) -> None:
    """Vectors for every image, on disk."""
    project = shell.workspace.project
    writer = project.embeddings(SIGNATURE).writer(SIGNATURE)
    hashes = project.images.all().hashes
    writer.add(hashes, np.random.default_rng(0).normal(size=(len(hashes), 4)).astype(np.float16))
    writer.flush()


def answer(shell: Shell, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(shell.window, key)


def full_disk(event):
    raise EnvironmentProblem("the disk is full")


def begin_import(shell: Shell) -> str:
    """Of a table; returns its job."""
    head = shell.workspace.head
    spec = ImportAnswersSpec("import-1", str(shell.workspace.project.folder), head, AnswersForm.CSV, "a.csv", (0, 10))
    shell.jobs.exchanges.add(Exchange("Importing", spec, lambda event, over: over(), lambda event: None))
    assert running(shell) is spec
    return spec.job
