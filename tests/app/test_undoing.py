"""A large act is taken back, and done again, beside the window's thread."""

from __future__ import annotations

import threading

import pytest

from app.acts import View
from app.bootstrap import Shell
from app.operations import undoing
from core.store.log import Annotations


@pytest.fixture
def answered(class_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """All twelve images as one act, which counts as a large one."""
    monkeypatch.setattr(undoing, "LARGE", 12)
    class_shell.presenter.choose(View.GRID)
    class_shell.window.grid_view.select_all()
    class_shell.commands.perform("answer_1")
    return class_shell


def count(shell: Shell) -> int:
    return int(shell.workspace.board.answered.sum())


def said(shell: Shell) -> str:
    return shell.window.job_bar._deed.text


def test_that_a_large_act_is_turned_back_and_forth_beside_the_window(answered, qtbot):
    answered.commands.perform("undo")
    assert count(answered) == 12
    qtbot.waitUntil(lambda: count(answered) == 0)
    assert said(answered).startswith("Undone · 12 images")
    answered.commands.perform("redo")
    qtbot.waitUntil(lambda: count(answered) == 12)
    assert said(answered).startswith("Done again · 12 images")


def test_that_the_window_goes_on_while_a_large_act_is_taken_back(answered, qtbot, monkeypatch):
    go_on, plain = threading.Event(), Annotations.undo

    def slow(self: Annotations, n: int = 1):
        assert go_on.wait(20)
        return plain(self, n)

    monkeypatch.setattr(Annotations, "undo", slow)
    told: list[str] = []
    answered.desk.notice.connect(lambda text, *_: told.append(text))
    answered.commands.perform("undo")
    answered.commands.perform("single")
    assert answered.window.view is View.LABEL
    answered.commands.perform("undo")
    assert told == ["a large act is still being taken back or done again; wait a second"]
    go_on.set()
    qtbot.waitUntil(lambda: count(answered) == 0)


def test_that_a_small_act_is_taken_back_at_once(answered):
    answered.presenter.choose(View.LABEL)
    answered.workspace.go_to(0)
    answered.commands.perform("answer_2")
    answered.commands.perform("undo")
    assert said(answered).startswith("Undone · ") and count(answered) == 12
