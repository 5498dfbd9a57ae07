"""What becomes of answers whose label is taken out of a head, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.operations.heads import LabelEdit
from core.values import Head, HeadKind, LabelId
from core.wording import counted

_NAMED = 3
"""Labels that are told one by one."""


def removal_text(head: Head, edits: Sequence[LabelEdit], answers: Mapping[LabelId, int]) -> str:
    """`answers`: how many name each label. Empty where no label is left out: one that comes back by its name is not."""
    kept, names = {edit.label_id for edit in edits}, {edit.name for edit in edits if edit.label_id is None}
    gone = [label for label in head.labels if label.label_id not in kept and label.name not in names]
    if not gone:
        return ""
    parts = [f"{label.name}: {_named_by(answers.get(label.label_id, 0))}" for label in gone[:_NAMED]]
    if len(gone) > _NAMED:
        rest = sum(answers.get(label.label_id, 0) for label in gone[_NAMED:])
        parts.append(f"{counted(len(gone) - _NAMED, 'other label')}: {_named_by(rest)}")
    told = f"Taken out: {'; '.join(parts)}."
    if any(answers.get(label.label_id) for label in gone):
        told = (
            f"{told} {_FATE[head.kind]} They are kept and count again once a label of that name is back, or with undo."
        )
    ends = {label.label_id for label in head.labels[len(head.labels) - len(gone) :]}
    moves = any(label.label_id not in ends for label in gone)
    return f"{told} The labels below move up to the keys above." if moves else told


def _named_by(answers: int) -> str:
    return f"{counted(answers, 'answer')} {'names' if answers == 1 else 'name'} it" if answers else "no answer names it"


_FATE = {
    HeadKind.CLASS: "Their images are open again.",
    HeadKind.TAGS: "They teach nothing then; the other tags of their images stay answered.",
    HeadKind.SCORE: "",
}
