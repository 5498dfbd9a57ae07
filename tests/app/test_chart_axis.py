"""Names along a chart: beside each other, never on each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from app.models.insight import Axis, Chart
from app.theme import DARK
from app.views.chart_canvas import ChartCanvas

SHORT = ("dog", "cat", "bird")
LONG = tuple(f"a rather long name of a tag {place}" for place in range(30))
BUSY = ("bowl", "dining table", "potted plant", "clock", "teddy bear", "refrigerator", "broccoli", "giraffe")


@pytest.fixture
def canvas(qtbot):
    canvas = ChartCanvas(DARK)
    qtbot.addWidget(canvas)
    canvas.resize(700, 400)
    canvas.show()
    return canvas


def shown_names(canvas: ChartCanvas, side: str) -> list[tuple[QRectF, str]]:
    """Where each name is drawn, and as what."""
    axis = canvas._plot.getAxis(side)
    image = QImage(10, 10, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    texts = axis.generateDrawSpecs(painter)[2]
    painter.end()
    return [(rect, text) for rect, _, text in texts]


def show_names(canvas: ChartCanvas, names: tuple[str, ...]) -> None:
    named = Axis("said", -0.5, len(names) - 0.5, tuple(enumerate(names)))
    canvas.show_chart(Chart(note="", x=named, y=Axis("answered", -0.5, len(names) - 0.5, named.ticks)))
    QTest.qWait(20)


def test_that_short_names_stand_whole_in_one_row(canvas):
    show_names(canvas, SHORT)
    assert [text for _, text in shown_names(canvas, "bottom")] == list(SHORT)
    assert [text for _, text in shown_names(canvas, "left")] == list(SHORT)


def test_that_names_without_room_stand_whole_in_two_rows(canvas):
    show_names(canvas, BUSY)
    assert [text.strip() for _, text in shown_names(canvas, "bottom")] == list(BUSY)
    assert [text.startswith("\n") for _, text in shown_names(canvas, "bottom")] == [False, True] * 4


@pytest.mark.parametrize("names", [BUSY, LONG])
def test_that_no_name_of_a_row_runs_into_the_next(canvas, names):
    show_names(canvas, names)
    shown = shown_names(canvas, "bottom")
    assert len(shown) == len(names)
    for lower in (False, True):
        row = [rect for rect, text in shown if text.startswith("\n") is lower]
        assert len(row) == len(names) / 2
        assert all(before.right() < after.left() for before, after in pairwise(row))


def test_that_names_at_the_left_have_the_room_that_they_need(canvas):
    show_names(canvas, BUSY)
    assert [text for _, text in shown_names(canvas, "left")] == list(BUSY)


def test_that_a_long_name_at_the_left_is_cut_and_never_left_out(canvas):
    show_names(canvas, LONG)
    shown = shown_names(canvas, "left")
    assert len(shown) == len(LONG)
    assert all("…" in text and text.endswith(name[-1]) for (_, text), name in zip(shown, LONG, strict=True))


def test_that_a_wider_window_writes_names_in_one_row_again(canvas):
    show_names(canvas, BUSY)
    canvas.resize(2000, 400)
    QTest.qWait(20)
    assert [text for _, text in shown_names(canvas, "bottom")] == list(BUSY)
