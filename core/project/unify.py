"""One tags head made from class heads: which tags it gets, and the answers that it takes over from them.

An answer of a head says yes to one of that head's tags and no to the others; it says nothing of the tags of other
heads, which stay unknown. What is taken over again is what was answered since: per tag, a change in the head that it
came from is followed unless a person has said something else of it meanwhile.
Shapes: images = rows, tags = columns of a plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.changes import Changes
from core.errors import UserError
from core.values import (
    AnswerValue,
    ClassValue,
    Combine,
    Head,
    HeadId,
    HeadKind,
    ImageId,
    Label,
    LabelId,
    Source,
    TagsValue,
    Tiles,
)

if TYPE_CHECKING:
    from core.project.facade import Project
    from core.store.origins import Wanted

YES: Final = 1
NO: Final = 0
UNKNOWN: Final = -1


_NONE_OF_THEM: Final = frozenset(
    {
        "pass",
        "clean",
        "none",
        "no",
        "nothing",
        "negative",
        "normal",
        "ok",
        "okay",
        "other",
        "others",
        "rest",
        "background",
    }
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with the label that it comes from."""

    name: str
    head: Head
    label: Label
    made: LabelId | None = None
    """Its id where the unified head has it already."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a unified head is to be."""

    sources: tuple[Head, ...]
    tags: tuple[Tag, ...]
    left_out: tuple[tuple[Head, Label], ...]
    """Labels that mean that none of their head's tags applies."""
    target: Head | None = None
    """The head there is already; None: one to be made."""


@dataclass(frozen=True, slots=True, eq=False)
class TakenOver:
    """What would hold of the plan's tags once it is carried out."""

    ids: NDArray[np.int64]
    """(images,)"""
    states: NDArray[np.int8]
    """(images, tags): YES, NO or UNKNOWN."""
    answers: Mapping[HeadId, int]
    """Images that each head has an answer for."""
    changed: NDArray[np.bool_]
    """(images,) where it says something else than what holds now."""
    kept: int
    """Images of which a person has said something else in the unified head; that stands."""


@dataclass(frozen=True, slots=True)
class Unified:
    head: Head
    changes: Changes
    answers: Mapping[HeadId, int]
    kept: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What a head learns from."""

    encoder: str
    tiles: Tiles
    combine: Combine


def says_none(head: Head, place: int) -> bool:
    """Whether a label stands for none of the others: label 0 of a class head, where its name says so (Pass, clean).

    Label 0 of a head that tells kinds apart, such as daisy, is a kind like the others.
    """
    name = head.labels[place].name.strip().casefold()
    return head.kind is HeadKind.CLASS and place == 0 and name in _NONE_OF_THEM


def plan_tags(
    project: Project,
    sources: Sequence[Head],
    *,
    drop: Collection[str] = (),
    keep_default: bool = False,
    target: Head | None = None,
) -> Plan:
    """Raises UserError where the heads cannot be unified so.

    `drop` names labels that become no tag, as LABEL or HEAD:LABEL; a label 0 that `says_none` is one of these unless
    `keep_default`. A label of one name in two heads becomes two tags, told apart by the head's name.
    """
    origins = project.origins.of(target.head_id) if target else ()
    if target is not None and not origins:
        raise UserError(f"{target.name!r} was not made from other heads", "choose another name for the unified head")
    known = {head.head_id: head for head in project.heads.all()}
    before = [known[origin.head_id] for origin in origins if origin.head_id in known]
    heads = tuple(dict.fromkeys([*before, *sources]))
    _check_sources(heads, target)
    became = {label: tag for origin in origins for label, tag in origin.tags.items()}
    held = {label.label_id: label.name for label in target.labels} if target else {}
    dropped = _Dropped(drop, keep_default=keep_default)
    tags: list[Tag] = []
    left_out: list[tuple[Head, Label]] = []
    for head, place, label in _every_label(heads):
        is_dropped, made = dropped.has(head, place), became.get(label.label_id)
        if made in held:
            tags.append(Tag(held[made], head, label, made))
        elif is_dropped or label.label_id in became:
            left_out.append((head, label))
        else:
            tags.append(Tag(label.name, head, label))
    dropped.check(heads, tags)
    return Plan(heads, _told_apart(tags), tuple(left_out), target)


def _every_label(heads: Sequence[Head]) -> Iterator[tuple[Head, int, Label]]:
    for head in heads:
        for place, label in enumerate(head.labels):
            yield head, place, label


def sight_of(sources: Sequence[Head]) -> Sight:
    """What most of the heads learn from; of the first of them where they are split."""
    times = Counter((head.encoder, head.tiles) for head in sources)
    head = max(sources, key=lambda head: times[head.encoder, head.tiles])
    return Sight(head.encoder, head.tiles, head.combine)


def take_over(project: Project, plan: Plan) -> TakenOver:
    """Works it out; nothing is written."""
    said = {head.head_id: _answers(project, head) for head in plan.sources}
    base = project.origins.taken_over(plan.target.head_id) if plan.target else {}
    mine = _standing(project, plan.target) if plan.target else {}
    every = set(base).union(*said.values())
    ids = np.array(sorted(every), dtype=np.int64)
    new = np.full((len(ids), len(plan.tags)), UNKNOWN, np.int8)
    for head in plan.sources:
        columns = [column for column, tag in enumerate(plan.tags) if tag.head.head_id == head.head_id]
        answers = said[head.head_id]
        new[:, columns] = states_of(ids, answers, [plan.tags[column].label.label_id for column in columns])
    made = [tag.made for tag in plan.tags]
    held = states_of(ids, mine, made)
    states, kept = _merged(new, states_of(ids, base, made), held)
    changed = (states != held).any(axis=1)
    return TakenOver(ids, states, {head: len(answers) for head, answers in said.items()}, changed, kept)


def unify(project: Project, plan: Plan, name: str, sight: Sight) -> Unified:
    """Makes the head, or extends the one there is, and takes the answers over as one act. The heads stay as they are.

    `name` and `sight` are those of a new head.
    """
    taken = take_over(project, plan)
    with project.annotations.one_act(Source.UNIFIED):
        head, made = _made(project, plan, name, sight)
        labels = {label.name: label.label_id for label in head.labels}
        columns = [labels[tag.name] if tag.made is None else tag.made for tag in plan.tags]
        values = _values(taken, columns, _standing(project, head))
        changes = project.annotations.annotate(head.head_id, values, source=Source.UNIFIED)
    unchanged = len(taken.ids) - len(changes.annotated)
    changes = replace(changes, act=changes.act or made.act, head=head.head_id, heads=made.heads, unchanged=unchanged)
    return Unified(head, changes, taken.answers, taken.kept)


def _made(project: Project, plan: Plan, name: str, sight: Sight) -> tuple[Head, Changes]:
    """The head as the plan wants it; it has no new answers yet."""
    if plan.target is None:
        return project.origins.make(name, _wanted(project, plan), sight.encoder, sight.tiles, sight.combine)
    if any(tag.made is None for tag in plan.tags) or len(project.origins.of(plan.target.head_id)) < len(plan.sources):
        return project.origins.extend(plan.target.head_id, _wanted(project, plan))
    return plan.target, Changes()


def states_of(
    ids: NDArray[np.int64], answers: Mapping[ImageId, AnswerValue | None], labels: Sequence[LabelId | None]
) -> NDArray[np.int8]:
    """What `answers` say of each of `labels`; an image without an answer, and a label None, is unknown."""
    place_of: dict[AnswerValue | None, int] = {None: 0}
    rows = [place_of.setdefault(answers.get(ImageId(image)), len(place_of)) for image in ids.tolist()]
    table = np.array([[_state(value, label) for label in labels] for value in place_of], dtype=np.int8)
    return table.reshape(len(place_of), len(labels))[np.array(rows, dtype=np.int64)]


def _state(value: AnswerValue | None, label: LabelId | None) -> int:
    match value:
        case ClassValue(chosen):
            return YES if chosen == label else NO
        case TagsValue(yes, no):
            return YES if label in yes else NO if label in no else UNKNOWN
        case _:
            return UNKNOWN


class _Dropped:
    """Which labels become no tag."""

    def __init__(self, wanted: Collection[str], *, keep_default: bool) -> None:
        self._wanted = {text.strip().casefold(): text for text in wanted}
        self._keep_default = keep_default

    def has(self, head: Head, place: int) -> bool:
        is_default = says_none(head, place) and not self._keep_default
        return is_default or bool(_spelled(head, head.labels[place]) & self._wanted.keys())

    def check(self, heads: Sequence[Head], tags: Sequence[Tag]) -> None:
        """Raises UserError for a name that no label has, for a tag there is, and where nothing is left."""
        met = {text for head in heads for label in head.labels for text in _spelled(head, label)}
        for folded, text in self._wanted.items():
            if folded not in met:
                names = ", ".join(dict.fromkeys(label.name for head in heads for label in head.labels))
                raise UserError(f"no label is called {text!r}", f"they are: {names}")
        for tag in tags:
            if _spelled(tag.head, tag.label) & self._wanted.keys():
                raise UserError(f"{tag.name!r} is a tag of the head already", "take it out where the head is edited")
        if not tags:
            raise UserError("no tag is left", "drop fewer labels")


def _spelled(head: Head, label: Label) -> set[str]:
    """How a label may be named."""
    return {label.name.casefold(), f"{head.name}:{label.name}".casefold()}


def _check_sources(heads: Sequence[Head], target: Head | None) -> None:
    if not heads:
        raise UserError("it is not said which heads to unify", "name class heads")
    for head in heads:
        if head.kind is HeadKind.SCORE:
            raise UserError(f"{head.name!r} is a score head, which has no labels", "unify class and tags heads")
        if target is not None and head.head_id == target.head_id:
            raise UserError(f"{head.name!r} cannot be made from itself", "leave it out")


def _told_apart(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """New tags of a name that is there twice carry the name of their head."""
    times = Counter(tag.name.casefold() for tag in tags)
    return tuple(
        tag
        if tag.made is not None or times[tag.name.casefold()] == 1
        else replace(tag, name=f"{tag.name} ({tag.head.name})")
        for tag in tags
    )


def _answers(project: Project, head: Head) -> dict[ImageId, AnswerValue]:
    """Of images that are not excluded: what is kept out of training there is not taught here."""
    standings = project.annotations.standing(head.head_id)
    rows = zip(standings.ids.tolist(), standings.values, standings.excluded.tolist(), strict=True)
    return {ImageId(image): value for image, value, excluded in rows if value is not None and not excluded}


def _standing(project: Project, head: Head) -> dict[ImageId, AnswerValue | None]:
    standings = project.annotations.standing(head.head_id)
    return dict(zip(map(ImageId, standings.ids.tolist()), standings.values, strict=True))


def _merged(new: NDArray[np.int8], base: NDArray[np.int8], mine: NDArray[np.int8]) -> tuple[NDArray[np.int8], int]:
    """Of what the heads say now, what was taken over before, and what holds: what is to hold, all (images, tags).

    Beside it, the number of images where a person's word stands against the heads'.
    """
    news = new != base
    untouched = (mine == base) | (mine == UNKNOWN)
    states = np.where(news & untouched, new, mine)
    against = news & ~untouched & (mine != new) & (new != UNKNOWN)
    return states.astype(np.int8), int(against.any(axis=1).sum())


def _values(
    taken: TakenOver, columns: Sequence[LabelId], mine: Mapping[ImageId, AnswerValue | None]
) -> dict[ImageId, AnswerValue | None]:
    """One answer for each image of which something new is said; what holds of other tags of the head stays."""
    known: dict[tuple[bytes, AnswerValue | None], TagsValue | None] = {}
    values: dict[ImageId, AnswerValue | None] = {}
    for image, row in zip(taken.ids[taken.changed].tolist(), taken.states[taken.changed], strict=True):
        before = mine.get(ImageId(image))
        key = row.tobytes(), before
        if key not in known:
            known[key] = _answer(dict(zip(columns, row.tolist(), strict=True)), before)
        values[ImageId(image)] = known[key]
    return values


def _answer(states: Mapping[LabelId, int], before: AnswerValue | None) -> TagsValue | None:
    yes, no = (frozenset(label for label, state in states.items() if state == said) for said in (YES, NO))
    if isinstance(before, TagsValue):
        yes, no = yes | (before.yes - states.keys()), no | (before.no - states.keys())
    return TagsValue(yes, no) if yes or no else None


def _wanted(project: Project, plan: Plan) -> Wanted:
    """What to remember: heads and labels that are gone keep the tags that they became."""
    origins = project.origins.of(plan.target.head_id) if plan.target else ()
    wanted: dict[HeadId, dict[LabelId, LabelId | str | None]] = {
        origin.head_id: dict(origin.tags) for origin in origins
    }
    for head in plan.sources:
        wanted.setdefault(head.head_id, {})
    for head, label in plan.left_out:
        wanted[head.head_id].setdefault(label.label_id, None)
    for tag in plan.tags:
        wanted[tag.head.head_id][tag.label.label_id] = tag.name if tag.made is None else tag.made
    return wanted
