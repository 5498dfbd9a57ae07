"""The order of overlaps of `winnow rank`: what one head answered and another head wants too."""

from __future__ import annotations

import numpy as np

from app.cli.blind import BLIND, to_be_asked_blind
from app.cli.ranking import Ranked, RankedImage
from app.cli.words import label_names, value_json
from app.queue.asking import pool_of
from app.queue.board import Board
from app.queue.opinions import Opinions, read_opinions
from app.queue.ranking import Overlap, order_pool
from core.errors import UserError
from core.project import Project
from core.project.opinions import BY_HEADS
from core.scoring.words import prediction_json
from core.values import Head, HeadKind, ImageId, Strategy
from core.wording import probability_percent


def rank_overlaps(project: Project, head: Head, *, limit: int | None, seed: int) -> Ranked:
    """Raises UserError for a head that was not made from others, or whose heads have no version to judge by."""
    pool = pool_of(project)
    opinions = read_opinions(project, head, pool)
    if opinions is None:
        raise _lacking(project, head)
    board = Board(pool, project.annotations.standing(head.head_id), [label.label_id for label in head.labels])
    order = order_pool(
        board.question(pool, HeadKind.TAGS, Strategy.OVERLAP, seed=seed, opinions=opinions.ranking), None
    )
    ids = [ImageId(int(one)) for one in order[:limit]]
    return Ranked(None, BY_HEADS, len(order), _described(project, head, ids, opinions, board))


def _lacking(project: Project, head: Head) -> UserError:
    origins = project.origins.of(head.head_id)
    if not origins:
        return UserError(f"{head.name} was not made from other heads", "`winnow head unify` makes such a head")
    names = ", ".join(project.heads.name_of(origin.head_id) for origin in origins)
    return UserError(f"no head that {head.name} was made from has a version to judge by", f"`winnow train` {names}")


def _described(
    project: Project, head: Head, ids: list[ImageId], opinions: Opinions, board: Board
) -> tuple[RankedImage, ...]:
    """`utility` is the highest probability of an open tag, by the head that it came from."""
    names, labels = label_names(head), [label.name for label in head.labels]
    values, tags = Overlap(opinions.ranking, board.known).open_of(np.array(ids, np.int64))
    images = project.images.get(ids)
    blind = to_be_asked_blind([board.standing(one) for one in ids], images, project.audits.share(head.head_id))
    found: list[RankedImage] = []
    for image, value, tag, hidden in zip(images, values.tolist(), tags.tolist(), blind, strict=True):
        annotation = value_json(board.answers.get(image.image_id), names)
        row = opinions.ranking.row_of(image.image_id)
        if row is None or tag < 0:
            found.append(RankedImage(image.path, None, None, annotation, BLIND if hidden else "", blind=hidden))
            continue
        said = prediction_json(
            HeadKind.TAGS, labels, opinions.ranking.predictions.probabilities[row].astype(np.float64)
        )
        text = BLIND if hidden else f"{labels[tag]} {probability_percent(value)}, says {opinions.judges[tag]}"
        found.append(RankedImage(image.path, value, said, annotation, text, labels[tag], blind=hidden))
    return tuple(found)
