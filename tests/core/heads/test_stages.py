"""Progress in stages."""

from __future__ import annotations

import pytest

from core.errors import Cancelled
from core.heads.stages import Stages
from core.jobs.events import JobProgress
from tests.core.heads.material import Recorder, never


def told(recorder: Recorder) -> list[JobProgress]:
    return [event for event in recorder.events if isinstance(event, JobProgress)]


def test_that_a_stage_is_told_when_it_begins_and_when_it_is_done():
    recorder = Recorder()
    stages = Stages("job", recorder, never)
    stages.begin("training")
    for done in range(1001):
        stages.watch(done, 1000)
    events = told(recorder)
    assert (events[0].stage, events[0].done, events[0].total) == ("training", 0, None)
    assert (events[-1].done, events[-1].total, events[-1].remaining_s) == (1000, 1000, 0.0)
    assert len(events) < 50


def test_that_the_time_of_each_stage_is_kept():
    stages = Stages("job", Recorder(), never)
    stages.begin("one")
    stages.begin("two")
    stages.end()
    assert list(stages.seconds) == ["one", "two"]
    assert all(took >= 0 for took in stages.seconds.values())


def test_that_a_cancel_stops_at_the_next_piece_of_work():
    stages = Stages("job", Recorder(), lambda: True)
    with pytest.raises(Cancelled):
        stages.begin("one")
