"""Judged pairs: appended like every annotation, one act at a time, and taken back with the acts they belong to."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import Connection, bindparam, case, func, insert, select

from core.changes import Changes
from core.errors import UserError
from core.pairs import SHARE_OF_LEFT, Comparison, Outcome, PairRow, PairSet
from core.store.acts import ActKind, append_act
from core.store.columns import packed_hashes
from core.store.database import Database, highest
from core.store.heads import head_by_id
from core.store.images import CHUNK
from core.store.schema import acts, group_of_image, head_edits, images, pairs, standing
from core.store.versions import LAST_PAIR
from core.values import ActId, Field, HeadId, HeadKind, ImageId, Source


class Pairs:
    """What was said of pairs under score heads. Every method that writes is one act, on the disk when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, head_id: HeadId, said: Sequence[Comparison], source: Source = Source.HUMAN) -> Changes:
        """Append these as one act. Of two images the newest judgement holds; one that holds already is not repeated."""
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            if head.kind is not HeadKind.SCORE:
                raise UserError(f"{head.name} is a {head.kind.value} head", "pairs are judged under a score head")
            if any(one.left == one.right for one in said):
                raise UserError("an image cannot be compared with itself", "give two images")
            held = _holding(connection, head_id, frozenset(image for one in said for image in one.images))
            news = [one for one in said if not _same(held.get(one.images), one)]
            if not news:
                return Changes(head=head_id, unchanged=len(said))
            act = append_act(connection, ActKind.ANNOTATE, source, head_id)
            first = highest(connection, pairs.c.id) + 1
            rows = [_row(first + place, act, head_id, one) for place, one in enumerate(news)]
            connection.execute(insert(pairs), rows)
        touched = frozenset(image for one in news for image in one.images)
        return Changes(act=act, annotated=touched, head=head_id, unchanged=len(said) - len(news))

    def holding(self, head_id: HeadId) -> list[Comparison]:
        """What holds of each two images, in the order in which it was said; skipped ones too."""
        with self._database.read() as connection:
            return list(_holding(connection, head_id).values())

    def count(self, head_id: HeadId) -> int:
        """Judged pairs that hold, without the skipped ones."""
        with self._database.read() as connection:
            return int(connection.scalar(_COUNT, {"head": head_id}) or 0)

    def learned(self, head_id: HeadId) -> dict[int, int]:
        """Version number -> how many of the pairs that hold it was taught; without those that were taught none."""
        with self._database.read() as connection:
            held = _held_rows(connection, head_id).values()
            edits = connection.scalars(select(head_edits.c.what).where(head_edits.c.head_id == head_id)).all()
        rows = [number for number, _, said in held if said.outcome is not Outcome.SKIPPED]
        trained = {one["trained"]: one[LAST_PAIR] for one in map(json.loads, edits) if LAST_PAIR in one}
        counts = {version: sum(row <= last for row in rows) for version, last in trained.items()}
        return {version: count for version, count in counts.items() if count}

    def last_id(self) -> int:
        """Newest row of the log of pairs, 0 where it is empty."""
        with self._database.read() as connection:
            return highest(connection, pairs.c.id)

    def acts(self, head_id: HeadId, *, since_version: bool = False) -> int:
        """Acts of which a judgement holds, a best of four as one; or those made after the newest version was trained.

        An act that only skipped counts for nothing.
        """
        with self._database.read() as connection:
            if connection.scalar(_OF_HEAD.limit(1), {"head": head_id}) is None:
                return 0
            after = _learned_up_to(connection, head_id) if since_version else 0
            held = _held_rows(connection, head_id)
        said = held.values()
        return len({act for row, act, one in said if row > after and one.outcome is not Outcome.SKIPPED})

    def of_act(self, act: ActId) -> list[Comparison]:
        """What an act said of pairs, whether or not it was taken back."""
        return self.of_acts([act]).get(act, [])

    def of_acts(self, asked: Collection[ActId]) -> dict[ActId, list[Comparison]]:
        """Of those that said something of pairs."""
        wanted, found = list(asked), dict[ActId, list[Comparison]]()
        with self._database.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                for act, *said in connection.execute(_OF_ACTS, {"acts": wanted[start : start + CHUNK]}):
                    found.setdefault(ActId(act), []).append(_comparison(*said))
        return found

    def training_set(self, head_id: HeadId) -> PairSet:
        """Judged pairs of which neither image is excluded."""
        with self._database.read() as connection:
            held = _holding(connection, head_id).values()
            kept_out = set(connection.scalars(_EXCLUDED, {"head": head_id}))
            judged = [one for one in held if one.outcome in SHARE_OF_LEFT and not one.images & kept_out]
            known = _images(connection, head_id) if judged else {}
        left, right = [known[one.left] for one in judged], [known[one.right] for one in judged]
        return PairSet(
            packed_hashes([digest for digest, _ in left]),
            packed_hashes([digest for digest, _ in right]),
            np.array([SHARE_OF_LEFT[one.outcome] for one in judged], dtype=np.float32),
            np.array([group for _, group in left], dtype=np.int64),
            np.array([group for _, group in right], dtype=np.int64),
        )

    def history(self, head_id: HeadId | None = None, limit: int | None = None) -> list[PairRow]:
        """What was said of pairs and what was taken back or brought back, newest first; of one head or of all."""
        query = _HISTORY if head_id is None else _HISTORY.where(pairs.c.head_id == head_id)
        with self._database.read() as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [
            PairRow(
                pair_id=row.id,
                act_id=ActId(row.act),
                at=datetime.fromisoformat(row.at),
                source=Source(row.source),
                head_id=HeadId(row.head_id),
                said=None if row.kind == ActKind.UNDO.value else _comparison(row.left_id, row.right_id, row.outcome),
                retracts=_comparison(row.left_id, row.right_id, row.outcome)
                if row.kind == ActKind.UNDO.value
                else None,
            )
            for row in rows
        ]


def _holding(
    connection: Connection, head_id: HeadId, among: frozenset[ImageId] | None = None
) -> dict[frozenset[ImageId], Comparison]:
    """By the two images: the newest judgement whose act stands; where `among` is given, of those images alone."""
    return {both: said for both, (_, _, said) in _held_rows(connection, head_id, among).items()}


def _held_rows(
    connection: Connection, head_id: HeadId, among: frozenset[ImageId] | None = None
) -> dict[frozenset[ImageId], tuple[int, int, Comparison]]:
    """The same with the row and the act that said it."""
    few = among is not None and len(among) <= _FEW
    query, asked = (_OF_SOME, {"head": head_id, "some": list(among or ())}) if few else (_OF_HEAD, {"head": head_id})
    rows = connection.execute(query, asked).all()
    undone = set(connection.scalars(_UNDONE, {"head": head_id})) if rows else set()
    held: dict[frozenset[ImageId], tuple[int, int, Comparison]] = {}
    for number, act, left, right, outcome in rows:
        if act not in undone:
            one = _comparison(left, right, outcome)
            held.pop(one.images, None)
            held[one.images] = number, act, one
    return held


def _learned_up_to(connection: Connection, head_id: HeadId) -> int:
    """The newest row of the log of pairs that a version of the head knew of."""
    edits = connection.scalars(select(head_edits.c.what).where(head_edits.c.head_id == head_id))
    return max((json.loads(text).get(LAST_PAIR, 0) for text in edits), default=0)


def _same(held: Comparison | None, said: Comparison) -> bool:
    """Whether two judgements of the same images say the same, whichever of them stood on the left."""
    if held is None or held.left == said.left:
        return held == said
    return {held.outcome, said.outcome} in ({Outcome.LEFT, Outcome.RIGHT}, {Outcome.TIE}, {Outcome.SKIPPED})


def _images(connection: Connection, head_id: HeadId) -> dict[int, tuple[bytes, int]]:
    """Hash and group of every image that was compared."""
    return {image: (digest, group) for image, digest, group in connection.execute(_COMPARED, {"head": head_id})}


def _row(number: int, act: ActId, head_id: HeadId, said: Comparison) -> dict[str, object]:
    return {
        "id": number,
        "act_id": act,
        "head_id": head_id,
        "left_id": said.left,
        "right_id": said.right,
        "outcome": said.outcome.value,
    }


def _comparison(left: int, right: int, outcome: str) -> Comparison:
    return Comparison(ImageId(left), ImageId(right), Outcome(outcome))


# Built once: these run at every key stroke.
_SAID: Final = (pairs.c.left_id, pairs.c.right_id, pairs.c.outcome)
_OF_HEAD: Final = (
    select(pairs.c.id, pairs.c.act_id, *_SAID).where(pairs.c.head_id == bindparam("head")).order_by(pairs.c.id)
)
_FEW: Final = 16
"""Images that a query names; of more all is read."""
_OF_SOME: Final = _OF_HEAD.where(
    pairs.c.left_id.in_(bindparam("some", expanding=True)), pairs.c.right_id.in_(bindparam("some", expanding=True))
)
_OF_ACTS: Final = (
    select(pairs.c.act_id, *_SAID).where(pairs.c.act_id.in_(bindparam("acts", expanding=True))).order_by(pairs.c.id)
)
_TIMES_UNDONE: Final = func.sum(case((acts.c.kind == ActKind.UNDO.value, 1), else_=-1))
_UNDONE: Final = (
    select(acts.c.target)
    .where(acts.c.head_id == bindparam("head"), acts.c.target.is_not(None))
    .group_by(acts.c.target)
    .having(_TIMES_UNDONE > 0)
)
_FIRST: Final = case((pairs.c.left_id < pairs.c.right_id, pairs.c.left_id), else_=pairs.c.right_id)
_SECOND: Final = pairs.c.left_id + pairs.c.right_id - _FIRST
_NEWEST: Final = (
    select(func.max(pairs.c.id))
    .where(pairs.c.head_id == bindparam("head"), pairs.c.act_id.not_in(_UNDONE))
    .group_by(_FIRST, _SECOND)
)
_COUNT: Final = select(func.count()).where(pairs.c.id.in_(_NEWEST), pairs.c.outcome != Outcome.SKIPPED.value)
_EXCLUDED: Final = select(standing.c.image_id).where(
    standing.c.head_id == bindparam("head"), standing.c.field == Field.EXCLUDED.value, standing.c.value == "true"
)
_COMPARED: Final = select(images.c.id, images.c.hash, group_of_image).where(
    images.c.id.in_(
        select(pairs.c.left_id)
        .where(pairs.c.head_id == bindparam("head"))
        .union(select(pairs.c.right_id).where(pairs.c.head_id == bindparam("head")))
    )
)
_HISTORY: Final = (
    select(pairs.c.id, acts.c.id.label("act"), acts.c.at, acts.c.source, acts.c.kind, pairs.c.head_id, *_SAID)
    .join(acts, (acts.c.id == pairs.c.act_id) | (acts.c.target == pairs.c.act_id))
    .order_by(acts.c.id.desc(), pairs.c.id.desc())
)
