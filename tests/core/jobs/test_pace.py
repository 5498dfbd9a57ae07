"""Progress of one stage."""

import pytest

from core.jobs.pace import Pace


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def pace(told, clock):
    return Pace("job", "scanning", told.append, clock=clock)


def test_that_the_rate_is_that_of_the_last_seconds(pace, told, clock):
    for second in range(1, 31):
        clock.now = float(second)
        pace.report(second * 5 if second <= 10 else 50 + (second - 10) * 20, 1000)
    assert told[-1].rate == pytest.approx(20)
    assert told[-1].remaining_s == pytest.approx((1000 - 450) / 20)


def test_that_progress_is_told_at_most_ten_times_a_second(pace, told, clock):
    for step in range(1000):
        clock.now = step / 1000
        pace.report(step, None)
    assert len(told) <= 10


def test_that_the_time_left_waits_until_the_rate_is_steady(pace, told, clock):
    for now, done in ((0.5, 1), (1.0, 40), (1.9, 60), (2.0, 100)):
        clock.now = now
        pace.report(done, 1000)
    assert [event.remaining_s is None for event in told] == [True, True, True, False]


def test_that_what_was_done_before_counts_for_no_rate(pace, told, clock):
    pace.report(0, None)
    for now, done in ((1.0, 5000), (2.0, 5010), (3.0, 5020), (4.0, 5030)):
        clock.now = now
        pace.report(done, 10_000)
    assert told[-1].rate == pytest.approx(10)


def test_that_one_slow_start_is_not_steady(pace, told, clock):
    clock.now = 30.0
    pace.report(1, 1000)
    assert told[-1].remaining_s is None


@pytest.mark.parametrize(("counts", "end"), [([(0, 299)], 299), ([(7, None)], 7), ([(0, None)], 1), ([(5, 5)], 5)])
def test_that_a_finished_stage_ends_at_its_total_and_says_so_once(pace, told, counts, end):
    for done, total in counts:
        pace.report(done, total)
    pace.finish()
    pace.finish()
    assert [(event.done, event.total) for event in told].count((end, end)) == 1
    assert (told[-1].done, told[-1].total, told[-1].remaining_s) == (end, end, 0.0)
