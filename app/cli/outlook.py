"""head progress: whether to go on: what the last answers changed, what the next are worth, which labels starve."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.estimating import share_command
from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.project.progress import Progress


def progress(project: ProjectArgument, head: HeadArgument, *, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """Tell whether more answers are worth it.

    Every version is judged on the audit set as it is answered today. What the last 100 answers changed and what the
    next 50 are worth have their 95 % intervals; labels or brackets with few answers, or missed often, are named.
    """
    from app.cli.sight import word_for_poor_figure
    from core.project.progress import gather_progress

    with opened(project) as engine:
        asked = engine.heads.get(head)
        found = gather_progress(engine, asked)
        version = engine.versions.in_force(asked.head_id)
    said = found.told(share_command(project, head, found.larger))
    terminal = Terminal(json=json, quiet=quiet)
    if word := word_for_poor_figure(asked, None if version is None else version.metrics):
        terminal.hint(word)
    return terminal.answer(_answer(found, said))


def _answer(found: Progress, said: tuple[str, ...]) -> Answer:
    ahead = found.ahead
    document = {
        "head": found.head.name,
        "figure": "mae" if not found.head.labels else "accuracy",
        "same_of_all": found.same_of_all,
        "n": found.n,
        "drawn": found.drawn,
        "left": found.left,
        "versions": [
            {"version": one.version, "annotations": one.annotations, **asdict(one.figure)} for one in found.steps
        ],
        "last": None if found.last is None else asdict(found.last) | {"verdict": found.last.verdict.value},
        "next": None if ahead.gain is None else asdict(ahead.gain),
        "missing": ahead.missing,
        "labels": [asdict(one) for one in found.portions],
        "said": list(said),
    }
    return Answer(document, (*_curve(found), *said))


def _curve(found: Progress) -> tuple[RenderableType, ...]:
    from core.values import HeadKind

    if not found.steps:
        return ()
    scored = not found.head.labels
    rows = []
    for one in found.steps:
        value, low, high = one.figure.value, one.figure.low, one.figure.high
        shown = f"{value:.2f}" if scored else f"{value:.1%}"
        interval = f"{low:.2f} to {high:.2f}" if scored else f"{low:.1%} to {high:.1%}"
        rows.append((f"v{one.version}", f"{one.annotations:,}", shown, interval))
    right = "tags right" if found.head.kind is HeadKind.TAGS else "right"
    columns = ("", "answers", "mean error" if scored else right, "95 % interval")
    drawn = f"{found.n:,} of the {found.drawn:,} images that chance drew to measure"
    title = f"{found.head.name}, judged on the audit set: {drawn} have answers that count"
    return title, table(columns, rows, numbers=columns[1:])
