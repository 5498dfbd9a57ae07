"""Which files a person means by the files and folders that were named."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Cancelled, UserError, Way
from core.media.listing import Found, Listed, Unlistable, list_files
from core.scoring.answers import UnscoredFile


@dataclass(frozen=True, slots=True)
class Listing:
    """What to judge, and what is there but cannot be: links to nothing, folders that may not be listed."""

    files: tuple[str, ...]
    names: tuple[str, ...]
    """Of each file below the folder that the person named."""
    failed: tuple[UnscoredFile, ...] = ()


def check_there(paths: Sequence[Path]) -> None:
    """Raises UserError where none of them is there."""
    if not any(path.exists() for path in paths):
        raise UserError(f"there is no file or folder {paths[0]}", "check the name")


def list_pictures(
    paths: Sequence[Path], *, recursive: bool, is_cancelled: Callable[[], bool] = lambda: False
) -> Listing:
    """Files as the person named them, and below the folders they named, each once. Raises UserError, Cancelled."""
    check_there(paths)
    files: dict[str, str] = {}
    failed: dict[str, str] = {}
    for path in paths:
        if not path.is_dir():
            files.setdefault(path.as_posix(), path.name)
            continue
        for each in _in_folder(path, recursive=recursive):
            if is_cancelled():
                raise Cancelled
            match each:
                case Found(relative=relative):
                    files.setdefault((path / relative).as_posix(), relative)
                case Unlistable(relative=relative, reason=reason):
                    failed[(path / relative).as_posix()] = reason
    if not files and not failed:
        remedy = "name others" if recursive else "name others, or look into the folders inside them"
        way = None if recursive else Way.DEEPER
        raise UserError("there is nothing to score in these folders", remedy, way)
    unscored = tuple(UnscoredFile(path, reason) for path, reason in failed.items())
    return Listing(tuple(files), tuple(files.values()), unscored)


def _in_folder(folder: Path, *, recursive: bool) -> Iterator[Listed]:
    listed = list_files(folder.as_posix())  # a folder's own files come before those of the folders in it
    if recursive:
        return listed
    own = itertools.takewhile(lambda each: "/" not in each.relative, listed)
    return (each for each in own if isinstance(each, Found) or not each.relative or not _is_folder(folder, each))


def _is_folder(folder: Path, each: Listed) -> bool:
    return (folder / each.relative).is_dir()
