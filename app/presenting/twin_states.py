"""What the view of near-duplicates says: which group, how strictly, and what to do where there are none."""

from __future__ import annotations

from app.models.bars import EmptyAction
from app.models.reviewed import ReviewMessage
from app.models.twins import STEPS
from core.project.twins import BITS, TwinGroup, Twins
from core.wording import counted, whole_percent

_BACK = EmptyAction("single", "Back to the queue")
_LOOSER = EmptyAction("looser", "Look less strictly", primary=True)


def group_line(group: TwinGroup, position: int, total: int, *, done: bool) -> str:
    does = "done" if done else "X keeps the framed one and excludes the others, a digit answers all"
    alike = f"{len(group.images):,} images, {whole_percent(group.alike)} alike"
    return f"Group {position + 1:,} of {total:,}: {alike} — {does}"


def strictness_text(bits: int) -> str:
    return f"{whole_percent(1 - bits / BITS)} alike or more"


def counted_text(twins: Twins | None) -> str:
    if twins is None:
        return "looking…"
    images = sum(len(group.images) for group in twins.groups)
    return (
        f"{len(twins.groups):,} groups, {images:,} images" if len(twins.groups) != 1 else f"1 group, {images:,} images"
    )


def no_twins(twins: Twins, bits: int) -> ReviewMessage:
    if not twins.compared:
        return ReviewMessage(
            "The images were not compared yet",
            "A look through the folders compares them, which takes a moment.",
            (EmptyAction("rescan", "Look for new images", primary=True), _BACK),
        )
    text = f"{twins.compared:,} images were compared. No two are {strictness_text(bits)}."
    return ReviewMessage("No near-duplicates", text, _looser(bits))


def all_twins_seen(count: int, bits: int) -> ReviewMessage:
    groups = counted(count, "group")
    return ReviewMessage("That was the last group", f"{groups} looked at. Left goes back.", _looser(bits))


def _looser(bits: int) -> tuple[EmptyAction, ...]:
    return (_LOOSER, _BACK) if bits < STEPS - 1 else (_BACK,)
