"""A large act is taken back, and done again, beside the window's thread."""

from __future__ import annotations

import threading

import pytest

from app.acts import View
from app.bootstrap import Shell
from app.operations import undoing
from core.errors import EnvironmentProblem
from core.pairs import Comparison, Outcome
from core.store.log import Annotations
from core.values import ClassValue, ImageId


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
    assert said(answered).startswith("Undone: answer cat · 12 images")
    answered.commands.perform("redo")
    qtbot.waitUntil(lambda: count(answered) == 12)
    assert said(answered).startswith("Done again: answer cat · 12 images")


def test_that_the_window_goes_on_while_a_large_act_is_taken_back(answered, qtbot, monkeypatch):
    go_on, plain = threading.Event(), Annotations.undo

    def slow(self: Annotations, n: int = 1, **expected):
        assert go_on.wait(20)
        return plain(self, n, **expected)

    monkeypatch.setattr(Annotations, "undo", slow)
    told: list[str] = []
    answered.desk.notice.connect(lambda text, *_: told.append(text))
    answered.commands.perform("undo")
    answered.commands.perform("single")
    assert answered.window.view is View.LABEL
    for act in ("undo", "answer_2"):
        answered.commands.perform(act)
    assert told == ["a large act is still being written; wait a second"] * 2
    go_on.set()
    qtbot.waitUntil(lambda: count(answered) == 0)
    answered.commands.perform("answer_2")
    assert count(answered) == 1


@pytest.mark.parametrize("error", [EnvironmentProblem("the disk is full"), OSError("the disk is full")])
def test_that_undo_works_again_after_one_that_failed(answered, qtbot, monkeypatch, error):
    def full(self: Annotations, n: int = 1, **expected):
        raise error

    reported: list[BaseException] = []
    monkeypatch.setattr(answered.desk, "_show_bug", lambda text, details: reported.append(error))
    answered.desk.notice.connect(lambda *_: reported.append(error))
    with monkeypatch.context() as failing:
        failing.setattr(Annotations, "undo", full)
        answered.commands.perform("undo")
        qtbot.waitUntil(lambda: reported == [error])
    answered.commands.perform("undo")
    qtbot.waitUntil(lambda: count(answered) == 0)


def test_that_a_large_undo_takes_back_no_other_act_than_the_one_it_began_with(answered, qtbot, monkeypatch):
    plain, told = Annotations.undo, list[str]()

    def after_another(self: Annotations, n: int = 1, **expected):
        head = answered.workspace.head
        self.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[2].label_id)})
        return plain(self, n, **expected)

    monkeypatch.setattr(Annotations, "undo", after_another)
    answered.desk.notice.connect(lambda text, *_: told.append(text))
    answered.commands.perform("undo")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["something else was done before the undo began; undo once more"]
    (held,) = answered.workspace.project.annotations.standing_of(answered.workspace.head.head_id, [ImageId(1)])
    assert held.answer == ClassValue(answered.workspace.head.labels[2].label_id)


def test_that_pairs_count_as_rows_of_their_act(score_shell):
    project, head = score_shell.workspace.opened()
    pairs = [Comparison(ImageId(1), ImageId(other), Outcome.LEFT) for other in (2, 3, 4)]
    act = project.pairs.judge(head.head_id, pairs).act
    assert project.annotations.to_turn(redo=False) == (act, 3)
    project.annotations.undo()
    assert project.annotations.to_turn(redo=True) == (act, 3)


def test_that_a_small_act_is_taken_back_at_once(answered):
    answered.presenter.choose(View.LABEL)
    answered.workspace.go_to(0)
    answered.commands.perform("answer_2")
    answered.commands.perform("undo")
    assert said(answered).startswith("Undone: answer dog · ") and count(answered) == 12
