"""The queue on screen keeps what is in sight and loses nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.queue.image_queue import KEPT_AHEAD, ImageQueue


def ids(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def decided(*values: int):
    return lambda asked: np.isin(asked, values)


def test_that_advancing_passes_over_what_is_decided():
    queue = ImageQueue(ids(0, 1, 2, 3))
    queue.advance(decided(0, 1, 2))
    assert queue.current == 3


def test_that_advancing_past_the_last_open_image_shows_none():
    queue = ImageQueue(ids(0, 1))
    queue.advance(decided(0, 1))
    assert queue.current is None


def test_that_one_can_go_back_from_the_end():
    queue = ImageQueue(ids(0, 1), 2)
    assert queue.go_to(1)
    assert queue.current == 1


def test_that_the_nearest_open_image_is_found_behind_too():
    queue = ImageQueue(ids(0, 1, 2, 3), 2)
    assert queue.seek_open(decided(1, 2, 3))
    assert queue.current == 0


def test_that_a_skipped_image_comes_again_at_the_end():
    queue = ImageQueue(ids(4, 5, 6))
    queue.defer([4])
    assert queue.ids.tolist() == [4, 5, 6, 4]


def test_that_a_skipped_image_comes_again_after_every_new_order():
    queue = ImageQueue(ids(0, 1, 2, 3))
    skipped = np.array([True, False, False, False])
    queue.defer([0])
    queue.advance(decided())
    for _ in range(2):
        queue.reorder(ids(3, 2, 1, 0), skipped=skipped, kept_ahead=0)
        assert queue.ids.tolist() == [0, 1, 3, 2, 0]


def test_that_a_skipped_image_that_is_in_sight_again_is_not_doubled():
    queue = ImageQueue(ids(0, 1, 0), 1)
    queue.reorder(ids(1, 0), skipped=np.array([True, False]))
    assert queue.ids.tolist() == [0, 1, 0]


def test_that_an_image_passed_without_skipping_stays_passed():
    queue = ImageQueue(ids(0, 1, 2), 1)
    queue.reorder(ids(2, 1, 0), skipped=np.zeros(3, np.bool_), kept_ahead=0)
    assert queue.ids.tolist() == [0, 1, 2]


def test_that_an_image_outside_the_queue_can_be_shown():
    queue = ImageQueue(ids(4, 5, 6), 1)
    queue.show(9)
    assert queue.current == 9
    assert queue.ids.tolist() == [4, 9, 5, 6]


def test_that_images_that_are_gone_leave_and_the_place_stays():
    queue = ImageQueue(ids(0, 1, 2, 3), 2)
    queue.keep_only(np.array([True, False, True, True]))
    assert queue.ids.tolist() == [0, 2, 3]
    assert queue.current == 2


def test_that_an_order_asked_for_begins_at_once():
    queue = ImageQueue(ids(0, 1, 2, 3), 1)
    queue.reorder(ids(3, 2, 1), kept_ahead=-1)
    assert queue.ids.tolist() == [0, 3, 2, 1]
    assert queue.current == 3


@given(st.permutations(list(range(60))), st.permutations(list(range(60))), st.integers(0, 60))
def test_that_a_new_order_never_moves_what_is_in_sight_and_loses_no_image(first, second, position):
    queue = ImageQueue(np.array(first, np.int64), position)
    before = queue.ids.copy()
    queue.reorder(np.array(second, np.int64))
    kept = position + 1 + KEPT_AHEAD
    assert queue.ids[:kept].tolist() == before[:kept].tolist()
    assert sorted(queue.ids.tolist()) == list(range(60))
    rest = queue.ids[kept:].tolist()
    assert rest == [image for image in second if image in set(rest)]


@given(st.lists(st.booleans(), min_size=1, max_size=400), st.integers(0, 400))
def test_that_advancing_finds_the_first_open_image_after_this_one(states, position):
    states_array = np.array(states)
    queue = ImageQueue(np.arange(len(states), dtype=np.int64), min(position, len(states)))
    start = queue.position
    queue.advance(lambda asked: states_array[asked])
    open_after = [place for place, state in enumerate(states) if place > start and not state]
    assert queue.position == (open_after[0] if open_after else len(states))
