"""Boxes with the kinds of heads, what they look at and how crops are combined, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from core.values import Combine, HeadKind, Tiles

KINDS = (
    (HeadKind.CLASS, "Class: one of several labels"),
    (HeadKind.SCORE, "Score: 0 to 10"),
    (HeadKind.TAGS, "Tags: any number of labels"),
)
TILES = (
    (Tiles.NONE, "The whole image"),
    (Tiles.FIVE_CROP, "Five crops at full detail (slower, sees small things)"),
)
COMBINES = (
    (Combine.MEAN, "Mean of the crops"),
    (Combine.MEDIAN, "Median of the crops"),
    (Combine.MAX, "The highest crop counts"),
    (Combine.MIN, "The lowest crop counts"),
)
LOOKS_AT = (
    "What the encoder sees of each image.\n"
    "The whole image: made small enough for the encoder; right for content, mood and taste.\n"
    "Five crops: the corners and the middle as they are; right for sharpness, noise and other small things. "
    "Embedding takes about five times as long."
)


def choice_box(
    choices: Sequence[tuple[HeadKind | Tiles | Combine, str]], parent: QWidget, *, left_open: str = ""
) -> QComboBox:
    """`left_open`: a first line that chooses none."""
    box = QComboBox(parent)
    if left_open:
        box.addItem(left_open, None)
    for value, text in choices:
        box.addItem(text, value.value)
    return box
