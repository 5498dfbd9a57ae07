"""What heads said of files: as JSON, as rows of a table, as captions, the best first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import PurePosixPath

import numpy as np

from core.scoring.answers import JudgedImage
from core.scoring.choice import Choice
from core.scoring.tables import Row
from core.scoring.tile_answers import AskedHead
from core.scoring.words import prediction_json, prediction_text
from core.values import HeadKind
from core.wording import probability_percent


def said_json(heads: Sequence[AskedHead], image: JudgedImage) -> dict[str, object]:
    """Of one head its answer, of several theirs by the names that the person gave."""
    said = _said(heads, image)
    return said[0] if len(heads) == 1 else {"heads": {head.model: one for head, one in zip(heads, said, strict=True)}}


def said_text(heads: Sequence[AskedHead], image: JudgedImage) -> list[str]:
    return [prediction_text(head.kind, head.labels, values) for head, values in zip(heads, image.values, strict=True)]


def as_row(heads: Sequence[AskedHead], image: JudgedImage) -> Row:
    """Columns: probabilities side by side, lists as `winnow annotate` reads them; of several heads NAME.COLUMN."""
    row: dict[str, str | float | None] = {"path": image.path}
    for head, said in zip(heads, _said(heads, image), strict=True):
        before = "" if len(heads) == 1 else f"{short_name(head.model)}."
        for name, value in _flat(said):
            row[_free(f"{before}{name}", row)] = value
    return row


def _free(name: str, taken: Mapping[str, object]) -> str:
    """A column for it: a label may be called as another column is, and two heads as one another."""
    if name not in taken:
        return name
    return next(one for number in itertools.count(2) if (one := f"{name}-{number}") not in taken)


def decided(head: AskedHead, values: Sequence[Sequence[float]]) -> list[int]:
    """How many images each label was given to: the likeliest of a class head, every yes of a tags head."""
    array = np.nan_to_num(
        np.asarray(values), nan=-1.0
    )  # (images, labels); of what was never learned nothing is decided
    if head.kind is HeadKind.TAGS:
        return [int(count) for count in (array > 0.5).sum(axis=0)]
    said = array[array.max(axis=1) >= 0]
    return [int(count) for count in np.bincount(said.argmax(axis=1), minlength=array.shape[1])]


def best_first(images: Sequence[JudgedImage], choice: Choice) -> list[JudgedImage]:
    """The highest first; what was never learned comes last."""
    return sorted(images, key=lambda image: -1.0 if isnan(choice.value(image)) else choice.value(image), reverse=True)


def captions(heads: Sequence[AskedHead], choices: Sequence[Choice], image: JudgedImage) -> tuple[str, ...]:
    """What each head says, with its name where there are several: "7.3 · taste", "rose 98 % · kind"."""
    said = [_caption(heads, choice, image) or "–" for choice in choices]
    if len(heads) == 1:
        return tuple(said)
    names = [head.name for head in heads]
    if len(set(names)) < len(names):  # versions of one head
        names = [short_name(head.model) for head in heads]
    return tuple(f"{one} · {names[choice.judge]}" for one, choice in zip(said, choices, strict=True))


def _caption(heads: Sequence[AskedHead], choice: Choice, image: JudgedImage) -> str:
    """A score, else the likeliest of the labels asked for."""
    values = image.values[choice.judge]
    labels = heads[choice.judge].labels
    if not labels:
        score = choice.value(image)
        return "" if isnan(score) else f"{score:.1f}"
    learned = [output for output in choice.outputs if not isnan(values[output])]
    best = max(learned, key=values.__getitem__, default=None)
    return "" if best is None else f"{labels[best]} {probability_percent(values[best])}"


def short_name(model: str) -> str:
    """What a column or a list of bars is headed with."""
    return PurePosixPath(model).name.removesuffix(".safetensors").removesuffix(".pth")


def untold_tags(heads: Sequence[AskedHead], images: Sequence[JudgedImage]) -> dict[str, tuple[str, ...]]:
    """Model -> tags of which it says nothing, of any image; without those that tell of all."""
    found = {}
    for place, head in enumerate(heads if images else ()):
        if head.kind is HeadKind.TAGS:
            silent = [all(isnan(image.values[place][row]) for image in images) for row in range(len(head.labels))]
            found[head.model] = tuple(name for name, unsaid in zip(head.labels, silent, strict=True) if unsaid)
    return {model: tags for model, tags in found.items() if tags}


def _said(heads: Sequence[AskedHead], image: JudgedImage) -> list[dict[str, object]]:
    return [prediction_json(head.kind, head.labels, values) for head, values in zip(heads, image.values, strict=True)]


def _flat(said: dict[str, object]) -> Iterator[tuple[str, str | float | None]]:
    for key, value in said.items():
        match value:
            case dict():
                yield from ((str(name), one) for name, one in value.items())
            case list():
                yield key, ";".join(value)
            case str() | float() | int():
                yield key, value
            case _:
                yield key, None
