"""Undo and redo of whatever act was the last one: answers, marks, pairs, edits of a head, another version in force.

An undo appends, for every row of the act it takes back, a row that retracts it; a redo appends rows that retract those.
Acts are taken back newest first and brought back in the opposite order, and a new act ends the chance of redo, as in
any editor. All of it is read from the log, so it outlives the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from core.changes import Changes
from core.edits import HeadEdit
from core.errors import UserError
from core.store.acts import ActKind, append_act, append_rows, one_act
from core.store.annotations import AnnotationReader
from core.store.edits import OF_IMAGES, append_edit, edits_of
from core.store.heads import HIDDEN, head_state, restore_head
from core.store.schema import IMAGE_LEVEL, acts, head_edits, heads, log, pairs
from core.store.standings import Holding, Subject, effective, holdings, log_of_subjects, settle
from core.values import ActId, Field, HeadId, ImageId, Source


class Undoing(AnnotationReader):
    def one_act(self, source: Source = Source.HUMAN) -> AbstractContextManager[None]:
        """All that is written in the block, under one head, is one transaction and one act."""
        return one_act(self._database, source)

    def undo(self, n: int = 1, *, expected: ActId | None = None) -> Changes:
        """Take back the `n` newest acts that stand; `act` is the last one taken back. Falsy where there was none.

        Raises UserError where the first of them is not the `expected` one.
        """
        return self._step(n, ActKind.UNDO, expected)

    def redo(self, n: int = 1, *, expected: ActId | None = None) -> Changes:
        """Bring back the `n` acts taken back last, unless something was done since; `expected` as in an undo."""
        return self._step(n, ActKind.REDO, expected)

    def to_turn(self, *, redo: bool) -> tuple[ActId, int] | None:
        """The act that the next undo takes back, or the next redo brings again, and how many rows it has."""
        with self._database.read() as connection:
            target = connection.execute(_LAST_UNDONE if redo else _NEWEST_STANDING).first()
            if target is None:
                return None
            rows = (select(func.count()).where(table.c.act_id == target[0]) for table in (log, pairs))
            return ActId(target[0]), sum(connection.scalar(query) or 0 for query in rows)

    def newest_head(self) -> HeadId | None:
        """That of the newest act on images under a head that was not removed."""
        query = select(acts.c.head_id).where(acts.c.head_id.is_not(None), _SHOWN, OF_IMAGES).order_by(acts.c.id.desc())
        with self._database.read() as connection:
            head_id = connection.scalar(query.limit(1))
        return None if head_id is None else HeadId(head_id)

    def focus(self, changes: Changes) -> ImageId | None:
        """The image to show after an undo: the first one of the act."""
        with self._database.read() as connection:
            query = select(log.c.image_id).where(log.c.act_id == changes.act).order_by(log.c.id).limit(1)
            image = connection.scalar(query)
            if image is None:
                image = connection.scalar(select(pairs.c.left_id).where(pairs.c.act_id == changes.act).limit(1))
        return None if image is None else ImageId(image)

    def _step(self, n: int, kind: ActKind, expected: ActId | None) -> Changes:
        find = _NEWEST_STANDING if kind is ActKind.UNDO else _LAST_UNDONE
        touched: set[ImageId] = set()
        act: ActId | None = None
        head: HeadId | None = None
        edited: set[str] = set()
        with self._database.write() as connection:
            for number in range(n):
                target = connection.execute(find).first()
                if number == 0 and expected is not None and (target is None or target[0] != expected):
                    raise UserError(f"something else was done before the {kind.value} began", f"{kind.value} once more")
                if target is None:
                    break
                act, head = ActId(target[0]), None if target[1] is None else HeadId(target[1])
                images, keys = _turn(connection, act, kind, head)
                touched |= images
                edited |= keys
        return Changes(
            act=act, annotated=frozenset(touched), head=head, heads=bool(edited), versions="version" in edited
        )


def _turn(
    connection: Connection, target: ActId, kind: ActKind, head_id: HeadId | None
) -> tuple[frozenset[ImageId], frozenset[str]]:
    """Appends the act that takes `target` back, or (redo) brings it again.

    Returns the images it speaks about, and what it changes of heads.
    """
    whose = connection.execute(select(acts.c.source).where(acts.c.id == target)).scalar_one()
    act = append_act(connection, kind, Source(whose), head_id, target)
    rows = _retract(connection, act, target, kind, head_id)
    paired = connection.execute(select(pairs.c.left_id, pairs.c.right_id).where(pairs.c.act_id == target))
    images = rows | {image for pair in paired for image in pair}
    return frozenset(map(ImageId, images)), _turn_edits(connection, act, target, kind)


def _retract(
    connection: Connection, act: ActId, target: ActId, kind: ActKind, head_id: HeadId | None
) -> frozenset[int]:
    """The rows of `target`, or (redo) those of its last undo."""
    retracted = target if kind is ActKind.UNDO else _last_of(connection, target, ActKind.UNDO)
    query = select(log.c.id, log.c.field, log.c.image_id).where(log.c.act_id == retracted).order_by(log.c.id)
    rows = connection.execute(query).all()
    level = IMAGE_LEVEL if head_id is None else int(head_id)
    before: dict[Subject, Holding] = {}
    for name in {field for _, field, _ in rows}:
        before |= holdings(connection, level, Field(name), [image for _, field, image in rows if field == name])
    if rows:
        append_rows(connection, act, head_id, [(Subject(level, field, image), None, row) for row, field, image in rows])
        settle(connection, before, effective(log_of_subjects(connection, target)))
    return frozenset(image for _, _, image in rows)


def _turn_edits(connection: Connection, act: ActId, target: ActId, kind: ActKind) -> frozenset[str]:
    """Turns what `target` did to heads, as it was done last; returns which parts of them that is about."""
    done_by = _last_of(connection, target, ActKind.REDO) or target
    edits = edits_of(connection, done_by if kind is ActKind.UNDO else target)
    for edit in reversed(edits) if kind is ActKind.UNDO else edits:
        now = head_state(connection, edit.head_id)
        if kind is ActKind.UNDO:
            becomes = _without_overtaken(now, edit)
            restore_head(connection, edit.head_id, becomes)
            append_edit(connection, act, edit.head_id, edit.after, becomes, retracts=edit.edit_id)
        else:
            restore_head(connection, edit.head_id, edit.after)
            append_edit(connection, act, edit.head_id, _with_version(edit.before, now), edit.after)
    return frozenset(key for edit in edits for key in edit.after)


def _without_overtaken(now: Mapping[str, Any], edit: HeadEdit) -> dict[str, Any]:
    """What stood before; but a version that was trained since stays in force, for no act has put it there."""
    overtaken = "version" in edit.after and now["version"] != edit.after["version"]
    return {key: value for key, value in edit.before.items() if not (overtaken and key == "version")}


def _with_version(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What a later undo brings back: the version that is in force now."""
    return {key: now[key] if key == "version" else value for key, value in before.items()}


def _last_of(connection: Connection, target: ActId, kind: ActKind) -> ActId:
    """The last undo or redo of an act; 0 where there was none."""
    query = select(func.max(acts.c.id)).where(acts.c.target == target, acts.c.kind == kind.value)
    return ActId(connection.scalar(query) or 0)


_other = acts.alias()
_TIMES_UNDONE: Final = select(
    func.coalesce(func.sum(case((_other.c.kind == ActKind.UNDO.value, 1), else_=-1)), 0)
).correlate(acts)
"""Undos less redos of one act: 1 while it is taken back, 0 while it stands."""
_ANNOTATE: Final = acts.c.kind == ActKind.ANNOTATE.value
_SHOWN: Final = or_(acts.c.head_id.is_(None), acts.c.head_id.not_in(select(heads.c.id).where(heads.c.archived)))
"""Of the images themselves, or of a head that was not removed."""
_HIDING: Final = select(head_edits.c.act_id).where(
    head_edits.c.act_id.is_not(None), or_(head_edits.c.what == HIDDEN, head_edits.c.before == HIDDEN)
)
"""Acts that made a head or removed one: they can be turned while it is hidden."""


def _in_sight(act: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(_SHOWN, act.in_(_HIDING))


_NEWEST_STANDING: Final = (
    select(acts.c.id, acts.c.head_id)
    .where(_ANNOTATE, _in_sight(acts.c.id), _TIMES_UNDONE.where(_other.c.target == acts.c.id).scalar_subquery() == 0)
    .order_by(acts.c.id.desc())
    .limit(1)
)
_NEWEST: Final = select(acts.c.id).where(_ANNOTATE).order_by(acts.c.id.desc()).limit(1)
_LAST_UNDONE: Final = (
    select(acts.c.target, acts.c.head_id)
    .where(acts.c.id > _NEWEST.scalar_subquery(), _in_sight(acts.c.target))
    .where(_TIMES_UNDONE.where(_other.c.target == acts.c.target).scalar_subquery() == 1)
    .order_by(acts.c.target)
    .limit(1)
)
"""Of the acts undone since the newest other act the oldest: undo goes backwards, so redo goes forwards."""
