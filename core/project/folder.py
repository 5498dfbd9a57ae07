"""The project folder: what lies where, and whether a folder can become one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from core.arrays.text_file import check_links
from core.errors import WRITABLE, EnvironmentProblem, UserError, Way
from core.names import HIDDEN_PROJECT, PROJECT_FILE
from core.values import HeadId

DATABASE: Final = PROJECT_FILE
LOCK: Final = "project.lock"
EMBEDDINGS: Final = "embeddings"
HEADS: Final = "heads"
LIVE: Final = "live"
"""Arrays of live heads; once the program that wrote them has ended, the newest of each head alone are of use."""
BACKUPS: Final = "backups"
THUMBNAILS: Final = "thumbnails"
MAPS: Final = "maps"
"""Where the images of each encoder lie beside each other; derived."""
HIDDEN: Final = HIDDEN_PROJECT

_PREDICTIONS: Final = "predictions.safetensors"
_HELD_OUT: Final = "out_of_fold.safetensors"
_JUDGED: Final = "judged.safetensors"
_LEARNED: Final = "learned.safetensors"
_CURVE: Final = "training.csv"
_RECIPE: Final = "recipe.yaml"
_INPUTS: Final = "inputs.json"
_OF_AN_UNFINISHED_CREATE: Final = {LOCK, f"{DATABASE}.new", f"{DATABASE}.new-wal", f"{DATABASE}.new-shm", "logs"}


def is_project(folder: Path) -> bool:
    return (folder / DATABASE).is_file()


def existing(folder: Path) -> Path:
    """The project that `folder` is, or hides in `.winnow`; absolute."""
    if is_project(folder):
        return folder.absolute()
    if is_project(folder / HIDDEN):
        return (folder / HIDDEN).absolute()
    check_links(folder)
    if not folder.exists():
        remedy = "check the name, or make a project"
        raise UserError(f"there is no project at {folder}", remedy, Way.CREATE, project=str(folder))
    raise UserError(f"{folder} is not a project", "name the folder that `winnow create` made")


@contextmanager
def being_made(folder: Path) -> Iterator[None]:
    """Make `folder` for a new project; if the block raises, what was made is removed again."""
    _check_free(folder)
    top = topmost_missing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        _unmake(folder, top)
        raise EnvironmentProblem(f"cannot make a project in {folder}: {error.strerror}", WRITABLE) from error
    except BaseException:
        _unmake(folder, top)
        raise


def part_folder(project: Path, head_folder: str, number: int, job: str) -> Path:
    """Where a version is written before it is adopted."""
    return project / HEADS / head_folder / f".v{number}.{job}.part"


def version_folder(head_folder: str, number: int) -> str:
    """Where it lies afterwards, below the project."""
    return f"{HEADS}/{head_folder}/v{number}"


def predictions_file(version: Path) -> Path:
    return version / _PREDICTIONS


def held_out_file(version: Path) -> Path:
    return version / _HELD_OUT


def judged_file(version: Path) -> Path:
    return version / _JUDGED


def learned_file(version: Path) -> Path:
    """Of a version that came from elsewhere: all of its images. Of others those that only pairs spoke of."""
    return version / _LEARNED


def curve_file(version: Path) -> Path:
    return version / _CURVE


def live_folder(project: Path, head: HeadId, job: str) -> Path:
    """Where the live head of that job writes what it says."""
    return project / LIVE / f"{head}-{job}"


def live_files(project: Path, head: HeadId | None = None) -> Iterator[Path]:
    """What live heads of that head have written, or those of any head."""
    return _in_live(project, f"{head or '*'}-*/*.safetensors")


def _in_live(project: Path, pattern: str) -> Iterator[Path]:
    """Nothing where it is a link: what is behind it is not ours."""
    live = project / LIVE
    return iter(()) if live.is_symlink() else live.glob(pattern)


def map_file(project: Path, embeddings: str) -> Path:
    """Of the embeddings in that folder."""
    return project / MAPS / f"{embeddings}.safetensors"


def recipe_file(version: Path) -> Path:
    return version / _RECIPE


def inputs_file(version: Path) -> Path:
    """What it was trained on, in short; versions of before have none, nor those that came from elsewhere."""
    return version / _INPUTS


def leftovers(project: Path, kept: Collection[Path] = ()) -> list[Path]:
    """What programs that ended in the middle of something left behind; wanted by nobody.

    `kept`: files of live heads that are.
    """
    folders = {file.parent for file in kept}
    return sorted(
        [
            *project.glob(f"{HEADS}/*/.v*.part"),
            *(path for path in _in_live(project, "*") if path not in folders),
            *(path for folder in folders for path in folder.glob("*") if path not in kept),
            *project.glob(f"{DATABASE}.new*"),
        ]
    )


def discard(path: Path) -> None:
    """Remove what nobody wants, as far as that goes."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def topmost_missing(folder: Path) -> Path | None:
    """Of `folder` and those above it; None where `folder` is there. A link is there, wherever it leads."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    return missing[-1] if missing else None


def _check_free(folder: Path) -> None:
    check_links(folder)
    if is_project(folder):
        raise UserError(f"{folder} is a project already", f"look for new images with `winnow scan {folder}`")
    if folder.is_dir():
        strange = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OF_AN_UNFINISHED_CREATE)
        if strange:
            raise UserError(f"{folder} holds other things ({strange[0]})", "name a new or empty folder for the project")
    elif folder.exists():
        raise UserError(f"{folder} is a file", "name a new or empty folder for the project")


def _unmake(folder: Path, top: Path | None) -> None:
    if top is not None:
        discard(top)
        return
    for name in _OF_AN_UNFINISHED_CREATE:
        discard(folder / name)
