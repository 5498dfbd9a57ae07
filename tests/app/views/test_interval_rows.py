"""Figures with intervals: what is painted on the track."""

from __future__ import annotations

from app.models.keeping import FigureRow
from app.theme import Theme
from app.views.interval_rows import IntervalRows


def test_that_a_figure_of_which_nothing_is_known_has_an_empty_track(qtbot, theme: Theme) -> None:
    rows = IntervalRows(theme)
    qtbot.addWidget(rows)
    rows.resize(400, theme.row_dense)

    def painted(value: float | None) -> set[str]:
        rows.show_rows((FigureRow("F1", "", value, 0.0, 1.0, "", "", ""),))
        image = rows.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    assert theme.bar.name() in painted(0.5)
    assert theme.bar.name() not in painted(None)
