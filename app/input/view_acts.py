"""What each act does that leads to a screen of its own, or works only there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.acts import View
from app.operations import versions
from app.operations.paging import pick_wrong
from app.presenting.apply_presenter import ApplyPresenter
from app.presenting.compare_presenter import ComparePresenter
from app.presenting.find_presenter import FindPresenter
from app.presenting.insight_presenter import InsightPresenter
from app.presenting.keep_presenter import KeepPresenter
from app.presenting.page_presenter import PagePresenter
from app.presenting.pair_presenter import PairPresenter
from app.presenting.presenter import Presenter
from app.presenting.review_presenter import ReviewPresenter
from app.presenting.tile_look import TileLook
from app.presenting.try_presenter import TryPresenter
from app.presenting.twin_presenter import TwinPresenter
from app.presenting.version_presenter import VersionPresenter
from app.windows.file_choosers import ask_heads, ask_pictures
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.values import HeadKind

Handler = Callable[[], object]


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What stands behind the screens beside the queue."""

    tiles: TileLook
    trying: TryPresenter
    applying: ApplyPresenter
    versions: VersionPresenter
    reviewing: ReviewPresenter
    paging: PagePresenter
    insight: InsightPresenter
    finding: FindPresenter
    keeping: KeepPresenter
    twins: TwinPresenter
    comparing: ComparePresenter
    pairing: PairPresenter


class ViewActs:
    """The acts of each screen, by id."""

    def __init__(self, workspace: Workspace, window: MainWindow, presenter: Presenter, looks: Looks) -> None:
        self._workspace = workspace
        self._window = window
        self._presenter = presenter
        self._looks = looks

    def handlers(self) -> dict[str, Handler]:
        return (
            self._of_versions()
            | self._trials()
            | self._applies()
            | self._reviews()
            | self._of_pages()
            | self._insights()
            | self._of_twins()
            | self._compares()
        )

    def try_out(self, act: Handler) -> None:
        """Turns to the trial, then acts there."""
        self._presenter.choose(View.TRY)
        act()

    def leave_picked(self) -> None:
        """Back to where images were picked or searched for."""
        picked = self._workspace.picked
        self._workspace.unpick()
        self._presenter.choose(View.LABEL if picked is None else picked.origin)

    def look_at_insight(self) -> None:
        """Pictures, and where images were picked out of one, that again."""
        self._workspace.unpick()
        self._presenter.choose(View.INSIGHT)

    def _turn_to(self, view: View) -> None:
        """There, or from there back to the queue."""
        self._presenter.choose(View.LABEL if self._window.view is view else view)

    def _turn_with_head(self, view: View) -> None:
        """Of what a head says; raises UserError with what to do without one."""
        self._workspace.opened_for_reading()
        self._turn_to(view)

    def _of_versions(self) -> dict[str, Handler]:
        window, presenter = self._window, self._presenter
        return {
            "versions": lambda: presenter.choose(View.LABEL) if window.view is View.VERSIONS else self._show_versions(),
            "show_change": self._show_change,
            "use_version": lambda: versions.use_version(self._workspace, self._looks.versions.current()),
            "note_version": lambda: window.versions_view.edit_note(),
            "next_flips": lambda: window.versions_view.pane.next_group(),
        }

    def _show_versions(self) -> None:
        if self._workspace.head is None:
            raise UserError("there is no head whose versions could be shown", "make a head first")
        self._presenter.choose(View.VERSIONS)

    def _show_change(self) -> None:
        self._show_versions()
        self._looks.versions.show_change()

    def _trials(self) -> dict[str, Handler]:
        trying = self._looks.trying
        return {
            "try_it": partial(self._turn_to, View.TRY),
            "paste": partial(self.try_out, trying.paste),
            "try_files": partial(self.try_out, lambda: trying.take(ask_pictures(self._window))),
            "try_heads": partial(self.try_out, lambda: trying.take(ask_heads(self._window))),
            "try_clear": trying.clear,
        }

    def _applies(self) -> dict[str, Handler]:
        leads: dict[str, Handler] = {
            "apply": partial(self._turn_to, View.FOLDERS),
            "keep": partial(self._turn_with_head, View.APPLY),
        }
        return {**leads, **self._looks.applying.handlers(), **self._looks.keeping.handlers()}

    def _reviews(self) -> dict[str, Handler]:
        reviewing = self._looks.reviewing
        return {
            "review": partial(self._turn_to, View.REVIEW),
            "stands": reviewing.confirm,
            "next_queue": reviewing.next_queue,
        }

    def _of_pages(self) -> dict[str, Handler]:
        paging = self._looks.paging
        return {
            "pages": partial(self._turn_with_head, View.PAGES),
            "confirm_page": paging.confirm,
            "mark_wrong": paging.toggle_mark,
            "next_label": paging.next_output,
            "check_answers": paging.toggle_checks,
            "spread_group": paging.spread,
            "correct_marked": self._correct_marked,
        }

    def _correct_marked(self) -> None:
        pick_wrong(self._workspace)
        self._presenter.choose(View.LABEL)

    def _of_twins(self) -> dict[str, Handler]:
        twins = self._looks.twins
        return {
            "twins": partial(self._turn_to, View.TWINS),
            "exclude_others": twins.exclude_others,
            "keep_next": partial(twins.keep, 1),
            "keep_previous": partial(twins.keep, -1),
            "looser": partial(twins.loosen, 1),
            "stricter": partial(twins.loosen, -1),
            "alike_in": twins.switch_measure,
        }

    def _compares(self) -> dict[str, Handler]:
        pairing = self._looks.pairing
        return {
            "compare": self._compare,
            "judge_pairs": self._judge_pairs,
            "pair_four": pairing.toggle_fours,
            **pairing.handlers(),
        }

    def _judge_pairs(self) -> None:
        _, head = self._workspace.opened_for_reading()
        if self._window.view is not View.PAIRS and head.kind is not HeadKind.SCORE:
            raise UserError(
                f"pairs are judged under a score head, and {head.name} is a {head.kind.value} head",
                "turn to a score head with Tab, or make one with Ctrl+N",
            )
        self._turn_to(View.PAIRS)

    def _compare(self) -> None:
        """What is selected in the grid, or the current image beside its neighbours; again: back."""
        if self._window.view is View.COMPARE:
            self._presenter.choose(View.LABEL)
            return
        selected = self._window.grid_view.selected_ids() if self._window.view is View.GRID else []
        self._looks.comparing.choose(selected)
        self._presenter.choose(View.COMPARE)

    def _insights(self) -> dict[str, Handler]:
        return {"insight": self._turn_to_insight, "open_marked": self._open_marked, **self._looks.insight.handlers()}

    def _turn_to_insight(self) -> None:
        if self._window.view is View.INSIGHT:
            self._presenter.choose(View.LABEL)
        else:
            self.look_at_insight()

    def _open_marked(self) -> None:
        """The images that are marked in the picture, as a queue."""
        self._workspace.pick(self._looks.insight.picked())
        self._presenter.choose(View.LABEL)
