"""Keeps the apply view showing what is scored, and sends what is asked of it to the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from app.acts import View
from app.jobs.background import Background, wrong_with
from app.jobs.runner import JobRunner
from app.loading.by_path import PathThumbnails
from app.models.applied import PutPlan
from app.models.tried import HeadToTry
from app.operations.applying import FolderScore
from app.operations.trying import heads_to_ask, versions_in_force
from app.presenting.apply_states import apply_state, busy_text, put_back_text, transferred_text, went_well
from app.presenting.put_preview import PutPreview
from app.views.figures import count
from app.windows import file_choosers
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.jobs.events import JobFailed
from core.jobs.file_results import FileResult, PutBackResult, ScoreResult, TransferResult
from core.jobs.file_specs import FileSpec, NamedFiles, PutBackSpec, ScoreSpec, TransferSpec
from core.scoring.answered_route import Route
from core.scoring.tables import check_table, write_table
from core.scoring.transfers import Act, read_manifest
from core.values import Combine, Tiles
from core.wording import counted

if TYPE_CHECKING:
    from app.views.apply_view import ApplyView

Handler = Callable[[], object]
_STOPPED = "Stopped. What was embedded is kept: the next time goes on there."


class ApplyPresenter(QObject):
    def __init__(
        self,
        workspace: Workspace,
        jobs: JobRunner,
        device: Callable[[], str],
        window: MainWindow,
        scored: FolderScore,
        thumbnails: PathThumbnails,
        writing: Background,
        preview: PutPreview,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._jobs = jobs
        self._device = device
        self._window = window
        self._scored = scored
        self._thumbnails = thumbnails
        self._writing = writing
        self._preview = preview
        self._heads: tuple[HeadToTry, ...] = ()
        self._passed = np.zeros(0, np.bool_)
        self._only_passing = False
        self._told = ""
        jobs.files.ended.connect(self._take)
        jobs.state_changed.connect(self._follow_job)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.apply_view_made.connect(self._connect)

    def handlers(self) -> Mapping[str, Handler]:
        """Of the acts that the view asks for."""
        return {
            "score_folder_add": self._add_folder,
            "score_files_add": lambda: self.add(file_choosers.ask_pictures(self._window)),
            "score_heads_add": lambda: self.add(file_choosers.ask_heads(self._window)),
            "score_clear": self._clear,
            "score_start": self.start,
            "score_stop": self._jobs.cancel_files,
            "score_failed": self._show_failed,
            "score_target": self._ask_target,
            "score_preview": partial(self._put, dry_run=True),
            "score_put": partial(self._put, dry_run=False),
            "score_undo": self._put_back,
            "score_table": self._save_table,
            "score_sheet": self._save_sheet,
            "put_back": self._put_back_by_table,
        }

    def add(self, paths: Sequence[Path]) -> None:
        """Folders and pictures to score, head files to ask."""
        self._scored.add(paths)
        self._refresh()

    def start(self) -> None:
        """Raises UserError with what is missing."""
        models = [head.model for head in self._heads if head.chosen]
        project = self._workspace.project
        order = self._scored.order(models, self._device(), project.folder if project is not None else None)
        self._send(order)

    def _send(self, order: FileSpec) -> None:
        self._jobs.work_on_files(order)
        self._told = ""
        self.show()

    def show(self) -> None:
        waiting = isinstance(self._jobs.files.spec, ScoreSpec | TransferSpec | PutBackSpec)
        state = apply_state(
            self._scored,
            self._heads,
            passed=int(self._passed.sum()),
            busy=busy_text(self._jobs.state, waiting=waiting),
            only_passing=self._only_passing,
            told=self._told,
        )
        self._window.apply_view.show_state(state)

    def _refresh(self) -> None:
        project, versions = versions_in_force(self._workspace)
        self._heads = heads_to_ask(project, versions, self._scored.files, self._scored.left_out)
        self.show()

    def _sift(self) -> None:
        """What passes, anew."""
        scored = self._scored
        self._passed = scored.passed()
        heads = scored.result.heads if scored.result is not None else ()
        values = [scored.values(place) for place in range(len(heads))] if len(self._passed) else []
        self._window.apply_view.show_result(scored.result, values, self._passed, only_passing=self._only_passing)
        self.show()

    @Slot(object, object)
    def _take(self, spec: FileSpec, outcome: FileResult | JobFailed | None) -> None:
        match spec, outcome:
            case ScoreSpec(), ScoreResult():
                self._scored.take(outcome)
                self._thumbnails.read_anew()
                self._told = f"{count(len(outcome.paths))} scored."
                self._sift()
            case ((TransferSpec() | PutBackSpec()), _) if spec.asked_by:
                return
            case TransferSpec(), TransferResult():
                self._told = transferred_text(spec, outcome)
                if spec.dry_run and outcome.done and self._window.view is View.FOLDERS:
                    self._preview.show(spec, outcome)
                self._scored.manifest = outcome.manifest or self._scored.manifest
                if outcome.manifest is not None and spec.act is Act.MOVE and isinstance(spec.files, NamedFiles):
                    stayed = {path for path, _ in outcome.failed}
                    self._scored.move(outcome.manifest, [path for path in spec.files.sources() if path not in stayed])
                    self._sift()
            case PutBackSpec(manifest=manifest), PutBackResult():
                self._told = put_back_text(outcome)
                if not outcome.failed:
                    self._scored.put_back(manifest)
                    self._sift()
                    self._scored.manifest = None if manifest == self._scored.manifest else self._scored.manifest
            case TransferSpec(), _:
                self._scored.manifest = self._scored.left_behind() or self._scored.manifest
                self._told = self._why(outcome, "Stopped. Put back undoes what was done.")
            case ((ScoreSpec() | PutBackSpec()), _):
                self._told = self._why(outcome, _STOPPED if isinstance(spec, ScoreSpec) else "Stopped.")
            case _:
                return
        self._tell(self._told, well=went_well(outcome))

    def _tell(self, text: str, *, well: bool) -> None:
        """In the view; also in the bar, to who looks at something else."""
        self._told = text
        self.show()
        if self._window.view is not View.FOLDERS:
            self._jobs.tell(text, well=well)

    def _why(self, outcome: object, stopped: str) -> str:
        return outcome.text if isinstance(outcome, JobFailed) else stopped

    def _put(self, *, dry_run: bool) -> None:
        order = self._scored.transfer_order(dry_run=dry_run)
        files = counted(int(self._passed.sum()), "file")
        if dry_run or file_choosers.allows(self._window, order.act, files, order.folder):
            self._send(order)

    def _put_back(self) -> None:
        if self._scored.manifest is None:
            raise UserError("there is nothing to put back", "choose the table of an earlier time")
        self._send(PutBackSpec("put-back", self._scored.manifest))

    def _put_back_by_table(self) -> None:
        file = file_choosers.ask_manifest(self._window)
        if file is not None:
            read_manifest(file)
            self._send(PutBackSpec("put-back", str(file)))

    def _save_table(self) -> None:
        rows = self._scored.table()
        file = file_choosers.ask_table(self._window)
        if file is not None:
            check_table(file)
            self._write(file, lambda: write_table(file, rows()))

    def _save_sheet(self) -> None:
        from core.scoring.sheet import check_sheet, write_sheet  # its fonts take a while to load

        pictures = self._scored.captions()
        file = file_choosers.ask_sheet(self._window)
        if file is not None:
            check_sheet(file)
            self._write(file, lambda: write_sheet(file, pictures()))

    def _write(self, file: Path, write: Callable[[], None]) -> None:
        self._told = f"Writing {file.name}…"
        self.show()
        self._writing.run(str(file), partial(wrong_with, write), partial(self._written, file))

    def _written(self, file: Path, wrong: str) -> None:
        self._tell(wrong or f"Written: {file}", well=not wrong)

    def _add_folder(self) -> None:
        folder = file_choosers.ask_folder(self._window, "Folder to score")
        if folder is not None:
            self.add([folder])

    def _ask_target(self) -> None:
        folder = file_choosers.ask_target(self._window)
        if folder is not None:
            plan = self._scored.plan
            self._change_plan(PutPlan(plan.act, str(folder), plan.keep_structure))

    def _clear(self) -> None:
        self._scored.clear()
        self._told = ""
        self._sift()

    def _show_failed(self) -> None:
        from app.windows.failed_dialog import FailedDialog

        failed = self._scored.result.failed if self._scored.result is not None else ()
        dialog = FailedDialog([(one.path, one.reason) for one in failed], self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(object)
    def _connect(self, view: ApplyView) -> None:
        view.files_dropped.connect(self.add)
        view.only_passing_toggled.connect(self._show_only_passing)
        view.panel.recursive_toggled.connect(self._look_deep)
        view.panel.head_toggled.connect(self._toggle_head)
        view.panel.limit_changed.connect(self._limit)
        view.panel.top_changed.connect(self._keep_top)
        view.panel.lead_changed.connect(self._lead)
        view.panel.route.changed.connect(self._choose_route)
        view.panel.ways.changed.connect(self._look)
        view.panel.footer.plan_changed.connect(self._change_plan)

    @Slot(bool)
    def _show_only_passing(self, on: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._only_passing = on
        self._sift()

    @Slot(bool)
    def _look_deep(self, on: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._scored.recursive = on
        self.show()

    @Slot(str)
    def _toggle_head(self, model: str) -> None:
        self._scored.left_out ^= {model}
        self._refresh()

    @Slot(str, object, object, object)
    def _limit(self, model: str, wanted: tuple[str, ...], at_least: float | None, at_most: float | None) -> None:
        self._scored.limit(model, wanted, at_least, at_most)
        self._sift()

    @Slot(object)
    def _keep_top(self, top: int | None) -> None:
        self._scored.top = top
        self._sift()

    @Slot(object, object)
    def _look(self, tiles: Tiles | None, combine: Combine | None) -> None:
        """The next time."""
        self._scored.tiles, self._scored.combine = tiles, combine
        self.show()

    @Slot(object)
    def _choose_route(self, route: Route) -> None:
        self._scored.choose_route(route)
        self._sift()

    @Slot(str)
    def _lead(self, model: str) -> None:
        self._scored.by = model
        self._sift()

    @Slot(object)
    def _change_plan(self, plan: PutPlan) -> None:
        self._scored.plan = plan
        self.show()

    @Slot()
    def _follow_job(self) -> None:
        if self._window.view is View.FOLDERS:
            self.show()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.FOLDERS:
            self._refresh()

    @Slot(object, object)
    def _follow(self, changes: object, initiator: object) -> None:
        if self._window.view is View.FOLDERS:
            self._refresh()
