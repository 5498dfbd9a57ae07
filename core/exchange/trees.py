"""What lies in a tree of folders named by numbers, by its names alone: nothing is opened, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from core.errors import Cancelled
from core.exchange.numbered import MANIFEST, Entry, check_folder, check_tree, evaluation_entry, number_of_folder
from core.media.listing import Found, Unlistable, list_files

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
"""What the seed takes for a picture; of files outside numbered folders only these are missed."""
VECTORS: Final = ".npy"

IsCancelled = Callable[[], bool]


def look(root: Path, is_cancelled: IsCancelled = lambda: False) -> tuple[list[Entry], list[tuple[str, str]]]:
    """Files that may be pictures with what their place says, and what can say nothing. Raises UserError for no tree."""
    check_folder(root)
    entries: list[Entry] = []
    failed: dict[str, str] = {}
    for listed in list_files(root.as_posix()):
        if is_cancelled():
            raise Cancelled
        path = (root / listed.relative).as_posix()
        match listed:
            case Unlistable(reason=reason):
                failed[path] = reason
            case Found(relative=relative):
                for item in _entry(root, relative):
                    if isinstance(item, Entry):
                        entries.append(item)
                    else:
                        failed[item[0]] = item[1]
    check_tree(root, entries, "image")
    return entries, list(failed.items())


def look_for_vectors(
    root: Path, is_cancelled: IsCancelled = lambda: False
) -> tuple[list[Entry], list[tuple[str, str]]]:
    """The same of embeddings, which lie in the folders themselves and not below them."""
    check_folder(root)
    entries: list[Entry] = []
    failed: list[tuple[str, str]] = []
    for place in sorted(root.iterdir()):
        if is_cancelled():
            raise Cancelled
        if place.is_dir() and not place.name.startswith("."):
            files = sorted(file.as_posix() for file in place.iterdir() if file.suffix.lower() == VECTORS)
            number = number_of_folder(place.name)
            if number is not None:
                entries += [Entry(file, place.name, number) for file in files]
            elif files:
                failed.append((place.as_posix(), "the folder's name begins with no number"))
        elif place.suffix.lower() == VECTORS:
            evaluation = evaluation_entry(place.as_posix(), place.name, place.stem)
            if evaluation is not None:
                entries.append(evaluation)
            else:
                failed.append((place.as_posix(), "lies in no folder named by a number"))
    check_tree(root, entries, VECTORS)
    return entries, failed


def _entry(root: Path, relative: str) -> Iterator[Entry | tuple[str, str]]:
    place = PurePosixPath(relative)
    path = (root / relative).as_posix()
    if len(place.parts) == 1:
        evaluation = evaluation_entry(path, place.name, place.stem)
        if evaluation is not None:
            yield evaluation
        elif place.suffix.lower() in PICTURES and place.name != MANIFEST:
            yield path, "lies in no folder named by a number"
        return
    number = number_of_folder(place.parts[0])
    if number is None:
        yield (root / place.parts[0]).as_posix(), "the folder's name begins with no number"
    else:
        yield Entry(path, place.parts[0], number)
