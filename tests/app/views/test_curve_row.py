"""Loss curves side by side."""

from __future__ import annotations

from app.views.curve_row import CurveRow
from core.values import CurvePoint


def test_that_curves_side_by_side_are_whole_and_on_one_scale(qtbot) -> None:
    row = CurveRow()
    qtbot.addWidget(row)
    row.resize(600, 240)
    row.show()
    high = tuple(CurvePoint(step, 0.9 - step / 1_000, 0.95, 0.01) for step in (10, 100))
    low = tuple(CurvePoint(step, 0.2 - step / 1_000, None, 0.01) for step in (10, 200))
    row.show_curves([("v1", high), ("v2", low), ("v3", ())])
    assert len(row.plots) == 1, "they are made one after another"
    qtbot.waitUntil(lambda: row.is_whole)
    first, second = (plot._losses.getViewBox().viewRange() for plot in row.plots[:2])
    assert first == second
    (left, right), (bottom, top) = first
    assert left <= 0 and right >= 200 and bottom <= 0.0 and top >= 0.95
