"""After an undo or redo the window shows what it was about: there, or where that can be seen."""

from __future__ import annotations

from collections.abc import Sequence

from app.acts import View
from app.input.view_acts import Looks
from app.presenting.presenter import Presenter
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.values import ImageId

_BY_QUEUE = frozenset({View.LABEL, View.GRID, View.COMPARE})
"""They follow the queue, which stands at the image already."""


class Returning:
    def __init__(self, workspace: Workspace, window: MainWindow, presenter: Presenter, looks: Looks) -> None:
        self._workspace = workspace
        self._window = window
        self._presenter = presenter
        self._looks = looks

    def tell(self, act_id: str, changes: Changes) -> None:
        """Leads there and says what was done."""
        self._lead(changes)
        self._presenter.tell(act_id, changes)

    def _lead(self, changes: Changes) -> None:
        project = self._workspace.project
        if project is None or changes.act is None:
            return
        edits = project.edits.of_act(changes.act)
        states = [state for edit in edits for state in (edit.before, edit.after)]
        versions = {state[key] for state in states for key in ("version", "of_version") if state.get(key) is not None}
        if versions and self._workspace.head is not None:
            self._turn_to(View.VERSIONS)
            self._looks.versions.mark(versions)
        elif project.pairs.of_act(changes.act):
            self._turn_to(View.PAIRS)
        elif changes.annotated and not self._in_sight(changes):
            self._turn_to(View.LABEL)

    def _turn_to(self, view: View) -> None:
        if self._window.view is not view:
            self._presenter.choose(view)

    def _in_sight(self, changes: Changes) -> bool:
        """An act on many images is in sight where one of them is."""
        view, looks = self._window.view, self._looks
        shown: Sequence[ImageId | None]
        match view:
            case View.REVIEW:
                shown = [looks.reviewing.current()]
            case View.PAGES:
                shown = looks.paging.in_sight()
            case View.TWINS:
                shown = looks.twins.in_sight()
            case View.APPLY:
                shown = [looks.keeping.current()]
            case _:
                return view in _BY_QUEUE
        return not changes.annotated.isdisjoint(shown)
