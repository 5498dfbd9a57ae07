"""Selection in runs, held against a plain set."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.models.selection import Selection

COUNT = 12
places = st.integers(0, COUNT - 1)
steps = st.lists(st.tuples(st.sampled_from(["only", "toggle", "extend", "move", "all", "clear"]), places), max_size=20)


@given(steps)
def test_that_a_selection_behaves_like_a_set_with_an_anchor(done: list[tuple[str, int]]) -> None:
    selection = Selection()
    selection.reset(np.zeros(COUNT, np.bool_), 0)
    expected: set[int] = set()
    anchor = 0
    for act, place in done:
        if act == "only":
            selection.only(place)
            expected, anchor = {place}, place
        elif act == "toggle":
            selection.toggle(place)
            expected, anchor = expected ^ {place}, place
        elif act == "extend":
            selection.extend_to(place)
            expected = set(range(min(anchor, place), max(anchor, place) + 1))
        elif act == "move":
            selection.move_to(place)
            expected, anchor = set(), place
        elif act == "all":
            selection.select_all()
            expected = set(range(COUNT))
        else:
            selection.clear()
            expected = set()
        assert set(selection.positions.tolist()) == expected


def test_that_an_empty_queue_selects_nothing() -> None:
    selection = Selection()
    selection.reset(np.zeros(0, np.bool_), 0)
    selection.select_all()
    assert selection.current == -1
    assert len(selection.positions) == 0
    assert 0 not in selection
