"""Keeps the review view showing a queue over the answers, which are looked through beside the window's thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot

from app.actions import Bindings
from app.acts import View
from app.jobs.background import Background
from app.loading.image_files import Locate
from app.models.cards import Card
from app.models.reviewed import ReviewBarState, ReviewMessage, ReviewState
from app.operations.reviewing import confirm_answers
from app.presenting.cards import answer_keys, build_review_card
from app.presenting.proposals import unseen_opinion
from app.presenting.review_states import (
    first_threshold,
    key_hint,
    no_head,
    no_version,
    not_read,
    nothing_left,
    thresholds,
    too_old,
)
from app.presenting.review_work import Looked, ReviewQueue, look_through, queues_of
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.answers import answer_from, stands_for, target_of
from core.changes import Changes
from core.errors import UserError
from core.project.reviewing import Material
from core.review.orders import ReviewOrder
from core.review.second_look import Asked, Finding, SecondLook
from core.values import HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.review_view import ReviewView

TOPIC, QUEUES = "review", "queues of second looks"
"""Work beside the window's thread."""
_MANY = 2_000
"""Answers of which queues are made beside it: of few it is quicker to make them at once."""


class ReviewPresenter(QObject):
    """The queue is a snapshot: what is done to its images is followed, and nothing moves under the person's eyes."""

    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        window: MainWindow,
        bindings: Bindings,
        files: Locate,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._key_texts = answer_keys(bindings)
        self._hint = key_hint(bindings)
        self._files = files
        self._asked = Asked()
        self._material: Material | None = None
        self._look: SecondLook | None = None
        self._found: list[Finding] = []
        self._queues: Mapping[ReviewOrder, ReviewQueue] = {}
        self._ids = np.zeros(0, np.int64)
        self._done: set[ImageId] = set()
        self._position = 0
        self._message: ReviewMessage | None = None
        self._head_id: int | None = None
        self._waits = False
        """Queues are being made."""
        self._outdated = False
        """A version or images came since: the queue is made anew when the person leaves it."""
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.review_view_made.connect(self._connect)

    def current(self) -> ImageId | None:
        return ImageId(int(self._ids[self._position])) if self._position < len(self._ids) else None

    @property
    def total(self) -> int:
        return len(self._ids)

    @Slot(int)
    def go_to(self, position: int) -> None:
        self._position = max(0, min(position, len(self._ids)))
        self._show()

    def step(self, by: int) -> None:
        self.go_to(self._position + by)

    def choose(self, **asked: object) -> None:
        """Another queue, label or threshold; what was not named stays."""
        now = self._asked
        order, output = asked.get("order", now.order), asked.get("output", now.output)
        threshold = asked.get("threshold", now.threshold)
        assert isinstance(order, ReviewOrder)
        assert output is None or isinstance(output, int)
        assert threshold is None or isinstance(threshold, float)
        self._asked = Asked(order, output, threshold)
        if self._outdated:
            self.reload()
        elif (output, threshold) != (now.output, now.threshold):
            self._make_queues()
        else:
            self._list()

    def next_queue(self) -> None:
        orders = list(ReviewOrder)
        self.choose(order=orders[(orders.index(self._asked.order) + 1) % len(orders)])

    def confirm(self) -> Changes:
        """The answer stands: out of this queue until the answer, or what is said of it, changes."""
        image_id, material, look = self.current(), self._material, self._look
        if image_id is None or material is None or look is None:
            raise UserError("no image is shown", "press Left to go back")
        said = look.opinion(self._found[self._position].row).tolist()
        return confirm_answers(self._workspace, {image_id: answer_from(said, material.head)})

    def reload(self) -> None:
        """The answers as they stand now, by the version in force."""
        project, head = self._workspace.project, self._workspace.head
        self._material, self._look, self._message, self._outdated = None, None, None, False
        self._background.forget(QUEUES)
        self._waits = False
        self._queues, self._done = {}, set()
        self._leave_queue()
        if head is not None and head.head_id != self._head_id:
            self._head_id = head.head_id
            self._asked = Asked(self._asked.order, None, first_threshold(head.kind))
        if project is None or head is None:
            self._background.forget(TOPIC)
            self._message = no_head()
        else:
            work = partial(look_through, project, head, self._asked)
            self._background.run(TOPIC, work, self._take, failed=self._give_up)
        self._show()

    def _take(self, looked: Looked | UserError) -> None:
        if isinstance(looked, UserError):
            self._message = too_old(looked.problem)
            self._show()
            return
        self._material, self._look, self._queues = looked.material, looked.look, looked.queues
        self._list()

    def _give_up(self, error: BaseException) -> None:
        self._message, self._waits = not_read(error), False
        self._show()

    def _list(self) -> None:
        """The chosen queue from its start."""
        self._message = None
        self._leave_queue()
        if self._material is not None and not self._waits:
            queue = self._queues.get(self._asked.order)
            if queue is None:
                self._message = no_version(len(self._material.ids))
            else:
                left = np.flatnonzero(~self._is_done(queue.ids))
                self._found, self._ids = [queue.findings[place] for place in left.tolist()], queue.ids[left]
        self._show()

    def _leave_queue(self) -> None:
        self._found, self._ids, self._position = [], np.zeros(0, np.int64), 0

    def _make_queues(self) -> None:
        """By another label or threshold."""
        material, look = self._material, self._look
        if material is not None and look is not None:
            work = partial(queues_of, material, look, self._asked)
            if len(material.ids) < _MANY:
                self._queues = work()
            else:
                self._waits = True
                self._background.run(QUEUES, work, self._take_queues, failed=self._give_up)
        self._list()

    def _take_queues(self, queues: Mapping[ReviewOrder, ReviewQueue]) -> None:
        self._queues, self._waits = queues, False
        self._list()

    def _is_done(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:  # (images,)
        done = np.fromiter(self._done, np.int64, len(self._done))
        return np.isin(ids, done, kind="table" if len(done) else None)

    def _show(self) -> None:
        if self._window.view is not View.REVIEW:
            return
        card, message = self._card(), self._message
        if card is None and message is None and self._look is not None and not self._waits:
            message = nothing_left(self._asked.order, len(self._done))
        reason = self._look.reason(self._asked, self._found[self._position]) if card and self._look else ""
        self._window.review_view.show_state(
            ReviewState(self._bar(), card, reason, self._hint, self._ids, self._position, message)
        )

    def _card(self) -> Card | None:
        image_id, look, material = self.current(), self._look, self._material
        if image_id is None or look is None or material is None:
            return None
        opinion = unseen_opinion(look.evidence, self._found[self._position].row)
        place = (self._position, len(self._ids))
        return build_review_card(self._workspace, self._key_texts, self._files, image_id, opinion, place)

    def _bar(self) -> ReviewBarState:
        head, asked = self._workspace.head, self._asked
        return ReviewBarState(
            order=asked.order,
            counts={order: int(np.sum(~self._is_done(queue.ids))) for order, queue in self._queues.items()},
            labels=tuple(label.name for label in head.labels) if head is not None else (),
            output=asked.output,
            thresholds=thresholds(head.kind if head is not None else HeadKind.CLASS),
            threshold=asked.threshold,
        )

    @Slot(object)
    def _connect(self, view: ReviewView) -> None:
        view.bar.order_chosen.connect(lambda order: self.choose(order=order))
        view.bar.label_chosen.connect(lambda output: self.choose(output=output))
        view.bar.threshold_chosen.connect(lambda threshold: self.choose(threshold=threshold))
        view.cards.film_activated.connect(self.go_to)

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.REVIEW:
            self.reload()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if self._window.view is not View.REVIEW:
            return
        material, head = self._material, self._workspace.head
        other = changes.heads or changes.versions or changes.images
        asked = (head.head_id, head.labels) if head is not None else None
        same = material is not None and asked == (material.head.head_id, material.head.labels)
        if material is None:
            if other or changes.annotated:
                self.reload()
        elif not same or (other and self.current() is None):
            self.reload()
        elif other:
            self._outdated = True
        elif changes.annotated:
            self._follow_acts(material, changes)

    def _follow_acts(self, material: Material, changes: Changes) -> None:
        """What was just decided leads on; what was just taken back is shown."""
        self._window.review_view.refresh(changes.annotated)
        settled = self._settled(material, changes.annotated)
        back = (changes.annotated & self._done) - settled
        self._done = (self._done - changes.annotated) | settled
        current = self.current()
        if back:
            self._return_to(back, current)
        elif current in settled and (material.head.kind is not HeadKind.TAGS or self._is_confirmed(current)):
            self._position = _next_open(self._ids, self._done, self._position)
            if self._outdated and self.current() is None:
                self.reload()
                return
        self._show()

    def _return_to(self, back: Collection[ImageId], current: ImageId | None) -> None:
        """To the first of these; what was done in another queue may belong into this one again."""
        if not np.isin(self._ids, list(back)).any():
            self._list()
        for wanted in (list(back), [current]):
            places = np.flatnonzero(np.isin(self._ids, [one for one in wanted if one is not None]))
            if len(places):
                self._position = int(places[0])
                return

    def _settled(self, material: Material, ids: frozenset[ImageId]) -> set[ImageId]:
        """Of these the images of the queue that were answered otherwise, confirmed or excluded since it was made."""
        board, confirmed = self._workspace.board, self._confirmed(ids)
        settled = set()
        for place in np.flatnonzero(np.isin(self._ids, list(ids))).tolist():
            finding, image_id = self._found[place], ImageId(int(self._ids[place]))
            now = np.array(target_of(board.answers.get(image_id), material.head), dtype=np.float32)
            same = np.array_equal(now, material.annotated.targets[finding.row], equal_nan=True)
            if not same or image_id in confirmed or board.excluded[image_id]:
                settled.add(image_id)
        return settled

    def _confirmed(self, ids: Collection[ImageId]) -> set[ImageId]:
        """Those whose answer of now is confirmed."""
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None:
            return set()
        answers = self._workspace.board.answers
        said = project.annotations.confirmations(head.head_id, ids)
        return {image_id for image_id, one in said.items() if stands_for(one.stands, answers.get(image_id))}

    def _is_confirmed(self, image_id: ImageId | None) -> bool:
        return image_id is not None and bool(self._confirmed([image_id]))


def _next_open(ids: NDArray[np.int64], done: set[ImageId], position: int) -> int:
    after = np.arange(position + 1, len(ids))
    still_open = after[~np.isin(ids[position + 1 :], list(done))]
    return int(still_open[0]) if len(still_open) else len(ids)
