"""What the screen of limits says: the spread, the figures and how far they can be trusted, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from app.models.bars import EmptyAction
from app.models.keeping import FigureRow, KeepMessage, KeepState, Passing
from app.operations.keeping import Keeping
from app.presenting.keep_work import Column, Judged
from app.views.figures import count
from core.project.turns import Turns
from core.query.audit_draw import ENOUGH
from core.review.audit import Estimate
from core.review.choosing import Found
from core.review.intervals import mean_interval
from core.review.kept_words import answered_text, little_text, mostly_answered_text, open_ones, with_remark
from core.review.limits import count_within, shortest
from core.review.strata import Kept
from core.values import BRACKETS, Head, HeadKind
from core.wording import counted

NEAR_REASON = "Near the limit: answer it as you see it. Each answer narrows the intervals"
FAR_REASON = "Away from the limits, drawn by chance: answer it as you see it. Each answer narrows the intervals"
STAYED_REASON = "Away from the limits as they are now: answer it as you see it. The images near them come next"
LOOKING_REASON = "Looking for the images near the limits…"
JUDGED_REASON = "All that can be asked here is judged"
READING_REASON = "Reading what the head says of the images…"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said beside the figures."""

    found: str = ""
    """Of the last search for a limit"""
    command: str = ""
    """The same on the command line"""
    busy: str = ""
    files: str = ""
    """What became of them last"""
    beyond: int = 0
    """Images of the pool that the version says nothing of"""


def keep_state(turns: Turns, keeping: Keeping, column: Column, judged: Judged | None, told: Told) -> KeepState:
    head, number = turns.head, count_within(column.rising, keeping.limits)
    unit = BRACKETS if head.kind is HeadKind.SCORE else 100
    return KeepState(
        head=head.name,
        labels=tuple(label.name for label in head.labels),
        output=keeping.output,
        passing=keeping.passing,
        unit=float(unit),
        low=keeping.low,
        high=keeping.high,
        texts=(shortest(column.rising, keeping.low, scale=unit), shortest(column.rising, keeping.high, scale=unit)),
        moves_high=keeping.moves_high,
        wanted=keeping.wanted,
        spread=column.spread,
        kept=number,
        total=len(turns.kept_ids),
        beyond=beyond_text(told.beyond, turns.version),
        note=note_of(turns, keeping, judged),
        warning=warning_of(judged.kept if judged is not None else None),
        figures=figure_rows(head, keeping, judged.kept) if judged is not None else (),
        found=told.found,
        command=told.command,
        busy=told.busy,
        plan=keeping.plan,
        files=number,
        told=told.files,
        can_put_back=keeping.manifest is not None,
    )


def beyond_text(images: int, version: int) -> str:
    """Of what was embedded after the version was made, or is not yet."""
    return f"v{version} does not know {count(images)} more: Retrain, once they are embedded" if images else ""


def unread_state(head: Head, keeping: Keeping, told: Told) -> KeepState:
    """Until it is known what the head says: where the limits are, and nothing of what they keep."""
    unit = float(BRACKETS) if head.kind is HeadKind.SCORE else 100.0
    return KeepState(
        head=head.name,
        labels=tuple(label.name for label in head.labels),
        output=keeping.output,
        passing=keeping.passing,
        unit=unit,
        low=keeping.low,
        high=keeping.high,
        texts=(f"{unit * keeping.low:.1f}", f"{unit * keeping.high:.1f}"),
        moves_high=keeping.moves_high,
        wanted=keeping.wanted,
        busy=told.busy,
        plan=keeping.plan,
        told=told.files,
    )


def wanted_text(head: Head, keeping: Keeping) -> str:
    """What is to be kept, in a few words."""
    if head.kind is HeadKind.SCORE:
        low, high = keeping.wanted
        return (
            f"{low:g} or better" if high >= BRACKETS else f"{high:g} or worse" if low <= 0 else f"{low:g} to {high:g}"
        )
    name = head.labels[keeping.output].name
    return f"not {name}" if keeping.passing is Passing.LOWEST else name


def figure_rows(head: Head, keeping: Keeping, found: Kept) -> tuple[FigureRow, ...]:
    wanted, left = wanted_text(head, keeping), open_ones(found)
    told = (
        ("precision", f"Of what is kept, the share that is {wanted}", found.precision, "judged and kept", "precision"),
        ("recall", f"Of all that is {wanted}, the share that is kept", found.recall, "judged and wanted", "recall"),
        ("F1", "Their harmonic mean", found.f1, "judged", "f1"),
    )
    why = {"recall": little_text(found)}
    return tuple(
        _row(name, tip, one, of if left[figure] else "", why.get(figure, "")) for name, tip, one, of, figure in told
    )


def _row(name: str, tip: str, one: Estimate, of: str, little: str) -> FigureRow:
    """`of`: empty where everything is answered; `little`: why it says little, where that has to be said."""
    value = "–" if one.value is None else f"{100 * one.value:.1f} %"
    known = one.value is not None or (one.low, one.high) != (0.0, 1.0)
    interval = f"{100 * one.low:.1f} to {100 * one.high:.1f} %" if known else "not known yet"
    if not of and one.value is not None:
        return FigureRow(name, f"{tip}, counted", one.value, one.low, one.high, value, "counted", "all answered")
    why = f"\n{little}" if little else ""
    tip = f"{tip} in this pool; with its 95 % interval, skipped images counted as they might be"
    judged = with_remark(f"{count(one.n)} {of or 'judged'}", one)
    return FigureRow(name, f"{tip}{why}", one.value, one.low, one.high, value, interval, judged)


def note_of(turns: Turns, keeping: Keeping, judged: Judged | None) -> str:
    """What may be cut off comes last: how many answers judge stands beside the figures too."""
    parts = [f"v{turns.version}", f"wanted: {wanted_text(turns.head, keeping)}"]
    low, high = mean_interval(judged.misses) if judged is not None else (0.0, inf)
    if judged is not None and high < BRACKETS:
        parts.append(f"mean error {judged.misses.mean():.2f} brackets ({low:.2f} to {high:.2f})")
    if judged is not None and judged.kept.inside.images:
        inside = judged.kept.inside
        others = ("the others " if inside.left else "those not kept ") if inside.answered else ""
        parts += [answered_text(inside)] if inside.answered else []
        if inside.left or judged.kept.outside.left:
            parts.append(f"{others}judged by {counted(judged.kept.n, 'answer')}")
    return " · ".join(parts)


def warning_of(found: Kept | None) -> str:
    """Plainly, where the figures say little."""
    if found is None or not found.inside.images:
        return ""
    if mostly := mostly_answered_text(found):
        return mostly
    if found.n >= ENOUGH:
        if not found.precision.n:
            known = "open images" if found.inside.answered else "images"
            return f"No answer judges the {known} that are kept: nothing is known of them yet."
        return ""
    if not found.n:
        return "No answer can judge these limits yet. Answer the images below as you see them: each says more of them."
    can = "answer can" if found.n == 1 else "answers can"
    return (
        f"{count(found.n)} {can} judge these limits, which is too few to trust a figure: the intervals say how little "
        "is known. Answer the images below: each answer narrows them."
    )


def found_text(asked: str, found: Found | None, share: float) -> str:
    """`asked`: "wrong" or "found"; `share`: what was asked for."""
    if found is None:
        return "Nothing is predicted here: no limit can be found."
    precision, recall = found.kept.precision, found.kept.recall
    if asked == "wrong":
        if found.proven:
            return f"The widest limit that keeps at most {100 * share:g} % wrong, proven by the end of the interval."
        worst = f"{100 * (1 - precision.low):.1f} %"
        if not open_ones(found.kept)["recall"]:
            fewest = f"The limit of which the fewest are wrong is set: {worst}."
            return f"Every image is answered, and no limit keeps at most {100 * share:g} % wrong. {fewest}"
        return (
            f"At most {100 * share:g} % wrong cannot be proven yet by {count(precision.n)} answers. "
            f"The surest limit is set: there up to {worst} may be wrong. Judge more images below, and ask again."
        )
    if found.proven:
        return f"The narrowest limit that keeps at least {100 * share:g} %, proven by the end of the interval."
    return f"At least {100 * share:g} % cannot be proven: even here it may be {100 * recall.low:.1f} % only."


def best_text(asked: int, kept: int) -> str:
    if kept == asked:
        return ""
    if kept < asked:
        return f"All {count(kept)} that there are."
    return f"{count(kept)} are kept: {count(kept - asked)} more say the same as the last of the best {count(asked)}."


def pending(text: str, *, answered: bool) -> KeepMessage:
    """Without an answer there is nothing to retrain on."""
    retrain, answer = (
        EmptyAction("retrain", "Retrain", primary=True),
        EmptyAction("single", "Answer images", primary=True),
    )
    return KeepMessage(
        "No limits yet", text, (retrain if answered else answer, EmptyAction("apply", "Score a folder…"))
    )


def no_head() -> KeepMessage:
    text = "Limits are set on what a head says of the project's images. Open a project and make a head first."
    return KeepMessage("Nothing to limit", text, (EmptyAction("apply", "Score a folder…", primary=True),))
