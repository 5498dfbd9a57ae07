"""export head, export dataset: versions and annotations as files for others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.interrupts import WHOLE_OR_NOT
from app.cli.learning import parse_version
from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag, choose
from app.cli.pictures import with_advice
from app.cli.session import new_job, opened, watched
from app.cli.terminal import Answer, Failure, Terminal, as_json
from core.wording import counted

if TYPE_CHECKING:
    from core.exchange.forms import Exported

FormOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="folders|npy|csv|jsonl|parquet|imagefolder",
        help="folders and npy are those of CityClassifiers, imagefolder that of dataset libraries.",
    ),
]


def head(
    project: ProjectArgument,
    head: Annotated[str, typer.Argument(metavar="HEAD[@N]", help="A head, or one version of it.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.", show_default=False)],
    *,
    each_tag: Annotated[
        bool,
        typer.Option("--each-tag", help="Also write each tag that some answer says no to as a score head of its own."),
    ] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Write a version as two files.

    NAME-vN.safetensors and NAME-vN.config.json also run in the scripts of CityClassifiers.
    """
    from core.review.telling import NEVER_REFUSED, untold_text, unwritten_text

    name, number = parse_version(head)
    with opened(project) as engine:
        from core.exchange.heads_out import export_head, runs_in_the_seed, untold_in

        asked = engine.heads.get(name)
        files = export_head(engine, asked, number, folder, each_tag=each_tag)
    terminal = Terminal(json=json, quiet=quiet)
    if not runs_in_the_seed(files):
        terminal.hint(
            f"CityClassifiers itself takes heads of 768 values alone; this one reads those of {asked.encoder}"
        )
    elif asked.kind.value == "tags" and not each_tag:
        terminal.hint(
            "CityClassifiers itself knows no tags; --each-tag writes each of them as a score head that it runs"
        )
    paths = [file.as_posix() for file in files]
    document: dict[str, object] = {"files": paths}
    if untold := untold_in(files):
        terminal.hint(unwritten_text(untold) if each_tag else untold_text(untold))
        document["untold"] = dict.fromkeys(untold, NEVER_REFUSED)
    return terminal.answer(Answer(document, tuple(paths)))


def dataset(
    project: ProjectArgument,
    head: HeadArgument,
    destination: Annotated[
        Path, typer.Argument(metavar="DEST", help="A new file or folder; nothing is overwritten.", show_default=False)
    ],
    *,
    form: FormOption,
    where: Annotated[
        str | None,
        typer.Option("--where", metavar="QUERY", help="Only images that this query finds.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written.")] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Write the annotations of a head.

    With the images or embeddings where the format has them; nothing is overwritten. --where takes a query of `winnow
    find`; of judged pairs those go out of which both images are found.
    """
    from app.cli.finding import ids_found
    from core.exchange.answers_out import export_answers
    from core.exchange.forms import Form
    from core.jobs.exchange import ExportAnswersSpec

    chosen = choose(Form, form, "--format")
    terminal = Terminal(json=json, quiet=quiet)
    with opened(project) as engine:
        asked = engine.heads.get(head)
        spec = ExportAnswersSpec(new_job(), str(engine.folder), asked, chosen, destination.as_posix())
        among = None if where is None else frozenset(ids_found(engine, asked, None, where).tolist())
        exported = watched(
            lambda show, is_cancelled: export_answers(engine, spec, show, is_cancelled, among=among, dry_run=dry_run),
            terminal,
            left=WHOLE_OR_NOT,
            last=True,
        )
        failed = with_advice(engine, exported.failed)
    return terminal.answer(_answer(exported, failed, dry_run=dry_run))


def _answer(exported: Exported, failed: tuple[Failure, ...], *, dry_run: bool) -> Answer:
    document = {
        "files": list(exported.files),
        "images": exported.images,
        "excluded": exported.excluded,
        "failed": as_json(failed),
        "dry_run": dry_run,
    }
    files = counted(len(exported.files), "file")
    line = f"{counted(exported.images, 'image')}, {files}{' would be' if dry_run else ''} written"
    left = f"{counted(exported.excluded, 'image')} left out, kept out of training"
    out = (left,) if exported.excluded else ()
    return Answer(document, (line, *out), failed)
