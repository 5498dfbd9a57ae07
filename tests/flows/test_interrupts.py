"""An embedding that is interrupted or killed keeps what it finished, and the next call goes on from there."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.cli.progress import Reporter
from core.jobs.events import JobProgress

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
