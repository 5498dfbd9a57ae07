"""import head: heads of others taken into a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    CombineOption,
    DeviceOption,
    EncoderOption,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    TilesOption,
    choose,
    known_device,
)
from app.cli.session import new_job, opened, watched
from app.cli.terminal import Answer, Terminal

if TYPE_CHECKING:
    from core.values import Head, VersionInfo

NameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What to call the head.", show_default=False)
]


def head(
    project: ProjectArgument,
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A .safetensors file or its folder, an aesthetic head (.pth), or OWNER/REPOSITORY/NAME of the hub.",
            show_default=False,
        ),
    ],
    *,
    name: NameOption = None,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Add a released head, in force at once; under the name of a head that asks the same it is its next version."""
    known_device(device)
    from app.cli.judging import find_model
    from core.encoders.devices import resolve_device
    from core.exchange.heads_in import Wish, import_head
    from core.heads.checkpoint import load_head
    from core.values import Combine, Tiles

    terminal = Terminal(json=json, quiet=quiet)
    wish = Wish(
        name,
        encoder,
        choose(Tiles, tiles, "--tiles") if tiles is not None else None,
        choose(Combine, combine, "--combine") if combine is not None else None,
    )
    with opened(project, write=True) as engine:
        loaded = load_head(find_model(source), device=resolve_device(device))
        job = new_job()
        added, version = watched(
            lambda show, is_cancelled: import_head(engine, loaded, wish, job, show, is_cancelled), terminal
        )
        judged = engine.predictions(added)
    return terminal.answer(_head_answer(added, version, 0 if judged is None else len(judged)))


def _head_answer(head: Head, version: VersionInfo, judged: int) -> Answer:
    labels = [label.name for label in head.labels]
    document = {
        "head": head.name,
        "kind": head.kind.value,
        "labels": labels,
        "encoder": head.encoder,
        "tiles": head.tiles.value,
        "combine": head.combine.value,
        "version": version.number,
        "judged": judged,
    }
    line = f"{head.name} v{version.number}: {head.kind.value}, {', '.join(labels) or 'brackets 0 to 10'}"
    none_yet = (
        f"no image is embedded with {head.encoder} yet: `winnow embed` first, then import it once more to judge them"
    )
    return Answer(document, (f"{line}, on {head.encoder}", f"{judged:,} images judged" if judged else none_yet))
