"""The labels of a head to be made from numbered folders: what they are called, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Final

from core.exchange.folder_names import as_folder
from core.exchange.numbered import Said, number_of_folder
from core.values import HeadKind

HIGHEST_LABEL: Final = 100
"""Folders of photographs are named by years too."""


def label_numbers(folders: Iterable[str]) -> dict[str, int]:
    """Of the folders whose number can be that of a label."""
    numbers = ((name, number_of_folder(name)) for name in folders)
    return {name: int(one) for name, one in numbers if one is not None and one.is_integer() and one < HIGHEST_LABEL}


def labels_of_folders(folders: Iterable[str], said: Mapping[str, Said], kind: HeadKind) -> tuple[str, ...]:
    """A number without a name keeps its place. In an export of ours, `said`, the files say how a label is spelled.

    What such an export says of tags counts too: a folder of images without any tag is none, and one that no image has
    is one nevertheless.
    """
    by_folder, others = _named(said, kind)
    labels: dict[int, str] = {}
    for folder, number in label_numbers(folders).items():
        named = by_folder.get(folder)
        if kind is HeadKind.TAGS and named == set():
            continue
        name = folder.partition("_")[2].strip()
        spelled = [one for one in sorted(named or ()) if as_folder(one) == name and one not in labels.values()]
        if not labels.get(number):
            labels[number] = spelled[0] if spelled else name
    left = iter(sorted(others - set(labels.values())))
    known = (labels.get(place) or next(left, f"label {place}") for place in range(max(labels, default=-1) + 1))
    return (*known, *left)


def _named(said: Mapping[str, Said], kind: HeadKind) -> tuple[dict[str, set[str]], Set[str]]:
    """By folder the labels that its files have, and of tags all that are named at all."""
    by_folder: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for path, one in said.items():
        tags = one.value.split(";") if kind is HeadKind.TAGS else [one.value]
        here = by_folder.setdefault(path.partition("/")[0], set())
        here.update(tag for tag in tags if kind is not HeadKind.TAGS or not tag.startswith("-"))
        everywhere.update(tag.removeprefix("-") for tag in tags if kind is HeadKind.TAGS)
    return by_folder, everywhere - {""}
