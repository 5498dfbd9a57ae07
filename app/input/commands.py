"""What each act of the table does to what is selected or shown, and who is asked for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage

from app.acts import BESIDE, DIGITS, View
from app.errors import ErrorDesk
from app.input.dialog_acts import dialog_acts
from app.input.returning import Returning
from app.input.view_acts import Handler, Looks, ViewActs
from app.jobs.runner import JobRunner
from app.operations import answering, heads, marking
from app.operations.trying import MOST
from app.operations.undoing import Undoing
from app.presenting.presenter import Presenter
from app.settings import SettingsFile
from app.views.image_view import ImageView
from app.windows.main_window import MainWindow
from app.windows.project_dialogs import ProjectDialogs
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.values import HeadId, ImageId
from core.wording import counted


class Commands:
    """Performs acts by id, whoever asks: a key, a button, a menu. Errors end at the desk."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: JobRunner,
        settings: SettingsFile,
        window: MainWindow,
        presenter: Presenter,
        looks: Looks,
        dialogs: ProjectDialogs,
        desk: ErrorDesk,
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._settings = settings
        self._window = window
        self._presenter = presenter
        self._looks = looks
        returning = Returning(workspace, window, presenter, looks)
        workspace.large_acts.aside = dialogs.exchange.beside
        workspace.large_acts.begun.connect(self._tell_writing)
        workspace.large_acts.done.connect(self._tell_acted)
        workspace.large_acts.failed.connect(window.job_bar.clear_deed)
        self._act = self._large_act = ""
        """What was asked for last, and last of so many images that it is written beside."""
        self._undoing = Undoing(workspace, dialogs.exchange.beside, returning.tell, window.job_bar.show_deed)
        self._views = ViewActs(workspace, window, presenter, looks)
        self._dialogs = dialogs
        self._desk = desk
        self.handlers: Mapping[str, Handler] = (
            self._answers()
            | self._marks()
            | self._moves()
            | self._picture_acts()
            | self._works()
            | self._views.handlers()
            | self._projects()
        )

    def perform(self, act_id: str) -> None:
        if self._window.overlay.isVisible():
            self._window.overlay.hide()
            if act_id in ("key_overlay", "escape"):
                return
        self._window.job_bar.clear_remark()
        self._act = act_id
        kind, _, argument = act_id.partition(":")
        if kind == "recent":
            self._desk.guard(partial(self._dialogs.open, [Path(argument)]))
        else:
            self._desk.guard(lambda: self._tell(act_id, self.handlers[act_id]()))

    def use_head(self, head_id: int) -> None:
        self._window.job_bar.clear_remark()
        self._desk.guard(partial(heads.use_head, self._workspace, HeadId(head_id)))

    def use_order(self, order: str) -> None:
        self._desk.guard(partial(heads.use_order, self._workspace, order))

    def answer_row(self, row: int) -> None:
        """A click on a row of the prediction panel."""
        self._on_targets(partial(answering.answer_row, self._workspace, row, advance=self._advances()))

    def refuse_row(self, row: int) -> None:
        """Tags: an explicit no."""
        self._on_targets(partial(answering.turn_tag, self._workspace, row, yes=False))

    def answer_score(self, score: float) -> None:
        self._on_targets(partial(answering.answer_score, self._workspace, score, advance=self._advances()))

    def try_dropped(self, paths: Sequence[Path]) -> None:
        self._desk.guard(partial(self._looks.trying.take, paths))

    def try_path(self, path: str) -> None:
        """A scored file, large and tile by tile."""
        self._desk.guard(partial(self._views.try_out, partial(self._looks.trying.take, [Path(path)])))

    def try_bitmap(self, bitmap: QImage) -> None:
        self._desk.guard(partial(self._looks.trying.take_bitmap, bitmap))

    def go_to(self, position: int) -> None:
        self._workspace.go_to(position)

    def open_image(self, image_id: int) -> None:
        """Of any list, large: there it can be answered."""
        self._workspace.show(ImageId(image_id))
        self._presenter.choose(View.LABEL)

    def open_single(self, position: int) -> None:
        """An image of the grid, large."""
        self._workspace.go_to(position)
        self._presenter.choose(View.LABEL)

    def _tell(self, act_id: str, result: object) -> None:
        if isinstance(result, Changes):
            self._presenter.tell(act_id, result)

    def _tell_writing(self, images: int) -> None:
        self._large_act = self._act
        self._window.job_bar.show_deed(f"Writing {counted(images, 'image')}…")

    def _tell_acted(self, changes: Changes) -> None:
        self._tell(self._large_act, changes)

    def _on_targets(self, act: Callable[[list[ImageId]], object]) -> None:
        self._act = "answer"
        self._window.job_bar.clear_remark()
        self._desk.guard(lambda: self._tell("answer", act(self._to_answer())))

    def _to_answer(self) -> list[ImageId]:
        if self._window.view in (View.LABEL, View.REVIEW, View.APPLY, View.COMPARE):
            picture = self._picture()
            answering.check_seen(picture.problem, shown=picture.shows_anything())
        return self._targets()

    def _targets(self) -> list[ImageId]:
        """The selection of the grid, else the current image."""
        if self._window.view is View.GRID:
            selected = self._window.grid_view.selected_ids()
            if not selected:
                raise UserError("no image is selected", "select some with the mouse or Ctrl+A")
            return selected
        if self._pages():
            return self._looks.paging.targets()
        if self._groups():
            return self._looks.twins.targets()
        match self._window.view:
            case View.REVIEW:
                current = self._looks.reviewing.current()
            case View.APPLY:
                current = self._looks.keeping.current()
            case _:
                current = self._workspace.queue.current
        if current is None:
            raise UserError("no image is shown", "press Left to go back")
        return [current]

    def _advances(self) -> bool:
        return self._settings.value.auto_advance and self._leaves()

    def _answers(self) -> dict[str, Handler]:
        workspace, digits = self._workspace, {}
        for text in DIGITS:
            digits[f"answer_{text}"] = partial(self._digit, int(text), shifted=False)
            digits[f"second_{text}"] = partial(self._digit, int(text), shifted=True)
        return digits | {
            "top_score": lambda: self.answer_score(10.0),
            "toggle_tag": lambda: answering.turn_marked_tag(workspace, self._to_answer()),
            "nudge_up": partial(answering.nudge, workspace, 1),
            "nudge_down": partial(answering.nudge, workspace, -1),
            "confirm": self._confirm,
            "refuse_rest": lambda: answering.refuse_rest(workspace, self._to_answer(), advance=self._leaves()),
            "clear": lambda: answering.clear(workspace, self._targets()),
            "undo": self._undoing.undo,
            "redo": self._undoing.redo,
        }

    def _digit(self, digit: int, *, shifted: bool) -> object:
        return answering.answer_digit(
            self._workspace, digit, self._to_answer(), shifted=shifted, advance=self._advances()
        )

    def _confirm(self) -> object:
        hidden = self._window.view is View.LABEL and self._presenter.prediction_hidden()
        return answering.confirm(self._workspace, self._to_answer(), advance=self._leaves(), hidden=hidden)

    def _leaves(self) -> bool:
        """Confirming, skipping and excluding lead on in the queue; grid and second look see to it themselves."""
        return self._window.view not in (View.GRID, View.PAGES, View.TWINS, View.REVIEW, View.APPLY)

    def _marks(self) -> dict[str, Handler]:
        workspace = self._workspace
        return {
            "skip": lambda: marking.skip(workspace, self._targets(), advance=self._leaves()),
            "exclude": lambda: marking.exclude(workspace, self._targets(), advance=self._leaves()),
            "flag": lambda: marking.flag(workspace, self._targets()),
            "pin": lambda: marking.pin(workspace, self._targets()),
        }

    def _moves(self) -> dict[str, Handler]:
        workspace = self._workspace
        return {
            "next": partial(self._step, 1),
            "previous": partial(self._step, -1),
            "first": partial(self._go_to_end, first=True),
            "last": partial(self._go_to_end, first=False),
            "next_undecided": workspace.go_to_open,
        }

    def _tries(self) -> bool:
        return self._window.view is View.TRY

    def _pages(self) -> bool:
        return self._window.view is View.PAGES

    def _groups(self) -> bool:
        return self._window.view is View.TWINS

    def _looks_again(self) -> bool:
        return self._window.view is View.REVIEW

    def _go_to_end(self, *, first: bool) -> None:
        if self._tries():
            self._looks.trying.go_to(0 if first else MOST)
        elif self._looks_again():
            self._looks.reviewing.go_to(0 if first else self._looks.reviewing.total - 1)
        elif self._groups():
            self._looks.twins.go_to(0 if first else self._looks.twins.total - 1)
        else:
            self._workspace.go_to(0 if first else len(self._workspace.queue) - 1)

    def _step(self, by: int) -> None:
        if self._tries():
            self._looks.trying.step(by)
        elif self._looks_again():
            self._looks.reviewing.step(by)
        elif self._groups():
            self._looks.twins.step(by)
        else:
            self._workspace.go_to(self._workspace.queue.position + by)

    def _picture(self) -> ImageView:
        """The one that is shown large."""
        if self._looks_again():
            return self._window.review_view.image_view
        if self._window.view is View.APPLY:
            return self._window.keep_view.image_view
        if self._window.view in BESIDE:
            beside = self._window.compare_view if self._window.view is View.COMPARE else self._window.pair_view
            return beside.image_view
        view = self._window.try_view if self._tries() else self._window.label_view
        return view.image_view

    def _lost_root(self) -> str:
        """Of what is shown large; empty where that is not lost."""
        match self._window.view:
            case View.COMPARE:
                return self._window.compare_view.lost_root
            case View.PAIRS:
                return self._window.pair_view.lost_root
            case _:
                return self._picture().lost_root

    def _picture_acts(self) -> dict[str, Handler]:
        presenter, window = self._presenter, self._window
        return {
            "actual_size": lambda: self._picture().toggle_actual_size(),
            "zoom_in": partial(self._zoom, 1),
            "zoom_out": partial(self._zoom, -1),
            "fit": partial(self._zoom, 0),
            "lock_zoom": presenter.toggle_zoom_lock,
            "grid": self._grid,
            "single": self._single,
            "larger": partial(presenter.enlarge, 1),
            "smaller": partial(presenter.enlarge, -1),
            "fitting_size": partial(presenter.enlarge, 0),
            "hide_prediction": presenter.toggle_prediction,
            "tiles": lambda: self._looks.trying.toggle_tiles() if self._tries() else self._looks.tiles.toggle(),
            "select_all": window.grid_view.select_all,
            "key_overlay": window.overlay.toggle,
            "escape": self._escape,
            "find": self._looks.finding.open,
            "similar": lambda: self._looks.finding.find_similar(self._targets()[0]),
        }

    def _zoom(self, steps: int) -> None:
        """In, out, or 0: so that everything is in sight."""
        if self._pages():
            self._looks.paging.resize_cards(steps)
        elif self._window.view is View.INSIGHT:
            self._window.insight_view.zoom(steps)
        else:
            image = self._picture()
            {1: image.zoom_in, -1: image.zoom_out, 0: image.fit}[steps]()

    def _grid(self) -> None:
        self._workspace.opened_for_reading()
        self._presenter.choose(View.GRID)

    def _single(self) -> None:
        if self._window.view is View.GRID:
            self._workspace.go_to(self._window.grid_view.current_position())
        elif (self._pages() and (current := self._looks.paging.current()) is not None) or (
            self._groups() and (current := self._looks.twins.current_image()) is not None
        ):
            self._workspace.show(current)
        self._presenter.choose(View.LABEL)

    def _escape(self) -> None:
        picked = self._workspace.picked
        if self._looks.finding.put_away():
            return
        if self._window.view is View.GRID:
            if len(self._window.grid_view.selected_ids()) > 1:
                self._window.grid_view.clear_selection()
            elif picked is not None and picked.origin not in (View.LABEL, View.INSIGHT):
                self._views.leave_picked()
            else:
                self._single()
        elif self._window.view is View.VERSIONS:
            if not self._window.versions_view.step_back():
                self._presenter.choose(View.LABEL)
        elif picked is not None and not self._picture().zoomed():
            self._views.leave_picked()
        elif self._window.view in (View.FOLDERS, View.PAGES, View.TWINS, View.INSIGHT) or (
            self._is_aside() and not self._picture().zoomed()
        ):
            self._presenter.choose(View.LABEL)
        elif self._is_aside():
            self._picture().fit()
        else:
            self._window.label_view.image_view.fit()
            self._window.job_bar.clear_notice()

    def _is_aside(self) -> bool:
        """Not on the way through the queue: Escape leads back."""
        return self._tries() or self._looks_again() or self._window.view in {View.APPLY, *BESIDE}

    def _works(self) -> dict[str, Handler]:
        presenter = self._presenter
        return {
            "retrain": self._jobs.train,
            "retrain_with": self._dialogs.retrain_with,
            "cancel_job": self._jobs.cancel,
            "show_training": self._dialogs.show_training,
            "next_head": partial(heads.step_head, self._workspace, 1),
            "hunt": partial(heads.hunt, self._workspace),
            "hunt_like": lambda: heads.hunt_like(self._workspace, self._targets()[0]),
            "previous_head": partial(heads.step_head, self._workspace, -1),
            "auto_retrain": lambda: presenter.change(auto_retrain=not self._settings.value.auto_retrain),
            "auto_advance": lambda: presenter.change(auto_advance=not self._settings.value.auto_advance),
        }

    def _projects(self) -> dict[str, Handler]:
        themes: dict[str, Handler] = {
            f"theme_{theme}": partial(self._presenter.use_theme, theme) for theme in ("system", "light", "dark")
        }
        return themes | {
            "relocate": lambda: self._dialogs.relocate(self._lost_root()),
            "rescan": self._jobs.scan,
            "quit": self._window.close,
            **dialog_acts(self._dialogs),
        }
