"""What holds for every image under one head, in arrays indexed by image id, kept current act by act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.queue.answers import Answers
from app.queue.ranking import EMPTY_POOL, Overlap, PointsOf, Pool, Question, Ranking
from core.arrays.hashes import hash_keys
from core.project import Project
from core.query.audit_draw import counted, in_order_of_draw
from core.store.columns import Standings
from core.values import ENOUGH_FOUND, AnswerValue, Head, HeadKind, ImageId, LabelId, Standing, Strategy, TagsValue

MANY = 2_000


class Board:
    """Look-ups cost the same whatever the size of the pool."""

    def __init__(
        self,
        pool: Pool = EMPTY_POOL,
        standings: Standings | None = None,
        tags: Sequence[LabelId] = (),
        audit_share: float = 0.0,
    ) -> None:
        """`tags`: those that are followed one by one; none for a class or score head."""
        size = pool.size
        self._audit_share = audit_share
        self.audit = pool.drawn(audit_share)
        """(ids,) of the audit set: asked without the prediction"""
        self.tags = tuple(tags)
        self.known = np.zeros((size, len(self.tags)), np.bool_)
        """(ids, tags) that are yes or no."""
        self.present = np.zeros(size, np.bool_)
        self.present[pool.ids] = True
        self.answered = np.zeros(size, np.bool_)
        self.excluded = np.zeros(size, np.bool_)
        self.flagged = np.zeros(size, np.bool_)
        self.skipped = np.zeros(size, np.bool_)
        self.pinned = np.zeros(size, np.bool_)
        drawn = np.flatnonzero(self.audit & self.present)
        self._drawn = drawn[in_order_of_draw(hash_keys(pool.hashes_of(drawn)))] if len(drawn) else drawn
        self.wrong: dict[ImageId, frozenset[LabelId]] = {}
        """Images that wait for another answer than the one that was marked as wrong; of tags with those that wait."""
        self._refused: Counter[LabelId] = Counter()
        """How many answers say no to each tag."""
        self._answers = Answers(size)
        if standings is not None:
            self._load(standings)

    @property
    def answers(self) -> Mapping[ImageId, AnswerValue]:
        return self._answers

    def decided_of(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these the queue need not show again. (images,)"""
        return self.answered[ids] | self.excluded[ids] | ~self.present[ids]

    @property
    def refused(self) -> frozenset[LabelId]:
        """Tags that some answer says no to: of the others nobody knows what they are not."""
        return frozenset(tag for tag in self.tags if self._refused[tag] > 0)

    def standing(self, image_id: ImageId) -> Standing:
        if image_id >= len(self.present):
            return Standing(image_id)
        return Standing(
            image_id,
            answer=self.answers.get(image_id),
            excluded=bool(self.excluded[image_id]),
            flagged=bool(self.flagged[image_id]),
            skipped=bool(self.skipped[image_id]),
            pinned=bool(self.pinned[image_id]),
        )

    def settled_of(self, ids: NDArray[np.int64], judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of these the overlap order need not show again: none of the `judged` (tags,) is open. (images,)"""
        answered = self.answered[ids] & (self.known[ids] | ~judged).all(axis=1)
        return answered | self.excluded[ids] | ~self.present[ids]

    def question(
        self,
        pool: Pool,
        kind: HeadKind,
        strategy: Strategy,
        *,
        seed: int = 0,
        output: int | None = None,
        opinions: Ranking | None = None,
        positive: NDArray[np.bool_] | None = None,
        judged: NDArray[np.bool_] | None = None,
        enough: int = ENOUGH_FOUND,
        points_of: PointsOf | None = None,
        class_weights: NDArray[np.float32] | None = None,
    ) -> Question:
        """What an order of `pool` depends on, as it is now. `opinions` are those of the heads it was made from."""
        left_out = self.excluded | ~self.present
        answered, skipped = self.answered.copy(), self.skipped.copy()
        overlap = (
            Overlap(opinions, self.known.copy()) if opinions is not None and strategy is Strategy.OVERLAP else None
        )
        return Question(
            pool,
            kind,
            strategy,
            answered,
            left_out,
            skipped,
            seed,
            output,
            overlap,
            positive=positive,
            judged=judged,
            enough=enough,
            points_of=points_of,
            class_weights=class_weights,
            audit_share=self._audit_share,
        )

    def answered_with(self, counts: Callable[[AnswerValue], bool]) -> NDArray[np.bool_]:
        """Images with an answer that counts. (ids,)"""
        return self._answers.which(counts)

    def drawn_and_answered(self) -> NDArray[np.int64]:
        """Ids of the audit set that were answered in their turn: by these alone chance can be judged."""
        drawn = self._drawn
        in_turn = drawn[: counted(self.decided_of(drawn) | self.skipped[drawn])]
        return in_turn[self.answered[in_turn] & ~self.excluded[in_turn]]

    def count_answered(self) -> int:
        """Images with an answer that are still there."""
        return int(np.count_nonzero(self.answered & self.present))

    def put(self, standings: Iterable[Standing]) -> None:
        """Replaces what is held of these images."""
        for standing in standings:
            image_id = standing.image_id
            if image_id >= len(self.present):
                continue
            self.answered[image_id] = standing.answer is not None
            self.excluded[image_id] = standing.excluded
            self.flagged[image_id] = standing.flagged
            self.skipped[image_id] = standing.skipped
            self.known[image_id] = self._known(standing.answer)
            self.pinned[image_id] = standing.pinned
            self._refused.subtract(_refused_by(self.answers.get(image_id)))
            self._refused.update(_refused_by(standing.answer))
            self._answers.put(image_id, standing.answer)

    def _load(self, standings: Standings) -> None:
        known = standings.ids < len(self.present)
        ids = standings.ids[known]
        self.answered[ids] = standings.answered[known]
        self.excluded[ids] = standings.excluded[known]
        self.flagged[ids] = standings.flagged[known]
        self.skipped[ids] = standings.skipped[known]
        self.pinned[ids] = standings.pinned[known]
        given = self._answers.load(ids, standings.distinct, standings.which[known])
        if self.tags:
            rows = np.array([self._known(value) for value in standings.distinct])
            self.known[ids] = rows[standings.which[known]]
            for value, count in given.items():
                self._refused.update(dict.fromkeys(_refused_by(value), count))

    def _known(self, answer: AnswerValue | None) -> list[bool]:
        said = answer.yes | answer.no if isinstance(answer, TagsValue) else frozenset()
        return [tag in said for tag in self.tags]


@dataclass(frozen=True, slots=True, eq=False)
class BoardAfter:
    """What holds after an act, read and not yet shown."""

    before: Board
    """The one that it follows, and no other"""
    take: Callable[[], Board]
    """On the window's thread"""


def _refused_by(answer: AnswerValue | None) -> frozenset[LabelId]:
    return answer.no if isinstance(answer, TagsValue) else frozenset()


def read_board(project: Project, head: Head, pool: Pool) -> Board:
    """What holds of these images under the head now."""
    tags = [label.label_id for label in head.labels] if head.kind is HeadKind.TAGS else []
    board = Board(pool, project.annotations.standing(head.head_id), tags, project.audits.share(head.head_id))
    board.wrong = project.annotations.marked_wrong(head.head_id)
    return board


def read_after(board: Board, project: Project, head: Head, pool: Pool, ids: Collection[ImageId]) -> BoardAfter:
    """After an act on these images; from any thread. Of many at once it is quicker to read all that holds."""
    if len(ids) > MANY:
        whole = read_board(project, head, pool)
        return BoardAfter(board, lambda: whole)
    standings = project.annotations.standing_of(head.head_id, ids)
    # An answer waits for no other one; of tags it may say nothing of the one that was marked.
    some_open = head.kind is HeadKind.TAGS or any(standing.answer is None for standing in standings)
    wrong = project.annotations.marked_wrong(head.head_id, ids) if some_open else {}

    def put() -> Board:
        board.put(standings)
        for image in ids:
            board.wrong.pop(image, None)
        board.wrong.update(wrong)
        return board

    return BoardAfter(board, put)
