"""head add, head list: the questions that a project asks of its images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    CombineOption,
    EncoderOption,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    RecipeOption,
    TilesOption,
    choose,
)
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError

if TYPE_CHECKING:
    from core.project import Project
    from core.values import Head, HeadKind


def add(
    project: ProjectArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the head.", show_default=False)],
    *,
    kind: Annotated[str, typer.Option("--kind", metavar="class|score|tags", help="What it answers.")],
    labels: Annotated[str | None, typer.Option("--labels", metavar="a,b,c", help="For class and tags heads.")] = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    recipe: RecipeOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Add a head: a question asked of every image.

    A class head picks one label, a tags head says yes or no to each, a score head rates from 0 to 10. Without --encoder
    it takes the one that the project was embedded with last; before that clip-vit-l14-336 where its weights are on this
    machine, else signal. `winnow encoders` says what is at hand.
    """
    from core.values import Combine, HeadKind, Tiles

    chosen = choose(HeadKind, kind, "--kind")
    crops = choose(Tiles, tiles or Tiles.NONE.value, "--tiles")
    rule = choose(Combine, combine or Combine.MEAN.value, "--combine")
    names = parse_labels(chosen, labels)
    settings = read_recipe(recipe)
    with opened(project, write=True) as engine:
        picked = known_encoder(engine, encoder)
        head, _ = engine.heads.add(name, chosen, names, picked, crops, rule, recipe=settings)
    document = _describe(head)
    line = f"{head.name}: {head.kind.value}, {', '.join(names) or 'brackets 0 to 10'}, on {head.encoder}"
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (line,)))


def parse_labels(kind: HeadKind, text: str | None) -> tuple[str, ...]:
    """Names of the labels in order; none for a score head."""
    from core.values import HeadKind

    names = tuple(name.strip() for name in text.split(",")) if text is not None else ()
    if kind is HeadKind.SCORE:
        if names:
            raise UserError("a score head has no labels", "leave --labels out, or choose --kind class or tags")
        return ()
    if not names:
        raise UserError(f"a {kind.value} head needs labels", "name them with --labels a,b,c")
    if "" in names:
        raise UserError(f"--labels {text!r} has an empty name", "separate the names by single commas")
    return names


def read_recipe(file: Path | None) -> dict[str, object] | None:
    if file is None:
        return None
    from core.heads.recipe import read_recipe as read

    return read(file)


def known_encoder(project: Project, encoder: str | None) -> str:
    """The encoder asked for, if there is one of that name; else the one the project has embeddings of."""
    from app.cli.pictures import used_encoder
    from core.encoders.registry import describe

    if encoder is None:
        return used_encoder(project)
    describe(encoder)
    return encoder


def _describe(head: Head) -> dict[str, object]:
    return {
        "head": head.name,
        "kind": head.kind.value,
        "labels": [label.name for label in head.labels],
        "encoder": head.encoder,
        "tiles": head.tiles.value,
        "combine": head.combine.value,
    }


def show(project: ProjectArgument, *, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """List the heads of a project."""
    with opened(project) as engine:
        heads = engine.heads.all()
        counts = [engine.annotations.count(head.head_id) for head in heads]
    document = [
        {**_describe(head), "annotations": count, "version": head.version}
        for head, count in zip(heads, counts, strict=True)
    ]
    rows = [
        (head.name, head.kind.value, _labels(head), head.encoder, count, _version(head))
        for head, count in zip(heads, counts, strict=True)
    ]
    columns = ("head", "kind", "labels", "encoder", "annotations", "version")
    hint = "no head yet; add one with `winnow head add`"
    shown = table(columns, rows, numbers=("annotations",)) if heads else hint
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (shown,)))


def _labels(head: Head) -> str:
    return ", ".join(label.name for label in head.labels)


def _version(head: Head) -> str:
    return "" if head.version is None else f"v{head.version}"
