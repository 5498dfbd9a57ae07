"""What an act did, in plain words: for the line that says what an undo took back, and for the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.exchange.answer_text import answer_text, name_of
from core.pairs import Comparison, Outcome
from core.store.done import Said
from core.values import ActId, ClassValue, Field, HeadId, ImageId, LabelId, ScoreValue, TagsValue

if TYPE_CHECKING:
    from core.project.facade import Project


@dataclass(frozen=True, slots=True)
class Told:
    """ "answer rose", "pin taken off", "v3 put in force instead of v4"; of several things at once the first two."""

    what: str
    images: int = 0
    """That this was said of; what came along with it is not counted."""
    first: ImageId | None = None
    pair: Comparison | None = None
    """Where it was a single one."""


def name_act(project: Project, act: ActId, head_id: HeadId | None) -> str:
    return tell_acts(project, {act: head_id})[act].what


def tell_acts(project: Project, acts: Mapping[ActId, HeadId | None]) -> dict[ActId, Told]:
    """Of each act, which is about that head."""
    edits, pairs, said = project.edits.of_acts(acts), project.pairs.of_acts(acts), project.acts.said(acts)
    names = {head: project.heads.label_names(head) for head in set(acts.values()) if head is not None}
    return {
        act: _told(
            [edit.said for edit in edits.get(act, [])],
            pairs.get(act, []),
            said.get(act, []),
            names[head] if head is not None else {},
        )
        for act, head in acts.items()
    }


def _told(edits: list[str], compared: Sequence[Comparison], said: Sequence[Said], names: Mapping[LabelId, str]) -> Told:
    words = edits + ([_pairs(compared)] if compared else [])
    if not said:
        images = {image for one in compared for image in one.images}
        first = compared[0].left if compared else None
        return Told(", ".join(words[:2]), len(images), first, compared[0] if len(compared) == 1 else None)
    # By the field that tells most; the others came with it.
    field = next(field for field in _BY_WEIGHT if any(one.field is field for one in said))
    chosen = [one for one in said if one.field is field]
    words.append(_images(field, chosen, names))
    return Told(", ".join(words[:2]), sum(one.images for one in chosen), min(one.first for one in chosen))


def _pairs(said: Sequence[Comparison]) -> str:
    if all(one.outcome is Outcome.SKIPPED for one in said):
        return "skipped pair" if len(said) == 1 else "skipped pairs"
    return "judged pair" if len(said) == 1 else "judged pairs"


def _images(field: Field, said: Sequence[Said], names: Mapping[LabelId, str]) -> str:
    values = [one.value for one in said]
    if field is not Field.ANSWER:
        on, off = _WORDS[field]
        return on if values[0] else off
    if len(values) > 1:
        return "answers"
    match values[0]:
        case TagsValue() as value:
            return f"answer {_tags(value, names)}"
        case ClassValue() | ScoreValue() as value:
            return f"answer {answer_text(value, names)}"
        case _:
            return "cleared answer"


def _tags(value: TagsValue, names: Mapping[LabelId, str]) -> str:
    """ "plant, all other tags no", in the order of the head's tags."""
    every = list(dict.fromkeys([*names, *sorted(value.yes | value.no)]))
    yes, no = ([name_of(one, names) for one in every if one in held] for held in (value.yes, value.no))
    if len(yes) + len(no) < len(every):
        refused = [f"no to {', '.join(no)}"] if no else []
    else:
        refused = ["all other tags no"] if yes and no else ["no tag"] if no else []
    return ", ".join([*yes, *refused])


_WORDS: Final = {
    Field.REASKED: ("second answer", "second answer"),
    Field.CONFIRMED: ("confirmed answer", "confirmation taken off"),
    Field.EXCLUDED: ("exclusion", "exclusion taken off"),
    Field.FLAGGED: ("flag", "flag taken off"),
    Field.PINNED: ("pin", "pin taken off"),
    Field.SKIPPED: ("skip", "skip taken off"),
    Field.WRONG: ("mark as wrong", "mark as wrong taken off"),
    Field.EVALUATION: ("evaluation image", "evaluation mark taken off"),
}
_BY_WEIGHT: Final = (Field.REASKED, Field.CONFIRMED, Field.ANSWER, *(field for field in _WORDS))
