"""How far two versions of a head are apart on the same images, by heads that had not seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UserError
from core.values import Head, HeadKind
from core.wording import counted, signed

if TYPE_CHECKING:
    from core.project.comparison import Comparison, HeldOutFlips
    from core.project.facade import Project

_UNITS = {
    "accuracy": "points right",
    "average_precision": "points of average precision",
    "mae": "brackets of mean error",
}
_BRIEF = {"accuracy": "points", "average_precision": "points of AP", "mae": "brackets of error"}
_TAGS_RIGHT = "points of tags right"


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """newer - older, with its interval of 95 %."""

    figure: str
    """"accuracy", of tags "average_precision" ("accuracy" is their share that is right), or "mae" in brackets"""
    change: float
    low: float
    high: float
    images: int
    alike: bool
    """Both answer the same of each image: nothing to tell apart, whatever the interval allows of others."""


def changed_figure(found: Comparison) -> ChangedFigure | None:
    """None where no image can be judged on both sides: figures of different images would be no comparison."""
    return _changed(found.held_out)


def _changed(unseen: HeldOutFlips | None) -> ChangedFigure | None:
    if unseen is None or not unseen.images:
        return None
    figure, gain = unseen.gain.figure, unseen.gain.by
    if figure == "mae":
        return ChangedFigure(figure, -gain.value, -gain.high, -gain.low, unseen.images, unseen.alike)
    return ChangedFigure(figure, gain.value, gain.low, gain.high, unseen.images, unseen.alike)


def changed_text(found: Comparison) -> str:
    """ "+2.1 points right on the same 104 images by their committees, 95 % interval −0.8 to +5.0"; empty without any.

    Where they answer alike that is said instead, here and below: an interval would speak of a difference.

    The figures of the two versions are of heads like the released one, and mostly of other images.
    """
    changed = changed_figure(found)
    return "" if changed is None else _full(found.head.kind, changed)


def _full(kind: HeadKind, changed: ChangedFigure) -> str:
    same = f"on the same {counted(changed.images, 'image')} by their committees"
    if changed.alike:
        return f"the same answers {same}"
    change, low, high = _signed(changed)
    return f"{change} {_unit(kind, changed)} {same}, 95 % interval {low} to {high}"


def brief_text(found: Comparison) -> str:
    """ "−2.8 points right (−6.0 to +0.4), 0 fixed, 4 broken of 148 unseen"; empty where none can be judged."""
    changed, unseen = changed_figure(found), found.held_out
    if changed is None or unseen is None:
        return ""
    if changed.alike:
        return f"the same answers to {unseen.images:,} unseen"
    change, low, high = _signed(changed)
    counts = f"{unseen.fixed:,} fixed, {unseen.broken:,} broken of {unseen.images:,} unseen"
    return f"{change} {_unit(found.head.kind, changed)} ({low} to {high}), {counts}"


def beside_texts(project: Project, head: Head, number: int) -> tuple[str, str]:
    """ "−1.4 points beside v2 (−6.0 to +3.2)", and on what, in full; empty where there is nothing beside it."""
    from core.project.comparison import held_out_flips

    try:
        older = project.versions.before(head.head_id, number).number
        changed = _changed(held_out_flips(project, head, older, number))
    except UserError:  # the first version, or labels of another question
        return "", ""
    if changed is None:
        return "", ""
    full = f"Beside v{older}: {_full(head.kind, changed)}"
    if changed.alike:
        return f"answers as v{older} does", full
    change, low, high = _signed(changed)
    return f"{change} {_unit(head.kind, changed, _BRIEF)} beside v{older} ({low} to {high})", full


def _unit(kind: HeadKind, changed: ChangedFigure, words: Mapping[str, str] = _UNITS) -> str:
    of_tags = kind is HeadKind.TAGS and changed.figure == "accuracy"
    return _TAGS_RIGHT if of_tags else words[changed.figure]


def _signed(changed: ChangedFigure) -> tuple[str, str, str]:
    """The change and the ends of its interval."""
    scale, places = (1.0, 2) if changed.figure == "mae" else (100.0, 1)
    change, low, high = (signed(value * scale, places) for value in (changed.change, changed.low, changed.high))
    return change, low, high
