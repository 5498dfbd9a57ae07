"""What is open: project, head, queue, ranking. Every change of data is announced here, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs.background import Background
from app.jobs.large_acts import LargeActs
from app.models.orders import needs_target
from app.queue.again import Again, Drawn
from app.queue.asking import pool_of, question_of, same_outputs
from app.queue.at_hand import as_left, by_version
from app.queue.board import Board, read_after, read_board
from app.queue.chosen import ChosenOrders
from app.queue.earlier import NOWHERE, Left, bring_back_open, come_back, done_before, head_to_open
from app.queue.hunting import begin, order_for, rarest
from app.queue.image_queue import KEPT_AHEAD, ImageQueue
from app.queue.opinions import Opinions, read_opinions
from app.queue.picked import Picked, PickedQueue
from app.queue.proposal import Proposal
from app.queue.ranking import EMPTY_POOL, Pool, Question, Ranking, match, order_pool, rank_live
from core.arrays.predictions import Predictions, read_predictions
from core.changes import Changes
from core.errors import UserError
from core.project import Project
from core.values import ChosenOrder, Head, HeadId, HeadKind, ImageId, Standing, Strategy, VersionInfo

POOL_WAIT_MS = 700
"""While a scan brings images, the pool is read again at most this often."""
ORDER, LIVE = "order", "live"
"""Work beside the window's thread: another order by what is known, and what the live head says now."""


class Workspace(QObject):
    """Read its attributes freely; change them through its methods only."""

    changed = Signal(object, object)
    """Changes and who caused them (any object or None); emitted once per act."""
    moved = Signal()
    """Another image, proposal, or order; no data changed."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._pool_timer = QTimer(self, singleShot=True, interval=POOL_WAIT_MS)
        self._pool_timer.timeout.connect(self._refresh_pool)
        self.project: Project | None = None
        self.writable = False
        self.pool: Pool = EMPTY_POOL
        self.heads: tuple[Head, ...] = ()
        self.head: Head | None = None
        self.version: VersionInfo | None = None
        """The version in force."""
        self.strategy = Strategy.DISAGREEMENT
        self.target: int | None = None
        """What an order goes for that needs it: an output, or the lowest bracket."""
        self.chosen = ChosenOrder()
        """As it was chosen: where a hunt ends, and what it goes by."""
        self.ranking: Ranking | None = None
        self.opinions: Opinions | None = None
        """Of the heads that this one was made from."""
        self.board = Board()
        self.queue = ImageQueue()
        self.proposal = Proposal()
        self._proposed_on: ImageId | None = None
        self.waiting: ImageQueue | None = None
        """The queue, while others are picked."""
        self._looking_at: ImageId | None = None
        self._came_open = False
        self.again = Again()
        """The image that is asked a second time, blind."""
        self.kept_ahead = KEPT_AHEAD
        """Images after the current one that are in sight."""
        self.picked: Picked | None = None
        """Images that were opened out of a picture take the place of the queue."""
        self.large_acts = LargeActs(self)
        self._orders = ChosenOrders(self.large_acts)

    def open(self, project: Project, *, writable: bool = True, left: Left = NOWHERE) -> None:
        """Takes the project over and closes the one before. `left`: what was on screen the last time."""
        self.close()
        self.project, self.writable = project, writable
        self.pool = pool_of(project)
        self.heads = tuple(project.heads.all())
        self.again.open(project)
        self._take_head(head_to_open(project, self.heads, left.head))
        come_back(self.queue, left.image, self.pool.size, self.decided_of)
        self.changed.emit(Changes(heads=True, images=True, versions=True), None)

    def close(self) -> None:
        project, self.project = self.project, None
        self._pool_timer.stop()
        self.pool, self.heads = EMPTY_POOL, ()
        self.strategy = Strategy.DISAGREEMENT
        self._take_head(None)
        if project is not None:
            self.large_acts.finish(project)
            project.close()

    def use_head(self, head_id: HeadId, strategy: Strategy | None = None) -> None:
        """`strategy`: the order to begin with, where the head can be asked in it; None: the one chosen for it."""
        head = next((head for head in self.heads if head.head_id == head_id), None)
        if head is None:
            raise UserError(f"no head has the number {head_id}", "choose one of the list")
        self._take_head(head, strategy)
        self.changed.emit(Changes(heads=True, versions=True), None)

    def use_strategy(self, strategy: Strategy, target: int | None = None, like: ImageId | None = None) -> None:
        """The person asks for another order, or a hunt by an example: it begins at once, after what was done."""
        self.unpick()
        if self.head is not None and target is None and needs_target(strategy):
            target = rarest(self.board, self.head)
        order = ChosenOrder(strategy, target)
        order = begin(self.board, self.head, order, like) if self.head is not None else order
        if (strategy, target) == (self.strategy, self.target) and order.enough <= self.chosen.enough and like is None:
            return
        self.strategy, self.target, self.chosen = strategy, target, order
        if self.project is not None and self.head is not None and self.writable:
            self._orders.choose(self.project, self.head.head_id, order)
        if strategy is Strategy.OVERLAP:
            bring_back_open(self.queue, self.pool.size, self.decided_of)
        self.order_again(kept_ahead=-1)

    def take_live(self, file: Path) -> None:
        """New predictions of the live head; the queue follows below what is on screen."""
        self._rank(partial(read_predictions, file))

    def announce(self, changes: Changes, initiator: object = None, *, advance: bool = False) -> None:
        """Brings the look-ups up to date and tells everyone. `advance`: and shows the next open image."""
        self._follow(changes)
        if advance:
            self.queue.advance(self.decided_of)
        if changes.act is not None and self.queue.current in changes.annotated:
            self.proposal = Proposal()
        self._drop_stale_proposal()
        self.changed.emit(changes, initiator)

    def go_to(self, position: int) -> None:
        if self.queue.go_to(position):
            self._drop_stale_proposal()
            self.moved.emit()

    def show(self, image_id: ImageId) -> None:
        """Any image of the pool, wherever it is in the queue; one that is not in it is put where the queue stands."""
        self.queue.show(image_id)
        self._drop_stale_proposal()
        self.moved.emit()

    def pick(self, picked: Picked) -> None:
        """These images and no others, until `unpick`; the queue waits where it stands."""
        if self.waiting is None:
            self.withdraw_again()
            self.waiting = self.queue
        self.picked = picked
        self.queue = PickedQueue(picked.ids, picked.position)
        self._drop_stale_proposal()
        self.moved.emit()

    def unpick(self) -> None:
        """Back to the queue, in the order of now."""
        if self.waiting is not None:
            self.queue, self.waiting, self.picked = self.waiting, None, None
            self._drop_stale_proposal()
            self.moved.emit()
            self.order_again()

    def go_to_open(self) -> None:
        if self.queue.seek_open(self.decided_of):
            self._drop_stale_proposal()
            self.moved.emit()

    def propose(self, proposal: Proposal) -> None:
        self.proposal, self._proposed_on = proposal, self.queue.current
        self.moved.emit()

    def order_again(self, *, kept_ahead: int | None = None) -> None:
        """Works the order out anew beside the window's thread; by default what is on screen stays in place."""
        question = self._question()
        if question is not None:
            work = partial(order_pool, question, self.ranking)
            kept = self.kept_ahead if kept_ahead is None else kept_ahead
            self._background.run(ORDER, work, partial(self._take_order, question, self.ranking, kept))

    def ask_again(self, drawn: Drawn) -> None:
        """This answered image comes again, below what is on screen, without its answer."""
        if self.picked is None and not self.again.paused and self.board.standing(drawn.image_id).answer is not None:
            self.again.come(drawn)
            self.queue.bring_again(drawn.image_id, self.kept_ahead)
            self._drop_stale_proposal()
            self.moved.emit()

    def pause_again(self, *, paused: bool) -> None:
        """Elsewhere than in the queue answers may be in sight."""
        self.again.paused = paused
        if paused:
            self.withdraw_again()

    def withdraw_again(self) -> None:
        """Its answer may be seen elsewhere, or it was left without one."""
        image_id = self.again.image_id
        if image_id is not None and not self.again.leave():
            self.queue.withdraw(image_id)

    def standing(self, image_id: ImageId) -> Standing:
        """What holds, as far as the person is to see it."""
        standing = self.board.standing(image_id)
        if image_id == self.again.image_id:
            return replace(standing, answer=self.again.answer)
        if standing.answer is not None:
            self.again.saw(image_id)
        return standing

    def decided_of(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these the queue need not show again in this order. (images,)"""
        comes_again = ids == self.again.image_id if self.again.image_id is not None else np.bool_(False)
        if self.strategy is Strategy.OVERLAP and self.opinions is not None:
            return self.board.settled_of(ids, self.opinions.judged) & ~comes_again
        return self.board.decided_of(ids) & ~comes_again

    def is_blind(self, image_id: ImageId) -> bool:
        """Asked again, or of the audit set and still open: nothing is shown of what the head says.

        Under a tags head, which takes several keys, until the next image.
        """
        if image_id == self.again.image_id:
            return True
        board = self.board
        if image_id >= len(board.audit) or not board.audit[image_id]:
            return False
        several = self.head is not None and self.head.kind is HeadKind.TAGS
        return not board.answered[image_id] or (several and self._came_open and image_id == self._looking_at)

    def opened_for_reading(self) -> tuple[Project, Head]:
        """The project and head that a look needs; raises UserError with what to do without them."""
        if self.project is None:
            raise UserError("no project is open", "open a folder of images first")
        if self.head is None:
            raise UserError("this project asks no question yet", "add a head first")
        return self.project, self.head

    def opened(self) -> tuple[Project, Head]:
        """The project and head that an answer needs; raises UserError with what to do without them."""
        found = self.opened_for_reading()
        self.opened_for_writing()
        return found

    def opened_for_writing(self) -> Project:
        """Whether or not it has a head; raises UserError with what to do without it."""
        if self.project is None:
            raise UserError("no project is open", "open a folder of images first")
        if not self.writable:
            raise UserError("the project is open for reading only", "close the other program that has it open")
        if self.large_acts.is_under_way(self.project):
            raise UserError("a large act is still being written", "wait a second")
        return self.project

    def _drop_stale_proposal(self) -> None:
        if self.again.on_screen and self.queue.current != self.again.image_id:
            self.withdraw_again()
        current = self.queue.current
        self.again.on_screen = current is not None and current == self.again.image_id
        if current != self._proposed_on:
            self.proposal = Proposal()
        if current != self._looking_at:
            self._looking_at = current
            self._came_open = current is not None and self.board.standing(current).answer is None

    def _take_head(self, head: Head | None, strategy: Strategy | None = None) -> None:
        # What is being worked out answers for the labels and the pool of before.
        self._background.forget()
        self.picked = self.waiting = None
        self.head = head
        self.version, self.ranking, self.opinions = None, None, None
        self.proposal = Proposal()
        self.board = Board(self.pool)
        self.queue = ImageQueue()
        if self.project is None:
            return
        if head is None:
            self.queue = ImageQueue(self.pool.ids)
            return
        self.board = read_board(self.project, head, self.pool)
        self.again.follow(self.project, head, self.board.count_answered())
        self._read_version(self.project, head)
        self.ranking = as_left(self.project, head, self.pool, self.board) or self.ranking
        chosen = order_for(self.board, head, self._orders.of(self.project, head.head_id))
        chosen = ChosenOrder(strategy) if strategy is not None else chosen
        self.strategy, self.target, self.chosen = chosen.strategy, chosen.target, chosen
        if self.strategy is Strategy.OVERLAP and self.opinions is None:
            self.strategy = Strategy.DISAGREEMENT
        done = done_before(self.project, head, self.board, self.decided_of)
        question = self._question(at_once=True)
        coming = order_pool(question, self.ranking) if question else self.pool.ids
        self.queue = ImageQueue(np.concatenate([done, coming]), len(done))

    def _read_version(self, project: Project, head: Head) -> None:
        """The version in force, whose predictions hold until the live head has newer ones."""
        self.opinions = read_opinions(project, head, self.pool)
        self.version = project.versions.in_force(head.head_id)
        if (ranking := by_version(project, head, self.pool, self.version)) is not None:
            self.ranking = ranking
            self._background.forget(LIVE)

    def _follow(self, changes: Changes) -> None:
        if self.project is None:
            return
        if changes.heads:
            self._reload_heads(self.project)
        if changes.annotated and self.head is not None and changes.head in (None, self.head.head_id):
            self._follow_answers(self.project, self.head, changes)
        if changes.images and not self._pool_timer.isActive():
            self._pool_timer.start(0 if not len(self.pool) else POOL_WAIT_MS)
        if changes.versions:
            self._reload_heads(self.project)
            if self.head is not None:
                self._read_version(self.project, self.head)
                self.order_again()

    def _follow_answers(self, project: Project, head: Head, changes: Changes) -> None:
        read = self.large_acts.read_after(self.board, changes)
        read = read or read_after(self.board, project, head, self.pool, changes.annotated)
        self.board = read.take()
        if (image_id := self.again.image_id) in changes.annotated:
            self.again.take(project, head, answered=self.board.standing(image_id).answer is not None)

    def _reload_heads(self, project: Project) -> None:
        self.heads = tuple(project.heads.all())
        current = self.head.head_id if self.head is not None else None
        head = next((head for head in self.heads if head.head_id == current), None)
        if head is None or self.head is None or not same_outputs(head, self.head):
            self._take_head(head or (self.heads[0] if self.heads else None))
        else:
            self.head = head
            self.withdraw_again()
            self.again.follow(project, head, self.board.count_answered())

    def _refresh_pool(self) -> None:
        """After files came or went: the board and the order anew, the queue where it stands."""
        if self.project is None:
            return
        self.pool = pool_of(self.project)
        self.board = read_board(self.project, self.head, self.pool) if self.head is not None else Board(self.pool)
        self.opinions = self.opinions.over(self.pool) if self.opinions is not None else None
        if self.ranking is not None:
            self.ranking = match(self.pool, self.ranking.predictions, self.ranking.source)
        self.queue.keep_only(self.board.present)
        if self.waiting is not None:
            self.waiting.keep_only(self.board.present)
        if len(self.queue):
            self.order_again()
        else:
            question = self._question(at_once=True)
            self.queue.reorder(order_pool(question, self.ranking) if question else self.pool.ids)
        self._drop_stale_proposal()
        self.changed.emit(Changes(images=True), self)

    def _question(self, *, at_once: bool = False) -> Question | None:
        """`at_once`: the window waits for the order, so that no embedding is read for it."""
        if self.project is None or self.head is None:
            return None
        opinions = self.opinions.ranking if self.opinions is not None else None
        order = replace(
            self.chosen, strategy=self.strategy, target=self.target if needs_target(self.strategy) else None
        )
        return question_of(self.project, self.head, self.board, self.pool, order, opinions=opinions, at_once=at_once)

    def _rank(self, read: Callable[[], Predictions]) -> None:
        """Works out what the live head says of the pool; a new order of the version's predictions leaves this alone."""
        question = self._question()
        if question is not None:
            work = partial(rank_live, question, read, self.ranking)
            self._background.run(LIVE, work, partial(self._take_ranking, question))

    def _take_ranking(self, asked: Question, ranked: tuple[Ranking, NDArray[np.int64]]) -> None:
        ranking, order = ranked
        if self.head is None or ranking.predictions.probabilities.shape[1] != self.head.outputs:
            return
        if asked.pool is not self.pool:
            self._rank(lambda: ranking.predictions)
            return
        self.ranking = ranking
        if asked.strategy is self.strategy:  # otherwise the order that the person asked for is being worked out
            self._take_order(asked, ranking, self.kept_ahead, order)

    def _take_order(self, asked: Question, by: Ranking | None, kept_ahead: int, order: NDArray[np.int64]) -> None:
        if asked.pool is not self.pool or by is not self.ranking:
            self.order_again(kept_ahead=kept_ahead)
            return
        still_open = order[~self.decided_of(order)]
        self.queue.reorder(still_open, skipped=self.board.skipped, kept_ahead=kept_ahead)
        self._drop_stale_proposal()
        self.moved.emit()
