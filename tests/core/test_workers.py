"""Threads that compute on one core each."""

import threading

import pytest
import torch

from core.workers import Workers


@pytest.fixture
def three_cores():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_that_a_worker_computes_on_one_core_and_others_keep_theirs(three_cores):
    workers, others = Workers(2), []
    square = torch.randn(300, 300)
    workers.each(lambda _: torch.mm(square, square), range(4))
    thread = threading.Thread(target=lambda: others.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert workers.gather(lambda _: torch.get_num_threads(), range(4)) == [1, 1, 1, 1]
    assert workers.run(torch.get_num_threads) == 1
    assert (torch.get_num_threads(), others) == (3, [3])
    workers.close()


def test_that_what_a_part_raises_is_raised(three_cores):
    workers = Workers(2)
    with pytest.raises(ZeroDivisionError):
        workers.each(lambda part: 1 // part, [1, 0])
    workers.close()
