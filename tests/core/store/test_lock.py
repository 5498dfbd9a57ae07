"""One writer at a time, and never a lock that outlives its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
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
    project.close()
    Project.open(tmp_path / "project").close()


def test_that_closing_twice_does_no_harm(project):
    project.close()
    project.close()


def test_that_another_process_is_locked_out_and_in_again_when_the_holder_is_killed(file):
    child = holder_in_another_process(file)
    with pytest.raises(UserError, match=f"process {child.pid}"):
        WriterLock(file)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    WriterLock(file).release()


def test_that_a_lock_left_by_a_dead_process_is_taken_over(file):
    file.write_text('{"pid": 999999999, "host": "elsewhere"}')
    WriterLock(file).release()


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
