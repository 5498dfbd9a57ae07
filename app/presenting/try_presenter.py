"""Keeps the try view showing what is being tried, and has what is missing judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QImage

from app.acts import View
from app.jobs.judging import Judging, Question
from app.models.tried import HeadToTry
from app.operations.trying import MOST, Taken, Trial, versions_in_force
from app.presenting.try_states import TOPIC, try_state
from app.views.dropped import bitmap_of, files_of
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError


class TryPresenter(QObject):
    def __init__(self, workspace: Workspace, judging: Judging, window: MainWindow, trial: Trial) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._judging = judging
        self._window = window
        self._view = window.try_view
        self._trial = trial
        self._heads: tuple[HeadToTry, ...] = ()
        workspace.changed.connect(self._follow)
        judging.changed.connect(self._look_up)
        window.view_shown.connect(self._on_view)

    def take(self, paths: Sequence[Path]) -> None:
        """Pictures, folders of pictures, head files. Raises UserError where there were more than are taken."""
        self._accept(self._trial.add(paths))

    def take_bitmap(self, bitmap: QImage) -> None:
        """Raises EnvironmentProblem where it cannot be written to a temporary file."""
        self._accept(self._trial.add_bitmap(bitmap))

    def paste(self) -> None:
        """Raises UserError where the clipboard holds no picture."""
        data = QGuiApplication.clipboard().mimeData()
        files, bitmap = files_of(data), bitmap_of(data)
        if files:
            self.take(files)
        elif bitmap is not None:
            self.take_bitmap(bitmap)
        else:
            raise UserError("there is no picture to paste", "copy a picture, or picture files")

    def step(self, by: int) -> None:
        self.go_to(self._trial.position + by)

    def go_to(self, position: int) -> None:
        """Beyond an end is the end."""
        self._trial.go_to(position)
        self.show()

    def clear(self) -> None:
        self._trial.clear()
        self.show()

    def toggle_head(self, model: str) -> None:
        self._trial.toggle_head(model)
        self._refresh()

    def mark_head(self, model: str) -> None:
        """Its tiles are drawn from now on."""
        self._trial.marked = model or None
        self.show()

    def toggle_tiles(self) -> None:
        self.change(shows_tiles=not self._trial.ways.shows_tiles)

    def change(self, **ways: Any) -> None:
        """Fields of Ways."""
        self._trial.ways = replace(self._trial.ways, **ways)
        self._refresh()

    def show(self) -> None:
        self._view.show_state(try_state(self._trial, self._heads, self._judging))

    def _accept(self, taken: Taken) -> None:
        self._judging.forget(taken.pictures, taken.heads)
        self._refresh()
        if taken.more:
            raise UserError(f"{MOST} files are taken at once, the others were left out", "`winnow score` takes folders")

    def _refresh(self) -> None:
        """Heads anew, and what is not known yet is asked: the picture in sight first."""
        self._heads = self._trial.heads(*versions_in_force(self._workspace))
        current, trial = self._trial.current, self._trial
        if current is not None:
            order = [current, *trial.pictures[trial.position + 1 :], *trial.pictures[: trial.position]]
            files = tuple(image.path for image in order if not trial.problem(image))
            models = tuple(head.model for head in self._heads if head.chosen)
            project = self._workspace.project
            folder = str(project.folder) if project is not None else None
            self._judging.ask(Question(TOPIC, files, models, trial.ways.tiles, folder))
        self.show()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.TRY:
            self._refresh()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if self._window.view is View.TRY and (changes.heads or changes.versions):
            self._refresh()

    @Slot(str)
    def _look_up(self, topic: str) -> None:
        if topic == TOPIC:
            self.show()
