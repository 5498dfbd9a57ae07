"""head add, head list: the questions that a project asks of its images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.head_forms import HeadOptions, find_recipe, fitting_settings, head_form
from app.cli.options import (
    CombineOption,
    EncoderOption,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    RecipeOption,
    TilesOption,
)
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table

if TYPE_CHECKING:
    from core.project import Project
    from core.values import Head


def add(
    project: ProjectArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the head.", show_default=False)],
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="class|score|tags", help="What it answers.", show_default=False)
    ] = None,
    labels: Annotated[str | None, typer.Option("--labels", metavar="a,b,c", help="For class and tags heads.")] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="A ready-made question instead of --kind and --labels: camera-angle, composition, noise, shot-type.",
            show_default=False,
        ),
    ] = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    recipe: RecipeOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Add a head: a question asked of every image.

    A class head picks one label, a tags head says yes or no to each, a score head rates from 0 to 10. Without --encoder
    it takes the one that the project was embedded with last, by `winnow embed` or when a head first needed it (never
    one of which less than half is embedded, nor signal for a preset of content, where there is another); before that
    clip-vit-l14-336 where its weights are on this machine, else signal. `winnow encoders` says what is at hand. A
    --recipe that names labels needs no --labels.
    """
    from app.cli.sight import SEES_FAULTS
    from core.names import BUILT_IN

    terminal = Terminal(json=json, quiet=quiet)
    recipes = find_recipe(recipe, terminal)
    form = head_form(HeadOptions(kind, labels, tiles, combine), preset, recipes)
    settings = fitting_settings(recipes, form.kind)
    with opened(project, write=True) as engine:
        picked = known_encoder(engine, encoder, content=form.content)
        head, _ = engine.heads.add(name, form.kind, form.labels, picked, form.tiles, form.combine, recipe=settings)
    if encoder is None and picked == BUILT_IN and (preset is None or form.content):
        terminal.hint(SEES_FAULTS)
    document = _describe(head)
    line = f"{head.name}: {head.kind.value}, {', '.join(form.labels) or 'brackets 0 to 10'}, on {head.encoder}"
    return terminal.answer(Answer(document, (line,)))


def known_encoder(project: Project, encoder: str | None, *, content: bool = False) -> str:
    """The encoder asked for, if there is one of that name; else the one the project has embeddings of.

    `content`: it is asked what a picture shows.
    """
    from pathlib import Path

    from app.cli.pictures import used_encoder
    from core.encoders.registry import describe
    from core.model_folder import check_model_folder
    from core.store.encoders import encoder_name

    if encoder is None:
        return used_encoder(project, content=content)
    found, name = describe(encoder), encoder_name(encoder)
    held = {encoder_name(one.encoder) for one in project.encoders.all()}
    if not found.available and name not in held and Path(name).is_dir():
        check_model_folder(Path(name))
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
