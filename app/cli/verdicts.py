"""What heads said of files, as JSON, as rows of a table and as a few characters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from app.cli.words import prediction_json, prediction_text
from core.scoring.judging import Judge, JudgedImage
from core.scoring.tables import Row
from core.values import HeadKind


def said_json(judges: Sequence[Judge], image: JudgedImage) -> dict[str, object]:
    """Of one head its answer, of several theirs by the names that the person gave."""
    said = _said(judges, image)
    return (
        said[0] if len(judges) == 1 else {"heads": {judge.model: one for judge, one in zip(judges, said, strict=True)}}
    )


def said_text(judges: Sequence[Judge], image: JudgedImage) -> list[str]:
    return [
        prediction_text(judge.head.kind, judge.head.labels, values)
        for judge, values in zip(judges, image.values, strict=True)
    ]


def as_row(judges: Sequence[Judge], image: JudgedImage) -> Row:
    """Columns: probabilities side by side, lists as `winnow annotate` reads them; of several heads NAME.COLUMN."""
    row: dict[str, str | float | None] = {"path": image.path}
    for judge, said in zip(judges, _said(judges, image), strict=True):
        before = "" if len(judges) == 1 else f"{short_name(judge.model)}."
        row |= {f"{before}{name}": value for name, value in _flat(said).items()}
    return row


def decided(judge: Judge, values: Sequence[Sequence[float]]) -> list[int]:
    """How many images each label was given to: the likeliest of a class head, every yes of a tags head."""
    array = np.asarray(values)  # (images, labels)
    if judge.head.kind is HeadKind.TAGS:
        return [int(count) for count in (array > 0.5).sum(axis=0)]
    return [int(count) for count in np.bincount(array.argmax(axis=1), minlength=array.shape[1])]


def short_name(model: str) -> str:
    """What a column or a list of bars is headed with."""
    return PurePosixPath(model).name.removesuffix(".safetensors").removesuffix(".pth")


def _said(judges: Sequence[Judge], image: JudgedImage) -> list[dict[str, object]]:
    return [
        prediction_json(judge.head.kind, judge.head.labels, values)
        for judge, values in zip(judges, image.values, strict=True)
    ]


def _flat(said: dict[str, object]) -> dict[str, str | float | None]:
    columns: dict[str, str | float | None] = {}
    for key, value in said.items():
        match value:
            case dict():
                columns |= {str(name): one for name, one in value.items()}
            case list():
                columns[key] = ";".join(value)
            case str() | float() | int():
                columns[key] = value
            case _:
                columns[key] = None
    return columns
