"""Answers as rows of numbers, one for each output of a head, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.values import BRACKETS, AnswerValue, ClassValue, Head, HeadKind, LabelId, ScoreValue, TagsValue


def tags_of(answer: AnswerValue | None) -> TagsValue:
    """Nothing known where there is no answer."""
    return answer if isinstance(answer, TagsValue) else TagsValue(frozenset())


def with_tag(answer: AnswerValue | None, label: LabelId, *, yes: bool | None) -> TagsValue | None:
    """The answer with one tag yes, no, or (None) open."""
    tags = tags_of(answer)
    accepted, refused = tags.yes - {label}, tags.no - {label}
    if yes is not None:
        accepted, refused = (accepted | {label}, refused) if yes else (accepted, refused | {label})
    return TagsValue(accepted, refused) if accepted or refused else None


def in_use(answer: AnswerValue | None, labels: frozenset[LabelId]) -> AnswerValue | None:
    """What is left of `answer` when only `labels` exist."""
    match answer:
        case ClassValue(label):
            return answer if label in labels else None
        case TagsValue(yes, no):
            return TagsValue(yes & labels, no & labels) if (yes | no) & labels else None
        case _:
            return answer


def newest_of(first: AnswerValue, second: AnswerValue) -> AnswerValue:
    """What holds after both; of tags what the second one leaves open stays."""
    if not (isinstance(first, TagsValue) and isinstance(second, TagsValue)):
        return second
    return TagsValue((first.yes - second.no) | second.yes, (first.no - second.yes) | second.no)


def stands_for(stands: AnswerValue, answer: AnswerValue | None) -> bool:
    """Whether a confirmation of `stands` says that all of `answer` stands; of tags it may say more."""
    if isinstance(stands, TagsValue) and isinstance(answer, TagsValue):
        return answer.yes <= stands.yes and answer.no <= stands.no
    return stands == answer


def target_of(answer: AnswerValue | None, head: Head) -> list[float]:
    """One-hot for class; score / 10; 1 yes, 0 no, NaN unknown for tags. All NaN without an answer."""
    ids = [label.label_id for label in head.labels]
    match answer:
        case ClassValue(label):
            return [float(one == label) for one in ids]
        case ScoreValue(score):
            return [score / BRACKETS]
        case TagsValue(yes, no):
            return [1.0 if one in yes else 0.0 if one in no else float("nan") for one in ids]
        case None:
            return [float("nan")] * head.outputs


def answer_from(target: Sequence[float], head: Head) -> AnswerValue | None:
    """None where the row says nothing."""
    known = [not np.isnan(value) for value in target]
    if not any(known):
        return None
    match head.kind:
        case HeadKind.SCORE:
            return ScoreValue(round(float(target[0]) * 2 * BRACKETS) / 2)
        case HeadKind.CLASS:
            return ClassValue(head.labels[int(np.nanargmax(target))].label_id)
        case HeadKind.TAGS:
            said = list(zip(head.labels, target, known, strict=True))
            yes = frozenset(label.label_id for label, value, on in said if on and value == 1)
            return TagsValue(yes, frozenset(label.label_id for label, value, on in said if on and value == 0))
