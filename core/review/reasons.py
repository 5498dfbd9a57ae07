"""Why an image is shown again, as one sentence.

Letters: outputs = labels, or 1 for a score; one image at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from core.review.evidence import EVEN, NEAR, Evidence, contested, decide
from core.values import BRACKETS, HeadKind
from core.wording import exact_percent, probability_percent


def answer_words(target: NDArray[np.floating], kind: HeadKind, labels: Sequence[str]) -> str:
    """An answer (outputs,) in words: "rose", "7.5", "yes to a, no to b"."""
    match kind:
        case HeadKind.CLASS:
            return labels[int(np.nan_to_num(target).argmax())]
        case HeadKind.SCORE:
            return f"{float(target[0]) * BRACKETS:g}"
        case HeadKind.TAGS:
            yes = [name for name, value in zip(labels, target, strict=True) if value == 1]
            no = [name for name, value in zip(labels, target, strict=True) if value == 0]
            parts = (f"{word} to {_listed(names)}" for word, names in (("yes", yes), ("no", no)) if names)
            return ", ".join(parts)
        case _:
            assert_never(kind)


def conflict_reason(evidence: Evidence, row: int, labels: Sequence[str]) -> str:
    """You said clean; 8 of 8 members, none of which saw it, say JPEG."""
    members, said = evidence.members[row], evidence.probabilities[row]
    members = members[~np.isnan(members).all(axis=1)]  # (members, outputs)
    if evidence.kind is HeadKind.SCORE:
        given = f"you gave {answer_words(evidence.targets[row], evidence.kind, labels)}"
        return f"{given}; {_score_words(members, said)}"
    output = _most_contested(evidence, row)
    votes = int((decide(members, evidence.kind)[:, output] == decide(said, evidence.kind)[output]).sum())
    if evidence.kind is HeadKind.CLASS:
        given, other = answer_words(evidence.targets[row], evidence.kind, labels), labels[output]
        sure = float(said[output])
    else:
        yes = said[output] > EVEN
        given, other = (f"{'no' if yes else 'yes'} to {labels[output]}", "yes" if yes else "no")
        sure = float(said[output] if yes else 1.0 - said[output])
    return f"you said {given}; {_who(votes, len(members))}{other} ({probability_percent(sure)})"


def mistake_reason(evidence: Evidence, row: int, output: int, threshold: float | None, labels: Sequence[str]) -> str:
    """The label's own probability, unseen, beside the bar and the answer."""
    value, target = float(evidence.probabilities[row, output]), evidence.targets[row]
    if evidence.kind is HeadKind.SCORE:
        bar = (EVEN if threshold is None else threshold) * BRACKETS
        side = "at or above" if value * BRACKETS >= bar else "below"
        given = answer_words(target, evidence.kind, labels)
        return f"a head that never saw it gives {value * BRACKETS:.1f}, {side} {bar:g}; you gave {given}"
    bar_words = (
        "" if threshold is None else f", {'at or above' if value >= threshold else 'below'} {exact_percent(threshold)}"
    )
    given = answer_words(target, evidence.kind, labels)
    if evidence.kind is HeadKind.TAGS:
        given = f"{'yes' if target[output] == 1 else 'no'} to it"
    return f"a head that never saw it gives {labels[output]} {probability_percent(value)}{bar_words}; you said {given}"


def twin_reason(
    targets: NDArray[np.floating], row: int, other: int, other_name: str, kind: HeadKind, labels: Sequence[str]
) -> str:
    """`targets` (n, outputs) of all images."""
    given, differently = (answer_words(targets[one], kind, labels) for one in (row, other))
    return f"nearly the same picture as {other_name}, which you answered {differently}; this one {given}"


def copy_reason(evidence: Evidence, row: int, source: int, source_name: str, effect: str, labels: Sequence[str]) -> str:
    """Of a copy made by `effect`."""
    kind = evidence.kind
    mine, theirs = (answer_words(evidence.targets[one], kind, labels) for one in (row, source))
    said = [answer_words(decide(evidence.probabilities[one], kind), kind, labels) for one in (row, source)]
    answers = f"{mine} of both" if mine == theirs else f"{mine}, and {theirs} of its source"
    opinion = f"{said[0]} of both" if said[0] == said[1] else f"{said[0]}, and {said[1]} of its source"
    return f"made from {source_name} by {effect}: you said {answers}; a head that saw neither says {opinion}"


def again_reason(
    first: NDArray[np.floating], second: NDArray[np.floating], kind: HeadKind, labels: Sequence[str]
) -> str:
    """Both answers (outputs,) are the person's."""
    before, now = answer_words(first, kind, labels), answer_words(second, kind, labels)
    return f"you answered it twice: {before} at first, and {now} when it was asked again blind, which holds now"


def _most_contested(evidence: Evidence, row: int) -> int:
    """Of a class the label that is said instead; of tags the surest among those that differ."""
    said = evidence.probabilities[row]
    if evidence.kind is HeadKind.CLASS:
        return int(np.nan_to_num(said, nan=-1.0).argmax())
    part = slice(row, row + 1)
    alone = Evidence(evidence.kind, evidence.targets[part], evidence.probabilities[part], evidence.members[part])
    differs = contested(alone)[0]
    differs = differs if differs.any() else ~np.isnan(said)
    return int(np.where(differs, np.abs(np.nan_to_num(said, nan=EVEN) - EVEN), -1.0).argmax())


def _who(votes: int, members: int) -> str:
    if members < 2:
        return "a head that never saw it says "
    verb = "say" if votes != 1 else "says"
    return f"{votes} of {members} members, none of which saw it, {verb} "


def _score_words(members: NDArray[np.floating], said: NDArray[np.floating]) -> str:
    expected = f"{float(said[0]) * BRACKETS:.1f}"
    if len(members) < 2:
        return f"a head that never saw it says {expected}"
    low, high = float(members[:, 0].min()), float(members[:, 0].max())
    spread = f"between {low * BRACKETS:.1f} and {high * BRACKETS:.1f}" if high - low > NEAR / 2 else f"near {expected}"
    return f"{len(members)} members, none of which saw it, say {spread} (expected {expected})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
