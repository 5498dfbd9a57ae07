"""Annotations as folders of images or of embeddings: the seed's two layouts, and that of dataset libraries.

Beside the folders lies `.annotations.csv` with what a folder's name cannot say, so that nothing is lost on the way
back: tags that are no, which image a vector belongs to, and which encoder made it.
"""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_bytes
from core.errors import BadImage, Cancelled, NotEmbedded
from core.exchange.answer_text import answer_json
from core.exchange.dataset import STAGE, Emit, IsCancelled, Row, Rows, cannot_write, check_export
from core.exchange.folder_names import as_folder
from core.exchange.forms import Exported, Form
from core.exchange.numbered import MANIFEST, evaluation_entry
from core.jobs.pace import Pace
from core.media.opening import open_regular
from core.project import Project
from core.project.lost import lost_lines
from core.values import BRACKETS, ClassValue, EncoderSignature, Head, LabelId, ScoreValue, TagsValue

METADATA: Final = "metadata.jsonl"
_IMAGES: Final = "images"


@dataclass(frozen=True, slots=True)
class Copy:
    """One file to write: `target` below the destination."""

    row: Row
    target: str


@dataclass(slots=True)
class _Names:
    """Free file names, also where case does not count."""

    taken: set[str] = field(default_factory=set)

    def free(self, folder: str, row: Row, suffix: str) -> str:
        stem = PurePosixPath(row.image.path).stem
        candidates = (stem, f"{stem}-{row.image.content_hash[:8]}", row.image.content_hash)
        return self.first(f"{folder}/{one}{suffix}" for one in candidates)

    def first(self, candidates: Iterable[str]) -> str:
        """Of `candidates` that is free."""
        target = next(path for path in candidates if path.casefold() not in self.taken)
        self.taken.add(target.casefold())
        return target


Write = Callable[[Copy, Path], None]
"""Writes one file; ValueError with the reason where there is nothing to write, OSError where the disk is in the way."""


def export_folders(
    project: Project,
    rows: Rows,
    destination: Path,
    form: Form,
    emit: Emit,
    is_cancelled: IsCancelled,
    *,
    job: str = "export",
    dry_run: bool = False,
) -> Exported:
    """Whole or not at all: the destination takes its name when everything is in it. Raises Cancelled."""
    check_export(rows, destination, is_file=False)
    signature = _signature(project, rows.head) if form is Form.NPY else None
    write = _copy_picture if signature is None else _vector_writer(project, rows, signature)
    copies, lost = _split(_copies(rows, form), form)
    if dry_run:
        files, failed = [copy.target for copy in copies], list[tuple[str, str]]()
    else:
        whole = destination.absolute()  # "." has no name
        unfinished = whole.with_name(f".{whole.name}.{os.getpid()}.part")
        try:
            files, failed = _write_all(copies, unfinished, write, Pace(job, STAGE, emit), is_cancelled)
            _write_tables(unfinished, copies, set(files), rows, form, signature)
            if whole.is_dir():
                _fill(whole, unfinished)
            else:
                unfinished.replace(whole)
        except OSError as error:
            raise cannot_write(destination, error) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    left_out = len(rows.rows) - len(rows.taught)
    written = set(files)
    images = {copy.row.image.image_id for copy in copies if copy.target in written}
    failed += lost_lines(lost)
    return Exported(tuple((destination / file).as_posix() for file in files), len(images), tuple(failed), left_out)


def _fill(folder: Path, unfinished: Path) -> None:
    """An empty folder stays itself, as somebody may be in it; it is empty again where not all can be moved there."""
    moved: list[Path] = []
    try:
        for each in unfinished.iterdir():
            moved.append(each.replace(folder / each.name))
    except OSError:
        for each in moved:
            each.replace(unfinished / each.name)
        raise


def _split(copies: Iterable[Copy], form: Form) -> tuple[tuple[Copy, ...], list[str]]:
    """What can be written, and of what cannot for its image folder is not there that folder. Vectors lie elsewhere."""
    here: list[Copy] = []
    lost: list[str] = []
    for copy in copies:
        if copy.row.image.lost and form is not Form.NPY:
            lost.append(copy.row.image.root)
        else:
            here.append(copy)
    return tuple(here), lost


def _write_all(
    copies: tuple[Copy, ...],
    folder: Path,
    write: Write,
    pace: Pace,
    is_cancelled: IsCancelled,
) -> tuple[list[str], list[tuple[str, str]]]:
    written: list[Copy] = []
    failed: list[tuple[str, str]] = []
    folder.mkdir(parents=True)
    for done, copy in enumerate(copies, start=1):
        if is_cancelled():
            raise Cancelled
        target = folder / copy.target
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(copy, target)
            written.append(copy)
        except ValueError as error:
            failed.append((copy.row.image.path, str(error)))
        pace.report(done, len(copies))
    return [copy.target for copy in written], failed


def _copies(rows: Rows, form: Form) -> Iterator[Copy]:
    names = _Names()
    for row in rows.taught:
        suffix = ".npy" if form is Form.NPY else _suffix(row)
        if row.evaluation and form is not Form.IMAGEFOLDER:
            for stems in _evaluation_stems(row, rows):
                yield Copy(row, names.first(f"{stem}{suffix}" for stem in stems))
            continue
        for folder in _library_folders(row, rows) if form is Form.IMAGEFOLDER else _numbered_folders(row, rows):
            yield Copy(row, names.free(folder, row, suffix))


def _numbered_folders(row: Row, rows: Rows) -> Iterator[str]:
    """`N_label`, or the bracket of a score."""
    for number in _numbers(row, rows):
        if isinstance(row.value, ScoreValue):
            yield number
        else:
            place = int(number)
            yield f"{number}_{as_folder(rows.head.labels[place].name if place < len(rows.head.labels) else 'none')}"


def _evaluation_stems(row: Row, rows: Rows) -> Iterator[Iterator[str]]:
    """For each file beside the folders what it may be called, the best first: the seed knows `N_test` and `test`."""
    own = PurePosixPath(row.image.path).stem
    came_as = evaluation_entry("", "", own)
    for number in _numbers(row, rows):
        stems = [own] if came_as is not None and _means(came_as.number, number, row) else []
        stems += ["test"] if _means(None, number, row) else []
        yield itertools.chain(stems, (f"{'0' * zeros}{number}_test" for zeros in itertools.count()))


def _means(said: float | None, number: str, row: Row) -> bool:
    """Whether the number of an evaluation file, or the lack of one, stands for the answer."""
    return float(number) == said if said is not None else isinstance(row.value, ScoreValue) and number == f"{BRACKETS}"


def _numbers(row: Row, rows: Rows) -> Iterator[str]:
    """Of the folders that the image belongs to. One with several tags belongs to several."""
    places = {label.label_id: place for place, label in enumerate(rows.head.labels)}
    match row.value:
        case ScoreValue(score=score):
            yield f"{score:g}"
        case ClassValue(label=label):
            yield f"{places[label]}"
        case TagsValue(yes=yes):
            yield from (f"{place}" for place in sorted(places[label] for label in yes) or [len(places)])


def _library_folders(row: Row, rows: Rows) -> Iterator[str]:
    match row.value:
        case ClassValue(label=label):
            yield _label_folder(label, rows)
        case _:
            yield _IMAGES


def _label_folder(label: LabelId, rows: Rows) -> str:
    """The label's name; with its number where two names are one on some file system."""
    folders = [as_folder(each.name).casefold() for each in rows.head.labels]
    name = as_folder(rows.names[label])
    place = next(i for i, each in enumerate(rows.head.labels) if each.label_id == label)
    return name if folders.count(name.casefold()) == 1 else f"{name} {place}"


def _suffix(row: Row) -> str:
    return PurePosixPath(row.image.path).suffix or f".{row.image.format.lower()}"


def _is_class(rows: Rows) -> bool:
    return any(isinstance(row.value, ClassValue) for row in rows.rows[:1])


def _copy_picture(copy: Copy, target: Path) -> None:
    if copy.row.image.missing:
        raise ValueError("its picture is not there")
    try:
        with open_regular(copy.row.image.path) as stream:
            content = stream.read()
    except BadImage as error:
        raise ValueError(error.reason) from error
    except OSError as error:
        raise ValueError(error.strerror or "cannot be read") from error
    target.write_bytes(content)


def _signature(project: Project, head: Head) -> EncoderSignature:
    signature = project.encoders.signature(head.encoder, head.tiles)
    if signature is None:
        raise NotEmbedded(f"no image is embedded with {head.encoder} yet", project.folder, head)
    return signature


def _vector_writer(project: Project, rows: Rows, signature: EncoderSignature) -> Write:
    """Writes (1, dim) float32, as the seed reads it; the tiles of one image as their mean."""
    store = project.embeddings(signature)
    hashes = hash_bytes([row.image.content_hash for row in rows.rows])
    place = dict(zip((row.image.image_id for row in rows.rows), store.positions(hashes).tolist(), strict=True))

    def write(copy: Copy, target: Path) -> None:
        position = place[copy.row.image.image_id]
        if position < 0:
            raise ValueError(f"not embedded with {rows.head.encoder} yet")
        found: NDArray[np.float32] = store.gather(np.array([position])).astype(np.float32)
        np.save(target, found.mean(axis=1) if found.ndim == 3 else found)

    return write


def _write_tables(
    folder: Path, copies: Iterable[Copy], written: set[str], rows: Rows, form: Form, signature: EncoderSignature | None
) -> None:
    there = [copy for copy in copies if copy.target in written]
    _write_manifest(folder / MANIFEST, rows, there, signature)
    if form is Form.IMAGEFOLDER and not _is_class(rows):
        _write_metadata(folder / METADATA, rows, there)


def _write_manifest(path: Path, rows: Rows, copies: list[Copy], signature: EncoderSignature | None) -> None:
    """`signature` says what made vectors."""
    by = {} if signature is None else {"encoder": signature.key, "revision": signature.revision}
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        table = csv.writer(file)
        table.writerow(("path", "value", "hash", "audit", *by))
        for copy in copies:
            own = copy.target, rows.text(copy.row), copy.row.image.content_hash, copy.row.audit
            table.writerow((*own, *by.values()))


def _write_metadata(path: Path, rows: Rows, copies: list[Copy]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for copy in copies:
            said = answer_json(copy.row.value, rows.names)
            fields = said if isinstance(said, dict) else {"score": said}
            file.write(json.dumps({"file_name": copy.target, **fields}) + "\n")
