"""What an act did, in plain words: for the line that says what an undo took back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from core.exchange.answer_text import answer_text
from core.pairs import Comparison, Outcome
from core.store.undoing import Said
from core.values import ActId, ClassValue, Field, HeadId, ScoreValue, TagsValue

if TYPE_CHECKING:
    from core.project.facade import Project


def name_act(project: Project, act: ActId, head_id: HeadId | None) -> str:
    """ "answer rose", "pin taken off", "v3 put in force instead of v4"; of several things at once the first two."""
    said = [edit.said for edit in project.edits.of_act(act)]
    compared = project.pairs.of_act(act)
    said += [_pairs(compared)] if compared else []
    of_images = project.annotations.said_in(act)
    said += [_images(project, of_images, head_id)] if of_images else []
    return ", ".join(said[:2])


def _pairs(said: Sequence[Comparison]) -> str:
    if all(one.outcome is Outcome.SKIPPED for one in said):
        return "skipped pair" if len(said) == 1 else "skipped pairs"
    return "judged pair" if len(said) == 1 else "judged pairs"


def _images(project: Project, said: Sequence[Said], head_id: HeadId | None) -> str:
    """By the field that tells most; the others came with it."""
    field = next(field for field in _BY_WEIGHT if any(one.field is field for one in said))
    values = [one.value for one in said if one.field is field]
    if field is not Field.ANSWER:
        on, off = _WORDS[field]
        return on if values[0] else off
    if len(values) > 1:
        return "answers"
    match values[0]:
        case ClassValue() | ScoreValue() | TagsValue() as value:
            names = project.heads.label_names(head_id) if head_id is not None else {}
            return f"answer {answer_text(value, names)}"
        case _:
            return "cleared answer"


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
