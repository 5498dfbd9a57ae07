"""How a head comes on, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.review.intervals import Figure
from core.review.progress import NEXT, LastStretch, Outlook, Verdict
from core.review.starving import Portion
from core.review.telling import untold_text
from core.values import HeadKind
from core.wording import counted, signed, whole_percent

_NAMED = 4
"""Labels in one sentence; the rest is counted."""
_HARDLY = {HeadKind.SCORE: 0.05}
_POINT = 0.01


def sentences(
    kind: HeadKind,
    last: LastStretch | None,
    ahead: Outlook,
    told: Sequence[Portion],
    *,
    missing: str = "",
    draw: str = "",
    left: str = "",
    chance: str = "",
) -> tuple[str, ...]:
    """What the last answers did, what the next will, what starves, and whether to stop.

    `missing`: what it takes to say the first; `draw`: what to do where the audit set is too small (`draw_text`);
    `left`: what to do where it has not as many images left as would tell (`left_text`); `chance`: what the newest
    version's figure is worth beside saying the same of all.
    """
    said = [
        last_text(kind, last, missing, left),
        ahead_text(kind, ahead),
        *([chance] if chance else []),
        *([draw] if draw else []),
        *_starving(kind, told, hunted=not ahead.is_over),
    ]
    stop = _stop(kind, last, ahead)
    return tuple([*said, stop] if stop else said)


def last_text(kind: HeadKind, last: LastStretch | None, missing: str, left: str) -> str:
    if last is None:
        return f"What the last answers changed cannot be said yet{f': {missing}' if missing else ''}."
    answers, change = f"The last {last.answers} answers", amount(kind, last.change)
    match last.verdict:
        case Verdict.BETTER:
            return f"{answers} made it better: {change}."
        case Verdict.WORSE:
            return f"{answers} made it worse: {change}."
        case Verdict.NOTHING:
            return f"{answers} changed nothing: {change}."
        case Verdict.UNKNOWN:
            whether = f"Whether the last {last.answers} answers changed anything cannot be told yet"
            seen = f"on the {counted(last.n, 'image')} of the audit set that count the difference is {change}"
            more = "more of them than can be asked" if last.more is None else f"about {last.more:,} more of them"
            return f"{whether}: {seen}. To tell it takes {more}{f'; {left}' if left else ''}."


def ahead_text(kind: HeadKind, ahead: Outlook) -> str:
    if ahead.is_over:
        return "No image is left to answer."
    if ahead.gain is None:
        return f"What the next {NEXT} answers are worth cannot be known yet: {ahead.missing}."
    return f"The next {NEXT} answers are worth {amount(kind, ahead.gain)}."


def short(kind: HeadKind, last: LastStretch | None, ahead: Outlook) -> str:
    """In as few words as a bar has room for; empty where nothing is known."""
    if last is not None and last.verdict is Verdict.NOTHING:
        return f"last {last.answers} changed nothing"
    return "" if ahead.gain is None else f"next {NEXT}: {amount(kind, ahead.gain)}"


def amount(kind: HeadKind, figure: Figure) -> str:
    """A gain, as it changes the figure: points of a hundred (of tags what is right of all answers to them) or error."""
    if kind is HeadKind.SCORE:
        value, low, high = (signed(-brackets, 2) for brackets in (figure.value, figure.high, figure.low))
        return f"{value} brackets of error ({low} to {high})"
    value, low, high = (signed(100 * share, 1) for share in (figure.value, figure.low, figure.high))
    return f"{value} {'points of tags right' if kind is HeadKind.TAGS else 'points'} ({low} to {high})"


def _starving(kind: HeadKind, told: Sequence[Portion], *, hunted: bool) -> list[str]:
    word = "bracket " if kind is HeadKind.SCORE else ""
    few = sorted((one for one in told if one.few), key=lambda one: one.answers)
    missed = [one for one in told if one.missed]
    said = []
    if few:
        texts = [f"{word}{one.name} ({one.answers:,})" for one in few]
        said.append(f"Few answers: {_listed(texts)}.{' A hunt finds more of one.' if hunted else ''}")
    if missed and kind is HeadKind.SCORE:
        texts = [f"bracket {one.name} by {one.found:.1f} ({one.low:.1f} to {one.high:.1f})" for one in missed]
        said.append(f"Off by more brackets than the others, on the audit set: {_listed(texts)}.")
    elif missed:
        texts = [
            f"{one.name}, found {round((one.found or 0.0) * one.n)} times of {one.n} "
            f"({100 * one.low:.0f} to {whole_percent(one.high)})"
            for one in missed
        ]
        said.append(f"Often missed on the audit set: {_listed(texts)}.")
    if silent := untold_text([one.name for one in told if not one.told]):
        said.append(f"{silent[0].upper()}{silent[1:]}.")
    return said


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _NAMED
    return "; ".join([*texts[:_NAMED], f"{more} more"] if more > 0 else texts)


def _stop(kind: HeadKind, last: LastStretch | None, ahead: Outlook) -> str:
    little = ahead.gain is not None and ahead.gain.high < _HARDLY.get(kind, _POINT)
    if last is None or last.verdict is not Verdict.NOTHING or not little:
        return ""
    return "More answers of this kind will hardly help: look at conflicts (R) and at what starves, or stop."
