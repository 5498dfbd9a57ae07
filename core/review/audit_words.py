"""How far the audit set of a head is, in plain sentences."""

from __future__ import annotations

from core.query.audit_draw import ENOUGH
from core.wording import counted, exact_percent


def waiting_text(given: int, count: int, *, skipped: int) -> str:
    """Why answers to images of the set do not count yet; `given` answered in all, of which `count` do."""
    passed = f", {skipped:,} skipped" if skipped else ""
    if given == count:
        return f"{given:,} answered{passed}; all of them count" if given else f"none answered yet{passed}"
    rest = "them" if not count else "the last" if given - count == 1 else f"the last {given - count:,}"
    return f"{given:,} answered{passed}, {count:,} count: images drawn before {rest} are still open"


def draw_text(drawn: int, larger: float | None, how: str) -> str:
    """What to do where the whole set is too small to say anything; empty where it is not.

    `larger`: a share that draws enough; `how` it is set where this is read.
    """
    if drawn >= ENOUGH:
        return ""
    said = f"The whole draw of this pool is {counted(drawn, 'image')}, fewer than the {ENOUGH} it takes"
    if larger is None:
        return f"{said}, and the pool is too small to draw as many."
    return f"{said}: a larger share draws more, {exact_percent(larger)} enough ({how})."


def left_text(wanted: int, left: int, larger: float | None, how: str) -> str:
    """What to do where the draw has fewer images `left` than are `wanted`; empty where it has as many.

    `larger` and `how` as in `draw_text`.
    """
    if left >= wanted:
        return ""
    said = f"it has {left:,} left" if left else "it has none left"
    if larger is None:
        return f"{said}, and the pool is too small to draw as many"
    return f"{said}, and a larger share draws more, {exact_percent(larger)} enough ({how})"
