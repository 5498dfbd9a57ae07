"""What changed between two versions, as JSON and as lines; and the flips as a queue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.blind import BLIND, to_be_asked_blind
from app.cli.ranking import Ranked, RankedImage
from app.cli.terminal import Answer, table
from app.cli.words import label_names, metrics_json, metrics_text, value_json
from app.queue.reasons import BY_CHANCE
from core.errors import EnvironmentProblem, UserError
from core.project import Project
from core.project.comparison import Comparison, FlipTable, HeldOutFlips, Share, compare_versions
from core.project.figures import changed_figure, changed_text
from core.review.flips import Verdict
from core.review.scale_drift import ScaleDrift
from core.review.telling import NEVER_REFUSED, untold_text
from core.review.wording import drift_text, flip_text
from core.scoring.words import prediction_json
from core.values import Head, ImageId
from core.wording import signed

if TYPE_CHECKING:
    from rich.console import RenderableType

_WORDS = {
    Verdict.UNANNOTATED: "",
    Verdict.FIXED: "fixed",
    Verdict.BROKEN: "broken",
    Verdict.NEITHER: "as wrong as before",
}

_MEANINGS = {
    Verdict.UNANNOTATED: "it has no answer to judge by",
    Verdict.FIXED: "now right by your answer",
    Verdict.BROKEN: "now wrong by your answer",
    Verdict.NEITHER: "neither is your answer",
}


def compared(project: Project, found: Comparison, limit: int | None, shown: int) -> Answer:
    """All flips as JSON unless `limit` says how many, the first `shown` of each list as a table."""
    flips, images = found.flips, _images(project, found, found.flips, limit)
    unseen = [] if found.held_out is None else _unseen_images(project, found, found.held_out, limit)
    document: dict[str, object] = {
        "head": found.head.name,
        "older": found.older.number,
        "newer": found.newer.number,
        "compared": found.images,
        "flips": len(flips),
        "fixed": flips.count(Verdict.FIXED),
        "broken": flips.count(Verdict.BROKEN),
        "neither": flips.count(Verdict.NEITHER),
        "unannotated": flips.count(Verdict.UNANNOTATED),
        **_taught_alone(found),
        "held_out": _held_out(found),
        "pinned": {"images": found.pinned, "changed": int(flips.pinned.sum()), "broken": found.pinned_broken},
        "metrics": {
            "older": metrics_json(found.older.metrics),
            "newer": metrics_json(found.newer.metrics),
            "difference": _changed_json(found),
        },
        "scale": _scale_json(found.scale),
        "labels_left_out": list(found.left_out),
        "distribution": [{"name": one.name, "before": one.before, "after": one.after} for one in found.distribution],
        "images": images,
        "held_out_images": unseen,
    }
    if found.untold:
        document["untold"] = dict.fromkeys(found.untold, NEVER_REFUSED)
    return Answer(document, (*_lines(found, images[:shown]), *_unseen_lines(found.held_out, unseen[:shown])))


def changed_by(project: Project, head: Head, number: int) -> tuple[dict[str, object] | None, str]:
    """What a training changed beside the version that `head` had in force before it, and the line that says so.

    Answers that only the new version was taught are told apart: it is no merit to know them.
    """
    if head.version is None:
        return None, ""
    try:
        found = compare_versions(project, project.heads.by_id(head.head_id), head.version, number)
    except (UserError, EnvironmentProblem):  # the version is made, whatever became of the one before
        return None, ""
    flips, taught = len(found.flips), _taught_alone(found)
    document: dict[str, object] = {
        "than": head.version,
        "flips": flips,
        "fixed": found.flips.count(Verdict.FIXED),
        "broken": found.flips.count(Verdict.BROKEN),
        **taught,
        "held_out": _held_out(found),
        "difference": _changed_json(found),
    }
    judged = changed_text(found)
    told = [
        f"beside v{head.version}: {judged}" if judged else f"nothing judges it beside v{head.version}",
        *([_unseen_line(found.held_out)] if judged and found.held_out is not None else []),
        f"{flips:,} predictions changed",
        *([_taught_line(found)] if any(taught.values()) else []),
    ]
    return document, "; ".join(told)


def rank_flips(project: Project, name: str, version: int | None, limit: int | None) -> Ranked:
    """Images whose answer the version changed, beside the version before it; those that moved farthest first."""
    head = project.heads.get(name)
    number = version or head.version
    if number is None:
        raise UserError(f"{head.name} has no version whose flips could be shown", "`winnow train` makes one")
    newer = project.versions.get(head.head_id, number)
    older = project.versions.before(head.head_id, newer.number)
    found = compare_versions(project, head, older.number, newer.number)
    labels = [label.name for label in found.labels]
    images = tuple(
        RankedImage(
            path=str(image["path"]),
            utility=round(float(found.flips.moved[row]), 4),
            prediction=prediction_json(head.kind, labels, found.flips.after[row].tolist()),
            annotation=image["annotation"],
            text=_shown_change(image) + (f" ({said})" if (said := _shown_verdict(image)) else ""),
            reason=BY_CHANCE if image.get("blind") else _flip_reason(found, row),
            blind=bool(image.get("blind")),
        )
        for row, image in enumerate(_images(project, found, found.flips, limit))
    )
    return Ranked(newer.number, "version", len(found.flips), images, untold=found.untold)


def _flip_reason(found: Comparison, row: int) -> str:
    """v1 said rose, v2 says tulip: against your answer, which v1 met."""
    flips, labels = found.flips, [label.name for label in found.labels]
    change = flip_text(found.head.kind, labels, flips.before[row], flips.after[row])
    was, now = f"v{found.older.number}", f"v{found.newer.number}"
    verdict = Verdict(int(flips.verdict[row]))
    taught = f", which only {now} was taught" if flips.since[row] else ""
    return f"from {was} to {now}: {change}; {_MEANINGS[verdict]}{taught if verdict is not Verdict.UNANNOTATED else ''}"


def _images(project: Project, found: Comparison, flips: FlipTable, limit: int | None) -> list[dict[str, object]]:
    head = found.head
    ids = [ImageId(one) for one in flips.ids[:limit].tolist()]
    names, labels = label_names(head), [label.name for label in found.labels]
    standings = project.annotations.standing_of(head.head_id, ids)
    images = project.images.get(ids)
    blind = to_be_asked_blind(standings, images, project.audits.share(head.head_id))
    return [
        {
            "path": image.path,
            "change": flip_text(head.kind, labels, flips.before[row], flips.after[row]),
            "verdict": _WORDS[Verdict(int(flips.verdict[row]))],
            "annotation": value_json(standing.answer, names),
            "only_newer_was_taught": bool(flips.since[row]),
            "pinned": bool(flips.pinned[row]),
            "moved": round(float(flips.moved[row]), 4),
        }
        | ({"blind": True} if hidden else {})
        for row, (image, standing, hidden) in enumerate(zip(images, standings, blind, strict=True))
    ]


def _unseen_images(
    project: Project, found: Comparison, unseen: HeldOutFlips, limit: int | None
) -> list[dict[str, object]]:
    """What heads said of them that had not seen them; both versions were taught the answers themselves."""
    images = _images(project, found, unseen.flips, limit)
    return [{key: value for key, value in image.items() if key != "only_newer_was_taught"} for image in images]


def _shown_change(image: dict[str, object]) -> str:
    return BLIND if image.get("blind") else str(image["change"])


def _shown_verdict(image: dict[str, object]) -> str:
    """Fixed and broken are said of what heads judged that had not seen the image."""
    verdict = str(image["verdict"])
    told = {"fixed": "now right", "broken": "now wrong"}.get(verdict, verdict)
    return f"{told}, as taught" if image["only_newer_was_taught"] and told != verdict else told


def _lines(found: Comparison, images: Sequence[dict[str, object]]) -> list[RenderableType]:
    flips, head = found.flips, found.head
    lines: list[RenderableType] = [
        f"{head.name} v{found.older.number}: {metrics_text(found.older.metrics)}",
        f"{head.name} v{found.newer.number}: {metrics_text(found.newer.metrics)}",
        f"{len(flips):,} of {found.images:,} predictions changed; by your answers "
        f"{flips.count(Verdict.FIXED):,} now right, {flips.count(Verdict.BROKEN):,} now wrong, "
        f"{flips.count(Verdict.NEITHER):,} as wrong as before, "
        f"{flips.count(Verdict.UNANNOTATED):,} without an answer to judge by",
        *([judged] if (judged := changed_text(found)) else []),
        *_cautions(found),
        _distribution(head, found.distribution),
        *_scale_lines(found),
    ]
    if images:
        rows = [
            (_shown_change(one), _shown_verdict(one), "pinned" if one["pinned"] else "", one["path"]) for one in images
        ]
        lines.append(table(("change", "", "", "path"), rows))
    rest = len(flips) - len(images)
    return [*lines, f"and {rest:,} more; choose how many with --limit"] if images and rest else lines


def _unseen_lines(unseen: HeldOutFlips | None, images: Sequence[dict[str, object]]) -> list[RenderableType]:
    if unseen is None:
        return []
    lines: list[RenderableType] = []
    if images:
        rows = [(_shown_change(one), one["verdict"], "pinned" if one["pinned"] else "", one["path"]) for one in images]
        lines = [
            "fixed and broken, with what heads said that had not seen the image, not what the versions say now:",
            table(("change", "", "", "path"), rows),
        ]
        if rest := len(unseen.flips) - len(images):
            lines.append(f"and {rest:,} more; choose how many with --limit")
    gone = f"{unseen.gone:,} fixed or broken without a file to be seen in" if unseen.gone else ""
    return [*lines, *([gone] if gone else [])]


def _taught_alone(found: Comparison) -> dict[str, int]:
    return {
        "fixed_that_only_newer_was_taught": found.since(Verdict.FIXED),
        "broken_that_only_newer_was_taught": found.since(Verdict.BROKEN),
    }


def _taught_line(found: Comparison) -> str:
    return (
        f"{found.since(Verdict.FIXED):,} now right and {found.since(Verdict.BROKEN):,} now wrong were answered after "
        f"v{found.older.number}: v{found.newer.number} was taught those answers, v{found.older.number} was not"
    )


def _changed_json(found: Comparison) -> dict[str, object]:
    """{} where no image can be judged on both sides."""
    changed = changed_figure(found)
    return {} if changed is None else asdict(changed)


def _held_out(found: Comparison) -> dict[str, int] | None:
    unseen = found.held_out
    return None if unseen is None else {"images": unseen.images, "fixed": unseen.fixed, "broken": unseen.broken}


def _unseen_line(unseen: HeldOutFlips) -> str:
    return (
        f"by heads that had not seen the image: {unseen.fixed:,} fixed, {unseen.broken:,} broken "
        f"of {unseen.images:,} annotated before both"
    )


def _cautions(found: Comparison) -> list[str]:
    told = [_unseen_line(found.held_out)] if found.held_out is not None else []
    if any(_taught_alone(found).values()):
        told.append(_taught_line(found))
    if found.pinned:
        count = int(found.flips.pinned.sum())
        told.append(f"pinned: {count:,} of {found.pinned:,} changed, {found.pinned_broken:,} broken")
    if found.left_out:
        told.append(f"not compared, as one of the versions does not know them: {', '.join(found.left_out)}")
    if found.untold:
        told.append(untold_text(found.untold))
    return told


def _distribution(head: Head, shares: Sequence[Share]) -> RenderableType:
    what = "bracket" if not head.labels else "label"
    rows = [(one.name, f"{one.before:,}", f"{one.after:,}", signed(one.after - one.before)) for one in shares]
    return table((what, "before", "after", "change"), rows, numbers=("before", "after", "change"))


def _scale_json(scale: ScaleDrift | None) -> dict[str, object] | None:
    """In brackets, 0 to 10; an interval that says nothing is null."""
    if scale is None:
        return None
    brackets = [
        {
            "bracket": one.bracket,
            "n": one.images,
            "before": round(one.before, 3),
            "after": round(one.after, 3),
            "drift": round(one.drift, 3),
            "low": _bounded(one.low),
            "high": _bounded(one.high),
        }
        for one in scale.brackets
    ]
    return {"n": scale.images, "drift": round(scale.mean, 3), "brackets": brackets}


def _bounded(end: float) -> float | None:
    return round(end, 3) if math.isfinite(end) else None


def _scale_lines(found: Comparison) -> list[RenderableType]:
    if found.scale is None:
        return []
    names = f"v{found.older.number}", f"v{found.newer.number}"
    rows = [
        (
            f"{one.bracket}",
            f"{one.images:,}",
            f"{one.before:.2f}",
            f"{one.after:.2f}",
            signed(one.drift, 2),
            f"{signed(one.low, 2)} to {signed(one.high, 2)}" if math.isfinite(one.low) else "",
        )
        for one in found.scale.brackets
    ]
    columns = ("bracket given", "images", *names, "drift", "95 % interval, all at once")
    return [drift_text(found.scale, *names), table(columns, rows, numbers=columns[1:])]
