"""Which lane of the worker takes which order."""

from dataclasses import fields
from typing import get_args
from unittest.mock import Mock

import pytest

from core.jobs.channel import CancelJob, Order
from core.jobs.job_lane import JobLane
from core.jobs.judge_lane import JudgeLane
from core.jobs.live_lane import LiveLane
from core.jobs.spec import AskSpec, JobSpec, LiveSpec
from core.jobs.worker import _Worker

LANE = {
    kind: lane
    for lane, kinds in (("jobs", JobSpec), ("live", LiveSpec), ("judging", AskSpec))
    for kind in get_args(kinds)
}


@pytest.fixture
def lanes(monkeypatch):
    monkeypatch.setattr("core.jobs.worker.redirect_errors", lambda folder: False)
    return {"jobs": Mock(spec=JobLane), "live": Mock(spec=LiveLane), "judging": Mock(spec=JudgeLane)}


def made(kind, tmp_path):
    return kind(**{field.name: str(tmp_path) if field.name == "project" else None for field in fields(kind)})


@pytest.mark.parametrize("kind", [kind for kind in get_args(Order) if kind is not CancelJob])
def test_that_every_kind_of_order_is_taken_by_its_lane(kind, lanes, tmp_path):
    order = made(kind, tmp_path)
    _Worker(lanes["jobs"], lanes["live"], lanes["judging"]).take(order)
    taken = {name for name, lane in lanes.items() if lane.submit.called}
    assert taken == {LANE[kind]}
    assert lanes[LANE[kind]].submit.call_args.args[0] is order
