"""versions, use, compare: the trained states of a head, which one is in force, and what changed between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.learning import parse_version
from app.cli.options import HeadArgument, JsonFlag, LimitOption, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.project import Project
    from core.values import Head, VersionInfo

_SHOWN = 40
"""Rows of a table without --limit; JSON holds them all."""
_VERSION = typer.Argument(metavar="HEAD@N", help="A version of a head.", show_default=False)


def versions(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="TEXT", help="Write this beside the version HEAD@N.", show_default=False),
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """List the versions of a head, or write a note on one.

    HEAD@N shows that version alone; --note TEXT is kept beside it.
    """
    name, number = parse_version(head)
    if note is not None and number is None:
        raise UserError("--note needs a version", f"write {name}@3 for version 3")
    with opened(project, write=note is not None) as engine:
        asked = engine.heads.get(name)
        if note is not None and number is not None:
            engine.versions.annotate(asked.head_id, number, note)
        found = engine.versions.of(asked.head_id)
        if number is not None:
            found = [engine.versions.get(asked.head_id, number)]
        answer = _listed(engine, asked, found)
    return Terminal(json=json, quiet=quiet).answer(answer)


def use(
    project: ProjectArgument,
    version: Annotated[str, _VERSION],
    *,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Put a version in force.

    It predicts, ranks and scores from now on; the others are kept.
    """
    from core.project.outputs import check_version

    name, number = _numbered(version)
    with opened(project, write=True) as engine:
        asked = engine.heads.get(name)
        check_version(engine, asked, number)
        engine.versions.use(asked.head_id, number)
    before = asked.version
    document = {"head": name, "version": number, "before": before}
    same = before == number
    back = "" if same or before is None else f"; `winnow use {project} {name}@{before}` puts v{before} back"
    line = f"{name} v{number} is in force already" if same else f"{name} v{number} is in force{back}"
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (line,)))


def compare(
    project: ProjectArgument,
    older: Annotated[str, typer.Argument(metavar="HEAD@A", help="The version before.", show_default=False)],
    newer: Annotated[str, typer.Argument(metavar="HEAD@B", help="The version after.", show_default=False)],
    *,
    limit: LimitOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Tell which predictions changed between two versions.

    A prediction changed (a flip) where the likeliest label, any tag, or the bracket is another one; a score must have
    moved by half a bracket too. Fixed and broken is what heads
    answered that had not seen the image, listed with their answers; what annotations call right or wrong now is told
    apart from that.
    """
    from app.cli.comparing import compared
    from core.project.comparison import compare_versions

    (name, first), (other, second) = _numbered(older), _numbered(newer)
    if name != other:
        raise UserError(f"{name} and {other} are two heads", "compare two versions of one head")
    if first == second:
        raise UserError(f"{older} and {newer} are one version", "there is nothing to compare: name another one")
    with opened(project) as engine:
        found = compare_versions(engine, engine.heads.get(name), first, second)
        answer = compared(engine, found, limit, limit or _SHOWN)
    return Terminal(json=json, quiet=quiet).answer(answer)


def _numbered(text: str) -> tuple[str, int]:
    name, number = parse_version(text)
    if number is None:
        raise UserError(f"{text!r} names no version", f"write {text}@3 for version 3; `winnow versions` lists them")
    return name, number


def _listed(project: Project, head: Head, found: list[VersionInfo]) -> Answer:
    from app.cli.words import metrics_json
    from core.project.recipe_text import recipe_text

    recipes = [recipe_text(project.folder / version.folder) for version in found]
    document = [
        {
            "version": version.number,
            "in_force": version.number == head.version,
            "at": version.created_at.isoformat(),
            "annotations": version.annotations,
            "metrics": metrics_json(version.metrics),
            "recipe": recipe,
            "device": version.device,
            "seconds": round(version.seconds, 3),
            "seed": version.seed,
            "remarks": version.remarks.splitlines(),
            "note": version.note,
        }
        for version, recipe in zip(found, recipes, strict=True)
    ]
    if not found:
        return Answer(document, (f"{head.name} has no version yet; `winnow train` makes one",))
    return Answer(document, (_table(found), *_below(head, found, recipes)))


def _table(found: list[VersionInfo]) -> RenderableType:
    """Of what fits into a narrow terminal: what is the same of many, or long, stands below it."""
    from app.cli.words import metrics_text
    from core.review.figure_words import short_figure

    rows = [
        (
            f"v{version.number}",
            version.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            f"{version.annotations:,}",
            short_figure(version.metrics) or metrics_text(version.metrics),
        )
        for version in found
    ]
    return table(("version", "when", "answers", "figure, 95 % interval"), rows, numbers=("answers",))


def _below(head: Head, found: list[VersionInfo], recipes: list[str]) -> list[str]:
    """ "v2 in force", "all: recipe default", what the figures are worth beside chance, and notes."""
    from core.review.chance import chance_text
    from core.values import OUT_OF_FOLD

    told: dict[str, list[str]] = {}
    for version, recipe in zip(found, recipes, strict=True):
        figures = version.metrics
        bent = "out-of-fold, no fair draw" if figures.by == OUT_OF_FOLD and figures.pair_accuracy is None else ""
        trained = f"{version.seconds:.1f} s on {version.device}" if len(found) == 1 and version.seconds else ""
        texts = (bent, chance_text(figures), recipe and f"recipe {recipe}", trained, version.note)
        for text in filter(None, texts):
            told.setdefault(text, []).append(f"v{version.number}")
    in_force = [f"v{version.number} in force" for version in found if version.number == head.version]
    whose = ["all" if len(names) == len(found) > 1 else ", ".join(names) for names in told.values()]
    return [*in_force, *(f"{names}: {text}" for names, text in zip(whose, told, strict=True))]
