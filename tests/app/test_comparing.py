"""Images side by side: zoom and place are shared, answers go to the first."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.acts import View
from app.bootstrap import Shell
from app.queue.neighbours import NeighbourQuestion, find_neighbours
from core.arrays.embeddings import EmbeddingStore
from core.values import EncoderSignature, ScoreValue
from tests.app.keys import Key, press
from tests.core.heads.material import hashes_of


@pytest.fixture
def compared(score_shell) -> Shell:
    """Three images of the grid side by side."""
    press(score_shell, Key.Key_G)
    grid = score_shell.window.grid_view
    grid.step(1, extend=True)
    grid.step(1, extend=True)
    press(score_shell, Key.Key_C)
    return score_shell


def panes(shell: Shell) -> list:
    view = shell.window.compare_view
    return [pane.view for pane in view._panes[: len(view.state.panes)]]


def test_that_selected_images_stand_side_by_side(compared):
    assert compared.window.view is View.COMPARE
    ids = [pane.image.image_id for pane in compared.window.compare_view.state.panes]
    assert ids == compared.workspace.queue.ids[:3].tolist()


def test_that_zoom_and_pan_are_shared(compared):
    first, second, third = panes(compared)
    second.zoom_in()
    second.zoom_in()
    assert first.zoom_text == second.zoom_text == third.zoom_text
    third._set_view(third._view.zoomed(3.0, QPointF(1, 1)))
    assert first._view.centre == third._view.centre
    first.fit()
    assert not any(view.zoomed() for view in (first, second, third))


def test_that_answer_keys_go_to_the_first_image(compared):
    first = compared.workspace.queue.current
    press(compared, Key.Key_7)
    assert compared.workspace.board.answers == {first: ScoreValue(7.0)}
    assert compared.window.view is View.COMPARE


def test_that_escape_leaves_after_the_zoom(compared):
    panes(compared)[0].actual_size()
    press(compared, Key.Key_Escape)
    assert compared.window.view is View.COMPARE
    press(compared, Key.Key_Escape)
    assert compared.window.view is View.LABEL


def test_that_too_many_selected_images_are_refused_in_one_line(score_shell):
    press(score_shell, Key.Key_G)
    score_shell.window.grid_view.select_all()
    press(score_shell, Key.Key_C)
    assert score_shell.window.view is View.GRID


def test_that_an_image_without_neighbours_stands_alone(score_shell):
    press(score_shell, Key.Key_C)
    (only,) = score_shell.window.compare_view.state.panes
    assert only.image.image_id == score_shell.workspace.queue.current


def test_that_neighbours_are_the_nearest_answered_and_an_example_of_the_answer(tmp_path):
    signature = EncoderSignature("drawn", "drawn", "1", "{}", 2)
    angles = np.deg2rad([0, 5, 10, 80, 85, 90])
    hashes = hashes_of(6)
    with EmbeddingStore(tmp_path).writer(signature) as writer:
        writer.add(hashes, np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float16))
    store = EmbeddingStore(tmp_path)
    alike = np.array([False, False, True, True, True])
    found = find_neighbours(NeighbourQuestion(store, hashes[:1], np.arange(1, 6), hashes[1:], alike))
    assert (found.nearest, found.example) == ((1, 2), 4)
    unknown = find_neighbours(NeighbourQuestion(store, hashes_of(7)[6:], np.arange(1, 6), hashes[1:], alike))
    assert (unknown.nearest, unknown.example) == ((), None)
