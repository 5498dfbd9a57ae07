"""What an order of a head depends on, gathered for the window and for the command line alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.models.orders import needs_target
from app.queue.board import Board
from app.queue.hunting import goes_by_example, is_over, judged, positives
from app.queue.likeness import likely_reader
from app.queue.ranking import Pool, Question, Ranking
from core.project import Project
from core.project.points import points_reader
from core.project.weights import label_weights
from core.values import ChosenOrder, Head, ImageId, Strategy


def question_of(
    project: Project,
    head: Head,
    board: Board,
    pool: Pool,
    order: ChosenOrder,
    *,
    opinions: Ranking | None = None,
    seed: int = 0,
    at_once: bool = False,
) -> Question:
    """`at_once`: somebody waits for the order, so that no embedding is read for it."""
    hunted = order.target if needs_target(order.strategy) else None
    whole = order.strategy is Strategy.HUNT
    question = board.question(
        pool,
        head.kind,
        order.strategy,
        seed=seed,
        output=order.target,
        opinions=opinions,
        positive=None if hunted is None else positives(board, head, hunted),
        judged=None if hunted is None else judged(board, head, hunted),
        enough=order.enough,
        points_of=None if at_once else points_reader(project, head, seed=seed, whole=whole),
        class_weights=label_weights(project, head),
    )
    if hunted is None or order.example is None or is_over(board, head, order):
        return question
    question = replace(question, left_out=_without(question.left_out, order.example.image_id))
    if at_once or not goes_by_example(board, head, hunted, order.example):
        return question
    return replace(question, likely=likely_reader(project, head, pool, hunted, order.example.image_id))


def _without(left_out: NDArray[np.bool_], image_id: ImageId) -> NDArray[np.bool_]:  # (ids,)
    """An image to hunt by is not asked itself: whoever chose it knows what it is."""
    found = left_out.copy()
    found[image_id : image_id + 1] = True  # of a pool that has it
    return found


def pool_of(project: Project) -> Pool:
    table = project.images.all()
    return Pool(table.ids, table.hashes)


def same_outputs(one: Head, other: Head) -> bool:
    """What their labels are called does not matter to what is held of the images, nor to their order."""
    return [label.label_id for label in one.labels] == [label.label_id for label in other.labels]
