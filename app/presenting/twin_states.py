"""What the view of near-duplicates says: which group, how strictly, and what to do where there are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from app.models.bars import EmptyAction
from app.models.reviewed import ReviewMessage
from app.models.twins import LEAST_COSINES, STEPS, Measure
from core.project.twins import BITS, TwinGroup, Twins
from core.values import ImageId
from core.wording import counted, exact_percent, whole_percent

_BACK = EmptyAction("single", "Back to the queue")
_LOOSER = EmptyAction("looser", "Look less strictly", primary=True)
_STRICTER = EmptyAction("stricter", "Look more strictly", primary=True)
_BY_PIXELS = EmptyAction("alike_in", "Compare pixels")


def group_line(group: TwinGroup, position: int, total: int, *, done: bool) -> str:
    does = "done" if done else "X keeps the framed one only, a digit answers all"
    alike = f"{len(group.images):,} images, {whole_percent(group.alike)} alike"
    return f"Group {position + 1:,} of {total:,}: {alike} — {does}"


def strictness_text(measure: Measure, slack: int) -> str:
    least = whole_percent(1 - slack / BITS) if measure is Measure.PIXELS else exact_percent(LEAST_COSINES[slack])
    return f"{least} alike or more"


def counted_text(twins: Twins | None, share: float) -> str:
    """`share` of the look that is done."""
    if twins is None:
        return f"looking… {whole_percent(share)}" if share else "looking…"
    if not twins.compared:
        return ""
    images = sum(len(group.images) for group in twins.groups)
    return (
        f"{len(twins.groups):,} groups, {images:,} images" if len(twins.groups) != 1 else f"1 group, {images:,} images"
    )


def renewed(before: Twins, found: Twins, seen: int) -> Twins:
    """The first `seen` groups stay as they are; whatever else was `found` since comes after them."""
    first = before.groups[:seen]
    shown: dict[ImageId, set[int]] = defaultdict(set)  # image -> the groups it is seen in
    for place, group in enumerate(first):
        for image in group.images:
            shown[image.image_id].add(place)
    others = [group for group in found.groups if not _lies_in_one(group, shown)]
    return Twins((*first, *others), found.compared, found.refused)


def _lies_in_one(group: TwinGroup, shown: Mapping[ImageId, set[int]]) -> bool:
    return bool(set.intersection(*(shown.get(image.image_id, set()) for image in group.images)))


def no_twins(twins: Twins, measure: Measure, slack: int, encoder: str) -> ReviewMessage:
    if twins.refused:
        text = f"{twins.refused[:1].upper()}{twins.refused[1:]}: groups would be of everything."
        return ReviewMessage("Too many are that alike", text, (_STRICTER, _BACK))
    if measure is Measure.CONTENT and not twins.compared:
        text = f"No image is embedded with {encoder} yet. That begins by itself; the bar below says how far it is."
        return ReviewMessage("The images are not embedded yet", text, (_BY_PIXELS, _BACK))
    if not twins.compared:
        return ReviewMessage(
            "The images were not compared yet",
            "A look through the folders compares them, which takes a moment.",
            (EmptyAction("rescan", "Look for new images", primary=True), _BACK),
        )
    text = f"{twins.compared:,} images were compared. No two are {strictness_text(measure, slack)}."
    return ReviewMessage("No near-duplicates", text, _looser(slack))


def no_head_to_compare() -> ReviewMessage:
    text = "Images are compared by what the encoder of a head makes of them."
    return ReviewMessage("No head yet", text, (EmptyAction("new_head", "New head…", primary=True), _BY_PIXELS))


def all_twins_seen(count: int, slack: int) -> ReviewMessage:
    groups = counted(count, "group")
    return ReviewMessage("That was the last group", f"{groups} looked at. Left goes back.", _looser(slack))


def _looser(slack: int) -> tuple[EmptyAction, ...]:
    return (_LOOSER, _BACK) if slack < STEPS - 1 else (_BACK,)
