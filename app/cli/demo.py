"""demo: a project of pictures that the program draws itself, in the window or played by a simulated annotator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.interrupts import PLAYS_ANEW
from app.cli.options import JsonFlag, QuietFlag
from app.cli.session import new_job, opened, run, watched
from app.cli.terminal import Answer, Terminal, table
from app.display import has_display
from app.project_places import is_project
from core.errors import UserError
from core.names import BUILT_IN

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from app.cli.demo_loop import Played, Round, Truth
    from app.cli.demo_pictures import Picture

HEAD = "defect"
PICTURES = 240
STARTED = 40
"""Pictures that are annotated already when the window opens; the others are left to label."""
_SEED = 0
_BAR = 40

FolderArgument = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="Where to put it; by default demo in Winnow's user data.", show_default=False),
]


def demo(
    folder: FolderArgument = None,
    *,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Open it, or play the loop here.", show_default=False)
    ] = True,
    pictures: Annotated[int, typer.Option("--pictures", metavar="N", min=50, max=5000)] = PICTURES,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Draw a demo project and open it.

    Its pictures are clean, or have one of four defects, all of them weak.
    Without a display, or with --no-window, a simulated annotator plays the loop against random order, and both learning
    curves are printed.
    """
    terminal = Terminal(json=json, quiet=quiet)
    place = demo_folder(folder)
    if is_project(place / ".winnow"):
        terminal.hint(f"there is a demo in {place.as_posix()}: it goes on with what is there")
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


def make_project(place: Path, count: int, terminal: Terminal) -> Truth:
    """Draw, scan, embed, add the head; what is there already is kept. Returns what is true of the pictures."""
    from app.cli.demo_loop import Truth
    from app.cli.demo_pictures import draw_pictures, write_answers
    from core.media.degrade.demonstrated import LABELS
    from core.project import Project
    from core.values import Combine, HeadKind, Tiles

    count = max(count, len(list(place.glob("scene-*.png"))))  # what an earlier demo drew is part of it
    drawn = watched(
        lambda show, is_cancelled: draw_pictures(place, range(count), seed=_SEED, show=show, is_cancelled=is_cancelled),
        terminal,
    )
    write_answers(place, drawn)
    home = place / ".winnow"
    if not is_project(home):
        Project.create(home, [place.as_posix()]).close()
    with opened(home, write=True) as project:
        run(project, project.scan_spec(new_job()), terminal)
        run(project, project.embed_spec(new_job(), BUILT_IN, Tiles.NONE, "cpu"), terminal)
        if HEAD not in [head.name for head in project.heads.all()]:
            project.heads.add(HEAD, HeadKind.CLASS, LABELS, BUILT_IN, Tiles.NONE, Combine.MEAN)
    return Truth({picture.path.name: picture.label for picture in drawn}, held_out_of(drawn))


def held_out_of(drawn: Sequence[Picture]) -> frozenset[str]:
    """Two of each five pictures of every label."""
    from core.media.degrade.demonstrated import LABELS

    return frozenset(picture.path.name for number, picture in enumerate(drawn) if number // len(LABELS) % 5 < 2)


def _open_started(place: Path, truth: Truth) -> int:
    """The window, on a head that has seen a few annotations."""
    from app.bootstrap import run_window
    from app.cli.demo_loop import Annotator
    from core.values import Strategy

    with opened(place / ".winnow", write=True) as project:
        head = project.heads.get(HEAD)
        if not project.annotations.count(head.head_id):
            nothing_held_out = replace(truth, held_out=frozenset())
            Annotator(project, head, nothing_held_out, Strategy.DISAGREEMENT, _SEED).annotate(STARTED)
    return run_window(place / ".winnow")


def _play(place: Path, truth: Truth, terminal: Terminal) -> Answer:
    """The learning curves of the queue and of random order."""
    from app.cli.demo_loop import play
    from core.media.degrade.demonstrated import LABELS

    with opened(place / ".winnow", write=True) as project:
        played = watched(lambda show, _: play(project, truth, LABELS, BUILT_IN, _SEED, show), terminal, left=PLAYS_ANEW)
        count = project.images.count()
    document = {
        "project": (place / ".winnow").as_posix(),
        "images": count,
        "held_out": len(truth.held_out),
        "rounds": [asdict(one) for one in played.rounds],
        "version": asdict(played.version),
    }
    return Answer(document, _curves(played, place, count, len(truth.held_out)))


def _curves(played: Played, place: Path, images: int, held_out: int) -> tuple[RenderableType, ...]:
    columns = ("annotations", "queue", "random order", "")
    rows = [(one.annotations, percent(one.accuracy), percent(one.random_accuracy), _bars(one)) for one in played.rounds]
    lead = sum(one.accuracy - one.random_accuracy for one in played.rounds) / len(played.rounds)
    version = played.version
    return (
        f"Accuracy on {held_out} drawn pictures held out from both annotators; {images - held_out} to ask from:",
        table(columns, rows, numbers=columns[:3]),
        "The rows are the live head, which learns anew from the answers so far.",
        f"The queue is {abs(lead) * 100:.1f} percentage points {'ahead of' if lead > 0 else 'behind'} random order, "
        "on average over the rows.",
        f"Version 1, the release head trained once from all {version.annotations} annotations: "
        f"{percent(version.accuracy)} by the queue, {percent(version.random_accuracy)} at random.",
        f"Open it with `winnow {place.as_posix()}`.",
    )


def percent(share: float) -> str:
    return f"{share:.1%}"


def _bars(one: Round) -> Text:
    """Two lines: the queue's bar over that of random order."""
    from rich.text import Text

    shares = (("█", one.accuracy), ("░", one.random_accuracy))
    return Text("\n".join(sign * round(share * _BAR) for sign, share in shares))
