"""A person's first minutes, on a real X server with real key events; nothing of Qt is simulated."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.project import Project
from core.values import HeadKind
from tests.app.conftest import draw_pictures, scanned_project

PATIENCE_S = 90.0


def _can_show_windows() -> bool:
    """Qt's X11 plugin asks for a library that PySide6 does not bring along."""
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return False
    return bool(shutil.which("Xvfb") and shutil.which("xdotool"))


pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(not _can_show_windows(), reason="needs Xvfb, xdotool and libxcb-cursor0"),
]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {PATIENCE_S:.0f} s for {what}")
        time.sleep(0.2)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A free X display; Xvfb chooses its number."""
    reading, writing = os.pipe()
    # Without -noreset it starts over when its last client leaves, here xdotool, and turns away who comes meanwhile.
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb found no free display"
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    draw_pictures(tmp_path / "pictures", 12)
    with scanned_project(tmp_path / "project", tmp_path / "pictures") as made:
        made.heads.add("question", HeadKind.CLASS, ("cat", "dog"), "signal")
    return tmp_path / "project"


@pytest.fixture
def environment(display: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


@pytest.fixture
def program(environment: dict[str, str], project: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Started by its command; its window is there."""
    errors = (tmp_path / "stderr").open("w+")
    program = subprocess.Popen([sys.executable, "-m", "app", str(project)], env=environment, stderr=errors)
    try:
        wait_for(lambda: program.poll() is not None or _finds_window(environment), "the window")
        said = (tmp_path / "stderr").read_text()
        if program.poll() is not None and 'load the Qt platform plugin "xcb"' in said:
            pytest.skip("a library of X11 that Qt needs is not installed (libxcb-cursor0, -icccm4, -keysyms1)")
        assert program.poll() is None, said
        yield program
    finally:
        program.terminate()
        program.wait(20)
        errors.close()


@pytest.fixture
def xdotool(program: subprocess.Popen[bytes], environment: dict[str, str], tmp_path: Path) -> Callable[..., None]:
    """Keys sent to the program's window."""

    def send(*arguments: str) -> None:
        done = subprocess.run(["xdotool", *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{done.stderr}; the program says: {(tmp_path / 'stderr').read_text()}"

    return send


def _finds_window(environment: dict[str, str]) -> bool:
    search = ["xdotool", "search", "--onlyvisible", "--name", "project — Winnow"]
    return subprocess.run(search, env=environment, capture_output=True).returncode == 0


def answers(project: Path) -> int:
    with Project.open(project, read_only=True) as reading:
        head = reading.heads.get("question")
        return reading.annotations.count(head.head_id)


def test_that_real_keys_answer_undo_and_close(xdotool, project):
    xdotool("search", "--name", "project — Winnow", "windowfocus")
    time.sleep(1.0)
    for key in ("1", "2", "KP_1"):
        xdotool("key", key)
        time.sleep(0.3)
    wait_for(lambda: answers(project) == 3, "three answers on the disk")
    xdotool("key", "BackSpace")
    wait_for(lambda: answers(project) == 2, "the undo on the disk")


def test_that_ctrl_c_in_its_terminal_ends_it_and_keeps_its_place(xdotool, program, project, tmp_path):
    xdotool("search", "--name", "project — Winnow", "windowfocus")
    time.sleep(1.0)
    xdotool("key", "Right")
    time.sleep(0.3)
    program.send_signal(signal.SIGINT)
    assert program.wait(20) == 130
    assert (tmp_path / "stderr").read_text() == ""
    kept = json.loads((tmp_path / "config" / "winnow" / "settings.json").read_text())
    with Project.open(project, read_only=True) as reading:
        assert kept["images"][str(project)] in reading.images.all().ids


def test_that_real_keys_mark_answer_all_of_the_grid_and_take_it_back_at_once(xdotool, project, tmp_path):
    xdotool("search", "--name", "project — Winnow", "windowfocus")
    time.sleep(1.0)
    for key in ("s", "x", "f", "g"):
        xdotool("key", key)
        time.sleep(0.5)
    xdotool("key", "ctrl+a")
    time.sleep(0.5)
    xdotool("key", "2")
    wait_for(lambda: answers(project) == 12, "an answer for every image of the grid")
    xdotool("key", "ctrl+z")
    wait_for(lambda: answers(project) == 0, "the undo of all of them")
    xdotool("key", "ctrl+equal")
    settings = tmp_path / "config" / "winnow" / "settings.json"
    wait_for(lambda: settings.exists() and '"scale": 1.1' in settings.read_text(), "the larger interface")
