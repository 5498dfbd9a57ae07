"""The pool takes the most urgent first, the newest among equals, and lets waiting work be withdrawn."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.loading.decode_pool import DecodePool, Urgency

WAIT_S = 10.0


class Gate:
    """Holds the only thread of the pool until requests have gathered."""

    def __init__(self, pool: DecodePool) -> None:
        self.open = threading.Event()
        self.entered = threading.Event()
        pool.submit("gate", Urgency.SHOWN, self._hold)
        assert self.entered.wait(WAIT_S)

    def _hold(self) -> None:
        self.entered.set()
        self.open.wait(WAIT_S)


@pytest.fixture
def pool(qapp: QApplication) -> Iterator[DecodePool]:
    made = DecodePool(threads=1)
    yield made
    made.close()


def finish(pool: DecodePool, gate: Gate) -> None:
    done = threading.Event()
    pool.submit("end", Urgency.AHEAD, done.set)
    gate.open.set()
    assert done.wait(WAIT_S)


def test_that_urgent_work_comes_first_and_newer_before_older(pool: DecodePool) -> None:
    gate, order = Gate(pool), []
    pool.submit("end-marker", Urgency.AHEAD, lambda: order.append("ahead"))
    pool.submit("old", Urgency.THUMBNAIL, lambda: order.append("old thumbnail"))
    pool.submit("new", Urgency.THUMBNAIL, lambda: order.append("new thumbnail"))
    pool.submit("shown", Urgency.SHOWN, lambda: order.append("shown"))
    gate.open.set()
    pool._pool.waitForDone()
    assert order == ["shown", "new thumbnail", "old thumbnail", "ahead"]


def test_that_withdrawn_work_is_not_done(pool: DecodePool) -> None:
    gate, order = Gate(pool), []
    pool.submit("a", Urgency.SHOWN, lambda: order.append("a"))
    assert pool.withdraw("a")
    finish(pool, gate)
    assert order == []


def test_that_running_work_cannot_be_withdrawn(pool: DecodePool) -> None:
    gate = Gate(pool)
    assert not pool.withdraw("gate")
    gate.open.set()


def test_that_asking_again_replaces_the_waiting_request(pool: DecodePool) -> None:
    gate, order = Gate(pool), []
    pool.submit("a", Urgency.AHEAD, lambda: order.append("first"))
    pool.submit("a", Urgency.SHOWN, lambda: order.append("second"))
    finish(pool, gate)
    assert order == ["second"]


def test_that_a_fault_leaves_the_pool_working(pool: DecodePool, caplog: pytest.LogCaptureFixture) -> None:
    gate, order = Gate(pool), []

    def fail() -> None:
        raise ValueError("unforeseen")

    pool.submit("bad", Urgency.SHOWN, fail)
    pool.submit("good", Urgency.NEXT, lambda: order.append("good"))
    finish(pool, gate)
    assert order == ["good"]
    assert "unforeseen" in caplog.text


def test_that_closing_drops_what_waits(qapp: QApplication) -> None:
    pool = DecodePool(threads=1)
    gate, order = Gate(pool), []
    pool.submit("a", Urgency.SHOWN, lambda: order.append("a"))
    threading.Timer(0.05, gate.open.set).start()
    pool.close()
    assert order == []
    assert pool.waiting() == 0
