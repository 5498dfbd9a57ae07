"""What is said of images that limits keep and that are answered: they are counted, not estimated."""

from __future__ import annotations

from core.query.audit_draw import ENOUGH
from core.review.strata import Kept
from core.review.tally import Tally
from core.wording import counted


def answered_text(inside: Tally) -> str:
    """ "57 of them answered, 52 right"; empty where none is."""
    if not inside.answered:
        return ""
    many = f"{inside.answered:,} of them" if inside.left else "all"
    return f"{many} answered, {inside.yes:,} right"


def open_ones(found: Kept) -> dict[str, int]:
    """Figure -> so many open images it is estimated of; without any it is counted."""
    kept, left = found.inside.left, found.inside.left + found.outside.left
    return {"precision": kept, "recall": left, "f1": left}


def mostly_answered_text(found: Kept) -> str:
    """Where most of what is kept is answered: what the figures are of, and what may be hoped for of other images."""
    inside, unseen = found.inside, found.unseen
    if 2 * inside.answered <= inside.images:
        return ""
    known = f"What is answered counts as it was answered{_left(inside)}."
    if unseen.value is None or unseen.n < ENOUGH:
        few = f"{counted(unseen.n, 'answer')} cannot say yet" if unseen.n else "no answer says yet"
        return f"{known} How many of {'these and of ' if inside.left else ''}unseen images are right, {few}."
    share = f"{100 * unseen.value:.1f} % ({100 * unseen.low:.1f} to {100 * unseen.high:.1f})"
    return f"{known} Of images that the head has not seen, {share} of those kept would be right."


def _left(inside: Tally) -> str:
    return f", and {counted(inside.left, 'open image')} of those kept by estimate" if inside.left else ""
