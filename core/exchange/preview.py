"""What an import would take in and how it would be read, known before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import UserError, Way
from core.exchange.annotations_csv import read_annotations, read_values
from core.exchange.answer_text import answer_text
from core.exchange.forms import AnswersForm
from core.exchange.numbered import MANIFEST, Entry, Scale, answer_of, folder_order, number_of_folder
from core.exchange.trees import look, look_for_vectors, named_folders
from core.exchange.vector_file import first_size
from core.project import Project
from core.values import Head, HeadKind

IsCancelled = Callable[[], bool]
_HIGHEST_LABEL: Final = 100
"""Folders of photographs are named by years too."""


@dataclass(frozen=True, slots=True)
class FolderFound:
    """One folder that is numbered or called by a label, or one evaluation file."""

    sample: Entry
    files: int

    @property
    def name(self) -> str:
        return self.sample.folder


@dataclass(frozen=True, slots=True)
class TreeFound:
    folders: tuple[FolderFound, ...]
    failed: tuple[tuple[str, str], ...]
    """What lies there and can say nothing: (path, reason)"""
    has_manifest: bool
    """An export of ours, which says of each file more than a folder's number can."""
    values: int | None = None
    """Of each embedding, as far as the first tells."""
    by_label: bool = False
    """No folder is numbered: those called like a label of the head count."""

    @property
    def kind(self) -> HeadKind:
        """Class where folders are called by labels, or look like classes."""
        if self.by_label or looks_like_classes(folder.sample for folder in self.folders):
            return HeadKind.CLASS
        return HeadKind.SCORE

    @property
    def labels(self) -> tuple[str, ...]:
        """By the names of the folders; a number without a folder keeps its place."""
        if self.by_label:
            called = [folder.name for folder in self.folders if not folder.sample.evaluation]
            return tuple(" ".join(name.replace(",", " ").split()) for name in called[:_HIGHEST_LABEL])
        names: dict[int, str] = {}
        for folder in self.folders:
            number = number_of_folder(folder.name)
            if number is not None and number.is_integer() and number < _HIGHEST_LABEL:
                name = folder.name.partition("_")[2].replace(",", " ").strip()
                names.setdefault(int(number), name or f"label {int(number)}")
        return tuple(names.get(place, f"label {place}") for place in range(max(names, default=-1) + 1))


@dataclass(frozen=True, slots=True)
class TableFound:
    """Rows of a CSV file under one head."""

    counts: tuple[tuple[str, int], ...]
    """(answer, images)"""
    failed: tuple[tuple[str, str], ...]
    kind: HeadKind
    """What the values look like, for a head to be made."""
    labels: tuple[str, ...]

    @property
    def images(self) -> int:
        return sum(count for _, count in self.counts)


def looks_like_classes(entries: Iterable[Entry]) -> bool:
    """Every folder is `N_name`, the numbers begin at 0 or 1, and no `test` file stands for the highest score."""
    seen = {(entry.folder, entry.number) for entry in entries}
    if any(number is None for _, number in seen):
        return False
    numbers = {number for folder, number in seen if number_of_folder(folder) is not None}
    whole = sorted(int(one) for one in numbers if one is not None and one.is_integer())
    named = all("_" in folder for folder, _ in seen if number_of_folder(folder) is not None)
    close = bool(whole) and len(whole) == len(numbers) and whole == list(range(whole[0], whole[-1] + 1))
    return named and close and whole[0] <= 1


def check_scores(head: Head, scale: Scale, entries: Sequence[Entry]) -> None:
    """Raises UserError for folders that look like classes and do not span the scale of a score head either."""
    numbers = [entry.number for entry in entries if entry.number is not None]
    spanned = bool(numbers) and (min(numbers), max(numbers)) == (scale.low, scale.high)
    if head.kind is not HeadKind.SCORE or spanned or not looks_like_classes(entries):
        return
    names = sorted({entry.folder for entry in entries}, key=folder_order)
    listed = f"{names[0]} looks like a class" if len(names) == 1 else f"{names[0]} to {names[-1]} look like classes"
    raise UserError(
        f"{listed}, and {head.name} is a score head", "name a class head, or say that they are scores", Way.SCORES
    )


def look_at_tree(
    form: AnswersForm, root: Path, is_cancelled: IsCancelled = lambda: False, labels: Sequence[str] | None = None
) -> TreeFound:
    """Raises UserError where there is no such tree, and Cancelled.

    `labels`: those of the head that is answered; None: of one that would have the folders' own.
    """
    named = named_folders(root) if form is AnswersForm.FOLDERS else ()
    if form is AnswersForm.NPY:
        entries, failed = look_for_vectors(root, is_cancelled)
    else:
        entries, failed = look(root, is_cancelled, named if labels is None else labels)
    files = Counter(entry.folder for entry in entries)
    samples = {entry.folder: entry for entry in reversed(entries)}
    folders = tuple(FolderFound(samples[name], files[name]) for name in sorted(files, key=folder_order))
    values = first_size(entries) if form is AnswersForm.NPY else None
    return TreeFound(folders, tuple(failed), (root / MANIFEST).is_file(), values, by_label=bool(named))


def look_at_table(project: Path, file: Path, head: Head) -> TableFound:
    """Raises UserError for what is no such table. Opens the project beside whoever has it open."""
    with Project.open(project, read_only=True) as reading:
        values, failed = read_annotations(file, reading, head)
    names = {label.label_id: label.name for label in head.labels}
    counts = Counter(answer_text(value, names) for value in values.values())
    order = sorted(counts, key=float) if head.kind is HeadKind.SCORE else list(counts)
    kind, labels = _question(read_values(file))
    return TableFound(tuple((text, counts[text]) for text in order), tuple(failed), kind, labels)


def _question(values: list[str]) -> tuple[HeadKind, tuple[str, ...]]:
    """Numbers are scores; `a;b;-c` are tags; all else are labels."""
    if all(re.fullmatch(r"\d+(\.5|\.0)?", value) for value in values):
        return HeadKind.SCORE, ()
    if any(";" in value or value.startswith("-") for value in values):
        tags = (tag.strip().removeprefix("-") for value in values for tag in value.split(";"))
        return HeadKind.TAGS, tuple(sorted({tag for tag in tags if tag not in ("", "*")}))
    return HeadKind.CLASS, tuple(sorted(values)[:_HIGHEST_LABEL])


def read_as(folder: FolderFound, head: Head, scale: Scale) -> str:
    """Of its number alone. ValueError with the reason where that says nothing under `head`."""
    names = {label.label_id: label.name for label in head.labels}
    return answer_text(answer_of(folder.sample, None, head, scale), names)


def looks_rated(names: Iterable[str]) -> bool:
    """Whether a folder with these folders in it is one of ratings, and not one of years."""
    numbers = [number_of_folder(name) for name in names if not name.startswith(".")]
    return bool(numbers) and all(number is not None and number <= _HIGHEST_LABEL for number in numbers)
