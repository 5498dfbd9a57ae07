"""The curve of the training that runs, else of the version in force; it lies beside the work and follows it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.jobs.runner import JobRunner
from app.jobs.state import Errand
from app.views.curve_plot import CurvePlot
from app.workspace import Workspace
from core.project.curves import read_curve
from core.values import CurvePoint

_HONEST = "Evaluation loss is measured on held-out answers: those that the head was not taught."


class TrainingDialog(QDialog):
    def __init__(self, workspace: Workspace, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._shown: object = None
        self.setWindowTitle("Training curve")
        self.says = QLabel(self)
        self.plot = CurvePlot(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.says)
        layout.addWidget(self.plot, 1)
        layout.addWidget(buttons)
        jobs.state_changed.connect(self.follow)
        workspace.changed.connect(self.follow)
        self.follow()

    @Slot()
    def follow(self, *_cause: object) -> None:
        """Reports of progress come often; only another curve is drawn."""
        state = self._jobs.state
        if state is not None and state.errand is Errand.TRAIN:
            self._show(state.curve, "Training now." if state.curve else "Training begins…")
            return
        version, head, project = self._workspace.version, self._workspace.head, self._workspace.project
        source = (head and head.head_id, version and version.number)
        if source == self._shown:
            return
        points = read_curve(project.folder / version.folder) if project is not None and version is not None else ()
        if head is None or version is None:
            self._show((), "Nothing was trained yet.")
        elif points:
            self._show(points, f"{head.name} v{version.number}. {_HONEST}")
        else:
            self._show((), f"{head.name} v{version.number} has no training curve: it was not trained here.")
        self._shown = source

    def _show(self, points: tuple[CurvePoint, ...], text: str) -> None:
        if self._shown != (points, text):
            self._shown = (points, text)
            self.says.setText(text)
            self.plot.show_curve(points)
