"""The live head in the real worker, beside a running job."""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from core.arrays.predictions import read_predictions
from core.jobs.events import JobFinished, JobStarted, LiveUpdated, WorkerDied
from core.jobs.run import run_job
from core.jobs.spec import LiveClose
from core.values import ClassValue, Combine, HeadKind, Tiles
from tests.core.jobs.conftest import draw_noise


@pytest.fixture
def head(project):
    """Forty embedded pictures, four answers."""
    result = run_job(project.embed_spec("first", "signal", Tiles.NONE, "cpu"), project.adopt, lambda: False)
    project.adopt(JobFinished("first", result))
    head, _ = project.heads.add("h", HeadKind.CLASS, ("a", "b"), "signal", Tiles.NONE, Combine.MEAN)
    answer(project, head, range(4))
    return head


def answer(project, head, places):
    ids = [project.images.all().ids.tolist()[place] for place in places]
    values = {one: ClassValue(head.labels[one % 2].label_id) for one in ids}
    project.annotations.annotate(head.head_id, values)
    return ids


def updated(event):
    return isinstance(event, LiveUpdated)


def of(answers):
    return lambda event: updated(event) and event.annotations == answers


def test_that_every_change_is_answered_with_predictions_of_the_pool(listener, project, head):
    listener.worker.live(project.live_open("live", head, "cpu"))
    assert listener.wait_for(updated).annotations == 4
    ids = answer(project, head, range(4, 9))
    listener.worker.live(project.live_change("live", head, ids))
    event = listener.wait_for(of(9))
    assert len(read_predictions(Path(event.file))) == 40


def test_that_what_is_known_better_before_the_next_answer_is_said(listener, project, head):
    listener.worker.live(project.live_open("live", head, "cpu"))
    plain, better = (read_predictions(Path(listener.wait_for(of(4)).file)) for _ in range(2))
    assert not np.array_equal(plain.probabilities, better.probabilities)


def test_that_the_live_head_answers_while_a_job_runs(tmp_path, listener, project, head):
    listener.worker.live(project.live_open("live", head, "cpu"))
    listener.wait_for(updated)
    listener.worker.submit(scan_of_much(project, tmp_path))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    listener.worker.live(project.live_change("live", head, answer(project, head, [5])))
    listener.wait_for(of(5))
    assert not any(isinstance(event, JobFinished) for event in listener.seen)
    listener.worker.cancel("much")


def scan_of_much(project, tmp_path):
    """Two thousand pictures: links to a few, which a scan reads one by one."""
    folder = draw_noise(tmp_path / "much", 20, side=700)
    for number, path in enumerate([*folder.iterdir()] * 100):
        (folder / f"link {number}.png").symlink_to(path)
    project.add_roots([str(folder)])
    return project.scan_spec("much")


def test_that_a_closed_live_head_is_silent(listener, project, head):
    listener.worker.live(project.live_open("live", head, "cpu"))
    listener.wait_for(updated)
    listener.worker.live(LiveClose("live"))
    listener.worker.live(project.live_change("live", head, answer(project, head, [5])))
    listener.worker.live(project.live_open("next", head, "cpu"))
    listener.wait_for(lambda event: updated(event) and event.job == "next")
    assert not any(of(5)(event) and event.job == "live" for event in listener.seen)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_that_its_owner_opens_it_again_after_a_crash(listener, project, head):
    listener.worker.live(project.live_open("live", head, "cpu"))
    listener.wait_for(updated)
    os.kill(listener.worker.pid, signal.SIGSEGV)
    assert listener.wait_for(lambda event: isinstance(event, WorkerDied)) == WorkerDied(None, -signal.SIGSEGV)
    listener.worker.live(project.live_open("again", head, "cpu"))
    assert listener.wait_for(updated).job == "again"
