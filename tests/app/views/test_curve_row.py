"""Loss curves side by side."""

from __future__ import annotations

from app.views.curve_plot import CurvePlot
from app.views.curve_row import CurveRow
from core.values import CurvePoint


def test_that_curves_side_by_side_are_whole_and_on_one_scale(qtbot) -> None:
    row = CurveRow()
    qtbot.addWidget(row)
    row.resize(600, 240)
    row.show()
    high = tuple(CurvePoint(step, 0.9 - step / 1_000, 0.95, 0.01) for step in (10, 100))
    low = tuple(CurvePoint(step, 0.2 - step / 1_000, None, 0.01) for step in (10, 200))
    row.show_curves([("v1", high, ""), ("v2", low, ""), ("v3", (), "")])
    assert len(row._columns) == 1, "they are made one after another"
    qtbot.waitUntil(lambda: row.is_whole)
    first, second = (column.plot._losses.getViewBox().viewRange() for column in row._columns[:2])
    assert first == second
    (left, right), (bottom, top) = first
    assert left <= 0 and right >= 200 and bottom <= 0.0 and top >= 0.95


def test_that_losses_of_another_make_have_a_scale_of_their_own_and_say_so(qtbot) -> None:
    row = CurveRow()
    qtbot.addWidget(row)
    points = {loss: tuple(CurvePoint(step, loss, None, 0.01) for step in (10, 100)) for loss in (1.3, 2.3)}
    row.show_curves([("v2", points[1.3], ""), ("v3", points[2.3], "with pairs")])
    qtbot.waitUntil(lambda: row.is_whole)
    first, second = (column.plot._losses.getViewBox().viewRange()[1] for column in row._columns)
    assert first[1] < 2.3 and second[0] > 1.3
    assert [column._title.text() for column in row._columns] == ["v2 loss", "v3 loss, with pairs"]


def test_that_the_scale_does_not_go_by_the_size_of_a_plot(qtbot) -> None:
    points = tuple(CurvePoint(step, 1.0 / step, None, 0.01) for step in (1, 10, 100))
    ranges = []
    for size in ((900, 700), (120, 90)):
        plot = CurvePlot(small=True)
        qtbot.addWidget(plot)
        plot.resize(*size)
        plot.show()
        qtbot.waitUntil(lambda plot=plot: plot._losses.getViewBox().height() > 20)
        plot.show_curve(points)
        plot.fit(points)
        ranges.append(plot._losses.getViewBox().viewRange())
    assert ranges[0] == ranges[1]
