"""A page fills its area, cuts no card and leaves room for its bar."""

from __future__ import annotations

from core.values import HeadKind
from tests.app.conftest import PICTURES, add_head
from tests.app.pages.cards import open_pages, say, state
from tests.app.reviews import CAT, likely


def test_that_a_page_fills_its_area_and_cuts_no_card(paged):
    grid = paged.window.page_view.grid
    for steps, size in ((-3, (733, 411)), (1, (1280, 700)), (1, (961, 533))):
        grid.resize_cards(steps)
        grid.resize(*size)
        columns, rows = grid._shape
        last = grid._area(columns * rows - 1)
        assert (last.right(), last.bottom()) == size


def test_that_cards_grow_in_a_large_window_and_where_a_page_is_not_full(paged):
    grid = paged.window.page_view.grid
    grid.resize_cards(-3)
    scale = grid._theme.scale
    capacities = []
    for width, height in ((1280, 660), (2560, 1310)):
        grid.resize(round(width * scale), round(height * scale))
        capacities.append(grid.capacity)
        cards = len(state(paged).cards)
        columns, rows = grid._shape
        assert cards <= columns * rows < grid.capacity
    assert 60 < capacities[0] <= capacities[1] <= 180


def test_that_a_long_label_leaves_room_for_the_rest_of_the_bar(qtbot, shell):
    add_head(shell, HeadKind.CLASS, (("a & b " * 16).strip(), "dog", "bird"))
    say(shell, likely(*[CAT] * PICTURES))
    open_pages(qtbot, shell)
    shell.window.resize(900, 600)
    bar = shell.window.page_view.bar
    assert bar.minimumSizeHint().width() < 800
    assert bar._output.menu().actions()[0].text().count("&&") == 16
