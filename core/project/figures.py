"""How far two versions of a head are apart on the same images, by heads that had not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UserError
from core.values import Head, HeadKind
from core.wording import counted, signed

if TYPE_CHECKING:
    from core.project.comparison import Comparison, HeldOutFlips
    from core.project.facade import Project

_UNITS = {
    HeadKind.CLASS: "points right",
    HeadKind.TAGS: "points of tags right",
    HeadKind.SCORE: "brackets of mean error",
}
_BRIEF = {**_UNITS, HeadKind.CLASS: "points", HeadKind.SCORE: "brackets of error"}


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """newer - older, with its interval of 95 %."""

    figure: str
    """"accuracy" (of tags the share of the known ones that is right), or "mae" in brackets"""
    change: float
    low: float
    high: float
    images: int


def changed_figure(found: Comparison) -> ChangedFigure | None:
    """None where no image can be judged on both sides: figures of different images would be no comparison."""
    return _changed(found.head.kind, found.held_out)


def _changed(kind: HeadKind, unseen: HeldOutFlips | None) -> ChangedFigure | None:
    if unseen is None or not unseen.images:
        return None
    gain = unseen.gain
    if kind is HeadKind.SCORE:
        return ChangedFigure("mae", -gain.value, -gain.high, -gain.low, unseen.images)
    return ChangedFigure("accuracy", gain.value, gain.low, gain.high, unseen.images)


def changed_text(found: Comparison) -> str:
    """ "+2.1 points right on the same 104 images, 95 % interval −0.8 to +5.0"; empty where none can be judged."""
    changed = changed_figure(found)
    return "" if changed is None else _full(found.head.kind, changed)


def _full(kind: HeadKind, changed: ChangedFigure) -> str:
    change, low, high = _signed(changed)
    same = f"on the same {counted(changed.images, 'image')}"
    return f"{change} {_UNITS[kind]} {same}, 95 % interval {low} to {high}"


def brief_text(found: Comparison) -> str:
    """ "−2.8 points right (−6.0 to +0.4), 0 fixed, 4 broken of 148 unseen"; empty where none can be judged."""
    changed, unseen = changed_figure(found), found.held_out
    if changed is None or unseen is None:
        return ""
    change, low, high = _signed(changed)
    counts = f"{unseen.fixed:,} fixed, {unseen.broken:,} broken of {unseen.images:,} unseen"
    return f"{change} {_UNITS[found.head.kind]} ({low} to {high}), {counts}"


def beside_texts(project: Project, head: Head, number: int) -> tuple[str, str]:
    """ "−1.4 points beside v2 (−6.0 to +3.2)", and on what, in full; empty where there is nothing beside it."""
    from core.project.comparison import held_out_flips

    try:
        older = project.versions.before(head.head_id, number).number
        changed = _changed(head.kind, held_out_flips(project, head, older, number))
    except UserError:  # the first version, or labels of another question
        return "", ""
    if changed is None:
        return "", ""
    change, low, high = _signed(changed)
    brief = f"{change} {_BRIEF[head.kind]} beside v{older} ({low} to {high})"
    return brief, f"Beside v{older}: {_full(head.kind, changed)}"


def _signed(changed: ChangedFigure) -> tuple[str, str, str]:
    """The change and the ends of its interval."""
    scale, places = (1.0, 2) if changed.figure == "mae" else (100.0, 1)
    change, low, high = (signed(value * scale, places) for value in (changed.change, changed.low, changed.high))
    return change, low, high
