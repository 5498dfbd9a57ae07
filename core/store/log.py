"""Writing annotations: each act appends to the log and settles what holds, in one transaction.

Nothing is ever changed or removed. An undo appends, for every row of the act it takes back, a row that retracts it; a
redo appends rows that retract those. Acts are taken back newest first and brought back in the opposite order, and a new
annotation ends the chance of redo, as in any editor. All of it is read from the log, so it outlives the program.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, case, func, insert, or_, select

from core.changes import Changes
from core.errors import Bug, UserError
from core.store.annotations import AnnotationReader
from core.store.codec import now_text, value_of, value_text
from core.store.database import highest
from core.store.heads import head_by_id
from core.store.schema import IMAGE_LEVEL, acts, heads, log, pairs
from core.store.standings import Holding, Subject, effective, holdings, log_of_subjects, settle
from core.values import (
    BRACKETS,
    OF_THE_IMAGE,
    ActId,
    AnswerValue,
    ClassValue,
    Confirmation,
    Field,
    Head,
    HeadId,
    HeadKind,
    ImageId,
    Repeat,
    ScoreValue,
    Source,
    TagsValue,
)


class ActKind(StrEnum):
    ANNOTATE = "annotate"
    UNDO = "undo"
    REDO = "redo"


class Annotations(AnnotationReader):
    """Every method that writes is one act, on the disk when it returns."""

    def annotate(
        self,
        head_id: HeadId,
        values: Mapping[ImageId, AnswerValue | None],
        source: Source = Source.HUMAN,
        evaluation: Collection[ImageId] = (),
        wrong: Collection[ImageId] = (),
    ) -> Changes:
        """Answer (or, with None, clear) images. A value that holds already is counted as unchanged and not written.

        Those in `evaluation` are marked in the same act as having come as evaluation files, those in `wrong` as waiting
        for another answer.
        """
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            text_of = {value: value_text(checked(value, head)) for value in set(values.values())}
            said = {Field.ANSWER: {image: text_of[value] for image, value in values.items()}}
            if evaluation:
                said[Field.EVALUATION] = dict.fromkeys(evaluation, value_text(True))
            if wrong:
                said[Field.WRONG] = dict.fromkeys(wrong, value_text(True))
            return _say(connection, head_id, said, source)

    def mark(
        self,
        head_id: HeadId,
        ids: Iterable[ImageId],
        field: Field,
        on: bool,  # noqa: FBT001 - reads as "mark these excluded: on"
        *,
        source: Source = Source.HUMAN,
    ) -> Changes:
        """Exclude, flag, pin or skip images, or take that off. Flags and pins are the image's, whatever the head."""
        if field in _WITH_A_VALUE:
            raise Bug("answers are given with annotate or answer_again, and confirmed with confirm")
        texts = dict.fromkeys(ids, value_text(on))
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            return _say(connection, None if field in OF_THE_IMAGE else head_id, {field: texts}, source)

    def confirm(
        self, head_id: HeadId, values: Mapping[ImageId, Confirmation], *, withdrawn: Collection[ImageId] = ()
    ) -> Changes:
        """The answers of these images stand; said again, it is not written again.

        Those in `withdrawn` lose theirs in the same act, and wait for another one.
        """
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            for value in values.values():
                checked(value.stands, head)
            texts = {image: value_text(value) for image, value in values.items()}
            said: dict[Field, dict[ImageId, str | None]] = {Field.CONFIRMED: dict(texts)}
            if withdrawn:
                said[Field.ANSWER] = dict.fromkeys(withdrawn)
                said[Field.WRONG] = dict.fromkeys(withdrawn, value_text(True))
            return _say(connection, head_id, said, Source.HUMAN)

    def answer_again(self, head_id: HeadId, image: ImageId, value: AnswerValue | None, times: int) -> Changes:
        """A second answer, given blind: kept beside the first one, and what holds from now on.

        A tags head takes several keys, each an act of the same `times`; tags left open keep the first answer.
        """
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            second = checked(value, head) or TagsValue(frozenset())
            first = _first_answer(connection, head_id, image, times)
            said = {
                Field.REASKED: {image: value_text(Repeat(first, second, times))},
                Field.ANSWER: {image: value_text(newest_of(first, second))},
            }
            return _say(connection, head_id, said, Source.HUMAN)

    def undo(self, n: int = 1, *, expected: ActId | None = None) -> Changes:
        """Take back the `n` newest acts that stand; `act` is the last one taken back. Falsy where there was none.

        Raises UserError where the first of them is not the `expected` one.
        """
        return self._step(n, ActKind.UNDO, expected)

    def redo(self, n: int = 1, *, expected: ActId | None = None) -> Changes:
        """Bring back the `n` acts taken back last, unless something was annotated since; `expected` as in an undo."""
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
        """That of the newest act under a head that was not removed."""
        query = select(acts.c.head_id).where(acts.c.head_id.is_not(None), _IN_SIGHT).order_by(acts.c.id.desc())
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
        with self._database.write() as connection:
            for number in range(n):
                target = connection.execute(find).first()
                if number == 0 and expected is not None and (target is None or target[0] != expected):
                    raise UserError(f"something else was done before the {kind.value} began", f"{kind.value} once more")
                if target is None:
                    break
                act, head = ActId(target[0]), None if target[1] is None else HeadId(target[1])
                touched |= _take_back(connection, act, kind, head)
        return Changes(act=act, annotated=frozenset(touched), head=head)


def checked(value: AnswerValue | None, head: Head) -> AnswerValue | None:
    """`value` if it can be an answer under `head`, else UserError. Tags that say nothing are no answer."""
    labels = {label.label_id for label in head.labels}
    match value, head.kind:
        case None, _:
            return None
        case ClassValue(label), HeadKind.CLASS if label in labels:
            return value
        case ScoreValue(score), HeadKind.SCORE if 0 <= score <= BRACKETS and float(2 * score).is_integer():
            return value
        case TagsValue(yes, no), HeadKind.TAGS if (yes | no) <= labels and not yes & no:
            return value if yes or no else None
        case _:
            raise UserError(
                f"{value} cannot be an answer under the {head.kind.value} head {head.name!r}", _REMEDY[head.kind]
            )


_WITH_A_VALUE: Final = frozenset({Field.ANSWER, Field.CONFIRMED, Field.REASKED})
"""The other fields are on or off."""
_REMEDY: Final = {
    HeadKind.CLASS: "give one of its labels",
    HeadKind.SCORE: f"give a number from 0 to {BRACKETS} in steps of one half",
    HeadKind.TAGS: "give some of its labels, each as yes or as no",
}


def _say(
    connection: Connection,
    head_id: HeadId | None,
    said: Mapping[Field, Mapping[ImageId, str | None]],
    source: Source,
) -> Changes:
    """Append one act with a row for every field and image of which `said` says something new."""
    level = IMAGE_LEVEL if head_id is None else int(head_id)
    before: dict[Subject, Holding] = {}
    news: dict[Subject, str | None] = {}
    for field, texts in said.items():
        held = holdings(connection, level, field, list(texts))
        silent = Holding(value_text(None if field in _WITH_A_VALUE else False), 0)
        subjects = {Subject(level, field.value, image): text for image, text in texts.items()}
        news |= {subject: text for subject, text in subjects.items() if text != held.get(subject, silent).value}
        before |= held
    spoken_of = len({image for texts in said.values() for image in texts})
    if not news:
        return Changes(head=head_id, unchanged=spoken_of)
    act = append_act(connection, ActKind.ANNOTATE, source, head_id)
    first = _append(connection, act, head_id, [(subject, text, None) for subject, text in news.items()])
    after = {subject: Holding(text, first + offset) for offset, (subject, text) in enumerate(news.items())}
    settle(connection, {subject: held for subject, held in before.items() if subject in news}, after)
    images_changed = frozenset(ImageId(subject.image) for subject in news)
    return Changes(act=act, annotated=images_changed, head=head_id, unchanged=spoken_of - len(images_changed))


def newest_of(first: AnswerValue, second: AnswerValue) -> AnswerValue:
    """What holds after both; of tags what the second one leaves open stays."""
    if not (isinstance(first, TagsValue) and isinstance(second, TagsValue)):
        return second
    return TagsValue((first.yes - second.no) | second.yes, (first.no - second.yes) | second.no)


def _first_answer(connection: Connection, head_id: HeadId, image: ImageId, times: int) -> AnswerValue:
    """What held before the image was asked again so many times."""
    before = [holdings(connection, head_id, field, [image]) for field in (Field.REASKED, Field.ANSWER)]
    repeat, answer = (value_of(held.value) for (held,) in (tuple(one.values()) or (_NOTHING,) for one in before))
    if isinstance(repeat, Repeat) and repeat.times == times:
        return repeat.first
    if not isinstance(answer, AnswerValue):
        raise Bug("only what was answered can be asked again")
    return answer


_NOTHING: Final = Holding(None, 0)


def _take_back(connection: Connection, target: ActId, kind: ActKind, head_id: HeadId | None) -> frozenset[ImageId]:
    """Retract the rows of `target`, or (redo) those of its last undo. Returns the images it speaks about."""
    retracted = target if kind is ActKind.UNDO else _last_undo_of(connection, target)
    query = select(log.c.id, log.c.field, log.c.image_id).where(log.c.act_id == retracted).order_by(log.c.id)
    rows = connection.execute(query).all()
    level = IMAGE_LEVEL if head_id is None else int(head_id)
    before: dict[Subject, Holding] = {}
    for name in {field for _, field, _ in rows}:
        before |= holdings(connection, level, Field(name), [image for _, field, image in rows if field == name])
    whose = connection.execute(select(acts.c.source).where(acts.c.id == target)).scalar_one()
    act = append_act(connection, kind, Source(whose), head_id, target)
    if rows:
        _append(connection, act, head_id, [(Subject(level, field, image), None, row) for row, field, image in rows])
        settle(connection, before, effective(log_of_subjects(connection, target)))
    paired = connection.execute(select(pairs.c.left_id, pairs.c.right_id).where(pairs.c.act_id == target))
    return frozenset(map(ImageId, {image for _, _, image in rows} | {image for pair in paired for image in pair}))


_other = acts.alias()
_TIMES_UNDONE: Final = select(
    func.coalesce(func.sum(case((_other.c.kind == ActKind.UNDO.value, 1), else_=-1)), 0)
).correlate(acts)
"""Undos less redos of one act: 1 while it is taken back, 0 while it stands."""
_ANNOTATE: Final = acts.c.kind == ActKind.ANNOTATE.value
_IN_SIGHT: Final = or_(acts.c.head_id.is_(None), acts.c.head_id.not_in(select(heads.c.id).where(heads.c.archived)))
"""Of the images themselves, or of a head that was not removed."""
_NEWEST_STANDING: Final = (
    select(acts.c.id, acts.c.head_id)
    .where(_ANNOTATE, _IN_SIGHT, _TIMES_UNDONE.where(_other.c.target == acts.c.id).scalar_subquery() == 0)
    .order_by(acts.c.id.desc())
    .limit(1)
)
_NEWEST: Final = select(acts.c.id).where(_ANNOTATE).order_by(acts.c.id.desc()).limit(1)
_LAST_UNDONE: Final = (
    select(acts.c.target, acts.c.head_id)
    .where(acts.c.id > _NEWEST.scalar_subquery(), _IN_SIGHT)
    .where(_TIMES_UNDONE.where(_other.c.target == acts.c.target).scalar_subquery() == 1)
    .order_by(acts.c.target)
    .limit(1)
)
"""Of the acts undone since the newest annotation the oldest: undo goes backwards, so redo goes forwards."""


def _last_undo_of(connection: Connection, target: ActId) -> int:
    query = select(func.max(acts.c.id)).where(acts.c.target == target, acts.c.kind == ActKind.UNDO.value)
    return int(connection.scalar(query) or 0)


# Built once: these run at every key stroke.
_INSERT_ACT: Final = insert(acts)
_INSERT_ROW: Final = insert(log)


def append_act(
    connection: Connection, kind: ActKind, source: Source, head_id: HeadId | None, target: ActId | None = None
) -> ActId:
    """One more act; its rows are for the caller to append in the same transaction."""
    act = ActId(highest(connection, acts.c.id) + 1)
    row = {
        "id": act,
        "at": now_text(),
        "kind": kind.value,
        "source": source.value,
        "head_id": head_id,
        "target": target,
    }
    connection.execute(_INSERT_ACT, row)
    return act


def _append(
    connection: Connection, act: ActId, head_id: HeadId | None, said: Sequence[tuple[Subject, str | None, int | None]]
) -> int:
    """Append (subject, value, retracted row) to the log; returns the first of their consecutive ids."""
    first = highest(connection, log.c.id) + 1
    rows = [
        {
            "id": first + offset,
            "act_id": act,
            "image_id": subject.image,
            "head_id": head_id,
            "field": subject.field,
            "value": value,
            "retracts": retracts,
        }
        for offset, (subject, value, retracts) in enumerate(said)
    ]
    connection.execute(_INSERT_ROW, rows)
    return first
