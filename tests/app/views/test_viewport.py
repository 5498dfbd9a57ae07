"""Fit, zoom and pan, as claims about rectangles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from app.views.viewport import LARGEST_ZOOM, Viewport

edges = st.integers(1, 8000)
panes = st.integers(50, 3000)
fractions = st.floats(0.0, 1.0)
zooms = st.floats(0.01, 32.0)


@given(edges, edges, panes, panes)
def test_that_fit_shows_the_whole_picture_in_the_middle(width: int, height: int, across: int, down: int) -> None:
    target = Viewport(width, height, QSizeF(across, down)).target()
    assert target.left() >= 0 and target.top() >= 0
    assert target.right() <= across + 0.5 and target.bottom() <= down + 0.5
    assert abs(target.center().x() - across / 2) <= 1


@given(edges, edges, panes, panes, zooms, fractions, fractions)
def test_that_zooming_keeps_the_point_under_the_cursor_or_an_edge(
    width: int, height: int, across: int, down: int, zoom: float, x: float, y: float
) -> None:
    view = Viewport(width, height, QSizeF(across, down))
    cursor = QPointF(x * across, y * down)
    zoomed = view.zoomed(zoom, cursor)
    assert zoomed.scale <= max(LARGEST_ZOOM, view.fit_scale)
    target = zoomed.target()
    if zoomed.zoom is None or target.width() <= across:
        return
    assert target.left() <= 0 and target.right() >= across
    free = 0 < -target.left() < target.width() - across
    if free and view.target().contains(cursor):
        assert zoomed.at(cursor)[0] == pytest.approx(
            view.at(cursor)[0], abs=2 / target.width() + 2 / view.target().width()
        )


def test_that_zooming_out_ends_at_fit() -> None:
    view = Viewport(4000, 3000, QSizeF(800, 600)).zoomed(1.0, QPointF(400, 300))
    assert view.zoom == 1.0
    assert view.zoomed(0.01, QPointF(0, 0)).zoom is None


def test_that_a_pan_stops_at_the_edge() -> None:
    view = Viewport(4000, 3000, QSizeF(800, 600)).zoomed(1.0, QPointF(400, 300)).moved(99999, 99999)
    assert view.target().topLeft() == QPointF(0, 0)


def test_that_a_fitted_picture_does_not_pan() -> None:
    view = Viewport(4000, 3000, QSizeF(800, 600))
    assert view.moved(50, 50) == view


def test_that_a_locked_zoom_holds_on_the_next_picture() -> None:
    view = Viewport(4000, 3000, QSizeF(800, 600)).zoomed(2.0, QPointF(10, 10))
    kept = view.on(4000, 3000, keep=True)
    assert (kept.zoom, kept.centre) == (view.zoom, view.centre)
    assert view.on(4000, 3000, keep=False).zoom is None
