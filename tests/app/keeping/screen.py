"""What the screen of limits shows, and the keys and the work that a test waits for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.operations.keeping import Keeping
from core.jobs.events import JobFinished
from core.jobs.file_specs import KeptTableSpec, PutBackSpec, TransferSpec
from core.jobs.run import run_job
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell

IMAGES = 90
CAT = [round(0.005 + number / IMAGES, 4) for number in range(IMAGES)]


def wait_for(shell, qtbot) -> None:
    presenter = shell.commands._looks.keeping
    qtbot.waitUntil(
        lambda: presenter._judged is not None and not shell.counting.busy and not presenter._rest.isActive(),
        timeout=20_000,
    )


def press(shell, key: Qt.Key, qtbot, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(shell.window, key, modifier)
    wait_for(shell, qtbot)


def view(shell):
    return shell.window.keep_view


def keeping(shell) -> Keeping:
    return shell.commands._looks.keeping._keeping


def widths(shell) -> list[float]:
    return [row.high - row.low for row in view(shell).figures._rows]


def work(shell, qtbot):
    """Does what the worker was ordered, here, up to the order about files."""
    while True:
        spec = worker_of(shell).submitted[-1]
        result = run_job(spec, lambda event: None, lambda: False)
        tell(shell, JobFinished(spec.job, result), qtbot)
        if isinstance(spec, TransferSpec | PutBackSpec | KeptTableSpec):
            return result
