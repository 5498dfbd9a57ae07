"""head agreement: how well a person agrees with the answers of earlier, and how many of them are asked again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.wording import signed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.review.agreement import Agreement, Pairs, SelfCheck
    from core.review.intervals import Figure
    from core.values import Head

_FEW = 20


def agreement(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    share: Annotated[
        float | None,
        typer.Option("--share", metavar="S", help="Ask this share of the answers again.", show_default=False),
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Tell how well your answers agree with your own of earlier, or set how many are asked again.

    A small share of the answered images comes back among the others in the window, without what was answered or is
    predicted: 2 % where nothing else was said, 0 for none. Shares have 95 % intervals; kappa is agreement beyond
    chance. `winnow rank --by contradictions` lists the images that were answered otherwise the second time.
    """
    with opened(project, write=share is not None) as engine:
        from core.project.asking_again import contradicted, pairs_of
        from core.review.agreement import check_self

        asked = engine.heads.get(head)
        if share is not None:
            engine.repeats.set_share(asked.head_id, share)
        share = engine.repeats.share(asked.head_id)
        pairs, waiting = pairs_of(engine, asked), len(contradicted(engine, asked))
    found = check_self(pairs)
    document = {"head": head, "share": share, "n": len(pairs), "contradictions": waiting, **_json(asked, pairs, found)}
    terminal = Terminal(json=json, quiet=quiet)
    if len(pairs) < _FEW:
        few = f"{len(pairs):,} images were" if len(pairs) > 1 else "only one image was" if pairs else "no image was"
        yet = ", which is few; more come back as you answer" if len(pairs) > 1 else " yet; they come back as you answer"
        terminal.hint(f"{few} asked again{yet}")
    return terminal.answer(Answer(document, tuple(_lines(asked, pairs, found, share, waiting))))


def _json(head: Head, pairs: Pairs, found: SelfCheck) -> dict[str, object]:
    names = _names(head)
    return {
        "agreement": _agreed(found.whole),
        "kappa": found.kappa,
        "by": [{"name": name, **_agreed(one)} for name, one in zip(names, found.by_bin, strict=True)],
        "blocks": [_days(pairs, one) | _agreed(one) for one in found.blocks],
        "drift": _figure(found.drift),
    }


def _agreed(one: Agreement) -> dict[str, object]:
    """Keys of a score head's distance are there for a score head alone."""
    apart = {} if one.apart is None else {"mean_difference": _figure(one.apart)}
    empty = {"value": None, "low": 0.0, "high": 1.0}
    return {"images": len(one.rows), "n": one.n, **(_figure(one.share) or empty), **apart}


def _figure(one: Figure | None) -> dict[str, float] | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high}


def _days(pairs: Pairs, one: Agreement) -> dict[str, object]:
    first, last = (date.fromordinal(int(pairs.days[row])).isoformat() for row in (one.rows[0], one.rows[-1]))
    return {"from": first, "to": last}


def _lines(head: Head, pairs: Pairs, found: SelfCheck, share: float, waiting: int) -> list[RenderableType]:
    asks = f"{head.name}: {share:.1%} of the answers are asked again, blind; {len(pairs):,} were answered twice"
    if found.whole.share is None:
        return [asks]
    beyond = "" if found.kappa is None else f", kappa {found.kappa:.2f}"
    alike = "within half a bracket" if found.whole.apart is not None else "answered alike"
    lines: list[RenderableType] = [asks, f"{alike}: {_percent(found.whole.share)} of {found.whole.n:,}{beyond}"]
    if found.whole.apart is not None:
        apart = found.whole.apart
        lines.append(f"mean difference {apart.value:.2f} brackets ({apart.low:.2f} to {apart.high:.2f})")
    if waiting:
        lines.append(f"{waiting:,} differ and wait in `winnow rank --by contradictions`")
    rows = [
        (name, _percent(one.share), f"{one.n:,}")
        for name, one in zip(_names(head), found.by_bin, strict=True)
        if one.share is not None
    ]
    lines.append(table(("answered at first", "again alike, 95 % interval", "of"), rows, numbers=("of",)))
    if found.drift is not None:
        value, low, high = (signed(100 * one, 1) for one in (found.drift.value, found.drift.low, found.drift.high))
        lines.append(f"newer half against older half: {value} points ({low} to {high})")
    return lines


def _names(head: Head) -> list[str]:
    from core.values import BRACKETS

    return [label.name for label in head.labels] or [str(bracket) for bracket in range(BRACKETS + 1)]


def _percent(one: Figure | None) -> str:
    return "–" if one is None else f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%})"
