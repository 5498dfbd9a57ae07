"""What an import would take in and how it would be read, known before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from core.errors import UserError, Way
from core.exchange.annotations_csv import read_annotations, read_values
from core.exchange.answer_text import answer_text
from core.exchange.folder_labels import HIGHEST_LABEL, label_numbers, labels_of_folders
from core.exchange.forms import AnswersForm
from core.exchange.numbered import Entry, Said, Scale, answer_of, folder_order, number_of_folder, read_manifest
from core.exchange.reading import answer_of_folder
from core.exchange.trees import look, look_for_vectors, named_folders
from core.exchange.vector_file import first_size
from core.project import Project
from core.replaced import Replaced, replaced
from core.values import Head, HeadKind

IsCancelled = Callable[[], bool]
VARIOUS: Final = "what is said of each file"


@dataclass(frozen=True, slots=True)
class FolderFound:
    """One folder that is numbered or called by a label, or one evaluation file."""

    sample: Entry
    files: int
    said: frozenset[str] = frozenset()
    """What an export of ours says of its files."""

    @property
    def name(self) -> str:
        return self.sample.folder


@dataclass(frozen=True, slots=True)
class TreeFound:
    folders: tuple[FolderFound, ...]
    failed: tuple[tuple[str, str], ...]
    """What lies there and can say nothing: (path, reason)"""
    said: Mapping[str, Said]
    """By path, of an export of ours: more than a folder's number can say."""
    values: int | None = None
    """Of each embedding, as far as the first tells."""
    by_label: bool = False
    """No folder is numbered: those called like a label of the head count."""

    @property
    def kind(self) -> HeadKind:
        """Class where folders are called by labels, or look like classes; tags where an export of ours says such."""
        if self.said and _question([one.value for one in self.said.values()])[0] is HeadKind.TAGS:
            return HeadKind.TAGS
        if self.by_label or looks_like_classes(folder.sample for folder in self.folders):
            return HeadKind.CLASS
        return HeadKind.SCORE

    @property
    def labels(self) -> tuple[str, ...]:
        return self.labels_for(self.kind)

    def labels_for(self, kind: HeadKind) -> tuple[str, ...]:
        """Of a head of this kind, by the names of the folders; a number without a name keeps its place."""
        if self.by_label:
            return tuple(self._names[:HIGHEST_LABEL])
        return labels_of_folders(self._names, self.said, kind)

    @property
    def says_labels(self) -> bool:
        """Whether any folder is called like a label."""
        return self.by_label or any(name.partition("_")[2].strip() for name in label_numbers(self._names))

    @property
    def _names(self) -> list[str]:
        return [folder.name for folder in self.folders if not folder.sample.evaluation]


@dataclass(frozen=True, slots=True)
class TableFound:
    """Rows of a CSV file under one head."""

    counts: tuple[tuple[str, int], ...]
    """(answer, images)"""
    failed: tuple[tuple[str, str], ...]
    kind: HeadKind
    """What the values look like, for a head to be made."""
    labels: tuple[str, ...]
    replaced: Replaced = field(default_factory=Replaced)
    """Answers of the head that give way to those of the table."""

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
    said = read_manifest(root)
    values = _said_by_folder(root, entries, said)
    samples = {entry.folder: entry for entry in reversed(entries)}
    order = sorted(files, key=folder_order)
    folders = tuple(FolderFound(samples[name], files[name], values.get(name, frozenset())) for name in order)
    size = first_size(entries) if form is AnswersForm.NPY else None
    return TreeFound(folders, tuple(failed), said, size, by_label=bool(named))


def _said_by_folder(root: Path, entries: Sequence[Entry], said: Mapping[str, Said]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in entries if said else ():
        one = said.get(PurePosixPath(entry.path).relative_to(root.as_posix()).as_posix())
        if one is not None:
            found.setdefault(entry.folder, set()).add(one.value)
    return {folder: frozenset(values) for folder, values in found.items()}


def look_at_table(project: Path, file: Path, head: Head) -> TableFound:
    """Raises UserError for what is no such table. Opens the project beside whoever has it open."""
    with Project.open(project, read_only=True) as reading:
        values, failed = read_annotations(file, reading, head)
        known = any(one.head_id == head.head_id for one in reading.heads.all())
        standing = reading.annotations.standing_of(head.head_id, values) if known else []
    gives_way = replaced((one.answer, values[one.image_id]) for one in standing)
    names = {label.label_id: label.name for label in head.labels}
    counts = Counter(answer_text(value, names) for value in values.values())
    order = sorted(counts, key=float) if head.kind is HeadKind.SCORE else list(counts)
    kind, labels = _question(read_values(file))
    return TableFound(tuple((text, counts[text]) for text in order), tuple(failed), kind, labels, gives_way)


def _question(values: list[str]) -> tuple[HeadKind, tuple[str, ...]]:
    """Numbers are scores; `a;b;-c` are tags; all else are labels."""
    if all(re.fullmatch(r"\d+(\.5|\.0)?", value) for value in values):
        return HeadKind.SCORE, ()
    if any(";" in value or value.startswith("-") for value in values):
        tags = (tag.strip().removeprefix("-") for value in values for tag in value.split(";"))
        return HeadKind.TAGS, tuple(sorted({tag for tag in tags if tag not in ("", "*")}))
    return HeadKind.CLASS, tuple(sorted(values)[:HIGHEST_LABEL])


def read_as(folder: FolderFound, head: Head, scale: Scale) -> str:
    """By its number, or what an export of ours says of its files. ValueError with the reason for nothing."""
    said: list[Said | None] = [Said(value, "") for value in folder.said]
    answer = answer_of_folder(
        folder.sample.number, {answer_of(folder.sample, one, head, scale) for one in said or [None]}, head
    )
    return VARIOUS if answer is None else answer_text(answer, {label.label_id: label.name for label in head.labels})


def looks_rated(names: Iterable[str]) -> bool:
    """Whether a folder with these folders in it is one of ratings, and not one of years."""
    numbers = [number_of_folder(name) for name in names if not name.startswith(".")]
    return bool(numbers) and all(number is not None and number <= HIGHEST_LABEL for number in numbers)
