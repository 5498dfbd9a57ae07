"""Writing annotations: each act appends to the log and settles what holds, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from core.answers import in_use, newest_of, tags_of, with_tag
from core.changes import Changes
from core.errors import Bug, UserError
from core.replaced import Replaced, replaced
from core.store.acts import ActKind, append_act, append_rows
from core.store.codec import answer_of, value_of, value_text
from core.store.heads import has_removed_labels, head_by_id
from core.store.marked import new_marks
from core.store.schema import IMAGE_LEVEL
from core.store.standings import Holding, Subject, holdings, settle
from core.store.undoing import Undoing
from core.values import (
    BRACKETS,
    OF_THE_IMAGE,
    AnswerValue,
    ClassValue,
    Confirmation,
    Field,
    Head,
    HeadId,
    HeadKind,
    ImageId,
    LabelId,
    Repeat,
    ScoreValue,
    Source,
    TagsValue,
)


class Annotations(Undoing):
    """Every method that writes is one act, on the disk when it returns."""

    def annotate(
        self,
        head_id: HeadId,
        values: Mapping[ImageId, AnswerValue | None],
        source: Source = Source.HUMAN,
        evaluation: Collection[ImageId] = (),
        wrong: Collection[ImageId] = (),
        tag: LabelId | None = None,
    ) -> Changes:
        """Answer (or, with None, clear) images. A value that holds already is counted as unchanged and not written.

        Those in `evaluation` are marked in the same act as having come as evaluation files, those in `wrong` as waiting
        for another answer, under a tags head to this `tag`.
        """
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            text_of = {value: value_text(checked(value, head)) for value in set(values.values())}
            said: dict[Field, dict[ImageId, str | None]] = {
                Field.ANSWER: _beside_removed(connection, head, {one: text_of[value] for one, value in values.items()})
            }
            if evaluation:
                said[Field.EVALUATION] = dict.fromkeys(evaluation, value_text(True))
            if wrong:
                said[Field.WRONG] = new_marks(connection, head, wrong, tag)
            return _say(connection, head_id, said, source, _labels(head))

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
        self,
        head_id: HeadId,
        values: Mapping[ImageId, Confirmation],
        *,
        withdrawn: Collection[ImageId] = (),
        tag: LabelId | None = None,
    ) -> Changes:
        """The answers of these images stand; said again, it is not written again, unless a second answer came in
        between. Of tags those that are named stand, beside those that stood before and that it did not contradict.

        Those in `withdrawn` lose theirs in the same act, and wait for another one; of tags they lose this `tag` alone.
        """
        with self._database.write() as connection:
            head = head_by_id(connection, head_id)
            for value in values.values():
                checked(value.stands, head)
            held = holdings(connection, head_id, Field.CONFIRMED, list(values))
            repeats = _repeats_since(connection, head_id, held)
            said = {Field.CONFIRMED: _standing_now(head, values, held, repeats)}
            if withdrawn:
                said[Field.ANSWER] = _without(connection, head, withdrawn, tag)
                said[Field.WRONG] = new_marks(connection, head, withdrawn, tag)
            return _say(connection, head_id, said, Source.HUMAN, anew=repeats)

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


def checked(value: AnswerValue | None, head: Head) -> AnswerValue | None:
    """`value` if it can be an answer under `head`, else UserError. Tags that say nothing are no answer."""
    labels = _labels(head)
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
    labels: frozenset[LabelId] | None = None,
    anew: Collection[Subject] = (),
) -> Changes:
    """Append one act with a row for every field and image of which `said` says something new, or says it `anew`.

    With the `labels` in use it is told what gives way.
    """
    level = IMAGE_LEVEL if head_id is None else int(head_id)
    before: dict[Subject, Holding] = {}
    news: dict[Subject, str | None] = {}
    for field, texts in said.items():
        held = holdings(connection, level, field, list(texts))
        silent = Holding(value_text(None if field in _WITH_A_VALUE else False), 0)
        subjects = {Subject(level, field.value, image): text for image, text in texts.items()}
        news |= {
            subject: text
            for subject, text in subjects.items()
            if field is Field.WRONG  # a mark after an answer is a new one
            or text != held.get(subject, silent).value
            or subject in anew
        }
        before |= held
    spoken_of = len({image for texts in said.values() for image in texts})
    if not news:
        return Changes(head=head_id, unchanged=spoken_of)
    act = append_act(connection, ActKind.ANNOTATE, source, head_id)
    first = append_rows(connection, act, head_id, [(subject, text, None) for subject, text in news.items()])
    after = {subject: Holding(text, first + offset) for offset, (subject, text) in enumerate(news.items())}
    settle(connection, {subject: held for subject, held in before.items() if subject in news}, after)
    images_changed = frozenset(ImageId(subject.image) for subject in news)
    gives_way = Replaced() if labels is None else _gives_way(before, news, labels)
    unchanged = spoken_of - len(images_changed)
    return Changes(act=act, annotated=images_changed, head=head_id, unchanged=unchanged, replaced=gives_way)


def _gives_way(
    before: Mapping[Subject, Holding], news: Mapping[Subject, str | None], labels: frozenset[LabelId]
) -> Replaced:
    answers = [(before[one].value, text) for one, text in news.items() if one.field == Field.ANSWER and one in before]
    return replaced((in_use(answer_of(old), labels), in_use(answer_of(new), labels)) for old, new in answers)


def _labels(head: Head) -> frozenset[LabelId]:
    return frozenset(label.label_id for label in head.labels)


def _beside_removed(connection: Connection, head: Head, texts: dict[ImageId, str | None]) -> dict[ImageId, str | None]:
    """Tags that were removed from the head keep what was said of them, for when they are back."""
    if head.kind is not HeadKind.TAGS or not has_removed_labels(connection, head.head_id):
        return texts
    labels, kept = _labels(head), dict(texts)
    for subject, held in holdings(connection, head.head_id, Field.ANSWER, list(texts)).items():
        before, image = tags_of(answer_of(held.value)), ImageId(subject.image)
        removed = TagsValue(before.yes - labels, before.no - labels)
        if removed.yes or removed.no:
            kept[image] = value_text(newest_of(removed, tags_of(answer_of(texts[image]))))
    return kept


def _repeats_since(
    connection: Connection, head_id: HeadId, confirmed: Mapping[Subject, Holding]
) -> dict[Subject, Repeat]:
    """Second answers that are newer than what was `confirmed` of the image, which they are told under."""
    found: dict[Subject, Repeat] = {}
    for again, held in holdings(connection, head_id, Field.REASKED, [one.image for one in confirmed]).items():
        subject, value = again._replace(field=Field.CONFIRMED.value), value_of(held.value)
        if isinstance(value, Repeat) and held.annotation > confirmed[subject].annotation:
            found[subject] = value
    return found


def _standing_now(
    head: Head,
    values: Mapping[ImageId, Confirmation],
    held: Mapping[Subject, Holding],
    repeats: Mapping[Subject, Repeat],
) -> dict[ImageId, str | None]:
    texts: dict[ImageId, str | None] = {image: value_text(value) for image, value in values.items()}
    if head.kind is not HeadKind.TAGS:
        return texts
    for subject, holding in held.items():
        before, image = value_of(holding.value), ImageId(subject.image)
        if isinstance(before, Confirmation):
            stands = _not_contradicted(tags_of(before.stands), repeats.get(subject))
            texts[image] = value_text(_joined(Confirmation(stands, before.against), values[image]))
    return texts


def _not_contradicted(stands: TagsValue, repeat: Repeat | None) -> TagsValue:
    if repeat is None:
        return stands
    first, second = tags_of(repeat.first), tags_of(repeat.second)
    doubtful = first.yes & second.no | first.no & second.yes
    return TagsValue(stands.yes - doubtful, stands.no - doubtful)


def _joined(before: Confirmation, now: Confirmation) -> Confirmation:
    """Of tags: what stands after both, each beside what was said against it when it was confirmed."""
    named = tags_of(now.stands).yes | tags_of(now.stands).no
    said = tags_of(before.against)
    against = newest_of(TagsValue(said.yes - named, said.no - named), tags_of(now.against))
    return Confirmation(newest_of(before.stands, now.stands), against if against != TagsValue(frozenset()) else None)


def _without(
    connection: Connection, head: Head, images: Collection[ImageId], tag: LabelId | None
) -> dict[ImageId, str | None]:
    """Their answers, taken back: of tags this `tag` alone."""
    if tag is None or head.kind is not HeadKind.TAGS:
        return dict.fromkeys(images)
    held = holdings(connection, head.head_id, Field.ANSWER, list(images))
    answers = {image: held.get(Subject(head.head_id, Field.ANSWER.value, image), _NOTHING).value for image in images}
    return {image: value_text(with_tag(answer_of(text), tag, yes=None)) for image, text in answers.items()}


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
