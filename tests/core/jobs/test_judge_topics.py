"""A newer order of a topic ends the one before."""

from __future__ import annotations

import threading

from core.jobs.events import FilesJudged, JudgingDone
from core.jobs.judge_lane import JudgeLane
from core.jobs.spec import JudgeSpec
from tests.core.scoring.head_files import draw, write_head


def test_that_a_newer_order_of_a_topic_ends_the_one_before_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    files = tuple(str(draw(tmp_path / f"{place}.png", (200, 200), seed=place)) for place in range(3))
    head = (str(write_head(tmp_path, "one")),)
    seen, over, held = [], threading.Event(), threading.Event()

    def emit(event) -> None:
        seen.append(event)
        if isinstance(event, FilesJudged) and event.job == "first":
            held.wait(30)
        if isinstance(event, JudgingDone) and event.job == "last":
            over.set()

    lane = JudgeLane(emit)
    lane.submit(JudgeSpec("first", "other", files[:1], head, "cpu"))
    lane.submit(JudgeSpec("outdated", "tiles", files[1:2], head, "cpu"))
    lane.submit(JudgeSpec("last", "tiles", files[2:], head, "cpu"))
    held.set()
    assert over.wait(60)
    assert [event.job for event in seen if isinstance(event, JudgingDone)] == ["first", "last"]
