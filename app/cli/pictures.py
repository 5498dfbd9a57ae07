"""create, scan, embed, encoders: from folders of images to vectors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    DeviceOption,
    EncoderOption,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    TilesOption,
    choose,
    known_device,
)
from app.cli.session import new_job, opened, run
from app.cli.terminal import Answer, Failure, Terminal, as_json, table
from core.errors import UserError

if TYPE_CHECKING:
    from core.jobs.events import Event
    from core.project import Project
    from core.values import Tiles

ImagesOption = Annotated[
    list[Path] | None, typer.Option("--images", metavar="DIR ...", help="Folders of images.", show_default=False)
]


def create(
    project: ProjectArgument, *, images: ImagesOption = None, json: JsonFlag = False, quiet: QuietFlag = False
) -> int:
    """Make a project and scan its folders of images."""
    from core.project import Project

    if not images:
        raise UserError("a project needs images", "name their folders with --images DIR")
    terminal = Terminal(json=json, quiet=quiet)
    job = new_job()
    Project.create(project, [folder.as_posix() for folder in images]).close()
    with opened(project, write=True) as engine:
        goes_on = f"what was finished is kept, `winnow scan {quote(project.as_posix())}` goes on from there"
        run(engine, engine.scan_spec(job), terminal, left=goes_on)
        failed = standing_failures(engine)
        count = engine.images.count()
        merged = engine.scans.report(job).duplicates
    if merged:
        terminal.hint(merged_text(merged))
    if not count:
        terminal.hint(NO_IMAGE)
    document = {"project": project.as_posix(), "images": count, "duplicates": merged, "failed": as_json(failed)}
    return terminal.answer(Answer(document, (f"{project.as_posix()}: {counted(count, failed)}",), failed))


NO_IMAGE = "the project holds no image; `winnow scan PROJECT --images DIR` adds a folder"


def counted(images: int, failed: tuple[Failure, ...]) -> str:
    """The images, and the files that could not be read where there are any."""
    return f"{images:,} image{'' if images == 1 else 's'}" + (f", {len(failed):,} failed" if failed else "")


def merged_text(duplicates: int) -> str:
    """Why there are fewer images than files."""
    if duplicates == 1:
        return "1 file holds exactly what another one holds: both are one image"
    return f"{duplicates:,} files hold exactly what another one holds: equal files are one image"


def standing_failures(project: Project) -> tuple[Failure, ...]:
    """Every file that is quarantined now, whichever scan found it."""
    return with_advice(project, project.images.failed())


def with_advice(project: Project, failed: Iterable[tuple[str, str]]) -> tuple[Failure, ...]:
    """(path, reason) as failures; of an image folder that cannot be reached with the command for a moved one."""
    from core.project.check import relocate_command

    lost = {root: f"; if it was moved, run `{relocate_command(project, root)}`" for root in project.lost_roots}
    return tuple(Failure(path, f"{reason}{lost.get(path, '')}") for path, reason in failed)


def embed(
    project: ProjectArgument,
    *,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Embed what is not embedded yet.

    It can be stopped at any time and goes on from there. Without --encoder it takes the one that the project's heads
    need where they agree on one, else the one used last, else clip-vit-l14-336 where its weights are on this machine,
    else signal.
    """
    from core.values import Tiles

    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    crops = choose(Tiles, tiles or Tiles.NONE.value, "--tiles")
    with opened(project, write=True) as engine:
        return terminal.answer(embed_project(engine, encoder or wanted_encoder(engine), crops, device, terminal))


def wanted_encoder(project: Project) -> str:
    """The encoder that the project's heads need where they agree on one, else the one used last."""
    needed = {head.encoder for head in project.heads.all()}
    return needed.pop() if len(needed) == 1 else used_encoder(project)


def used_encoder(project: Project, *, content: bool = False) -> str:
    """The encoder that the project was embedded with last, else the best one at hand."""
    from app.encoder_in_use import encoder_in_use
    from core.encoders.registry import default_encoder

    return encoder_in_use(project, content=content) or default_encoder()


def embed_project(project: Project, encoder: str, tiles: Tiles, device: str, terminal: Terminal) -> Answer:
    """Run the embedding and collect what could not be decoded in full, and who has not judged the new images."""
    from app.cli.unjudged import as_document, told, unjudged
    from core.jobs.events import EmbedResult, ImagesFailed

    reasons: dict[str, str] = {}

    def collect(event: Event) -> None:
        if isinstance(event, ImagesFailed):
            reasons.update(event.failed)

    result = run(project, project.embed_spec(new_job(), encoder, tiles, device), terminal, collect)
    assert isinstance(result, EmbedResult)
    project.encoders.choose(result.signature)
    failed = _named(project, reasons)
    if not project.images.count():
        terminal.hint(NO_IMAGE)
    signature = result.signature
    on_it = [head for head in project.heads.all() if project.encoders.signature(head.encoder, head.tiles) == signature]
    missing = unjudged(project, on_it)
    document = {
        "encoder": signature.encoder,
        "embedded": result.embedded,
        "cached": result.cached,
        "failed": as_json(failed),
        "images_per_second": round(result.images_per_second, 2),
        "device": result.device,
        "unjudged": as_document(missing),
    }
    speed = f", {result.images_per_second:,.1f} images a second" if result.embedded else ""
    line = f"{signature.encoder}: {result.embedded:,} embedded, {result.cached:,} already there{speed}"
    return Answer(document, (line, *told(project, missing)), failed)


def _named(project: Project, reasons: dict[str, str]) -> tuple[Failure, ...]:
    """Failures of content hashes under the paths of their files; of a folder that cannot be reached in one line."""
    from core.arrays.hashes import hash_bytes
    from core.project.lost import lost_lines
    from core.values import ContentHash

    if not reasons:
        return ()
    ids = project.images.by_hash(hash_bytes([ContentHash(one) for one in reasons]))
    project.look_for_lost()
    images = project.images.get(ids)
    failed = [(image.path, reasons[image.content_hash]) for image in images if not image.lost]
    return with_advice(project, [*failed, *lost_lines(image.root for image in images if image.lost)])


def encoders(*, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """List the encoders and whether their weights are at hand."""
    from core.encoders.registry import list_encoders

    infos = list_encoders()
    document = [{"id": one.id, "dim": one.dim, "available": one.available, "reason": one.reason} for one in infos]
    rows = [(one.id, one.dim or "", "yes" if one.available else "no", one.reason) for one in infos]
    shown = table(("id", "values", "available", "reason"), rows, numbers=("values",))
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (shown,)))
