"""Finds the images that a query means, and keeps box, list and queue showing what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Slot

from app.acts import CARDS, View
from app.encoder_in_use import sees_content
from app.jobs.background import Background
from app.jobs.runner import JobRunner
from app.models.finding import FindState
from app.operations.finding import FindQuestion, search
from app.presenting.find_states import SEARCHING, asked_note, error_message, found_note, nothing_message, remarks
from app.presenting.presenter import Presenter
from app.presenting.vocabulary import VocabularyReader
from app.queue.picked import Picked, Unseen
from app.settings import SettingsFile
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.find.completing import Completion, Suggestion, complete
from core.find.heads import Meant, head_meant
from core.find.keys import NEAREST, Key
from core.find.parsing import parse
from core.find.terms import Condition, Query, Words, conditions, quoted
from core.jobs.events import Event, JobFailed, VectorFound, WorkerDied
from core.jobs.spec import VectorSpec
from core.project import Project
from core.values import Head, HeadId, ImageId

if TYPE_CHECKING:
    from app.views.find_bar import FindBar
    from core.project.finding import Found

FIND = "find images"
"""Work beside the window's thread."""
TOPIC = "find"
_SHOWN_IN = (*CARDS, View.EMPTY)


@dataclass(frozen=True, slots=True, eq=False)
class _Asking:
    """What waits for a vector that the worker looks for."""

    spec: VectorSpec
    project: Project
    head_id: HeadId
    """Of the head that is shown"""
    asked: Head
    meant: Meant
    text: str
    """The query as it was written"""


class FindPresenter(QObject):
    """What is found takes the place of the queue, which waits where it stands."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: JobRunner,
        settings: SettingsFile,
        window: MainWindow,
        presenter: Presenter,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._jobs = jobs
        self._settings = settings
        self._window = window
        self._presenter = presenter
        self._background = background
        self._words = VocabularyReader(workspace, background, self)
        self._completion = Completion(0, 0)
        self._holds: Picked | None = None
        self._origin = View.LABEL
        """Where Esc leads back to."""
        self._asking: _Asking | None = None
        window.find_bar_made.connect(self._connect)
        window.view_shown.connect(self._on_view)
        workspace.moved.connect(self._follow)
        workspace.changed.connect(self._follow)
        jobs.arrived.connect(self._on_event, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """The cursor goes into the box."""
        if self._workspace.project is None:
            raise UserError("no project is open", "open a folder of images first")
        if self._holds is None:
            self._origin = View.LABEL if self._window.view is View.EMPTY else self._window.view
        self._words.read()
        self._bar.open()
        self._offer(self._bar.line.text(), self._bar.line.cursorPosition())

    def put_away(self) -> bool:
        """The open box, where it holds nothing and is not in use; whether there was one."""
        window = self._window
        if self._holds is not None or not window.has_find_bar or not self._bar.isVisible():
            return False
        self._leave()
        return True

    def find_similar(self, image_id: ImageId) -> None:
        """The images most like this one."""
        project, _ = self._workspace.opened_for_reading()
        (image,) = project.images.get([image_id])
        root = next((root for root in project.roots if image.path.startswith(f"{root}/")), "")
        self.find(f"{Key.SIMILAR.value}:{quoted(image.path.removeprefix(f'{root}/'))}")

    @Slot(str)
    def _find_like(self, path: str) -> None:
        self.find(f"{Key.SIMILAR.value}:{quoted(path)}")

    def find(self, query: str) -> None:
        """As if it had been written into the box."""
        self.open()
        self._bar.write(query)
        self._search(query)

    @property
    def busy(self) -> bool:
        return self._background.busy or self._asking is not None

    @property
    def _bar(self) -> FindBar:
        return self._window.find_bar

    @Slot(str)
    def _search(self, text: str) -> None:
        """Reads the query; what it needs of the worker is asked first."""
        text = text.strip()
        if not text:
            self._leave()
            return
        self._background.forget(FIND)
        self._asking = None
        try:
            meant = self._meant(parse(text, date.today()))
            placed = self._ask_worker(meant, text)
        except UserError as error:
            self._fail(error)
            return
        self._bar.show_state(FindState(note=SEARCHING))
        if not placed:
            self._run(meant, text)

    def _meant(self, query: Query) -> Meant:
        """Asked of the head shown, else of the first that has what is asked; where none has, the one shown says why."""
        project, shown = self._workspace.project, self._workspace.head
        if project is None or shown is None:
            return Meant(shown, query)
        heads = sorted(self._workspace.heads, key=lambda head: head.head_id != shown.head_id)
        predicted = {shown.head_id} if self._workspace.ranking is not None else set[HeadId]()
        try:
            return head_meant(
                heads,
                query,
                lambda head: head.head_id in predicted or project.versions.in_force(head.head_id) is not None,
            )
        except UserError:
            return Meant(shown, query)

    def _ask_worker(self, meant: Meant, text: str) -> bool:
        """Whether words, or a picture outside the project, have to be placed among its vectors first."""
        nearest = next((one for one in conditions(meant.query) if one.key in NEAREST), None)
        if nearest is None or not self._is_outside(nearest):
            return False
        assert isinstance(nearest.test, Words)
        project, shown = self._workspace.opened_for_reading()
        head = meant.head or shown
        from core.project.specs import signature_of

        sought = nearest.test.text
        is_text = nearest.key is Key.TEXT
        spec = VectorSpec(
            job=f"vector-{uuid4().hex[:8]}",
            topic=TOPIC,
            signature=signature_of(project, head),
            device=self._settings.value.device,
            text=sought if is_text else None,
            file=None if is_text else sought,
        )
        self._asking = _Asking(spec, project, shown.head_id, head, meant, text)
        self._jobs.judge(spec)
        return True

    def _is_outside(self, nearest: Condition) -> bool:
        project = self._workspace.project
        assert isinstance(nearest.test, Words)
        if nearest.key is Key.TEXT:
            return True
        path = nearest.test.text
        return project is not None and not project.images.at_paths([path])[0] and Path(path).is_file()

    def _run(self, meant: Meant, text: str, vector: NDArray[np.float32] | None = None) -> None:
        workspace = self._workspace
        if workspace.project is None:
            return
        ranking = workspace.ranking
        question = FindQuestion(
            folder=workspace.project.folder,
            head_id=None if workspace.head is None else workspace.head.head_id,
            asked_id=None if meant.head is None else meant.head.head_id,
            listing=self._words.listing(),
            said=None if ranking is None else ranking.predictions,
            query=meant.query,
            text=text,
            vector=vector,
        )
        take = partial(self._take_answer, question, meant)
        self._background.run(FIND, partial(search, question), take, failed=self._fail)

    def _take_answer(self, question: FindQuestion, meant: Meant, found: Found | UserError) -> None:
        """Of the project and head that are still open."""
        workspace = self._workspace
        head_id = None if workspace.head is None else workspace.head.head_id
        if workspace.project is not None and (workspace.project.folder, head_id) == (question.folder, question.head_id):
            if isinstance(found, UserError):
                self._fail(found)
            elif len(found.ids):
                self._show(found, question.text, meant)
            else:
                asked = asked_note(meant, workspace.head)
                self._bar.show_state(FindState(message=nothing_message(found, asked)))
        else:
            self._bar.show_state(FindState())

    def _fail(self, error: BaseException) -> None:
        told = error if isinstance(error, UserError) else UserError(str(error))
        message = error_message(told, [head.name for head in self._workspace.heads])
        self._bar.show_state(FindState(message=message))

    def _show(self, found: Found, query: str, meant: Meant) -> None:
        shown = self._workspace.head
        own = meant.head is None or (shown is not None and meant.head.head_id == shown.head_id)
        self._settings.remember_query(query)
        unseen = Unseen(*found.unseen) if found.unseen is not None and own else Unseen()
        picked = Picked(found.ids, f"found by {query}", unseen, remarks=remarks(found), origin=self._origin)
        self._holds = None  # it is on its way out
        self._workspace.pick(picked)
        self._holds = picked
        self._bar.write(query)
        note = found_note(found, by_content=sees_content(meant.head))
        self._bar.show_state(FindState(note=f"{note}{asked_note(meant, shown)}"))
        self._bar.line.clearFocus()
        view = self._window.view
        self._presenter.choose(view if view in CARDS else View.LABEL if view is View.EMPTY else View.GRID)

    @Slot()
    def _go_back(self) -> None:
        """Esc in the box: to what was found, where there is something, else to where it was opened."""
        if self._holds is None:
            self._leave()
            return
        self._bar.line.clearFocus()
        self._bar.write(self._holds_query())
        self._bar.show_state(FindState(note=f"{len(self._holds.ids):,} images"))

    def _holds_query(self) -> str:
        return "" if self._holds is None else self._holds.name.removeprefix("found by ")

    @Slot()
    def _leave(self) -> None:
        """Back to the queue as it was."""
        self._background.forget(FIND)
        self._asking = None
        held, self._holds = self._holds, None
        self._close()
        if held is not None and self._workspace.picked is held:
            self._workspace.unpick()
            self._presenter.choose(self._origin)

    def _close(self) -> None:
        self._bar.line.clearFocus()
        self._bar.show_state(FindState())
        self._bar.hide()

    @Slot(str, int)
    def _offer(self, text: str, cursor: int) -> None:
        """What could be typed next; before anything is typed, what was found lately."""
        recent = tuple(Suggestion(query, "searched before") for query in self._settings.value.queries)
        completion = complete(text, cursor, self._words.vocabulary())
        if not text.strip():
            completion = Completion(0, len(text), (*recent[:6], *completion.suggestions))
        self._completion = completion
        self._bar.show_state(FindState(offers=completion.suggestions))

    @Slot(int)
    def _take_offer(self, number: int) -> None:
        if number < len(self._completion.suggestions):
            text, cursor = self._completion.applied(self._bar.line.text(), number)
            self._bar.write(text, cursor)
            self._offer(text, cursor)

    @Slot(object)
    def _connect(self, bar: FindBar) -> None:
        bar.asked.connect(self._search)
        bar.edited.connect(self._offer)
        bar.offer_taken.connect(self._take_offer)
        bar.left.connect(self._go_back)
        bar.dropped.connect(self._find_like)
        bar.closed.connect(self._leave)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if self._asking is None:
            return
        asked = self._asking
        match event:
            case VectorFound() if event.job == asked.spec.job:
                self._asking = None
                self._run(asked.meant, asked.text, np.array(event.vector, np.float32))
            case JobFailed() if event.job == asked.spec.job:
                self._asking = None
                problem, _, remedy = event.text.partition("; ")
                self._fail(UserError(problem, remedy))
            case WorkerDied():
                self._asking = None
                self._fail(UserError("the worker stopped while it looked", "press Enter to search again"))
            case _:
                pass

    def _drop_outdated(self) -> None:
        """A vector that was asked for under another head, or in another project, is of no use in this one."""
        asked, workspace = self._asking, self._workspace
        if asked is None:
            return
        from core.project.specs import signature_of

        project, head = workspace.project, workspace.head
        same = project is asked.project and head is not None and head.head_id == asked.head_id
        if project is None or head is None or not same or signature_of(project, asked.asked) != asked.spec.signature:
            self._asking = None
            self._bar.show_state(FindState())

    @Slot()
    def _follow(self, *_: object) -> None:
        """Another head, order or picture took the place of what was found."""
        self._drop_outdated()
        if self._holds is not None and self._workspace.picked is not self._holds:
            self._holds = None
            if not self._bar.in_use:
                self._close()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if self._holds is not None and not self._bar.in_use:
            self._bar.setVisible(view in _SHOWN_IN)
