"""The worker process, seen from its owner: real children, real signals."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from core.jobs.channel import encode
from core.jobs.events import (
    EmbedResult,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobProgress,
    JobStarted,
    ScanResult,
    ShardWritten,
    WorkerDied,
)
from core.jobs.file_specs import KeptFiles, KeptTableSpec
from core.jobs.process import WorkerProcess
from core.jobs.spec import LiveClose, ScanSpec
from core.values import HeadId, Tiles
from tests.core.jobs.conftest import Listener, draw_noise

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def embed(project, job):
    return project.embed_spec(job, "signal", Tiles.NONE, "cpu")


def test_that_a_scan_is_answered(listener, project):
    listener.worker.submit(project.scan_spec("again"))
    finished = listener.wait_for_end("again")
    assert isinstance(finished, JobFinished)
    assert isinstance(finished.result, ScanResult)
    assert finished.result.unchanged == 40


def test_that_nothing_is_started_before_there_is_work():
    worker = WorkerProcess(lambda event: None)
    assert worker.pid is None
    worker.close()


def test_that_jobs_run_in_the_order_they_came(listener, project):
    for name in "abc":
        listener.worker.submit(project.scan_spec(name))
    for name in "abc":
        listener.wait_for_end(name)
    assert [event.job for event in listener.seen if isinstance(event, JobFinished)] == ["a", "b", "c"]


def test_that_a_project_that_is_gone_is_told(listener, tmp_path):
    listener.worker.submit(ScanSpec("lost", str(tmp_path / "nowhere"), (str(tmp_path),)))
    failed = listener.wait_for_end("lost")
    assert isinstance(failed, JobFailed)
    assert failed.owner == "environment"
    assert "nowhere is not there any more" in failed.text
    assert "\n" not in failed.text


def test_that_a_table_of_what_is_kept_is_answered(listener, tmp_path):
    kept = KeptFiles(str(tmp_path / "nowhere"), np.array([1], np.int64))
    listener.worker.submit(KeptTableSpec("table", kept, HeadId(1), 1, str(tmp_path / "kept.csv")))
    assert "nowhere" in listener.wait_for_end("table").text


def test_that_what_cannot_be_pickled_fails_the_job_and_nothing_else(listener, project):
    listener.worker.submit(ScanSpec("odd", str(project.folder), (threading.Lock(),)))
    assert listener.wait_for_end("odd").owner == "bug"
    listener.worker.submit(project.scan_spec("plain"))
    assert isinstance(listener.wait_for_end("plain"), JobFinished)


def test_that_an_oversize_order_fails_the_job_and_nothing_else(listener, project, monkeypatch):
    monkeypatch.setattr("core.jobs.channel.MESSAGE_LIMIT", 1000)
    monkeypatch.setattr("core.jobs.channel.encode.__kwdefaults__", {"limit": 1000})
    listener.worker.submit(ScanSpec("vast", str(project.folder), ("x" * 5000,)))
    assert "over the limit" in listener.wait_for_end("vast").text


def test_that_an_order_of_no_known_kind_leaves_the_worker_alive(listener, project):
    listener.worker.live(LiveClose("nobody"))
    listener.worker._send(("not", "an", "order"))
    listener.worker.submit(project.scan_spec("after"))
    assert isinstance(listener.wait_for_end("after"), JobFinished)


def test_that_a_faulty_listener_does_not_end_the_worker(project, tmp_path):
    seen = []

    def stumble(event):
        seen.append(event)
        raise RuntimeError("the window's own fault")

    worker = WorkerProcess(stumble)
    worker.submit(project.scan_spec("one"))
    worker.submit(project.scan_spec("two"))
    wait_until(lambda: sum(isinstance(event, JobFinished) for event in seen) == 2)
    worker.close()


@posix
def test_that_a_crash_is_reported_with_its_job_and_signal(listener, project):
    listener.worker.submit(embed(project, "embed"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    os.kill(listener.worker.pid, signal.SIGSEGV)
    died = listener.wait_for_end("embed")
    assert died == WorkerDied("embed", -signal.SIGSEGV)


@posix
def test_that_the_crash_leaves_a_trace_in_the_projects_log(listener, project):
    listener.worker.submit(embed(project, "embed"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    os.kill(listener.worker.pid, signal.SIGSEGV)
    listener.wait_for_end("embed")
    assert "Segmentation fault" in (project.folder / "logs" / "worker.log").read_text()


@posix
def test_that_the_next_submit_gets_a_fresh_process_that_goes_on(tmp_path, listener, project):
    project.add_roots([str(draw_noise(tmp_path / "more", 20, side=256))])
    listener.worker.submit(project.scan_spec("scan"))
    listener.wait_for_end("scan")
    for event in listener.seen:
        project.adopt(event)
    total = project.images.count()
    listener.worker.submit(embed(project, "first"))
    listener.wait_for(lambda event: isinstance(event, JobProgress) and event.done > 0)
    killed = listener.worker.pid
    os.kill(killed, signal.SIGKILL)
    assert listener.wait_for_end("first") == WorkerDied("first", -signal.SIGKILL)
    listener.worker.submit(embed(project, "second"))
    finished = listener.wait_for_end("second")
    assert isinstance(finished.result, EmbedResult)
    assert (finished.result.embedded + finished.result.cached, listener.worker.pid != killed) == (total, True)


@posix
def test_that_jobs_that_waited_survive_a_crash(listener, project):
    listener.worker.submit(embed(project, "struck"))
    listener.worker.submit(project.scan_spec("waiting"))
    listener.wait_for(lambda event: isinstance(event, JobStarted) and event.job == "struck")
    os.kill(listener.worker.pid, signal.SIGKILL)
    assert isinstance(listener.wait_for_end("struck"), WorkerDied)
    assert isinstance(listener.wait_for_end("waiting"), JobFinished)


@posix
def test_that_a_job_handed_in_while_the_worker_dies_is_answered_once(listener, project, monkeypatch):
    listener.worker.submit(project.scan_spec("before"))
    listener.wait_for_end("before")

    def die_first(order):
        monkeypatch.setattr("core.jobs.process.encode", encode)
        os.kill(listener.worker.pid, signal.SIGKILL)
        assert listener.wait_for(lambda event: isinstance(event, WorkerDied)).job is None
        return encode(order)

    monkeypatch.setattr("core.jobs.process.encode", die_first)
    listener.worker.submit(project.scan_spec("meanwhile"))
    assert isinstance(listener.wait_for_end("meanwhile"), JobFinished)
    assert listener.worker.jobs == ()


@posix
def test_that_jobs_that_waited_go_before_those_handed_in_after_a_crash(project):
    seen = []

    def hear(event):
        seen.append(event)
        if isinstance(event, WorkerDied):
            worker.submit(project.scan_spec("later"))

    worker = WorkerProcess(hear)
    worker.submit(embed(project, "struck"))
    worker.submit(project.scan_spec("waiting"))
    wait_until(lambda: any(isinstance(event, JobStarted) for event in seen))
    os.kill(worker.pid, signal.SIGKILL)
    wait_until(lambda: not worker.jobs)
    worker.close()
    assert [event.job for event in seen if isinstance(event, JobFinished)] == ["waiting", "later"]


def test_that_a_cancelled_embedding_stops_and_keeps_what_it_has(tmp_path, listener, project):
    project.add_roots([str(draw_noise(tmp_path / "more", 40, side=320))])
    listener.worker.submit(project.scan_spec("scan"))
    listener.wait_for_end("scan")
    for event in listener.seen:
        project.adopt(event)
    listener.worker.submit(embed(project, "embed"))
    listener.wait_for(lambda event: isinstance(event, JobProgress) and event.job == "embed" and event.done > 0)
    pid = listener.worker.pid
    listener.worker.cancel("embed")
    assert listener.wait_for_end("embed") == JobCancelled("embed")
    written = sum(event.images for event in listener.seen if isinstance(event, ShardWritten))
    assert (0 < written < project.images.count(), listener.worker.pid) == (True, pid)


def test_that_a_waiting_job_that_is_cancelled_never_starts(listener, project):
    listener.worker.submit(embed(project, "running"))
    listener.worker.submit(project.scan_spec("waiting"))
    listener.worker.cancel("waiting")
    assert listener.wait_for_end("waiting") == JobCancelled("waiting")
    assert isinstance(listener.wait_for_end("running"), JobFinished)
    assert not any(isinstance(event, JobStarted) and event.job == "waiting" for event in listener.seen)


@posix
def test_that_a_job_that_does_not_hear_loses_its_process_after_the_grace(project):
    listener = Listener(cancel_grace=0.2)
    listener.worker.submit(embed(project, "deaf"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    os.kill(listener.worker.pid, signal.SIGSTOP)
    listener.worker.cancel("deaf")
    assert listener.wait_for_end("deaf") == JobCancelled("deaf")
    assert listener.wait_for(lambda event: isinstance(event, WorkerDied)).job is None
    listener.worker.close()


@posix
def test_that_a_job_that_makes_room_keeps_its_process_though_a_cancelled_one_would_lose_it(project):
    listener = Listener(cancel_grace=0.2)
    listener.worker.submit(embed(project, "busy"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    pid = listener.worker.pid
    os.kill(pid, signal.SIGSTOP)
    listener.worker.cancel("busy", makes_room=True)
    time.sleep(0.6)
    os.kill(pid, signal.SIGCONT)
    assert listener.wait_for_end("busy") == JobCancelled("busy")
    assert listener.worker.pid == pid
    listener.worker.close()


@posix
def test_that_a_person_may_give_up_a_job_that_makes_room(project):
    listener = Listener(cancel_grace=0.2)
    listener.worker.submit(embed(project, "deaf"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    os.kill(listener.worker.pid, signal.SIGSTOP)
    listener.worker.cancel("deaf", makes_room=True)
    listener.worker.cancel("deaf")
    assert listener.wait_for_end("deaf") == JobCancelled("deaf")
    listener.worker.close()


@posix
def test_that_closing_does_not_wait_for_a_job_that_makes_room(project):
    listener = Listener(close_grace=0.2)
    listener.worker.submit(embed(project, "deaf"))
    listener.wait_for(lambda event: isinstance(event, JobStarted))
    os.kill(listener.worker.pid, signal.SIGSTOP)
    listener.worker.cancel("deaf", makes_room=True)
    began = time.monotonic()
    listener.worker.close()
    assert time.monotonic() - began < 2


def test_that_cancelling_what_is_not_there_is_nothing(listener, project):
    listener.worker.cancel("never")
    listener.worker.submit(project.scan_spec("scan"))
    assert isinstance(listener.wait_for_end("scan"), JobFinished)


def test_that_no_event_comes_after_close(project):
    seen = []
    worker = WorkerProcess(seen.append)
    worker.submit(embed(project, "embed"))
    wait_until(lambda: seen)
    worker.close()
    count = len(seen)
    time.sleep(0.3)
    assert len(seen) == count


def test_that_close_leaves_no_thread_behind(project):
    before = set(threading.enumerate())
    worker = WorkerProcess(lambda event: None)
    worker.submit(project.scan_spec("scan"))
    worker.close()
    assert set(threading.enumerate()) <= before


@posix
def test_that_the_worker_ends_with_its_owner(project, tmp_path):
    script = (
        "import os, signal, sys, time\n"
        "from core.jobs.process import WorkerProcess\n"
        "from core.jobs.spec import ScanSpec\n"
        "worker = WorkerProcess(lambda event: None)\n"
        f"worker.submit(ScanSpec('job', {str(project.folder)!r}, ()))\n"
        "print(worker.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    owner = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    pid = int(owner.stdout)
    wait_until(lambda: not is_running(pid))


@posix
def test_that_ctrl_c_is_the_owners_to_handle(listener, project):
    listener.worker.submit(project.scan_spec("before"))
    listener.wait_for_end("before")
    pid = listener.worker.pid
    os.kill(pid, signal.SIGINT)
    listener.worker.submit(project.scan_spec("after"))
    assert (isinstance(listener.wait_for_end("after"), JobFinished), listener.worker.pid) == (True, pid)


def test_that_the_child_knows_neither_qt_nor_the_face():
    script = (
        "import sys; import core.jobs.worker, core.jobs.run, core.project; "
        "print([name for name in ('app', 'PySide6', 'torch') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()


def wait_until(condition, *, timeout=30.0):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
