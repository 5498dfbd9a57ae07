"""Keeps the versions view showing the versions of the head, and tells after a retrain what it changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.acts import View
from app.jobs.background import Background
from app.models.cards import Cell
from app.models.versions import ChangeLine, CompareState
from app.presenting.version_files import VersionFiles
from app.queue.ranking import Pool
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError, WinnowError
from core.project import Project
from core.store.columns import ImageTable
from core.values import Head, HeadId, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.versions_view import VersionsView
    from core.project.comparison import Comparison

COMPARE, RETRAINED = "compare versions", "what a retrain changed"
"""Work beside the window's thread."""
_ALONE = "Select two versions to compare them. One that is selected alone is compared with the one before it."
_FIRST = "The first version: there is none before it to compare it with."
_FAILED = "These versions could not be compared."
_NONE = "No version yet. Retrain makes one from every answer."


class VersionPresenter(QObject):
    """What it says is loaded with the first version that is shown or compared, not with the window."""

    def __init__(
        self, workspace: Workspace, background: Background, window: MainWindow, cell: Callable[[ImageId], Cell]
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._cell = cell
        self._known: dict[HeadId, tuple[int, int]] = {}
        """For each head the newest version and the one in force, when last looked at."""
        self._files = VersionFiles(background)
        self._shown_of: tuple[Project | None, HeadId | None] = (None, None)
        self._newest: list[int] = []
        """The two newest versions, when they were last selected for being that."""
        self._known_in: Project | None = None
        """Heads of another project have the same numbers."""
        self._change: tuple[HeadId, int, int] | None = None
        """The head and its two versions that the line of the last retrain is about."""
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.versions_view_made.connect(self._take_view)

    @property
    def _view(self) -> VersionsView:
        return self._window.versions_view

    def show_change(self) -> None:
        """The versions that the last retrain came from and made; without one, the two newest."""
        if self._change is not None:
            self._view.select(self._change[1:])
        self._view.table.setFocus()

    def mark(self, numbers: Collection[int]) -> None:
        """These versions, where they are in the list; two of them are compared."""
        known = [row.number for row in self._view.model.rows if row.number in numbers]
        if known:
            self._view.select(known)

    def current(self) -> int:
        """The version that an act is about. Raises UserError where none is marked."""
        number = self._view.current()
        if number is None:
            raise UserError("no version is marked", "retrain to make one, or mark one of the list")
        return number

    def show(self, *, opened: bool = False) -> None:
        """Rows and what is selected, as they are now.

        Opened for the first time after a retrain, the two newest are; an open view changes nothing below the keys.
        """
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None:
            return
        shown_of = (project, head.head_id)
        self._show_rows()
        newest = sorted(row.number for row in self._view.model.rows)[-2:]
        if shown_of != self._shown_of or (opened and newest != self._newest) or not self._view.selected():
            self._shown_of, self._newest = shown_of, newest
            self._select(newest)
        self._show_selected()
        folders = [project.folder / version.folder for version in project.versions.of(head.head_id)]
        self._files.read_recipes(folders, self._show_rows)

    def _show_rows(self) -> None:
        from app.presenting.version_states import version_rows

        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None:
            return
        folder, recipe = project.folder, self._files.recipe
        versions = project.versions.of(head.head_id)
        self._view.show_rows(
            version_rows(head, versions, lambda version: recipe(folder / version.folder), _pairs(project, head))
        )

    @Slot(object)
    def _take_view(self, view: VersionsView) -> None:
        view.selection_changed.connect(self._show_selected)

    def _select(self, numbers: Sequence[int]) -> None:
        self._view.blockSignals(True)
        self._view.select(numbers)
        self._view.blockSignals(False)

    @Slot()
    def _show_selected(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None or self._window.view is not View.VERSIONS:
            return
        chosen = self._view.selected()
        versions = {version.number: version for version in project.versions.of(head.head_id)}
        pairs = _pairs(project, head)
        curves = {
            (f"v{one}", "with pairs" if one in pairs else ""): project.folder / versions[one].folder
            for one in chosen
            if one in versions
        }
        self._view.wait_for_curves()
        show_curves = partial(self._show_curves, curves)
        older = [number for number in versions if chosen and number < chosen[0]]
        if len(chosen) == 1 and older:
            chosen = [max(older), *chosen]
        if len(chosen) < 2:
            self._background.forget(COMPARE)
            text = _ALONE if len(versions) > 1 and not chosen else _FIRST if versions else _NONE
            self._view.show_comparison(CompareState(title=text))
            self._files.read_curves(list(curves.values()), show_curves)
            return
        self._background.forget(COMPARE)  # one of what was selected before would come first
        self._view.wait_for_comparison()
        work = self._work(project, head.head_id, chosen[0], chosen[-1])
        self._files.read_curves(list(curves.values()), partial(show_curves, work))

    def _show_curves(
        self, curves: Mapping[tuple[str, str], Path], work: Callable[[], Comparison | str] | None = None
    ) -> None:
        """Then the comparison begins: it would hold up what is drawn first."""
        self._view.show_curves([(name, self._files.curve(folder), make) for (name, make), folder in curves.items()])
        if work is not None:
            self._background.run(COMPARE, work, self._take_comparison, failed=self._tell_failed)

    def _work(self, project: Project, head: HeadId, older: int, newer: int) -> Callable[[], Comparison | str]:
        return partial(_compare, project.folder, head, older, newer, self._workspace.pool)

    def _take_comparison(self, found: Comparison | str) -> None:
        if isinstance(found, str):
            self._view.show_comparison(CompareState(title=found))
        else:
            from app.presenting.version_states import compare_state

            self._view.show_comparison(compare_state(found, self._cell, len(self._workspace.pool)))

    def _tell_failed(self, error: BaseException) -> None:
        self._view.show_comparison(CompareState(title=_FAILED))

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.VERSIONS:
            self.show(opened=True)
            self._view.table.setFocus()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.heads or changes.versions:
            self._watch()
        if self._window.view is View.VERSIONS and (changes.heads or changes.versions or changes.annotated):
            self.show()

    def _watch(self) -> None:
        """A version newer than any before is a retrain; it is compared with the one that was in force until then."""
        project, head, version = self._workspace.project, self._workspace.head, self._workspace.version
        if project is not self._known_in:
            self._known_in = project
            self._known.clear()
        if project is None or head is None:
            self._known.clear()
            self._tell(None)
            return
        newest = project.versions.next_number(head.head_id) - 1
        in_force = version.number if version is not None else 0
        before = self._known.get(head.head_id)
        self._known[head.head_id] = newest, in_force
        if before is None or newest <= before[0] or in_force != newest or not before[1]:
            if self._change is not None and (before is None or (head.head_id, newest) != self._change[::2]):
                self._tell(None)
            return
        work = self._work(project, head.head_id, before[1], newest)
        self._background.run(RETRAINED, work, self._tell)

    def _tell(self, found: Comparison | str | None) -> None:
        """A comparison that cannot be made says nothing here."""
        self._change, line = None, ChangeLine()
        if found is not None and not isinstance(found, str):
            from app.presenting.version_states import change_line

            self._change = found.head.head_id, found.older.number, found.newer.number
            line = change_line(found)
        self._window.job_bar.show_change(line)


def _pairs(project: Project, head: Head) -> dict[int, int]:
    """How many pairs each version was taught."""
    return project.pairs.learned(head.head_id) if head.kind is HeadKind.SCORE else {}


def _compare(folder: Path, head_id: HeadId, older: int, newer: int, pool: Pool) -> Comparison | str:
    """Reads the project beside the window, which goes on writing it; says in a line why there is no comparison."""
    from core.project.comparison import compare_versions

    try:
        with Project.open(folder, read_only=True) as project:
            table = ImageTable(pool.ids, pool.hashes)
            return compare_versions(project, project.heads.by_id(head_id), older, newer, images=table)
    except WinnowError as error:
        return str(error)
