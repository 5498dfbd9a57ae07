"""The seed's layout: folders named `N` or `N_name`, whose number is the value, and evaluation files beside them.

An export of ours also has `.annotations.csv` in it, with the columns path, value and hash, and of vectors encoder and
revision: what a folder's number cannot say, and that holds for the files that still lie where the export put them.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from core.errors import READABLE, EnvironmentProblem, UserError, Way
from core.exchange.annotations_csv import parse_value
from core.values import (
    BRACKETS,
    IMPORTED,
    AnswerValue,
    ClassValue,
    EncoderSignature,
    Head,
    HeadKind,
    ScoreValue,
    TagsValue,
)

MANIFEST: Final = ".annotations.csv"
"""Hidden, so that a scan of the folder does not take it for a broken picture."""
_FOLDER: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(?:_.*)?", re.DOTALL | re.ASCII)
_EVALUATION: Final = re.compile(r"(?:(\d{1,64}(?:\.\d{1,6})?)_)?test", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scale:
    """Which numbers of folders mean the lowest and the highest score."""

    low: float = 0.0
    high: float = float(BRACKETS)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UserError(
                f"{self.low:g} to {self.high:g} is no scale",
                "give the lowest number, then the highest",
                Way.SCALE,
            )

    def score(self, number: float) -> float:
        """In half brackets, the nearest one. ValueError off the scale."""
        if not self.low <= number <= self.high:
            raise ValueError(f"{number:g} is not on the scale from {self.low:g} to {self.high:g}")
        return math.floor(2 * BRACKETS * (number - self.low) / (self.high - self.low) + 0.5) / 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A file and what its place says of it."""

    path: str
    folder: str
    """Name of the numbered folder; of the file itself where it is an evaluation file."""
    number: float | None
    """None: the seed's `test` file, which stands for the highest score."""
    evaluation: bool = False
    """It lies beside the folders, to judge heads by."""


class Said(NamedTuple):
    """A line of our own export about one file."""

    value: str
    content_hash: str
    encoder: str = ""
    """Of a vector by which encoder it was made (`EncoderSignature.key`); exports of before do not say so."""
    revision: str = ""
    """The weights of that encoder"""

    def differs(self, signature: EncoderSignature) -> bool:
        """Whether its vector was surely made by another encoder, or by other weights."""
        known = IMPORTED not in (self.revision, signature.revision)
        return bool(self.revision) and known and self.revision != signature.revision


def number_of_folder(name: str) -> float | None:
    match = _FOLDER.fullmatch(name)
    return float(match.group(1)) if match else None


def folder_order(name: str) -> tuple[float, str]:
    """By number, then by name; what has no number comes last."""
    number = number_of_folder(name)
    return (math.inf if number is None else number, name)


def evaluation_entry(path: str, name: str, stem: str) -> Entry | None:
    """For `test` and `N_test`; None for any other file beside the folders."""
    match = _EVALUATION.fullmatch(stem)
    if match is None:
        return None
    return Entry(path, name, float(match.group(1)) if match.group(1) else None, evaluation=True)


def check_tree(root: Path, entries: Iterable[Entry], suffix: str) -> None:
    """Raises UserError unless there is anything to import."""
    if not any(True for _ in entries):
        raise UserError(
            f"{root} holds no {suffix} in folders named by a number, such as 3 or 1_name", "name the folder above them"
        )


def check_folder(root: Path) -> None:
    if not root.exists():
        raise UserError(f"there is no folder {root}", "name the folder that holds N_name folders")
    if not root.is_dir():
        raise UserError(f"{root} is a file", "name the folder that holds N_name folders")


def read_manifest(root: Path) -> Mapping[str, Said]:
    """By path below `root`; empty where the folder is no export of ours."""
    file = root / MANIFEST
    if not file.is_file():
        return {}
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            rows = csv.DictReader(stream)
            if not {"path", "value", "hash"} <= set(rows.fieldnames or ()):
                return {}
            names = ("value", "hash", "encoder", "revision")
            return {row["path"]: Said(*(row.get(name) or "" for name in names)) for row in rows if row["path"]}
    except OSError as error:
        raise EnvironmentProblem(f"cannot read {file}: {error.strerror}", READABLE) from error
    except csv.Error as error:
        raise UserError(f"{file} is no CSV file: {error}", "move it away, and the folders' numbers count") from error


def answer_of(entry: Entry, said: Said | None, head: Head, scale: Scale) -> AnswerValue:
    """What the export said where there was one, else what the number says. ValueError with the reason for neither."""
    if said is not None:
        try:
            return parse_value(said.value, head)
        except ValueError:
            pass  # written for other labels: the number counts
    if head.kind is HeadKind.SCORE:
        return ScoreValue(float(BRACKETS) if entry.number is None else scale.score(entry.number))
    if entry.number is None:
        raise ValueError("an evaluation file without a number says something to score heads alone")
    if not entry.number.is_integer() or entry.number >= len(head.labels):
        raise ValueError(f"there is no label {entry.number:g}: {head.name} has 0 to {len(head.labels) - 1}")
    label = head.labels[int(entry.number)].label_id
    return ClassValue(label) if head.kind is HeadKind.CLASS else TagsValue(frozenset((label,)))


Known = TypeVar("Known")
"""By which an image is known: its content."""


@dataclass(slots=True)
class Gathered(Generic[Known]):
    """Answers by image: one image in several folders has one answer, and what contradicts the first is listed.

    An image that lies in a folder and beside the folders too is one to judge by.
    """

    values: dict[Known, AnswerValue] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    evaluation: dict[Known, None] = field(default_factory=dict)
    """Those to judge by, in the order they came."""
    _first: dict[Known, str] = field(default_factory=dict)

    def add(self, image: Known, entry: Entry, answer: AnswerValue) -> bool:
        """False where it contradicts what another file with the same content says."""
        held = self.values.get(image)
        joined = answer if held is None else _joined(held, answer)
        if joined is None:
            self.failed.append((entry.path, f"contradicts {self._first[image]}, which is the same image"))
            return False
        self.values[image] = joined
        self._first.setdefault(image, entry.path)
        if entry.evaluation:
            self.evaluation[image] = None
        return True


def _joined(held: AnswerValue, answer: AnswerValue) -> AnswerValue | None:
    match held, answer:
        case TagsValue(), TagsValue():
            yes, no = held.yes | answer.yes, held.no | answer.no
            return None if yes & no else TagsValue(yes, no)
        case _:
            return held if held == answer else None
