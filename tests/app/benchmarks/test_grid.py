"""What the grid benchmark counts, by the real window's own keys and clicks."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.benchmarks._million import time_grid
from app.benchmarks._page_acts import count_acts


def test_that_pages_of_a_thousand_mostly_right_images_take_fewer_than_sixty_acts(qapp: QApplication) -> None:
    acts = count_acts(1_000, 50, window=(1920, 1080), seed=0)
    assert acts.marks == 50
    assert acts.total < 60
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_that_a_million_images_cost_the_window_little_more_than_a_few(qapp: QApplication) -> None:
    """Bounds far from what is measured, so that a busy machine keeps them."""
    timed = time_grid(1_000_000, 30, seed=0)
    assert timed.opened < 3.0
    assert timed.reordered < 1.0
    assert sorted(timed.worked)[len(timed.worked) // 2] < 0.016
