"""estimate, head audit: what a threshold would do, from randomly drawn answers; how many of these there are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.learning import parse_version
from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag, suggestion
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError
from core.wording import counted, exact_percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.project import Project
    from core.project.auditing import Audited, AuditSet
    from core.review.audit import AtThreshold, Estimate
    from core.review.strata import Kept
    from core.values import Head

_NEXT = 2
"""Paths named of those that are to be answered next"""
_FIGURES = ("precision", "recall", "f1", "kept")
_COUNTED_IN_TURN = {"precision": "judged and kept", "recall": "judged and wanted", "f1": "judged"}
"""Which answers each figure is a share of, as the window says it."""
_COUNTED = _COUNTED_IN_TURN | {"f1": "judged and kept or wanted", "kept": "judged"}


@dataclass(frozen=True, slots=True, eq=False)
class _Limited:
    """What limits keep of the pool itself."""

    found: Kept
    of: int
    """Images of the pool"""
    at_most: float | None

    def document(self) -> dict[str, object]:
        found, inside = self.found, self.found.inside
        known = {"images": inside.images, "of": self.of, "answered": inside.answered, "right": inside.yes}
        figures = {name: asdict(getattr(found, name)) for name in (*_COUNTED_IN_TURN, "unseen")}
        return {"max": self.at_most, **known, "answers": found.n, **figures}


def estimate(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    threshold: Annotated[
        float,
        typer.Option("--threshold", metavar="X", help="Keep from X on: a probability, or a score from 0 to 10."),
    ],
    label: Annotated[
        str | None,
        typer.Option("--label", metavar="L", help="The label that is wanted; needed for tags.", show_default=False),
    ] = None,
    at_most: Annotated[
        float | None, typer.Option("--max", metavar="Y", help="Keep up to Y only.", show_default=False)
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Say how good a threshold is, on the whole pool.

    Precision, recall and the share kept, each with its 95 % interval, from the audit set alone: images that chance drew
    and that were asked without showing the prediction. Each is judged by a head that saw neither it nor one of its
    group. A class head without --label keeps what it is sure of, whatever the label. Beside it stands, of the limits on
    one label or score, what is kept of the pool itself: what is answered there is counted, and of the rest answers in
    turn tell that were asked near the limits.
    """
    from app.cli.unjudged import unembedded
    from core.project.telling import told_by_version
    from core.review.telling import NEVER_REFUSED, untold, untold_text

    name, number = parse_version(head)
    with opened(project) as engine:
        asked = engine.heads.get(name)
        output = _output(asked, label)
        _check_limits(asked, threshold, at_most, label)
        found, version = _audited(engine, asked, number)
        limited = _limited(engine, asked, version, output, threshold, at_most)
        silent = label in untold(asked, told_by_version(engine, asked, engine.versions.get(asked.head_id, version)))
        left_out = unembedded(engine, asked)
    from core.review.audit import at_threshold

    rated = at_threshold(found.sheet, threshold, output)
    terminal = Terminal(json=json, quiet=quiet)
    hint = untold_text([label]) if silent and label is not None else _hint(found)
    for word in filter(None, (hint, left_out)):
        terminal.hint(word)
    document = {"head": name, "version": version, "threshold": threshold, "label": label, "by": "audit"}
    if limited is not None:
        document["limits"] = limited.document()
    if silent:
        document["untold"] = {label: NEVER_REFUSED}
    return terminal.answer(_answer(document, found, rated, limited))


def audit(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    share: Annotated[
        float | None,
        typer.Option("--share", metavar="S", help="Draw this share of the pool from now on.", show_default=False),
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Tell how large the audit set of a head is, or set its share.

    A larger share keeps what was drawn; 0 draws none, and no image is asked blind.
    """
    with opened(project, write=share is not None) as engine:
        from core.project.auditing import audit_set, larger_share
        from core.project.specs import signature_of
        from core.values import ImageId

        asked = engine.heads.get(head)
        if share is not None:
            engine.audits.set_share(asked.head_id, share)
        find = engine.embeddings(signature_of(engine, asked)).positions
        table = engine.images.all()
        found = audit_set(engine, asked, find, table)
        larger = larger_share(engine, asked, find, table=table)
        share = engine.audits.share(asked.head_id)
        ids = [ImageId(int(one)) for one in engine.images.by_hash(found.waiting[:_NEXT])]
        paths = [one.path for one in engine.images.get(ids)]
    document = {"head": head, "share": share, "images": found.drawn, "counted": len(found.answered)}
    document |= {"skipped": len(found.skipped), "answered": found.given, "next": paths}
    lines = _audit_lines(project, head, share, found, larger, paths)
    return Terminal(json=json, quiet=quiet).answer(Answer(document, lines))


def _audit_lines(
    project: Path, head: str, share: float, found: AuditSet, larger: float | None, paths: list[str]
) -> tuple[str, ...]:
    from core.review.audit_words import draw_text, waiting_text

    drawn = (
        f"{head}: {counted(found.drawn, 'image')} drawn, each image of the pool by a chance of {exact_percent(share)}"
    )
    waiting = waiting_text(found.given, len(found.answered), skipped=len(found.skipped))
    following = f"next to answer, among the others in `winnow rank`: {', '.join(paths)}" if paths else ""
    small = draw_text(found.drawn, larger, share_command(project, head, larger)) if share else ""
    return f"{drawn}; {waiting}", *(line for line in (following, small) if line)


def share_command(project: Path, head: str, share: float | None) -> str:
    """To be typed as it stands."""
    return "" if share is None else f"`winnow head audit {quote(project.as_posix())} {quote(head)} --share {share:g}`"


def _audited(project: Project, head: Head, number: int | None) -> tuple[Audited, int]:
    from core.project.auditing import audit_version

    wanted = head.version if number is None else number
    if wanted is None:
        raise UserError(f"{head.name} has no version to judge", "`winnow train` makes one")
    return audit_version(project, head, project.versions.get(head.head_id, wanted)), wanted


def _output(head: Head, label: str | None) -> int | None:
    names = [each.name for each in head.labels]
    if label is None:
        if head.kind.value == "tags":
            raise UserError("a tags head says many things at once", f"name one with --label: {', '.join(names)}")
        return None
    if label not in names:
        listed = f"it has {', '.join(names)}" if names else "a score head has none"
        raise UserError(f"{head.name} has no label {label!r}", suggestion(label, names, listed))
    return names.index(label)


def _limited(
    project: Project, head: Head, version: int, output: int | None, threshold: float, at_most: float | None
) -> _Limited | None:
    """What the window says of the same limits; None of a class head without a label."""
    from core.project.turns import gather_turns
    from core.review.limits import Limits
    from core.review.strata import kept
    from core.values import BRACKETS, HeadKind

    if output is None and head.kind is not HeadKind.SCORE:
        return None
    scale = BRACKETS if head.kind is HeadKind.SCORE else 1
    high = None if at_most is None else at_most / scale
    limits, place = Limits(threshold / scale if threshold or at_most is None else None, high), output or 0
    brackets = (threshold, float(BRACKETS) if at_most is None else at_most)
    turns = gather_turns(project, head, project.images.all(), version)
    found = kept(turns.pool(place, limits, brackets), limits)
    return _Limited(found, len(turns.kept_ids), at_most)


def _check_limits(head: Head, threshold: float, at_most: float | None, label: str | None) -> None:
    _check_limit(head, threshold, "--threshold")
    if at_most is None:
        return
    _check_limit(head, at_most, "--max")
    if head.labels and label is None:
        names = ", ".join(each.name for each in head.labels)
        raise UserError("--max means nothing for a class head as a whole", f"name a label with --label: {names}")
    if at_most < threshold:
        problem = f"--max {at_most:g} is below --threshold {threshold:g}, so nothing could be kept"
        raise UserError(problem, "lower --threshold or raise --max")


def _check_limit(head: Head, limit: float, option: str) -> None:
    from core.values import BRACKETS, HeadKind

    most = BRACKETS if head.kind is HeadKind.SCORE else 1
    if not 0 <= limit <= most:
        raise UserError(f"{option} cannot be {limit:g}", f"give a number from 0 to {most}")


def _hint(found: Audited) -> str:
    from core.query.audit_draw import ENOUGH

    count = len(found.sheet.targets)
    if count >= ENOUGH:
        return ""
    more = "answer more of them: they come among the others in the window and in `winnow rank`"
    return f"{count} of the {found.drawn:,} images of the audit set can judge this version, which is few; {more}"


def _answer(document: dict[str, object], found: Audited, rated: AtThreshold, limited: _Limited | None) -> Answer:
    figures = {name: getattr(rated, name) for name in _FIGURES}
    document |= {name: asdict(one) for name, one in figures.items()}
    document |= {"n": rated.kept.n, "skipped": len(found.sheet.skipped), "drawn": found.drawn}
    return Answer(document, _told(document, len(found.sheet.skipped), figures, limited))


def _told(
    document: dict[str, object], skipped: int, figures: dict[str, Estimate], limited: _Limited | None
) -> tuple[RenderableType, ...]:
    """Tables of what has figures alone; of both, which to go by."""
    name, n = f"{document['head']} v{document['version']}", figures["kept"].n
    widened = (f"{skipped:,} skipped images widen the intervals",) if skipped else ()
    second = None if limited is None else limited.found
    if not n and (second is None or not (second.n or second.inside.answered)):
        kept = "" if limited is None else f"{_kept_text(limited)}; "
        return (f"{name}: {kept}nothing is judged yet that says how good that is", *widened)
    said: list[RenderableType] = []
    if n:
        rows = [_row(one, figure, _COUNTED[one]) for one, figure in figures.items()]
        said += [f"{name}, on {n:,} images that chance drew{_which(limited)}", _table(rows), *widened]
    if limited is not None:
        said += _limits_told("" if n else f"{name}: ", limited, both=bool(n))
    return tuple(said)


def _limits_told(name: str, limited: _Limited, *, both: bool) -> list[RenderableType]:
    """`both`: another table stands above."""
    from core.review.kept_words import little_text, mostly_answered_text, open_ones

    found, kept, left = limited.found, f"{name}{_kept_text(limited)}", open_ones(limited.found)
    if not found.n and not found.inside.answered:
        return [f"{kept}; no answer judges the limits"]
    judging = f"on {counted(found.n, 'answer')} in turn, those near the limits too"
    judged = (judging if found.n else "no answer judges the open ones yet") if any(left.values()) else ""
    first = "; ".join(part for part in (kept, judged, "go by this table" if both else "") if part)
    rows = [_row(one, getattr(found, one), _COUNTED_IN_TURN[one] if left[one] else "") for one in left]
    return [first, _table(rows), *filter(None, (little_text(found), mostly_answered_text(found)))]


def _kept_text(limited: _Limited) -> str:
    from core.review.kept_words import answered_text

    known = answered_text(limited.found.inside)
    return f"{limited.found.inside.images:,} of {limited.of:,} images are kept{f', {known}' if known else ''}"


def _which(limited: _Limited | None) -> str:
    """What is said above the first of two tables: what it is, and that the other one is to go by."""
    if limited is None or not (limited.found.n or limited.found.inside.answered):
        return ""
    without = ", without --max" if limited.at_most is not None else ""
    return f" of the whole pool{without}; the second table is the one to go by"


def _row(name: str, one: Estimate, counted: str) -> tuple[str, ...]:
    """`counted`: empty where everything is answered."""
    from core.review.kept_words import with_remark

    if not counted and one.value is not None:
        return name, _percent(one.value), "counted", "all answered"
    return name, _percent(one.value), _interval(one), with_remark(f"{one.n:,} {counted or 'judged'}", one)


def _table(rows: list[tuple[str, ...]]) -> RenderableType:
    columns = ("", "estimate", "95 % interval", "of")
    return table(columns, rows, numbers=columns[1:3])


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _interval(one: Estimate) -> str:
    known = one.value is not None or (one.low, one.high) != (0.0, 1.0)
    return f"{one.low:.1%} to {one.high:.1%}" if known else "not known yet"
