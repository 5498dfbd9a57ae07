"""What is said of images that limits keep and that are answered: they are counted, not estimated."""

from __future__ import annotations

from typing import Final

from core.query.audit_draw import ENOUGH
from core.review.audit import Estimate
from core.review.intervals import says_little
from core.review.strata import Kept
from core.review.tally import Tally
from core.wording import counted

LITTLE: Final = "says little"


def with_remark(of: str, one: Estimate) -> str:
    """ "8 judged and kept, says little": `of` what an estimate is, and that it could be almost anything."""
    return of if one.value is None or not says_little(one.low, one.high) else f"{of}, {LITTLE}"


def little_text(found: Kept) -> str:
    """Of a recall that says little, the side of the limits that it is due to; empty of any other one."""
    one, side = found.recall, found.least_known
    if one.value is None or not side or not says_little(one.low, one.high):
        return ""
    where = "kept" if side[0].region == 1 else "not kept"
    answers, yes = sum(part.answered for part in side), sum(part.yes for part in side)
    return f"Recall says little yet: of {counted(answers, 'judged image')} {where}, {_are(yes)} wanted."


def _are(count: int) -> str:
    return f"{count:,} are" if count > 1 else "1 is" if count else "none is"


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
