"""What the apply view is given and shows, and the work on files that a test does in its place."""

from __future__ import annotations

from pathlib import Path

from app.models.scored_model import PASSES
from core.jobs.events import JobFinished
from core.jobs.run import run_job
from core.scoring.transfers import Act
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell

NUMBER = 6


def work(shell, qtbot):
    """Does what the worker was ordered last, here, and reports it."""
    spec = worker_of(shell).submitted[-1]
    result = run_job(spec, lambda event: None, lambda: False)
    tell(shell, JobFinished(spec.job, result), qtbot)
    return result


def panel(shell):
    return shell.window.apply_view.panel


def names(shell) -> list[str]:
    model = shell.window.apply_view.table.scored
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def passing(shell) -> list[str]:
    model = shell.window.apply_view.table.scored
    return sorted(model.index(row, 0).data() for row in range(model.rowCount()) if model.index(row, 0).data(PASSES))


def put(shell, target: Path, act: Act = Act.COPY, *, structure: bool = False) -> None:
    view = panel(shell).footer
    view.act.setCurrentIndex(view.act.findData(act.value))
    view.structure.setChecked(structure)
    view.act.activated.emit(view.act.currentIndex())
    shell.commands.perform("score_target")
    shell.commands.perform("score_put")


def choose(box, text: str) -> None:
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())
