"""Annotations from a CSV file with the columns `path` and `value`; every row that says nothing usable is named."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.arrays.hashes import hash_bytes
from core.exchange.csv_rows import CsvRow, check_utf8, is_undecoded, read_rows
from core.values import (
    BRACKETS,
    AnswerValue,
    ClassValue,
    ContentHash,
    Head,
    HeadKind,
    ImageId,
    LabelId,
    ScoreValue,
    TagsValue,
)

if TYPE_CHECKING:
    from core.project import Project

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_NONE_ELSE: Final = "-*"
_TAGS_WANTED: Final = f"write tags as a;b;-c (yes, yes, no), {_NONE_ELSE} for no to all others"


class _Line(NamedTuple):
    number: int
    path: str
    value: str
    content: str = ""
    """The hash in the tables that we write; an image is known by it wherever it lies now."""
    wrong: str = ""
    """Why nothing of it can be used."""


def read_annotations(
    path: str | Path, project: Project, head: Head
) -> tuple[dict[ImageId, AnswerValue], list[tuple[str, str]]]:
    """The answers by image, and (path or line, reason) for the rows left out.

    A path may be absolute, as the program shows it, or below an image folder; in a table of ours the hash says which
    image is meant where the path leads nowhere. A value is a label's name or its number
    counted from 0, a score, or tags as `a;b;-c` (yes, yes, no; `-*` is no to every tag not
    named). Where a file answers one image twice, the first counts. Raises UserError for what is no such table, or
    written in another encoding than UTF-8; paths may be no UTF-8 where files are called so.
    """
    lines = _read(Path(path))
    values: dict[ImageId, AnswerValue] = {}
    failed: list[tuple[str, str]] = []
    images = _images(project, lines)
    check_utf8(Path(path), ((line.number, line.value) for line in lines))
    check_paths(
        Path(path), project, [(line.number, line.path, found) for line, found in zip(lines, images, strict=True)]
    )
    for line, found in zip(lines, images, strict=True):
        if line.wrong:
            failed.append((f"line {line.number}", line.wrong))
            continue
        try:
            answer = parse_value(line.value, head)
            image = only_one(found)
        except ValueError as error:
            failed.append((line.path.strip() or f"line {line.number}", str(error)))
            continue
        if values.setdefault(image, answer) != answer:
            failed.append((line.path, f"line {line.number} contradicts an earlier line about the same image"))
    return values, failed


def _images(project: Project, lines: Sequence[_Line]) -> list[tuple[ImageId, ...]]:
    by_path = images_at(project, [line.path for line in lines])
    lost = [ContentHash(line.content) for line, found in zip(lines, by_path, strict=True) if len(found) != 1]
    asked = [content for content in dict.fromkeys(lost) if content]
    known = dict(zip(asked, project.images.by_hash(hash_bytes(asked)).tolist(), strict=True))
    by_content = {content: (ImageId(image),) for content, image in known.items() if image >= 0}
    return [
        found if len(found) == 1 else by_content.get(ContentHash(line.content), found)
        for line, found in zip(lines, by_path, strict=True)
    ]


def images_at(project: Project, paths: Sequence[str]) -> list[tuple[ImageId, ...]]:
    """What each may mean as it was typed; without the spaces around it where nothing lies there."""
    found = project.images.at_paths(paths)
    trimmed = {path: path.strip() for path, images in zip(paths, found, strict=True) if not images}
    at = dict(zip(trimmed, project.images.at_paths(list(trimmed.values())), strict=True))
    return [images or at[path] for path, images in zip(paths, found, strict=True)]


def check_paths(file: Path, project: Project, read: Sequence[tuple[int, str, Sequence[ImageId]]]) -> None:
    """Raises UserError where a path of `file` is no UTF-8 and no file is called so: (line, path, images there)."""
    strange = [one for one in read if is_undecoded(one[1])]
    if any(images or _is_there(project, path) for _, path, images in strange):
        return
    check_utf8(file, ((line, path) for line, path, _ in strange))


def _is_there(project: Project, path: str) -> bool:
    return any(os.path.lexists(Path(root, path)) for root in project.roots)


def only_one(images: tuple[ImageId, ...], path: str = "there") -> ImageId:
    """Raises ValueError where none or several of this project lie at a path."""
    if not images:
        raise ValueError(f"no image of this project lies {path}")
    if len(images) > 1:
        raise ValueError(f"an image of {len(images)} folders of this project lies {path}; write the folder before it")
    return images[0]


def read_values(path: Path) -> list[str]:
    """Whatever stands in the column `value`, each once, as it comes. Raises UserError for what is no such table."""
    return list(dict.fromkeys(line.value.strip() for line in _read(path) if line.value.strip() and not line.wrong))


def parse_value(text: str, head: Head) -> AnswerValue:
    """Raises ValueError with the reason where `text` is no answer under `head`."""
    text = text.strip()
    if not text and head.kind is not HeadKind.TAGS:
        raise ValueError("no value")
    match head.kind:
        case HeadKind.CLASS:
            return ClassValue(_label(text, head))
        case HeadKind.SCORE:
            return ScoreValue(_score(text))
        case HeadKind.TAGS:
            return _tags(text, head)


def _label(text: str, head: Head) -> LabelId:
    exact = [label for label in head.labels if label.name == text]
    alike = [label for label in head.labels if label.name.casefold() == text.casefold()]
    for label in (*exact, *alike):
        return label.label_id
    if re.fullmatch(r"\d{1,6}", text, re.ASCII) and int(text) < len(head.labels):
        return head.labels[int(text)].label_id
    names = [label.name for label in head.labels]
    near = difflib.get_close_matches(text, names, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    raise ValueError(f"no label {text!r}; {remedy}")


def _score(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    score = float(text)
    if not 0 <= score <= BRACKETS:
        raise ValueError(f"{text} is not between 0 and {BRACKETS}")
    if not (2 * score).is_integer():
        raise ValueError(f"{text} is not a whole or a half number")
    return score + 0.0  # -0 is 0


def _tags(text: str, head: Head) -> TagsValue:
    said = [tag.strip() for tag in text.split(";") if tag.strip()]
    named = [tag for tag in said if tag != _NONE_ELSE]
    try:
        no = frozenset(_label(tag[1:].strip(), head) for tag in named if tag.startswith("-"))
        yes = frozenset(_label(tag, head) for tag in named if not tag.startswith("-"))
    except ValueError as error:
        raise ValueError(f"{error}; {_TAGS_WANTED}") from None
    if yes & no:
        raise ValueError(f"says both yes and no to one tag; {_TAGS_WANTED}")
    if len(named) < len(said):
        no = frozenset(label.label_id for label in head.labels) - yes
    if not yes | no:
        raise ValueError(f"no value; {_TAGS_WANTED}")
    return TagsValue(yes, no)


def _read(path: Path) -> list[_Line]:
    return [_line(row, *row.cells) for row in read_rows(path, ("path", "value"), ("hash",))]


def _line(row: CsvRow, path: str, value: str, content: str) -> _Line:
    known = content.strip().lower()
    return _Line(row.line, path, value, known if _HASH.fullmatch(known) else "", row.wrong)
