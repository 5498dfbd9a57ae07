"""The training curve in the window: live while training, afterwards from the version's own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from app.jobs.state import Errand, JobState
from app.windows.training_dialog import TrainingDialog
from core.heads.version_files import write_curve
from core.jobs.events import JobFinished, JobStarted, TrainingCurve, TrainResult
from core.project.curves import read_curve
from core.project.folder import version_folder
from core.values import CurvePoint, Metrics

CURVE = tuple(CurvePoint(12 * i, 1.0 / i, 1.2 / i, 0.004 / i) for i in range(1, 26))


def train(shell) -> None:
    """As if the worker had just begun."""
    shell.jobs._set_state(JobState("train-1", Errand.TRAIN))
    shell.jobs._on_event(JobStarted("train-1", "training question v1"))


def finish(shell, curve: tuple[CurvePoint, ...]) -> None:
    project, head = shell.workspace.project, shell.workspace.head
    folder = project.folder / version_folder(project.heads.folder(head.head_id), 1)
    folder.mkdir(parents=True)
    write_curve(folder / "training.csv", curve)
    result = TrainResult(str(folder), 1, head.head_id, 20, 0, Metrics(0, "out-of-fold"), 0.5, "cpu", 0)
    shell.jobs._on_event(JobFinished("train-1", result))


@pytest.fixture
def dialog(class_shell, qtbot) -> TrainingDialog:
    made = TrainingDialog(class_shell.workspace, class_shell.jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def drawn(dialog: TrainingDialog) -> list[float]:
    _, losses = dialog.plot._training.getData()
    return [] if losses is None else list(losses)


def test_that_axes_say_nothing_before_there_is_a_point(dialog):
    axes = [plot.getAxis("left") for plot in dialog.plot._plots]
    assert not any(axis.style["showValues"] for axis in axes)
    dialog.plot.show_curve(CURVE)
    assert all(axis.style["showValues"] for axis in axes)
    assert dialog.plot._plots[1].viewRange()[1][0] <= 0


def test_that_a_head_without_a_version_says_so(dialog):
    assert dialog.says.text() == "Nothing was trained yet."
    assert drawn(dialog) == []


def test_that_the_curve_grows_while_training_and_is_the_versions_afterwards(class_shell, dialog):
    train(class_shell)
    assert "begins" in dialog.says.text()
    early = tuple(CurvePoint(point.step, point.training_loss, None, point.learning_rate) for point in CURVE)
    for known in (1, 2, 10):
        class_shell.jobs._on_event(TrainingCurve("train-1", early[:known]))
        assert drawn(dialog) == pytest.approx([point.training_loss for point in early[:known]])
    assert "at the end" in dialog.plot._keys[1].text()
    finish(class_shell, CURVE)
    assert dialog.says.text().startswith("question v1.")
    assert drawn(dialog) == pytest.approx([point.training_loss for point in CURVE], abs=1e-6)
    assert dialog.plot._keys[1].text() == "Evaluation loss"


def test_that_the_job_bar_leads_to_the_curve_while_training(class_shell, qtbot):
    bar = class_shell.window.job_bar
    assert bar._curve.isHidden()
    train(class_shell)
    assert not bar._curve.isHidden()
    qtbot.mouseClick(bar._curve, Qt.MouseButton.LeftButton)
    shown = class_shell.window.findChildren(TrainingDialog)
    assert [dialog.isVisible() for dialog in shown] == [True]
    class_shell.commands.perform("show_training")
    assert len(class_shell.window.findChildren(TrainingDialog)) == 1
    shown[0].close()


def test_that_the_plot_follows_the_theme(class_shell, dialog):
    seen = set()
    for theme in ("light", "dark"):
        class_shell.commands.perform(f"theme_{theme}")
        background = dialog.plot._canvas.backgroundBrush().color()
        assert background == dialog.palette().color(QPalette.ColorRole.Window)
        seen.add(background.name())
    assert len(seen) == 2


def test_that_a_written_curve_reads_back_and_a_broken_one_is_none(tmp_path: Path):
    write_curve(tmp_path / "training.csv", (*CURVE, CurvePoint(999, 0.5, None, 1e-7)))
    found = read_curve(tmp_path)
    assert [point.step for point in found] == [*(point.step for point in CURVE), 999]
    assert found[-1].evaluation_loss is None
    (tmp_path / "training.csv").write_text("step,training_loss\n1,x\n")
    assert read_curve(tmp_path) == ()
    assert read_curve(tmp_path / "gone") == ()
    (tmp_path / "training.csv").write_text("step\n" + "9" * 200_000, encoding="utf-8")
    assert read_curve(tmp_path) == ()
