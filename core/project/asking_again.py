"""Answers that were given twice, the second time blind: which image is asked again, and how well the two agree.

An image comes back when neither the last answers nor the last minutes hold it, so that it is judged and not remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.answers import target_of
from core.arrays.hashes import hash_keys
from core.query.again_draw import draw
from core.review.agreement import Pairs, alike
from core.values import AnswerValue, Head, HeadKind, ImageId

if TYPE_CHECKING:
    from core.project.facade import Project

ANSWERS_APART: Final = 50
MINUTES_APART: Final = 10
"""An image comes back after so many other answers and minutes, counted from when its answer was seen last."""


def draw_again(project: Project, head: Head, now: datetime, seen: Collection[ImageId] = ()) -> ImageId | None:
    """The image to ask again, or None where there is none yet. `seen`: their answers were shown too short a while ago.

    Only what the person answered, is not excluded and can be shown.
    """
    before = now - timedelta(minutes=MINUTES_APART)
    askable = np.array(project.repeats.askable(head.head_id, answers=ANSWERS_APART, before=before), dtype=np.int64)
    table = project.images.all()
    standings = project.annotations.standing(head.head_id)
    held = standings.rows(askable)
    keep = (table.rows(askable) >= 0) & ~np.append(standings.excluded, True)[held]
    keep &= np.append(standings.answered, False)[held] & ~np.isin(askable, np.array(list(seen), dtype=np.int64))
    askable = askable[keep]
    times = project.repeats.times(head.head_id)
    came = np.array([times.get(ImageId(one), 0) for one in askable.tolist()], dtype=np.int64)
    place = draw(hash_keys(table.hashes[table.rows(askable)]), came) if len(askable) else None
    return None if place is None else ImageId(int(askable[place]))


def pairs_of(project: Project, head: Head) -> Pairs:
    """All that was answered twice, the oldest first."""
    found = project.repeats.all(head.head_id)
    return Pairs(
        kind=head.kind,
        first=_targets(head, [one.first for one in found]),
        second=_targets(head, [one.second for one in found]),
        ids=np.array([one.image_id for one in found], dtype=np.int64),
        days=np.array([one.at.date().toordinal() for one in found], dtype=np.int64),
    )


def contradicted(project: Project, head: Head) -> dict[ImageId, NDArray[np.float32]]:
    """The first answer (outputs,) of those that were answered otherwise the second time and not looked at since.

    The newest second answer of an image counts; those given last come first. Tags are looked at one by one.
    """
    pairs = pairs_of(project, head)
    same, known = alike(pairs)
    differ = known & ~same & _not_looked_at(project, head, pairs)  # (pairs, outputs)
    newest = {ImageId(int(image)): row for row, image in enumerate(pairs.ids)}
    rows = sorted((row for row in newest.values() if differ[row].any()), reverse=True)
    return {ImageId(int(pairs.ids[row])): pairs.first[row] for row in rows}


def _not_looked_at(project: Project, head: Head, pairs: Pairs) -> NDArray[np.bool_]:  # (pairs, outputs), or (pairs, 1)
    """Since the second answer."""
    images = [ImageId(int(one)) for one in pairs.ids]
    if head.kind is not HeadKind.TAGS:
        unsettled = project.repeats.unsettled(head.head_id)
        return np.array([image in unsettled for image in images], dtype=np.bool_)[:, None]
    now = _targets(head, [one.answer for one in project.annotations.standing_of(head.head_id, images)])
    confirmed = project.repeats.confirmed_since(head.head_id)
    stands = _targets(head, [confirmed.get(image) for image in images])
    return np.asarray((now == pairs.second) & (stands != now))


def _targets(head: Head, answers: Sequence[AnswerValue | None]) -> NDArray[np.float32]:
    rows = [target_of(answer, head) for answer in answers]
    return np.array(rows, dtype=np.float32).reshape(-1, head.outputs)
