"""demo: a project of pictures that the program draws itself, in the window or played by a simulated annotator."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, QuietFlag
from app.cli.session import new_job, opened, run, watched
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.cli.demo_loop import HeldOut, Round
    from app.cli.demo_pictures import Picture
    from core.project import Project

HEAD = "defect"
ENCODER = "signal"
POOL, HELD_OUT = 400, 200
STARTED = 40
"""Pictures that are annotated already when the window opens; the others are left to label."""
_SEED = 0
_BAR = 40


def demo(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Where to put it.", show_default=False)] = None,
    *,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Open it, or play the loop here.", show_default=False)
    ] = True,
    pictures: Annotated[int, typer.Option("--pictures", metavar="N", min=200, max=5000)] = POOL,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Draw a demo project of five defects and open it; without a display, play the loop and print its curves."""
    terminal = Terminal(json=json, quiet=quiet)
    place = demo_folder(folder)
    truth = make_project(place, pictures, terminal)
    if window and not json and has_display():
        return _open_started(place, truth)
    return terminal.answer(_play(place, truth, terminal))


def demo_folder(folder: Path | None) -> Path:
    """The folder asked for, or the one in the user's data."""
    if folder is None:
        import platformdirs

        return Path(platformdirs.user_data_dir("winnow", appauthor=False)) / "demo"
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "name a folder for the demo")
    if folder.is_dir() and any(folder.iterdir()) and not _is_demo(folder):
        raise UserError(f"{folder} holds other things", "name a new or empty folder for the demo")
    return folder


def _is_demo(folder: Path) -> bool:
    """Whether an earlier demo, finished or not, is what the folder holds."""
    return all(path.name.startswith((".", "scene-")) for path in folder.iterdir())


def has_display() -> bool:
    """Whether a window can be seen here."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_project(place: Path, count: int, terminal: Terminal) -> dict[str, str]:
    """Draw, scan, embed, add the head; what is there already is kept. Returns file name -> true label."""
    from app.cli.demo_pictures import LABELS, draw_pictures, write_answers
    from core.project import Project
    from core.values import Combine, HeadKind, Tiles

    drawn = watched(
        lambda show, is_cancelled: draw_pictures(place, range(count), seed=_SEED, show=show, is_cancelled=is_cancelled),
        terminal,
    )
    write_answers(place, drawn)
    home = place / ".winnow"
    if not (home / "project.sqlite").is_file():
        Project.create(home, [place.as_posix()]).close()
    with opened(home, write=True) as project:
        run(project, project.scan_spec(new_job()), terminal)
        run(project, project.embed_spec(new_job(), ENCODER, Tiles.NONE, "cpu"), terminal)
        if HEAD not in [head.name for head in project.heads.all()]:
            project.heads.add(HEAD, HeadKind.CLASS, LABELS, ENCODER, Tiles.NONE, Combine.MEAN)
    return {picture.path.name: picture.label for picture in drawn}


def _open_started(place: Path, truth: dict[str, str]) -> int:
    """The window, on a head that has seen a few annotations."""
    from app.bootstrap import run_window

    with opened(place / ".winnow", write=True) as project:
        if not project.annotations.count(project.heads.get(HEAD).head_id):
            _annotate_some(project, truth)
    return run_window(place / ".winnow")


def _annotate_some(project: Project, truth: dict[str, str]) -> None:
    from app.cli.demo_loop import Annotator
    from core.values import Strategy

    Annotator(project, HEAD, truth, Terminal(json=True, quiet=True)).answer(Strategy.DIVERSE, STARTED, _SEED)


def _play(place: Path, truth: dict[str, str], terminal: Terminal) -> Answer:
    """The learning curves of the queue and of random order."""
    from app.cli.demo_loop import play
    from app.cli.demo_pictures import LABELS, draw_pictures

    numbers = range(len(truth), len(truth) + HELD_OUT)
    drawn = watched(
        lambda show, is_cancelled: draw_pictures(
            place / ".held-out", numbers, seed=_SEED, show=show, is_cancelled=is_cancelled
        ),
        terminal,
    )
    held_out = _embed_held_out(drawn, terminal)
    with opened(place / ".winnow", write=True) as project:
        rounds = watched(lambda show, _: play(project, truth, held_out, LABELS, ENCODER, _SEED, show), terminal)
        count = project.images.count()
    document = {
        "project": (place / ".winnow").as_posix(),
        "images": count,
        "held_out": len(drawn),
        "rounds": [
            {"annotations": one.annotations, "accuracy": one.accuracy, "random_accuracy": one.random_accuracy}
            for one in rounds
        ],
    }
    return Answer(document, _curves(rounds, place, count, len(drawn)))


def _embed_held_out(drawn: list[Picture], terminal: Terminal) -> HeldOut:
    import numpy as np

    from app.cli.demo_loop import HeldOut
    from core.encoders.registry import load_encoder
    from core.scoring import EmbeddedFiles, embed_files

    paths = [picture.path.as_posix() for picture in drawn]
    encoder = load_encoder(ENCODER, device="cpu")
    batches = watched(lambda show, is_cancelled: list(embed_files(encoder, paths, show, is_cancelled)), terminal)
    vectors = [batch.vectors for batch in batches if isinstance(batch, EmbeddedFiles)]
    return HeldOut(np.concatenate(vectors), tuple(picture.label for picture in drawn))


def _curves(rounds: list[Round], place: Path, images: int, held_out: int) -> tuple[RenderableType, ...]:
    rows = [(one.annotations, percent(one.accuracy), percent(one.random_accuracy), _bars(one)) for one in rounds]
    columns = ("annotations", "queue", "random order", "")
    lead = sum(one.accuracy - one.random_accuracy for one in rounds) / len(rounds)
    verdict = "ahead of" if lead > 0 else "behind"
    return (
        f"Accuracy on {held_out} drawn pictures held out from both annotators; {images} to ask from:",
        table(columns, rows, numbers=columns[:3]),
        f"The queue is {abs(lead):.1%} {verdict} random order on average. Open it with `winnow {place.as_posix()}`.",
    )


def percent(share: float) -> str:
    return f"{share:.1%}"


def _bars(one: Round) -> str:
    """Two lines: the queue's bar over that of random order."""
    return "\n".join(sign * round(share * _BAR) for sign, share in (("█", one.accuracy), ("░", one.random_accuracy)))
