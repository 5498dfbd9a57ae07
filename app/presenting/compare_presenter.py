"""Keeps the view of images side by side showing the current image beside answered ones, or those that were selected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.actions import Bindings
from app.acts import View
from app.jobs.background import Background
from app.loading.image_files import Locate
from app.models.beside import BesidePane, BesideState
from app.operations.answering import describe_answer
from app.presenting.proposals import proposed_answer, shown_opinion
from app.queue.neighbours import NeighbourQuestion, Neighbours, find_neighbours
from app.queue.proposal import Proposal
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.project.specs import signature_of
from core.values import AnswerValue, Head, ImageId, ScoreValue

if TYPE_CHECKING:
    from app.views.beside_view import BesideView

TOPIC = "neighbours"


class ComparePresenter(QObject):
    def __init__(
        self, workspace: Workspace, background: Background, window: MainWindow, bindings: Bindings, files: Locate
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._key = next(iter(bindings.keys_of("compare")), "")
        self._files = files
        self._chosen: tuple[ImageId, ...] = ()
        """Images that were selected; () for the neighbours of the current one."""
        self._found = Neighbours((), None)
        self._asked: ImageId | None = None
        workspace.changed.connect(self._follow)
        workspace.moved.connect(self._show)
        window.view_shown.connect(self._on_view)
        window.compare_view_made.connect(self._on_view)

    def choose(self, ids: Sequence[ImageId]) -> None:
        """These side by side; fewer than two: the current image beside its neighbours."""
        if len(ids) > 4:
            raise UserError(f"{len(ids)} images are selected", "two to four stand side by side")
        self._chosen = tuple(ids) if len(ids) > 1 else ()
        if ids:
            self._workspace.show(ids[0])
        self._asked = None

    @property
    def _view(self) -> BesideView:
        return self._window.compare_view

    @Slot(object, object)
    def _follow(self, _changes: object, _initiator: object) -> None:
        self._show()

    @Slot(object)
    def _on_view(self, _view: object) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._window.view is not View.COMPARE:
            return
        current = self._workspace.queue.current
        if self._chosen and current not in self._chosen:
            self._chosen = ()
        if current is None or self._workspace.head is None:
            self._view.show_state(BesideState("Compare", message="There is no image to compare."))
        elif self._chosen:
            first = [current, *(one for one in self._chosen if one != current)]
            self._view.show_state(self._state(first, ["This image", *[""] * (len(first) - 1)]))
        else:
            self._show_neighbours(current, self._workspace.head)

    def _show_neighbours(self, current: ImageId, head: Head) -> None:
        if self._asked != current:
            self._asked, self._found = current, Neighbours((), None)
            question = self._question(current, head)
            if question is not None:
                self._background.run(TOPIC, partial(find_neighbours, question), partial(self._take, current))
        near = self._found.nearest
        example = () if self._found.example is None else (self._found.example,)
        titles = ["This image", *["Near"] * len(near), *["Example"] * len(example)]
        self._view.show_state(self._state([current, *near, *example], titles))

    def _take(self, asked: ImageId, found: Neighbours) -> None:
        if asked == self._asked:
            self._found = found
            self._show()

    def _question(self, current: ImageId, head: Head) -> NeighbourQuestion | None:
        """None where nothing is embedded yet."""
        project, board, pool = self._workspace.project, self._workspace.board, self._workspace.pool
        if project is None:
            return None
        try:
            store = project.embeddings(signature_of(project, head))
        except UserError:
            return None
        answered = np.flatnonzero(board.answered)
        answered = answered[answered != current]
        rows = np.searchsorted(pool.ids, answered)
        shown = rows < len(pool.ids)
        shown[shown] = pool.ids[rows[shown]] == answered[shown]
        rows = rows[shown]
        main = np.flatnonzero(pool.ids == current)
        proposed = self._expected(current, head)
        alike = [_alike(board.answers.get(ImageId(int(one))), proposed) for one in pool.ids[rows].tolist()]
        return NeighbourQuestion(store, pool.hashes[main], pool.ids[rows], pool.hashes[rows], np.array(alike, np.bool_))

    def _expected(self, current: ImageId, head: Head) -> AnswerValue | None:
        """Its answer, or what the head proposes; of an image that is asked blind nothing."""
        answer = self._workspace.board.answers.get(current)
        return proposed_answer(head, answer, shown_opinion(self._workspace, current), Proposal())

    def _state(self, ids: Sequence[ImageId], titles: Sequence[str]) -> BesideState:
        head, answers = self._workspace.head, self._workspace.board.answers
        assert head is not None
        panes = tuple(
            BesidePane(image, title, describe_answer(head, answers.get(image.image_id)) or "no answer yet")
            for image, title in zip(self._files(ids), titles, strict=False)
        )
        hint = f"answer keys go to the first image · zoom and pan are shared · {self._key} or Esc leaves"
        return BesideState(head.name, hint, panes)


def _alike(answer: AnswerValue | None, proposed: AnswerValue | None) -> bool:
    """Of scores the same bracket."""
    if isinstance(answer, ScoreValue) and isinstance(proposed, ScoreValue):
        return round(answer.score) == round(proposed.score)
    return answer is not None and answer == proposed
