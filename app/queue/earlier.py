"""What was decided in earlier sittings, to go back through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.queue.board import Board
from app.queue.image_queue import DecidedOf, ImageQueue
from core.project import Project
from core.values import Field, Head, ImageId

HISTORY_SHOWN = 200
"""Decisions that Left goes back through."""
_FAR = 10
"""Where much was taken back, so many times further."""


@dataclass(frozen=True, slots=True)
class Left:
    """What was on screen when a project was left, by number; None where that is not known."""

    head: int | None = None
    image: int | None = None


NOWHERE = Left()


def done_before(project: Project, head: Head, board: Board, decided_of: DecidedOf) -> NDArray[np.int64]:
    """Images decided last, the newest at the end. (images,)"""
    done = np.zeros(0, np.int64)
    for rows in (HISTORY_SHOWN, _FAR * HISTORY_SHOWN):
        history = project.annotations.history(head.head_id, rows)
        newest_first = [annotation.image_id for annotation in history if annotation.field is Field.ANSWER]
        every = np.array(list(dict.fromkeys(newest_first))[::-1], np.int64)
        every = every[every < len(board.answered)]
        done = every[board.answered[every] & board.present[every] & decided_of(every)][-HISTORY_SHOWN:]
        if len(done) > HISTORY_SHOWN // 2 or len(history) < rows:
            break
    return done


def head_to_open(project: Project, heads: Sequence[Head], last: int | None) -> Head | None:
    """The head `last` used; else the one annotated last, be it an answer or a pair; else one that has a version."""
    found = {int(head.head_id): head for head in heads}
    if last in found:
        return found[last]
    newest = project.annotations.newest_head()
    if newest in found:
        return found[newest]
    return next((head for head in heads if head.version is not None), heads[0] if heads else None)


def place_to_keep(queues: Sequence[ImageQueue | None], decided_of: DecidedOf) -> ImageId | None:
    """The open image to come back to: where the first of these queues stands, else the next one."""
    at = [queue.current for queue in queues if queue is not None]
    return next((one for one in at if one is not None and not decided_of(np.array([one])).any()), None)


def come_back(queue: ImageQueue, image: int | None, size: int, decided_of: DecidedOf) -> None:
    """To the image that was on screen when the project was left, unless it is done. `size`: of the pool."""
    if image is not None and 0 <= image < size and not decided_of(np.array([image])).any():
        queue.bring_first(ImageId(image))


def bring_back_open(queue: ImageQueue, size: int, decided_of: DecidedOf) -> None:
    """What was answered in part is no longer done, and may come again. `size`: of the pool."""
    done = queue.ids[: queue.position]
    done = done[done < size]
    stays = np.ones(size, np.bool_)
    stays[done[~decided_of(done)]] = False
    queue.keep_only(stays)
