"""The picture of learning curves."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.benchmarks.curve_picture import Line, Panel, check_picture, draw_curves
from core.errors import UserError


def _panel(title):
    rounds = np.array([10, 20, 30])
    return Panel(
        title, {"ours": Line(rounds, np.array([0.5, 0.7, 0.9])), "other": Line(rounds, np.array([0.4, 0.5, 0.6]))}
    )


def test_that_every_curve_is_drawn_in_its_colour(tmp_path):
    draw_curves(tmp_path / "curves.png", [_panel("one"), _panel("two")], front=("ours",))
    with Image.open(tmp_path / "curves.png") as picture:
        pixels = np.asarray(picture).reshape(-1, 3).astype(int)
    for colour in ((214, 90, 40), (66, 120, 190)):
        assert (np.abs(pixels - colour).sum(axis=1) < 40).sum() > 50


def test_that_a_flat_curve_is_drawn_too(tmp_path):
    flat = Panel("flat", {"ours": Line(np.array([10, 20]), np.array([0.5, 0.5]))})
    draw_curves(tmp_path / "curves.png", [flat], front=("ours",))
    assert (tmp_path / "curves.png").stat().st_size > 0


def test_that_a_picture_is_refused_before_any_work(tmp_path):
    with pytest.raises(UserError, match=r"\.png"):
        check_picture(tmp_path / "curves.svg")
    with pytest.raises(UserError, match="no folder"):
        check_picture(tmp_path / "missing" / "curves.png")
