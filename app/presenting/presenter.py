"""Keeps the views showing what the workspace holds: builds frozen values, hands them over, nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from app.actions import Bindings
from app.acts import BESIDE, View
from app.dressing import Dresser, size_of
from app.jobs.runner import JobRunner
from app.loading.image_files import Locate
from app.models.bars import HeadBarState
from app.presenting.cards import answer_keys, build_card, ending_keys
from app.presenting.deeds import describe_deed, describe_selection
from app.presenting.known import KnownReader
from app.presenting.outlook import OutlookReader
from app.presenting.states import empty_content, head_bar_state, job_bar_state
from app.queue.image_queue import KEPT_AHEAD
from app.settings import SettingsFile
from app.theme import next_scale
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.values import ImageId

BARS_WAIT_MS = 40
"""The bars follow the picture, not the other way round."""
UPCOMING = 6
GRID_KEPT = 300
"""Cells of a large screen and the screen below it."""


class Presenter(QObject):
    """The next image is shown at once; the bars, which ask the database, a moment later."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: JobRunner,
        settings: SettingsFile,
        window: MainWindow,
        bindings: Bindings,
        dresser: Dresser,
        files: Locate,
        outlook: OutlookReader,
        known: KnownReader,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._jobs = jobs
        self._settings = settings
        self._window = window
        self._dresser = dresser
        self._files = files
        self._outlook = outlook
        self._known = known
        self._bindings = bindings
        self._key_texts, self._ends = answer_keys(bindings), ending_keys(bindings)
        self._told_of = (workspace.project, workspace.head)
        self._chosen = View.LABEL
        self._told_at: ImageId | None = None
        """The image in sight when the last deed was told."""
        self._failed_files = 0
        self._bar = HeadBarState()
        self._bars_timer = QTimer(self, singleShot=True, interval=BARS_WAIT_MS)
        self._bars_timer.timeout.connect(self._show_bars)
        outlook.arrived.connect(self._bars_timer.start)
        known.arrived.connect(self._bars_timer.start)
        workspace.changed.connect(self._on_changed)
        workspace.moved.connect(self._on_moved)
        jobs.state_changed.connect(self._show_job)
        window.grid_view.selection_changed.connect(self._on_selected)
        window.view_shown.connect(window.job_bar.clear_deed)
        window.resized.connect(self._fit_window)
        self.show_all()

    def show_all(self) -> None:
        settings, menus = self._settings.value, self._window.menus
        menus.set_recent(settings.recent)
        menus.set_checked("auto_retrain", checked=settings.auto_retrain)
        menus.set_checked("auto_advance", checked=settings.auto_advance)
        for theme in ("system", "light", "dark"):
            menus.set_checked(f"theme_{theme}", checked=settings.theme == theme)
        self._show_whether_hidden()
        self._count_failed()
        self._show_image()
        self._show_bars()

    def choose(self, view: View) -> None:
        """What fills the window; what there is nothing to show for stays an explanation."""
        self._chosen = view
        self._workspace.pause_again(paused=view is not View.LABEL)
        self._show_image()

    def change(self, **settings: Any) -> None:
        self._settings.change(**settings)
        self.show_all()

    def use_theme(self, mode: str) -> None:
        self._settings.change(theme=mode)
        self._dress_again()

    def enlarge(self, steps: int) -> None:
        """The whole interface so many steps larger; 0 steps: the size that fits screen and window."""
        scale = next_scale(self._window.theme.scale, steps) if steps else None
        self._settings.change(scale=scale)
        self._dress_again()

    def follow_system_theme(self) -> None:
        if self._settings.value.theme == "system":
            self._dress_again()

    @Slot()
    def _fit_window(self) -> None:
        if not self._dresser.fits(self._window.theme, size_of(self._window)):
            self._dress_again()

    def toggle_prediction(self) -> None:
        project = self._workspace.project
        if project is not None:
            self._settings.hide_predictions(project.folder, hidden=not self.prediction_hidden())
            self._show_whether_hidden()

    def prediction_hidden(self) -> bool:
        """Each project keeps it for itself: who opens another one did not ask for it there."""
        project = self._workspace.project
        return project is not None and str(project.folder) in self._settings.value.hidden_in

    def _show_whether_hidden(self) -> None:
        hidden = self.prediction_hidden()
        keys = self._bindings.keys_of("hide_prediction")
        self._window.label_view.set_prediction_hidden(hidden=hidden, key=keys[0] if keys else "")
        self._window.menus.set_checked("hide_prediction", checked=hidden)

    def tell(self, act_id: str, changes: Changes) -> None:
        """What the last key did, until the next one or until another image or view is looked at.

        An order that arrives below what is on screen, and work that begins by itself, leave it there.
        """
        self._told_at = self._workspace.queue.current
        deed = describe_deed(self._workspace, act_id, changes, self._bindings, self._files)
        self._window.job_bar.show_deed(deed)

    def toggle_zoom_lock(self) -> None:
        image = self._window.label_view.image_view
        image.lock_zoom(not image.zoom_locked())
        self._window.menus.set_checked("lock_zoom", checked=image.zoom_locked())

    def _dress_again(self) -> None:
        self._window.set_theme(self._dresser.dress(size_of(self._window)))
        self.show_all()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, initiator: object) -> None:
        told_of = (self._workspace.project, self._workspace.head)
        if told_of != self._told_of:
            self._told_of = told_of
            self._window.job_bar.clear_deed()
            self._remember_head()
            self._show_whether_hidden()
        self._show_image()
        if changes.annotated and self._window.view is View.GRID:
            self._window.grid_view.refresh(changes.annotated)
        elif changes.annotated:
            self._window.label_view.film_strip.refresh(changes.annotated)
        if changes.images:
            self._count_failed()
        self._bars_timer.start()

    def _remember_head(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        if project is not None and head is not None:
            self._settings.remember_head(project.folder, int(head.head_id))

    @Slot()
    def _on_moved(self) -> None:
        if self._workspace.queue.current != self._told_at:
            self._window.job_bar.clear_deed()
        self._show_image()
        self._bars_timer.start()

    def _show_image(self) -> None:
        workspace, window = self._workspace, self._window
        has_head = workspace.head is not None
        aside = (View.TRY, View.APPLY, View.FOLDERS, View.REVIEW, View.PAGES, View.TWINS, View.INSIGHT, *BESIDE)
        if self._chosen in aside or (self._chosen is View.VERSIONS and has_head):
            window.show_view(self._chosen)
            return
        card = build_card(workspace, self._key_texts, self._files, self._ends)
        if self._chosen is View.GRID and workspace.head is not None and len(workspace.queue):
            window.show_view(View.GRID)
            window.grid_view.set_queue(workspace.queue.ids, workspace.queue.position)
            # Nothing under the person's eyes is moved by a new order.
            workspace.kept_ahead = max(KEPT_AHEAD, GRID_KEPT)
            return
        workspace.kept_ahead = KEPT_AHEAD
        if card is None:
            window.label_view.show_nothing()  # images of the project before must not be asked of this one
            self._show_empty()
            return
        window.show_view(View.LABEL)
        window.label_view.film_strip.set_queue(workspace.queue.ids, workspace.queue.position)
        position = workspace.queue.position
        upcoming = [ImageId(int(i)) for i in workspace.queue.ids[position + 1 : position + 1 + UPCOMING]]
        window.label_view.show_card(card, upcoming)

    @Slot()
    def _on_selected(self) -> None:
        self._window.job_bar.clear_deed()
        self._show_selection()

    def _show_selection(self) -> None:
        grid = self._window.grid_view
        shown = self._window.view is View.GRID
        self._window.job_bar.show_selection(describe_selection(self._workspace, grid.marked_ids()) if shown else "")

    def _show_empty(self) -> None:
        content = empty_content(self._workspace, self._jobs, self._failed_files)
        self._window.empty_view.set_content(content.title, content.text, content.actions, mark=content.mark)
        self._window.show_view(View.EMPTY)

    def _count_failed(self) -> None:
        project = self._workspace.project
        self._failed_files = len(project.images.failed()) if project is not None else 0

    @Slot()
    def _show_bars(self) -> None:
        self._show_selection()
        outlook, known = self._outlook.found, self._known.found
        self._bar = head_bar_state(self._workspace, self._jobs, self._settings.value, outlook, known)
        self._window.head_bar.show_state(self._bar)
        self._show_title()
        self._show_job()

    @Slot()
    def _show_job(self) -> None:
        self._window.job_bar.show_state(job_bar_state(self._workspace, self._jobs, self._failed_files))
        if self._bar.training != self._jobs.training:
            self._bar = replace(self._bar, training=self._jobs.training)
            self._window.head_bar.show_state(self._bar)
        if self._window.view is View.EMPTY:
            self._show_empty()

    def _show_title(self) -> None:
        project = self._workspace.project
        name = ""
        if project is not None:
            folder = Path(project.folder)
            name = (folder.parent if folder.name == ".winnow" else folder).name
        self._window.setWindowTitle(f"{name} — Winnow" if name else "Winnow")
