"""What the versions view says, in words and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from app.models.cards import UNSEEN, Cell
from app.models.versions import ChangeLine, CompareState, FlipGroup, ShareRow, VersionRow
from app.presenting.states import figure_text, figure_tip
from core.project.comparison import Comparison, FlipTable
from core.project.figures import brief_text, changed_text
from core.review.figure_words import short_figure
from core.review.flips import Verdict
from core.review.telling import untold_text
from core.review.wording import drift_text, flip_text
from core.values import Head, HeadKind, ImageId, VersionInfo
from core.wording import counted

_SEEN = "going by your answers, which both versions were taught or neither was: it proves little"
_GROUPS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.BROKEN: ("Now wrong", f"Right before, wrong now, {_SEEN}"),
    Verdict.FIXED: ("Now right", f"Wrong before, right now, {_SEEN}"),
    Verdict.NEITHER: ("As wrong", "Another answer than before, and as far off"),
    Verdict.UNANNOTATED: ("Not annotated", "Nobody has answered these: open one to judge it"),
}
"""Fixed and broken are said of what heads judged that had not seen the image, and of nothing else."""
TAUGHT = "Just taught"
_SCALE_TIP = (
    "After each bracket: the mean score of images that you gave it, by heads that had not seen them, then and now"
)
PINNED = "Pinned"
_UNSEEN_GROUPS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.BROKEN: ("Unseen: broken", "Right before, wrong now"),
    Verdict.FIXED: ("Unseen: fixed", "Wrong before, right now"),
}


def version_rows(
    head: Head, versions: Sequence[VersionInfo], recipe: Callable[[VersionInfo], str], pairs: Mapping[int, int]
) -> list[VersionRow]:
    """Newest first; `versions` are the oldest first, `recipe` says what made one, `pairs` how many it learned."""
    return [_row(head, version, recipe(version), pairs.get(version.number, 0)) for version in reversed(versions)]


def compare_state(found: Comparison, cell: Callable[[ImageId], Cell], pool: int = 0) -> CompareState:
    """`pool`: images that there are, so many more than are compared as are not known to both versions."""
    flips = found.flips
    changed = f"{len(flips):,} of {found.images:,} predictions changed"
    beyond = f" · {pool - found.images:,} more are not known to both" if pool > found.images else ""
    return CompareState(
        title=f"v{found.older.number} → v{found.newer.number}: {changed}{beyond}",
        figure=changed_text(found),
        alarm=_alarm(found),
        cautions=tuple(_cautions(found)),
        groups=(*_groups(found), *_unseen_groups(found, cell)),
        shares=_shares(found),
        shares_title=f"Images for each {_what(found.head)}: v{found.older.number} grey, v{found.newer.number} coloured",
        shares_tip=_SCALE_TIP if found.scale is not None else "",
        describe=_describing(found, flips, cell),
    )


def change_line(found: Comparison) -> ChangeLine:
    """ "v7: +2.1 points right (−0.8 to +5.0), 9 fixed, 2 broken of 104 unseen · 31 predictions changed"."""
    predictions = counted(len(found.flips), "prediction") if len(found.flips) else "no prediction"
    judged = brief_text(found)
    parts = [*([judged] if judged else []), f"{predictions} changed"]
    if not len(found.flips) and found.same_lesson:
        parts.append(f"no answer was new since v{found.older.number}")
    if not judged and len(found.flips):
        parts.append("not judged")
    short = [f"{predictions} changed"] if judged else []
    loud = bool(found.pinned_broken)
    if loud:
        parts.append(f"{found.pinned_broken:,} pinned broken")
        short = parts[-1:]
    than = f"Beside v{found.older.number}, which was in force before (Shift+V opens it)"
    figure = changed_text(found)
    told = [than, *([figure] if figure else []), *_cautions(found)]
    name = f"v{found.newer.number}"
    shorter = [f"{name}: {part}" for part in short] + ([] if loud else [name])
    return ChangeLine(f"{name}: {' · '.join(parts)}", loud, "\n".join(told), tuple(shorter))


def _groups(found: Comparison) -> list[FlipGroup]:
    """What only the newer version was taught stands apart from what else the answers judge."""
    flips = found.flips
    taught = flips.since & np.isin(flips.verdict, (Verdict.FIXED, Verdict.BROKEN))
    groups = [
        FlipGroup(name, tip, flips.ids[(flips.verdict == verdict) & ~taught], loud=verdict is Verdict.BROKEN)
        for verdict, (name, tip) in _GROUPS.items()
    ]
    if taught.any():
        tip = f"Answered after v{found.older.number}: v{found.newer.number} was taught these, so it is no merit"
        groups.append(FlipGroup(TAUGHT, tip, flips.ids[taught]))
    if found.pinned:
        tip = f"Of the {counted(found.pinned, 'image')} that you pinned, those whose answer changed"
        groups.append(FlipGroup(PINNED, tip, flips.ids[flips.pinned], loud=bool(found.pinned_broken)))
    return groups


def _unseen_groups(found: Comparison, cell: Callable[[ImageId], Cell]) -> list[FlipGroup]:
    """What the fixed and broken of the figure are, each with what was said by heads that had not seen it."""
    unseen = found.held_out
    if unseen is None or not unseen.images:
        return []
    older, newer = f"v{found.older.number}", f"v{found.newer.number}"
    whose = f"by heads that had not seen the image: below it is what they said, not what {older} and {newer} say now"
    gone = f" ({unseen.gone:,} fixed or broken without a file to be seen in)" if unseen.gone else ""
    describe = _describing(found, unseen.flips, cell, remark=UNSEEN)
    return [
        FlipGroup(
            name,
            f"{tip}, {whose}{gone}",
            unseen.flips.ids[unseen.flips.verdict == verdict],
            loud=verdict is Verdict.BROKEN,
            describe=describe,
        )
        for verdict, (name, tip) in _UNSEEN_GROUPS.items()
    ]


def _row(head: Head, version: VersionInfo, recipe: str, pairs: int) -> VersionRow:
    return VersionRow(
        number=version.number,
        in_force=version.number == head.version,
        when=version.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
        answers=f"{version.annotations:,} + {counted(pairs, 'pair')}" if pairs else f"{version.annotations:,}",
        figure=short_figure(version.metrics) or figure_text(version.metrics),
        figure_tip=figure_tip(version),
        recipe=recipe,
        training=f"{version.seconds:.1f} s · {version.device}" if version.seconds else version.device,
        note=version.note,
        remarks=version.remarks,
    )


def _describing(
    found: Comparison, flips: FlipTable, cell: Callable[[ImageId], Cell], *, remark: str = ""
) -> Callable[[ImageId], Cell]:
    rows = {image_id: row for row, image_id in enumerate(flips.ids.tolist())}
    return partial(_cell, found, flips, rows, remark, cell)


def _cell(
    found: Comparison,
    flips: FlipTable,
    rows: Mapping[int, int],
    remark: str,
    cell: Callable[[ImageId], Cell],
    image_id: ImageId,
) -> Cell:
    """The change in place of what the head says now, unless it is to be asked blind; the rest as everywhere."""
    row, shown = rows.get(image_id), cell(image_id)
    if row is None or shown.blind:
        return shown
    labels = [label.name for label in found.labels]
    text = flip_text(found.head.kind, labels, flips.before[row], flips.after[row])
    return replace(shown, remark=remark, caption=text, probability=None)


def _alarm(found: Comparison) -> str:
    broken = found.pinned_broken
    if not broken:
        return ""
    return f"{broken:,} of {counted(found.pinned, 'image')} that you pinned {'is' if broken == 1 else 'are'} broken"


def _cautions(found: Comparison) -> list[str]:
    right, wrong = found.since(Verdict.FIXED), found.since(Verdict.BROKEN)
    older, newer = f"v{found.older.number}", f"v{found.newer.number}"
    told = []
    if (unseen := found.held_out) is not None and unseen.images:
        told.append(
            f"Judged by heads that had not seen the image: {unseen.fixed:,} fixed and {unseen.broken:,} broken "
            f"of {counted(unseen.images, 'image')} annotated before both"
        )
    elif len(found.flips):
        told.append("Not judged: no image was annotated before both and answered by heads that had not seen it")
    if right or wrong:
        told.append(
            f"{right:,} now right and {wrong:,} now wrong were answered after {older}: {newer} was taught them, "
            "which says nothing of what it learned"
        )
    if found.scale is not None:
        told.append(f"Going by your answers, {drift_text(found.scale, older, newer)}")
    if found.left_out:
        told.append(f"Not compared, as one of the two does not know them: {', '.join(found.left_out)}")
    if found.untold:
        told.append(f"Not compared, as {untold_text(found.untold)}")
    if found.pinned and not np.any(found.flips.pinned):
        told.append(f"None of the {counted(found.pinned, 'image')} that you pinned changed")
    return told


def _shares(found: Comparison) -> tuple[ShareRow, ...]:
    moved = {}
    if found.scale is not None:
        moved = {str(one.bracket): f"{one.before:.1f} → {one.after:.1f}" for one in found.scale.brackets}
    return tuple(ShareRow(one.name, one.before, one.after, moved.get(one.name, "")) for one in found.distribution)


def _what(head: Head) -> str:
    return {HeadKind.CLASS: "label", HeadKind.TAGS: "tag", HeadKind.SCORE: "bracket"}[head.kind]
