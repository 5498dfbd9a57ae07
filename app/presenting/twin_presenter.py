"""Keeps the view of near-duplicates showing one group after another, looked for beside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.acts import View
from app.encoder_in_use import sees_content
from app.jobs.background import Background
from app.models.reviewed import ReviewMessage
from app.models.twins import STEPS, Measure, TwinBarState, TwinState
from app.operations.twinning import TwinQuestion, exclude_others, look_for_twins
from app.presenting.review_states import not_read
from app.presenting.twin_states import (
    all_twins_seen,
    counted_text,
    group_line,
    no_head_to_compare,
    no_twins,
    renewed,
    strictness_text,
)
from app.presenting.vocabulary import VocabularyReader
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import Cancelled, UserError
from core.values import Head, HeadId, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.twin_view import TwinView
    from core.project.twins import TwinGroup, Twins

TWINS = "look for near-duplicates"
"""Work beside the window's thread."""
REST_MS, _RESTS = 2_000, 4
"""Between two looks while images are being embedded: so long at least, and so many times as long as a look takes."""
_USUAL_SLACK = {Measure.PIXELS: 7, Measure.CONTENT: 6}


class _Look:
    """One look for groups, as the thread that looks sees it."""

    def __init__(self, background: Background, tell: Callable[[object, float], object]) -> None:
        self.given_up = False
        self.begun = monotonic()
        self._background = background
        self._tell = tell

    def watch(self, share: float) -> None:
        if self.given_up or self._background.closed:
            raise Cancelled
        self._tell(self, share)


class TwinPresenter(QObject):
    """The groups are a snapshot: what is done to their images is followed, and no group moves meanwhile."""

    _progressed = Signal(object, float)
    """The look, and the share of it that is done; from the thread that looks."""

    def __init__(self, workspace: Workspace, background: Background, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._words = VocabularyReader(workspace, background, self)
        self._measure = Measure.PIXELS
        self._slack = dict(_USUAL_SLACK)
        self._look: _Look | None = None
        """Under way."""
        self._share = 0.0
        """Of it that is done."""
        self._asks: HeadId | None = None
        """The head by whose embeddings the groups are made."""
        self._twins: Twins | None = None
        self._problem: ReviewMessage | None = None
        """Why there are none."""
        self._position = 0
        self._farthest = 0
        """Position up to which groups were shown."""
        self._kept: dict[int, int] = {}
        """Group -> which of its images stays, where that is not the first."""
        self._settled: set[int] = set()
        """Groups of which at most one image is left, or all are answered."""
        self._outdated = True
        self._stale = False
        """More was embedded since the look began."""
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._renew)
        self._progressed.connect(self._on_progress)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.twin_view_made.connect(self._connect)

    def in_sight(self) -> list[ImageId]:
        """The group that is shown, with what is excluded of it."""
        group = self._current()
        return [] if group is None else [image.image_id for image in group.images]

    def targets(self) -> list[ImageId]:
        """What a digit answers: the group without what is excluded of it."""
        left = self._left(self._current())
        if not left:
            raise UserError("no group is shown", "press Left to go back")
        return left

    def exclude_others(self) -> Changes | None:
        group = self._current()
        if group is None:
            raise UserError("no group is shown", "press Left to go back")
        ids = [image.image_id for image in group.images]
        return exclude_others(self._workspace, ids, ids[self._kept_place()])

    def keep(self, by: int) -> None:
        """The next or the previous one of the group stays instead."""
        group = self._current()
        if group is not None:
            self._keep((self._kept_place() + by) % len(group.images))

    def step(self, by: int) -> None:
        self.go_to(self._position + by)

    def go_to(self, position: int) -> None:
        """The place after the last group says that it was the last."""
        count = 0 if self._twins is None else len(self._twins.groups)
        self._position = max(0, min(position, count))
        self._show()

    @property
    def total(self) -> int:
        return 0 if self._twins is None else len(self._twins.groups)

    def current_image(self) -> ImageId | None:
        """The one that stays."""
        group = self._current()
        return None if group is None else group.images[self._kept_place()].image_id

    def loosen(self, by: int) -> None:
        """By so many steps; more strictly where `by` is negative."""
        self._choose_slack(max(0, min(self._slack[self._measure] + by, STEPS - 1)))

    def switch_measure(self) -> None:
        self._choose_measure(Measure.PIXELS if self._measure is Measure.CONTENT else Measure.CONTENT)

    @Slot(int)
    def _choose_slack(self, slack: int) -> None:
        if slack != self._slack[self._measure]:
            self._slack[self._measure] = slack
            self._reload()

    @Slot(object)
    def _choose_measure(self, measure: Measure) -> None:
        if measure is not self._measure:
            self._measure = measure
            self._reload()

    @Slot(int)
    def _keep(self, place: int) -> None:
        self._kept[self._position] = place
        self._show()

    def _kept_place(self) -> int:
        return self._kept.get(self._position, 0)

    def _current(self) -> TwinGroup | None:
        groups = () if self._twins is None else self._twins.groups
        return groups[self._position] if self._position < len(groups) else None

    def _left(self, group: TwinGroup | None) -> list[ImageId]:
        """Images of the group that are not excluded."""
        images = () if group is None else group.images
        return [one.image_id for one in images if not self._workspace.board.standing(one.image_id).excluded]

    def _reload(self) -> None:
        """The groups as they are now, from the first one on."""
        self._give_up()
        self._twins, self._position, self._farthest, self._kept, self._settled = None, 0, 0, {}, set()
        self._problem = None
        self._outdated = False
        head = self._compared_by()
        self._asks = None if head is None else head.head_id
        self._begin(self._take)
        self._show()

    def _begin(self, answer: Callable[[Twins], None]) -> None:
        project, head = self._workspace.project, self._compared_by()
        self._stale = False
        if project is not None and (head is not None or self._measure is Measure.PIXELS):
            left_out = np.flatnonzero(self._workspace.board.excluded)
            question = TwinQuestion(project.folder, self._words.listing(), left_out, self._slack[self._measure], head)
            self._look = _Look(self._background, self._progressed.emit)
            work = partial(look_for_twins, question, self._look.watch)
            self._background.run(TWINS, work, answer, failed=self._fail)

    @Slot()
    def _renew(self) -> None:
        """What was embedded since is compared too; what the person has seen stays where it is."""
        if self._stale and self._look is None and self._window.view is View.TWINS:
            self._begin(self._take_renewed)

    def _compared_by(self) -> Head | None:
        return self._workspace.head if self._measure is Measure.CONTENT else None

    def _give_up(self) -> None:
        """What is being looked for is not waited for any more."""
        if self._look is not None:
            self._look.given_up = True
            self._background.forget(TWINS)
        self._look, self._share = None, 0.0
        self._rest.stop()

    def _fail(self, error: BaseException) -> None:
        """What was found before stays; else the next visit looks anew."""
        self._look, self._share = None, 0.0
        if self._twins is None:
            self._problem, self._outdated = not_read(error), True
        self._show()

    @Slot(object, float)
    def _on_progress(self, look: object, share: float) -> None:
        if look is self._look:
            self._share = share
            self._show()

    def _take(self, twins: Twins) -> None:
        took = 0.0 if self._look is None else monotonic() - self._look.begun
        self._twins, self._look = twins, None
        self._settled = {place for place, group in enumerate(twins.groups) if self._is_settled(group)}
        self._rest.setInterval(max(REST_MS, round(_RESTS * 1000 * took)) if twins.compared else 0)
        if self._stale:
            self._rest.start()
        self._show()

    def _take_renewed(self, twins: Twins) -> None:
        self._take(twins if self._twins is None else renewed(self._twins, twins, self._farthest + 1))

    def _is_settled(self, group: TwinGroup) -> bool:
        left, head = self._left(group), self._workspace.head
        several_keys = head is not None and head.kind is HeadKind.TAGS  # an image takes one for each tag
        return len(left) < 2 or (not several_keys and all(image in self._workspace.board.answers for image in left))

    def _show(self) -> None:
        if self._window.view is not View.TWINS:
            return
        self._farthest = max(self._farthest, self._position)
        group, twins = self._current(), self._twins
        line = ""
        if group is not None:
            done = len(self._left(group)) < 2
            line = group_line(group, self._position, self.total, done=done)
        ahead = twins.groups[self._position + 1].images if twins and self._position + 1 < self.total else ()
        measure, slack = self._measure, self._slack[self._measure]
        counted = counted_text(twins, self._share) if twins is not None or self._look is not None else ""
        content = sees_content(self._workspace.head)
        bar = TwinBarState(line, measure, slack, strictness_text(measure, slack), counted, content)
        images = () if group is None else group.images
        self._window.twin_view.show_state(TwinState(bar, images, self._kept_place(), ahead, self._message()))

    def _message(self) -> ReviewMessage | None:
        head, slack = self._workspace.head, self._slack[self._measure]
        if self._measure is Measure.CONTENT and head is None:
            return no_head_to_compare()
        if self._twins is None or self._current() is not None:
            return self._problem
        if not self._twins.groups:
            return no_twins(self._twins, self._measure, slack, "" if head is None else head.encoder)
        return all_twins_seen(len(self._twins.groups), slack)

    @Slot(object)
    def _connect(self, view: TwinView) -> None:
        view.bar.slack_chosen.connect(self._choose_slack)
        view.bar.measure_chosen.connect(self._choose_measure)
        view.canvas.kept_chosen.connect(self._keep)

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.TWINS and self._outdated:
            self._reload()
        elif view == View.TWINS:
            self._show()
            self._renew()
        elif self._look is not None:
            self._give_up()
            self._outdated, self._stale = self._twins is None, True

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        """What was just settled gives way to the next group; what was taken back is shown again."""
        self._outdated |= changes.images or changes.heads or self._is_of_another()
        if changes.embeddings and self._measure is Measure.CONTENT:
            self._follow_embeddings()
        if self._outdated and self._window.view is View.TWINS:
            self._reload()
        elif changes.annotated and self._twins is not None:
            self._follow_act(changes, self._twins)

    def _is_of_another(self) -> bool:
        """Whether the embeddings that groups are made by are another head's now."""
        head = self._compared_by()
        return self._measure is Measure.CONTENT and (None if head is None else head.head_id) != self._asks

    def _follow_embeddings(self) -> None:
        """While images are embedded they come every few seconds, and a look at many of them takes as long."""
        self._stale = True
        if self._twins is not None and not self._twins.compared:
            self._renew()
        elif not self._rest.isActive():
            self._rest.start()

    def _follow_act(self, changes: Changes, twins: Twins) -> None:
        touched = [
            place
            for place, group in enumerate(twins.groups)
            if any(image.image_id in changes.annotated for image in group.images)
        ]
        now = {place for place in touched if self._is_settled(twins.groups[place])}
        back, done = self._settled.intersection(touched) - now, now - self._settled
        self._settled = (self._settled - set(touched)) | now
        if self._window.view is not View.TWINS:
            return
        self._window.twin_view.refresh(changes.annotated)
        if back:
            self._position = min(back)
        elif self._position in done:
            self._position += 1
        self._show()
