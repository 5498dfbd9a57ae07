"""One writer at a time, and never a lock that outlives its holder."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from core.errors import EnvironmentProblem, UserError
from core.project import Project
from core.store import lock as lock_module
from core.store.lock import WriterLock

ROOT = Path(__file__).resolve().parents[3]
HOLD = "import sys; from core.store.lock import WriterLock; from pathlib import Path; WriterLock(Path(sys.argv[1])); "


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "project.lock"


def holder_in_another_process(file: Path) -> subprocess.Popen[str]:
    code = HOLD + "print('held', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_that_a_second_writer_is_told_who_holds_the_project(tmp_path, project):
    with pytest.raises(UserError, match=f"process {os.getpid()} on "):
        Project.open(tmp_path / "project")


def test_that_readers_are_never_locked_out(project):
    with Project.open(project.folder, read_only=True) as reader:
        assert reader.images.count() == 4


def test_that_a_project_can_be_opened_again_after_it_was_closed(tmp_path, project):
    count = project.images.count()
    project.close()
    with Project.open(tmp_path / "project") as again:
        assert again.images.count() == count


def test_that_closing_twice_does_no_harm(project):
    project.close()
    project.close()
    WriterLock(project.folder / "project.lock").release()


def test_that_another_process_is_locked_out_and_in_again_when_the_holder_is_killed(file):
    child = holder_in_another_process(file)
    with pytest.raises(UserError, match=f"process {child.pid}"):
        WriterLock(file)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    WriterLock(file).release()


def test_that_a_lock_left_by_a_dead_process_is_taken_over(file):
    file.write_text('{"pid": 999999999, "host": "elsewhere"}')
    lock = WriterLock(file)
    assert json.loads(file.read_text()) == {"pid": os.getpid(), "host": socket.gethostname()}
    lock.release()


class TestWithoutLocksOfTheFileSystem:
    """Some network drives have none; then the holder's name decides."""

    @pytest.fixture(autouse=True)
    def no_locks(self, monkeypatch):
        def unsupported(descriptor: int) -> bool:
            raise OSError(next(iter(lock_module._UNSUPPORTED)), "not supported")

        monkeypatch.setattr(lock_module, "_lock", unsupported)

    def test_that_a_living_holder_keeps_it(self, file):
        held = WriterLock(file)
        with pytest.raises(UserError):
            WriterLock(file)
        held.release()
        WriterLock(file).release()

    def test_that_a_dead_one_loses_it(self, file):
        child = subprocess.Popen([sys.executable, "-c", ""])
        child.wait()
        file.write_text(f'{{"pid": {child.pid}, "host": "{lock_module.socket.gethostname()}"}}')
        WriterLock(file).release()

    def test_that_one_on_another_machine_is_believed(self, file):
        file.write_text('{"pid": 1, "host": "elsewhere"}')
        with pytest.raises(UserError, match="process 1 on elsewhere"):
            WriterLock(file)

    def test_that_a_garbled_name_holds_nothing(self, file):
        file.write_text("[[[")
        WriterLock(file).release()


def test_that_a_full_disk_is_told_and_leaves_no_lock(file, monkeypatch):
    def full(descriptor: int, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(EnvironmentProblem, match="room on the disk"):
            WriterLock(file)
    WriterLock(file).release()


class _Kernel:
    """Windows' own, as far as it is asked: processes that run, and those of others."""

    def __init__(self, running: set[int], others: set[int]) -> None:
        self.OpenProcess = Mock(side_effect=lambda how, inherit, pid: pid.value if pid.value in running else None)
        self.WaitForSingleObject = Mock(return_value=0x102)
        self.CloseHandle = Mock()
        self.last_error = lambda: 5 if self.OpenProcess.call_args.args[2].value in others else 87


@pytest.fixture
def on_windows(monkeypatch):
    """The module as it is there; its holder is looked for by the kernel."""
    kernel = _Kernel(running={11}, others={12})
    monkeypatch.setitem(sys.modules, "msvcrt", Mock())
    monkeypatch.setattr(ctypes, "WinDLL", lambda name, use_last_error: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", kernel.last_error, raising=False)
    monkeypatch.setattr(os, "kill", lambda pid, number: pytest.fail("os.kill sends Ctrl-C there"))
    spec = importlib.util.spec_from_file_location("lock_on_windows", lock_module.__file__)
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("pid", "alive"), [(11, True), (12, True), (13, False)])
def test_that_a_holder_is_looked_for_without_a_signal_on_windows(on_windows, pid, alive):
    assert on_windows._is_alive({"pid": pid, "host": socket.gethostname()}) is alive
