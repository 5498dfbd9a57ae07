"""Cards for the tests of the views."""

from __future__ import annotations

from app.models.cards import Card, CardRow
from core.values import Head, HeadId, HeadKind, ImageFile, Label, LabelId


def make_head(kind: HeadKind, count: int = 3) -> Head:
    labels = () if kind is HeadKind.SCORE else tuple(Label(LabelId(n), f"label {n}") for n in range(count))
    return Head(HeadId(1), "Question", kind, labels, "signal")


def make_card(image: ImageFile, kind: HeadKind = HeadKind.CLASS, count: int = 3) -> Card:
    rows = tuple(CardRow(str(n + 1), f"label {n}", 0.5, (0.1 * n,) * 8) for n in range(count))
    return Card(image, make_head(kind, count), rows if kind is not HeadKind.SCORE else ())
