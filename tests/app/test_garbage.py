"""The collector's rules are Python's own, kept by the window's thread."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from app import garbage

OFTEN_YOUNG, OFTEN_ALL = (0, 11, 0), (0, 0, 11)
"""What Python counts where that is due; thresholds are 10."""


@pytest.fixture
def looked(monkeypatch) -> Iterator[list[int]]:
    """The generations that were looked through, while the heap of the test run is put aside."""
    found: list[int] = []
    threshold, note = gc.get_threshold(), lambda phase, info: found.append(info["generation"])
    gc.disable()
    gc.collect()
    gc.freeze()
    gc.callbacks.append(note)
    gc.set_threshold(10, 10, 10)
    yield found
    gc.callbacks.remove(note)
    gc.set_threshold(*threshold)
    gc.unfreeze()


def looks(watch: garbage.Watch, monkeypatch, count: tuple[int, int, int], looked: list[int]) -> list[int]:
    monkeypatch.setattr(gc, "get_count", lambda: count)
    looked.clear()
    watch.collect_due()
    return looked[::2]  # once it begins, once it ends


def test_that_a_large_heap_is_looked_through_only_once_a_quarter_was_added(looked, monkeypatch):
    watch, kept = garbage.Watch(), [[] for _ in range(40_000)]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == []
    kept += [[] for _ in range(8_000)]
    assert looks(watch, monkeypatch, OFTEN_YOUNG, looked) == [1]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == []
    kept += [[] for _ in range(4_000)]
    assert looks(watch, monkeypatch, OFTEN_YOUNG, looked) == [1]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == []


def test_that_a_young_collection_goes_on_while_the_whole_one_waits(looked, monkeypatch):
    watch, kept = garbage.Watch(), [[] for _ in range(40_000)]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    assert looks(watch, monkeypatch, (0, 11, 11), looked) == [1]
    assert looks(watch, monkeypatch, (11, 0, 11), looked) == [0]
    assert len(kept) == 40_000


def test_that_what_a_young_collection_freed_counts_for_nothing(looked, monkeypatch):
    watch, kept = garbage.Watch(), [[] for _ in range(40_000)]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    for _ in range(20_000):
        itself: list[object] = []
        itself.append(itself)
    del itself
    assert looks(watch, monkeypatch, OFTEN_YOUNG, looked) == [1]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == []
    assert len(kept) == 40_000


def test_that_no_object_is_counted_one_by_one(looked, monkeypatch):
    watch, counted, count = garbage.Watch(), [], gc.get_objects
    monkeypatch.setattr(gc, "get_objects", lambda *of: counted.append(of) or count(*of))
    assert looks(watch, monkeypatch, OFTEN_YOUNG, looked) == [1]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    assert not counted


def test_that_what_went_without_a_collection_does_not_put_off_the_next_one(looked, monkeypatch):
    watch, kept = garbage.Watch(), [[] for _ in range(40_000)]
    assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
    for _ in range(20):  # each time all that was added goes by itself: over and over, and the heap is as before
        added = [[] for _ in range(12_000)]
        assert looks(watch, monkeypatch, OFTEN_YOUNG, looked) == [1]
        assert looks(watch, monkeypatch, OFTEN_ALL, looked) == [2]
        added.clear()
        assert looks(watch, monkeypatch, OFTEN_ALL, looked) == []
    assert len(kept) == 40_000
