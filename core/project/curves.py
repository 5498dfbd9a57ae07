"""The training curve that a version keeps in its training.csv."""

from __future__ import annotations

import csv
from pathlib import Path

from core.project.folder import curve_file
from core.values import CurvePoint


def read_curve(version: Path) -> tuple[CurvePoint, ...]:
    """Of the version in that folder; empty where there is none that can be read."""
    try:
        with curve_file(version).open(encoding="utf-8", newline="") as file:
            return tuple(_point(row) for row in csv.DictReader(file))
    except (OSError, csv.Error, ValueError, KeyError, TypeError):
        return ()


def _point(row: dict[str, str]) -> CurvePoint:
    return CurvePoint(
        int(row["step"]),
        float(row["training_loss"]),
        _loss(row["evaluation_loss"]),
        float(row["learning_rate"]),
        _loss(row.get("evaluation_files_loss")),
    )


def _loss(text: str | None) -> float | None:
    return float(text) if text else None
