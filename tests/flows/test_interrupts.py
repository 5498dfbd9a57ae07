"""Work that is interrupted or killed keeps what it finished, and the next call goes on from there."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.cli.interrupts import COURSE_KEPT, DONE, GOES_ON, UNTRAINED
from app.cli.progress import Reporter
from core.jobs.events import JobProgress
from core.project import Project
from tests.app.cli.conftest import paint, write_csv

PICTURES = 80
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def project(tmp_path):
    """Scanned, not embedded; large enough that an embedding takes some batches."""
    images = tmp_path / "images"
    images.mkdir()
    rng = np.random.default_rng(0)
    for number in range(PICTURES):
        pixels = rng.integers(0, 256, (120, 160, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(images / f"{number:03}.png", compress_level=0)
    assert main(["create", str(tmp_path / "project"), "--images", str(images), "--quiet"]) == 0
    return tmp_path / "project"


def embed(project):
    command = [sys.executable, "-m", "app", "embed", str(project), "--encoder", "signal", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def embedded(project):
    """What the next call finds done and does."""
    ran = embed(project)
    out, err = ran.communicate()
    assert ran.returncode == 0, err
    report = json.loads(out)
    return report["embedded"], report["cached"]


class InterruptAfterFirstBatch(Reporter):
    """Stands where the progress bar stands, and presses Ctrl-C once something is embedded."""

    pressed = False

    def show(self, event):
        if isinstance(event, JobProgress) and event.done and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)


def test_that_an_interrupted_embedding_is_exit_130_and_is_gone_on_with(project, monkeypatch, capsys):
    monkeypatch.setattr("app.cli.progress.reporter", lambda *, quiet: InterruptAfterFirstBatch())
    capsys.readouterr()
    code = main(["embed", str(project), "--encoder", "signal", "--json"])
    out, err = capsys.readouterr()
    assert (code, out) == (130, "")
    assert err.startswith("winnow: error: interrupted")
    done, cached = embedded(project)
    assert done + cached == PICTURES
    assert 0 < cached < PICTURES


def test_that_a_killed_embedding_is_gone_on_with(project):
    running = embed(project)
    next(line for line in running.stderr if "embedding on" in line)
    time.sleep(0.5)
    running.kill()
    running.communicate()
    assert sum(embedded(project)) == PICTURES
    assert main(["check", str(project), "--quiet"]) == 0


def interrupted(*words):
    """The command as a person runs it, with Ctrl-C once its job has begun; all that it said."""
    command = [sys.executable, "-m", "app", *map(str, words), "--json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begun = next(line for line in running.stderr if " on " in line)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate()
    return running.returncode, out, begun + err


def assert_interrupted(code, out, err, *, left=GOES_ON):
    assert (code, out) == (130, ""), err
    assert err.splitlines()[-1] == f"winnow: error: interrupted; {left}"
    assert "Traceback" not in err


def ran(capsys, *words):
    capsys.readouterr()
    code = main([*map(str, words), "--json", "--quiet"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def slow_images(tmp_path):
    """Enough work that no machine is through before the signal arrives; one picture under many names."""
    folder = tmp_path / "many"
    folder.mkdir()
    pixels = np.random.default_rng(1).integers(0, 256, (1000, 1500, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "000.png", compress_level=0)
    for number in range(1, 150):
        os.link(folder / "000.png", folder / f"{number:03}.png")
    return folder


@pytest.fixture
def annotated(tmp_path):
    """Embedded and annotated in full, not trained."""
    colour_of = paint(tmp_path / "colours")
    project, answers = tmp_path / "colour", write_csv(tmp_path / "answers.csv", colour_of.items())
    for words in (
        ["create", project, "--images", tmp_path / "colours"],
        ["embed", project, "--encoder", "signal"],
        ["head", "add", project, "colour", "--kind", "class", "--labels", "red,green,blue"],
        ["annotate", project, "colour", "--from", answers],
    ):
        assert main([*map(str, words), "--quiet"]) == 0
    return project


def test_that_ctrl_c_ends_an_embedding_and_the_next_call_goes_on(project):
    code, out, err = interrupted("embed", project, "--encoder", "signal")
    assert_interrupted(code, out, err)
    assert "stopping after this batch; what is done is kept" in err
    assert sum(embedded(project)) == PICTURES


def test_that_ctrl_c_ends_a_scan_and_the_next_call_goes_on(project, slow_images, capsys):
    assert_interrupted(*interrupted("scan", project, "--images", slow_images))
    code, report = ran(capsys, "scan", project)
    assert (code, report["missing"], report["duplicates"]) == (0, 0, 149)
    with Project.open(project, read_only=True) as opened:
        assert opened.images.count() == PICTURES + 1


def test_that_ctrl_c_while_a_project_is_made_names_the_command_that_goes_on(slow_images, tmp_path, capsys):
    place = tmp_path / "made"
    code, out, err = interrupted("create", place, "--images", slow_images)
    assert_interrupted(code, out, err, left=f"what was finished is kept, `winnow scan {place}` goes on from there")
    assert ran(capsys, "scan", place)[0] == 0
    with Project.open(place, read_only=True) as opened:
        assert opened.images.count() == 1


def test_that_ctrl_c_before_any_work_is_exit_130_and_one_line(monkeypatch, capsys, annotated):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "open", interrupt)
    capsys.readouterr()
    code = main(["stats", str(annotated), "colour"])
    out, err = capsys.readouterr()
    assert_interrupted(code, out, err, left="what was finished is kept, call again")
    assert len(err.splitlines()) == 1


def test_that_ctrl_c_ends_a_training_and_the_next_call_makes_the_version(annotated, capsys):
    code, out, err = interrupted("train", annotated, "colour")
    assert_interrupted(code, out, err, left=UNTRAINED)
    assert "what is done is kept" not in err
    assert ran(capsys, "check", annotated) == (0, {"ok": True, "problems": [], "notes": []})
    code, report = ran(capsys, "train", annotated, "colour")
    assert (code, report["version"]) == (0, 1)


class InterruptInTraining(Reporter):
    """Presses Ctrl-C once, some steps into the training."""

    def __init__(self):
        self.told = []

    def show(self, event):
        if isinstance(event, JobProgress) and event.stage == "training" and event.done and not self.told:
            self.told.append(event.done)
            os.kill(os.getpid(), signal.SIGINT)


def test_that_the_loop_of_the_seed_goes_on_where_it_was_stopped(annotated, capsys, monkeypatch):
    call = ("train", str(annotated), "colour", "--recipe", str(annotated.parent / "loop.yaml"))
    (annotated.parent / "loop.yaml").write_text("method: seed-loop\nsteps: 300\nbatch_size: 1\nhidden: 64\n")
    with monkeypatch.context() as patched:
        patched.setattr("app.cli.progress.reporter", lambda *, quiet: InterruptInTraining())
        assert main([*call]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == f"winnow: error: interrupted; {COURSE_KEPT}"
    (kept,) = (annotated / "unfinished").iterdir()
    assert main(["train", str(annotated), "colour"]) == 0, "a version by another method takes nothing away"
    capsys.readouterr()
    assert main([*call]) == 0
    assert re.search(r"\ngoes on at step [1-9][\d,]* of 1,800, where it was stopped\n", capsys.readouterr().err)
    assert not kept.parent.exists()
    assert ran(capsys, "check", annotated) == (0, {"ok": True, "problems": [], "notes": []})


def test_that_ctrl_c_ends_a_scoring_and_leaves_no_half_table(annotated, slow_images, capsys, tmp_path):
    assert ran(capsys, "train", annotated, "colour")[0] == 0
    table = tmp_path / "scores.csv"
    assert_interrupted(*interrupted("score", f"{annotated}:colour", slow_images, "--out", table))
    assert not list(tmp_path.glob("scores.csv*"))


@pytest.mark.parametrize(("times", "code"), [(1, 0), (2, 130)])
def test_that_ctrl_c_after_a_finished_export_is_not_told_to_call_again(
    times, code, annotated, tmp_path, capsys, monkeypatch
):
    def late(engine, failed):
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        return failed

    monkeypatch.setattr("app.cli.exporting.with_advice", late)
    before = signal.getsignal(signal.SIGINT)
    capsys.readouterr()
    table = tmp_path / "out.csv"
    assert main(["export", "dataset", str(annotated), "colour", str(table), "--format", "csv"]) == code
    out, err = capsys.readouterr()
    assert table.is_file() and "call again" not in err
    assert out.endswith("1 file written\n") if code == 0 else err.endswith(f"interrupted; {DONE}\n") and out == ""
    assert signal.getsignal(signal.SIGINT) is before
