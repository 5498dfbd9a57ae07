"""Which large acts are on their way to the disk, and where they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs.background import Background
from app.queue.board import Board, BoardAfter
from core.changes import Changes
from core.project import Project


class LargeActs(QObject):
    """Nothing else is written into a project meanwhile: it would hold the window up until they are there."""

    begun = Signal(int)
    """A person's act on so many images"""
    done = Signal(object)
    """Changes of such an act, which were announced"""
    written = Signal()
    """One is there, or could not be written."""
    failed = Signal()
    """One could not be written, of which the person was told."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.aside: Background | None = None
        """Without one they are written at once."""
        self._under_way: list[tuple[Project, Background]] = []
        """Each act, and where it is written."""
        self._in_line: list[tuple[Project, Callable[[], object]]] = []
        """What was asked for meanwhile, and in which project"""
        self._read: tuple[Changes, BoardAfter | None] | None = None
        """What holds after the act that is being taken in, where it was read with it"""

    def is_under_way(self, project: Project | None) -> bool:
        return any(one is project for one, _ in self._under_way)

    def begin(self, project: Project, aside: Background) -> None:
        self._under_way.append((project, aside))

    def end(self, project: Project) -> None:
        self._under_way.remove(next(act for act in self._under_way if act[0] is project))
        self.written.emit()
        if self._in_line:
            QTimer.singleShot(0, self, self._go_on)  # once it is announced too

    def after(self, project: Project, work: Callable[[], object]) -> None:
        """As soon as what is under way is written, in the order of asking; never where the project is left before."""
        self._in_line.append((project, work))

    @Slot()
    def _go_on(self) -> None:
        asked = next((one for one in self._in_line if not self.is_under_way(one[0])), None)
        if asked is not None:
            self._in_line.remove(asked)
            QTimer.singleShot(0, self, self._go_on)  # also where this one fails
            asked[1]()

    def write_behind(self, project: Project, write: Callable[[], object], ended: Callable[[], object]) -> None:
        """Something small, behind the act that is under way; `ended` hears when it was tried."""
        aside = next(aside for one, aside in self._under_way if one is project)

        def over() -> None:
            self.end(project)
            ended()

        self.begin(project, aside)
        aside.run(f"behind-{uuid4().hex[:8]}", write, lambda _: None, ended=over)

    @contextmanager
    def taking(self, changes: Changes, read: BoardAfter | None) -> Iterator[None]:
        """Nothing was written since `read`: within the block it is what holds after these changes."""
        self._read = changes, read
        try:
            yield
        finally:
            self._read = None

    def read_after(self, board: Board, changes: Changes) -> BoardAfter | None:
        """Where it is of this board: another head, or other images, may be shown by now."""
        act, read = self._read or (None, None)
        fits = act is not None and read is not None and read.before is board and act.annotated is changes.annotated
        return read if fits else None

    def finish(self, project: Project) -> None:
        """Before a project is closed: returns once what is under way is written."""
        self._in_line = [asked for asked in self._in_line if asked[0] is not project]
        for one, aside in self._under_way:
            if one is project:
                aside.finish()
