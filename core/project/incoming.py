"""Taking in what came from elsewhere: a head that judged the pool already, and answers by content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.arrays.hashes import hash_bytes
from core.changes import Changes
from core.errors import UserError, Way
from core.jobs.events import TrainResult
from core.jobs.exchange import AnswersRead, HeadRead
from core.project.folder import discard
from core.store.encoders import encoder_name
from core.values import Head, HeadId, HeadKind, Tiles

if TYPE_CHECKING:
    from core.project.facade import Project

NOT_MEASURED = "not measured"
"""How a version that was not trained here was judged."""
INCOMING = ".incoming"
"""Below `heads/`: versions of heads that have no folder of their own yet."""


def head_named(
    project: Project, name: str, kind: HeadKind, labels: tuple[str, ...], encoder: str, tiles: Tiles
) -> Head | None:
    """The head of that name that asks the same; None where there is none. UserError where it asks something else."""
    for head in project.heads.all():
        if head.name.casefold() != name.casefold():
            continue
        here = (head.kind, tuple(label.name for label in head.labels), encoder_name(head.encoder), head.tiles)
        if here != (kind, labels, encoder_name(encoder), tiles):
            raise UserError(
                f"there is a head {head.name!r} already, which asks something else", "give another name", Way.NAME
            )
        return head
    return None


def adopt_head(project: Project, read: HeadRead, adopt_version: Callable[[Project, TrainResult], Changes]) -> Changes:
    """A new head with its first version, or the next version of the head that asks the same; in force at once."""
    sight = read.encoder, read.tiles
    try:
        known = head_named(project, read.name, read.kind, read.labels, *sight)
        with project.annotations.one_act():
            head = known or project.heads.add(read.name, read.kind, read.labels, *sight, read.combine)[0]
            changes = adopt_version(project, _version_of(read, head))
    except BaseException:
        discard(Path(read.folder))
        raise
    return replace(changes, heads=True)


def _version_of(read: HeadRead, head: Head) -> TrainResult:
    """As if it had been trained here, on no answers."""
    return TrainResult(
        folder=read.folder,
        number=read.number,
        head_id=head.head_id,
        annotations=0,
        last_annotation=read.last_annotation,
        metrics=read.metrics,
        seconds=read.seconds,
        device=read.device,
        seed=0,
        notes=(read.note,),
        labels=tuple(label.label_id for label in head.labels),
    )


def adopt_answers(project: Project, read: AnswersRead) -> Changes:
    """All of them as one act and one write."""
    contents = [content for content, _ in read.answers]
    judges = set(read.evaluation)
    changes = project.arrivals.take(
        HeadId(read.head_id),
        hash_bytes(contents),
        [value for _, value in read.answers],
        vectors=read.vectors,
        evaluation=[place for place, content in enumerate(contents) if content in judges],
        scale=read.scale,
    )
    return replace(changes, images=bool(read.without_picture))
