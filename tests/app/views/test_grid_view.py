"""The grid with real thumbnails: look, select, open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.delegates.cell_painter import keep_end
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.theme import Theme
from app.views.grid_view import GridView
from core.values import ImageFile, ImageId


@pytest.fixture
def described() -> list[ImageId]:
    return []


@pytest.fixture
def grid(qtbot, theme: Theme, thumbnails: ThumbnailLoader, described: list[ImageId]) -> Iterator[GridView]:
    def describe(image_id: ImageId) -> Cell:
        described.append(image_id)
        return Cell(f"{image_id}.png", flagged=image_id == 2, excluded=image_id == 3)

    made = GridView(theme, thumbnails, describe)
    qtbot.addWidget(made)
    made.resize(3 * theme.cell + 40, 2 * theme.cell + 60)
    made.show()
    yield made
    thumbnails.pool._pool.waitForDone()


def ids_of(images: list[ImageFile]) -> np.ndarray:
    return np.array([image.image_id for image in images], np.int64)


def place_of(grid: GridView, position: int) -> QPoint:
    return grid.visualRect(grid._model.index_of(position)).center()


def click(qtbot, grid: GridView, position: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place_of(grid, position))


def test_that_all_in_sight_are_painted_broken_ones_too(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    with qtbot.waitSignal(grid.thumbnails_painted, timeout=10_000):
        grid.set_queue(ids_of(images), 0)


def test_that_a_click_selects_one_and_control_adds(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 0)
    click(qtbot, grid, 1)
    click(qtbot, grid, 4, Qt.KeyboardModifier.ControlModifier)
    assert grid.selected_ids() == [2, 5]


def test_that_shift_selects_the_run(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 0)
    click(qtbot, grid, 1)
    click(qtbot, grid, 4, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selected_ids() == [2, 3, 4, 5]


def test_that_without_a_selection_the_current_image_is_meant(grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 3)
    assert grid.selected_ids() == [4]


def test_that_arrows_move_and_shift_extends(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 0)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current_position() == 1
    qtbot.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selected_ids() == [2, 3, 4, 5]
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.current_position() == len(images) - 1


def test_that_select_all_and_clear_are_announced(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 0)
    with qtbot.waitSignal(grid.selection_changed):
        grid.select_all()
    assert grid.selected_ids() == ids_of(images).tolist()
    with qtbot.waitSignal(grid.selection_changed):
        grid.clear_selection()
    assert grid.selected_ids() == [1]


def test_that_a_selection_survives_another_order(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 0)
    click(qtbot, grid, 0)
    click(qtbot, grid, 2, Qt.KeyboardModifier.ControlModifier)
    grid.set_queue(ids_of(images)[::-1], 0)
    assert sorted(grid.selected_ids()) == [1, 3]


def test_that_the_frame_stays_on_its_image_until_the_queue_moves_on(grid: GridView, images: list[ImageFile]) -> None:
    ids = ids_of(images)
    grid.set_queue(ids, 1)
    grid.step(2)
    grid.set_queue([*ids[:2], ids[4], *ids[2:4], *ids[5:]], 1)
    assert grid.selected_ids() == [ids[3]]
    grid.set_queue(ids, 2)
    assert grid.selected_ids() == [ids[2]]


def test_that_enter_and_a_double_click_open(qtbot, grid: GridView, images: list[ImageFile]) -> None:
    grid.set_queue(ids_of(images), 2)
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert opened.args == [2]
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place_of(grid, 1))
    assert opened.args == [1]


def test_that_of_a_million_only_those_in_sight_are_described(qtbot, grid: GridView, described: list[ImageId]) -> None:
    grid.set_queue(np.arange(1_000_000, dtype=np.int64), 999_999)
    qtbot.waitUntil(lambda: bool(described))
    assert len(set(described)) < 50
    assert max(described) == 999_999


def test_that_painting_describes_nothing(qtbot, grid: GridView, images: list[ImageFile], described) -> None:
    with qtbot.waitSignal(grid.thumbnails_painted, timeout=10_000):
        grid.set_queue(ids_of(images), 0)
    described.clear()
    grid.viewport().repaint()
    assert described == []


def test_that_a_changed_answer_is_described_again_only_in_sight(qtbot, grid: GridView, images, described) -> None:
    grid.set_queue(ids_of(images), 0)
    qtbot.waitUntil(lambda: bool(described))
    described.clear()
    grid.refresh({ImageId(1), ImageId(12345)})
    assert described == [1]


def test_that_no_row_is_cut_at_the_top_when_the_grid_is_first_shown(qtbot, theme: Theme, thumbnails) -> None:
    view = GridView(theme, thumbnails, lambda _: Cell())
    qtbot.addWidget(view)
    view.resize(3 * theme.cell + 40, 700)
    view.set_queue(range(1000), 500)
    view.show()
    pitch = view.verticalHeader().defaultSectionSize()
    assert view.verticalScrollBar().value() > 0
    assert view.verticalScrollBar().value() % pitch == 0
    view.step(30)
    assert view.verticalScrollBar().value() % pitch == 0


def test_that_scrolling_describes_only_what_comes_into_sight(qtbot, grid: GridView, described: list[ImageId]) -> None:
    grid.set_queue(np.arange(1, 100), 0)
    qtbot.waitUntil(lambda: bool(described))
    described.clear()
    bar = grid.verticalScrollBar()
    bar.setValue(grid.verticalHeader().defaultSectionSize())
    qtbot.waitUntil(lambda: bool(described))
    assert len(described) == 3


def test_that_a_badge_keeps_the_end_that_tells_labels_apart() -> None:
    shown = [keep_end(name, len, 9) for name in ("label number 1", "label number 11", "tulips")]
    assert shown == ["la…mber 1", "la…ber 11", "tulips"]
    assert keep_end("label", len, 0) == "…"
