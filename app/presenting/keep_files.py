"""Puts the files that the limits keep somewhere, and back: the order to the worker, and what became of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from app.acts import View
from app.jobs.runner import JobRunner
from app.models.applied import PutPlan
from app.operations.keeping import SCREEN, Keeping, table_order
from app.presenting.apply_states import busy_text, put_back_text, transferred_text, went_well
from app.presenting.put_preview import PutPreview
from app.windows import file_choosers
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.jobs.events import JobFailed
from core.jobs.file_results import FileResult, PutBackResult, TableResult, TransferResult
from core.jobs.file_specs import FileSpec, KeptTableSpec, PutBackSpec, TransferSpec
from core.project.turns import Turns
from core.scoring.tables import check_table
from core.scoring.transfers import Act
from core.wording import counted

_ASKED = TransferSpec | PutBackSpec | KeptTableSpec
_STOPPED = "Stopped. Put back undoes what was done."


class KeepFiles(QObject):
    changed = Signal()

    def __init__(self, workspace: Workspace, jobs: JobRunner, window: MainWindow, preview: PutPreview) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._jobs = jobs
        self._window = window
        self._preview = preview
        self.keeping = Keeping()
        self.told = ""
        jobs.files.ended.connect(self._take)
        jobs.state_changed.connect(self._follow_job)

    @property
    def busy(self) -> str:
        """What runs and how far it is."""
        spec = self._jobs.files.spec
        waiting = isinstance(spec, _ASKED) and spec.asked_by == SCREEN
        return busy_text(self._jobs.state, waiting=waiting)

    def put(self, ids: NDArray[np.int64], *, dry_run: bool) -> None:
        project = self._workspace.project
        assert project is not None
        order = self.keeping.transfer_order(project, ids, dry_run=dry_run)
        if dry_run or file_choosers.allows(self._window, order.act, counted(len(ids), "image"), order.folder):
            self._send(order)

    def put_back(self) -> None:
        if self.keeping.manifest is None:
            raise UserError("there is nothing to put back", "choose the table of an earlier time")
        self._send(PutBackSpec("put-back", self.keeping.manifest, asked_by=SCREEN))

    def ask_target(self) -> None:
        folder = file_choosers.ask_target(self._window)
        if folder is not None:
            plan = self.keeping.plan
            self.change_plan(PutPlan(plan.act, str(folder), plan.keep_structure))

    @Slot(object)
    def change_plan(self, plan: PutPlan) -> None:
        self.keeping.plan = plan
        self.changed.emit()

    def save_table(self, turns: Turns, ids: NDArray[np.int64]) -> None:
        project = self._workspace.project
        assert project is not None
        order = table_order(project, turns.head, turns.version, ids)
        file = file_choosers.ask_table(self._window)
        if file is not None:
            check_table(file)
            self._send(order(file))

    def _send(self, order: FileSpec) -> None:
        self._jobs.work_on_files(order)
        self.told = ""
        self.changed.emit()

    @Slot(object, object)
    def _take(self, spec: FileSpec, outcome: FileResult | JobFailed | None) -> None:
        if not isinstance(spec, _ASKED) or spec.asked_by != SCREEN:
            return
        match spec, outcome:
            case TransferSpec(), TransferResult():
                self.keeping.manifest = outcome.manifest or self.keeping.manifest
                told = transferred_text(spec, outcome)
                if spec.dry_run and outcome.done and self._window.view is View.APPLY:
                    self._preview.show(spec, outcome)
            case PutBackSpec(), PutBackResult():
                if not outcome.failed:
                    self.keeping.manifest = None
                told = put_back_text(outcome)
            case KeptTableSpec(), TableResult():
                told = f"Written: {spec.file}"
            case _:
                if isinstance(spec, TransferSpec):
                    self.keeping.manifest = self.keeping.left_behind() or self.keeping.manifest
                undone = self.keeping.manifest is not None and not isinstance(spec, KeptTableSpec)
                told = outcome.text if isinstance(outcome, JobFailed) else _STOPPED if undone else "Stopped."
        self._tell(told, well=went_well(outcome))
        moved = isinstance(spec, PutBackSpec) or (
            isinstance(spec, TransferSpec) and spec.act is Act.MOVE and not spec.dry_run
        )
        if moved and self._workspace.writable:
            self._jobs.scan(quietly=True)  # files of the project lie elsewhere now

    def _tell(self, text: str, *, well: bool) -> None:
        """On the screen; also in the bar, to who looks at something else."""
        self.told = text
        self.changed.emit()
        if self._window.view is not View.APPLY:
            self._jobs.tell(text, well=well)

    @Slot()
    def _follow_job(self) -> None:
        if self._window.view is View.APPLY:
            self.changed.emit()
