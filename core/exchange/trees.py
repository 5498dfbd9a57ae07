"""What lies in a tree of folders named by numbers or labels, by its names alone: nothing is opened or written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from core.errors import Cancelled, UserError
from core.exchange.folder_names import plain
from core.exchange.numbered import MANIFEST, Entry, check_folder, check_tree, evaluation_entry, number_of_folder
from core.media.listing import Found, Unlistable, list_files

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
"""What the seed takes for a picture; of files outside numbered folders only these are missed."""
VECTORS: Final = ".npy"
ADD_A_LABEL: Final = "rename the folder, or add the label in the window (Head menu, Edit the head) and import again"

IsCancelled = Callable[[], bool]


def named_folders(root: Path) -> tuple[str, ...]:
    """The names of all folders of a tree of which none is numbered; empty of any other."""
    check_folder(root)
    names = sorted(place.name for place in root.iterdir() if place.is_dir() and not place.name.startswith("."))
    return () if any(number_of_folder(name) is not None for name in names) else tuple(names)


def look(
    root: Path, is_cancelled: IsCancelled = lambda: False, labels: Sequence[str] = ()
) -> tuple[list[Entry], list[tuple[str, str]]]:
    """Files that may be pictures with what their place says, and what can say nothing. Raises UserError for no tree.

    Where no folder is numbered, one that is called like one of `labels` has that label's number.
    """
    check_folder(root)
    by_label = _Labelled.of(root, labels)
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
                for item in _entry(root, relative, by_label):
                    if isinstance(item, Entry):
                        entries.append(item)
                    else:
                        failed[item[0]] = item[1]
    if not entries and by_label is not None and failed:
        by = f"a number, such as 3 or 1_name, or called by a label ({by_label.listed})"
        raise UserError(f"{root} holds no image in folders named by {by}", f"name the folder above them, {ADD_A_LABEL}")
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


@dataclass(frozen=True, slots=True)
class _Labelled:
    """What folders without a number are called, of a tree that has no others."""

    listed: str
    exact: Mapping[str, int]
    alike: Mapping[str, int]

    @classmethod
    def of(cls, root: Path, labels: Sequence[str]) -> _Labelled | None:
        if not labels or not named_folders(root):
            return None
        exact = {label: place for place, label in enumerate(labels)}
        alike = {plain(label): place for label, place in exact.items() if plain(label)}
        return cls(", ".join(labels), exact, alike)

    def number(self, folder: str) -> float | None:
        place = self.exact.get(folder, self.alike.get(plain(folder)))
        return None if place is None else float(place)

    @property
    def reason(self) -> str:
        return f"is called like no label of the head, {self.listed}; {ADD_A_LABEL}"


def _entry(root: Path, relative: str, by_label: _Labelled | None) -> Iterator[Entry | tuple[str, str]]:
    place = PurePosixPath(relative)
    path = (root / relative).as_posix()
    if len(place.parts) == 1:
        evaluation = evaluation_entry(path, place.name, place.stem)
        if evaluation is not None:
            yield evaluation
        elif place.suffix.lower() in PICTURES and place.name != MANIFEST:
            yield path, f"lies in no folder named by a {'number' if by_label is None else 'label'}"
        return
    folder = place.parts[0]
    number = number_of_folder(folder) if by_label is None else by_label.number(folder)
    if number is None:
        reason = "the folder's name begins with no number" if by_label is None else by_label.reason
        yield (root / folder).as_posix(), reason
    else:
        yield Entry(path, folder, number)
