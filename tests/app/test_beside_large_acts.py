"""What is chosen or edited while a large act is written holds the window up for nothing, and is not lost."""

from __future__ import annotations

import pytest

from app.acts import View
from app.bootstrap import Shell
from app.operations import beside, heads, projects
from app.operations.heads import HeadDraft, LabelEdit
from app.windows.head_dialog import HeadDialog
from core.errors import EnvironmentProblem, UserError
from core.project import Project
from core.store.orders import Orders
from core.values import HeadKind, Strategy
from tests.app.conftest import add_head, draw_pictures


def count(shell: Shell) -> int:
    return shell.workspace.board.count_answered()


def writes(shell: Shell) -> bool:
    return shell.workspace.large_acts.is_under_way(shell.workspace.project)


@pytest.fixture
def writing(class_shell: Shell, slow, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Twelve answers, which count as many, are written until `slow` is set."""
    monkeypatch.setattr(beside, "LARGE", 12)
    add_head(class_shell, HeadKind.SCORE, (), "other")
    class_shell.workspace.use_head(class_shell.workspace.heads[0].head_id)
    class_shell.presenter.choose(View.GRID)
    class_shell.window.grid_view.select_all()
    class_shell.commands.perform("answer_1")
    assert (count(class_shell), class_shell.workspace.large_acts.is_under_way(class_shell.workspace.project)) == (
        0,
        True,
    )
    return class_shell


def chosen(shell: Shell) -> Strategy:
    """As the project has it."""
    workspace = shell.workspace
    return workspace.project.orders.of(workspace.head.head_id).strategy


def test_that_an_order_chosen_meanwhile_holds_at_once_and_is_written_behind_the_act(writing, slow, qtbot):
    writing.commands.use_order("random")
    writing.commands.use_order("margin")
    assert (writing.workspace.strategy, chosen(writing)) == (Strategy.MARGIN, Strategy.DISAGREEMENT)
    slow.set()
    qtbot.waitUntil(lambda: count(writing) == 12 and not writes(writing))
    assert chosen(writing) is Strategy.MARGIN
    writing.commands.use_order("random")
    assert chosen(writing) is Strategy.RANDOM


def test_that_an_order_chosen_meanwhile_is_there_when_its_head_is_shown_again(writing, slow):
    workspace = writing.workspace
    first, second = (head.head_id for head in workspace.heads)
    writing.commands.use_order("random")
    workspace.use_head(second)
    assert workspace.strategy is Strategy.DISAGREEMENT
    workspace.use_head(first)
    assert workspace.strategy is Strategy.RANDOM


def test_that_an_order_chosen_meanwhile_is_kept_though_the_project_is_left(writing, slow, tmp_path):
    folder, head = writing.workspace.project.folder, writing.workspace.head
    writing.commands.use_order("random")
    slow.set()
    draw_pictures(tmp_path / "others", 2, seed=1)
    projects.open_images(writing.workspace, writing.jobs, writing.settings, tmp_path / "others")
    add_head(writing, HeadKind.CLASS, ("a", "b"), "of another project")
    assert (writing.workspace.head.head_id, writing.workspace.strategy) == (head.head_id, Strategy.DISAGREEMENT)
    with Project.open(folder, read_only=True) as project:
        assert project.orders.of(head.head_id).strategy is Strategy.RANDOM
        assert project.annotations.count(head.head_id) == 12


def test_that_an_order_that_cannot_be_written_is_told_and_holds_nobody_up(writing, slow, qtbot, monkeypatch):
    def fail(*_what):
        raise EnvironmentProblem("the disk is full")

    monkeypatch.setattr(Orders, "choose", fail)
    writing.commands.use_order("random")
    slow.set()
    qtbot.waitUntil(lambda: "disk is full" in writing.window.job_bar._notice.text)
    assert not writes(writing)
    assert count(writing) == 12


def test_that_no_head_is_made_or_edited_meanwhile(writing, slow, qtbot):
    workspace = writing.workspace
    head = workspace.head
    names = tuple(LabelEdit(f"{label.name}s", label.label_id) for label in head.labels)
    draft = HeadDraft(head.name, head.kind, names, head.encoder)
    for write in (
        lambda: heads.edit_head(workspace, head.head_id, draft),
        lambda: heads.add_head(workspace, HeadDraft("new", HeadKind.SCORE, (), head.encoder)),
        lambda: projects.add_folders(workspace, writing.jobs, []),
    ):
        with pytest.raises(UserError, match="still being written; wait a second"):
            write()
    slow.set()
    qtbot.waitUntil(lambda: count(writing) == 12)
    heads.edit_head(workspace, head.head_id, draft)
    assert [label.name for label in workspace.head.labels] == ["cats", "dogs", "birds"]
    assert count(writing) == 12


def open_dialog(shell: Shell) -> HeadDialog:
    (dialog,) = (one for one in shell.window.findChildren(HeadDialog) if one.isVisible())
    return dialog


def test_that_a_head_that_is_made_meanwhile_is_made_right_after_the_act(writing, slow, qtbot):
    writing.dialogs.make_head()
    dialog = open_dialog(writing)
    dialog.name.setText("mood")
    dialog.labels.new_name.setText("calm, wild")
    for _ in range(2):
        dialog.accept()
        assert dialog.note.text() == "a large act is still being written; this comes right after it"
    assert (dialog.isVisible(), [head.name for head in writing.workspace.heads]) == (True, ["question", "other"])
    slow.set()
    qtbot.waitUntil(lambda: len(writing.workspace.heads) == 3 and not writes(writing))
    assert writing.workspace.head.name == "mood"
    assert writing.workspace.project.annotations.count(writing.workspace.heads[0].head_id) == 12


@pytest.mark.parametrize("name", ["", "mood"])
def test_that_a_dialog_that_waits_is_cancelled_or_says_what_is_wrong_as_ever(writing, slow, qtbot, name):
    writing.dialogs.make_head()
    dialog = open_dialog(writing)
    dialog.name.setText(name)
    dialog.accept()
    if name:
        dialog.reject()
    slow.set()
    qtbot.waitUntil(lambda: count(writing) == 12)
    qtbot.waitUntil(lambda: bool(name) or "written" not in dialog.note.text())
    assert [head.name for head in writing.workspace.heads] == ["question", "other"]


def test_that_a_folder_that_is_dropped_meanwhile_is_added_right_after_the_act(writing, slow, qtbot, tmp_path):
    more = tmp_path / "more"
    draw_pictures(more, 2, seed=1)
    writing.dialogs.take_dropped([more])
    assert "added right after it" in writing.window.job_bar._notice.text
    assert len(writing.workspace.project.roots) == 1
    slow.set()
    qtbot.waitUntil(lambda: len(writing.workspace.project.roots) == 2)
    assert count(writing) == 12


def test_that_what_waits_is_done_though_what_was_asked_before_it_fails(writing, slow, qtbot):
    asked, acts, project = [], writing.workspace.large_acts, writing.workspace.project
    for work in (lambda: 1 / 0, lambda: asked.append(1)):
        acts.after(project, work)
    with qtbot.captureExceptions() as errors:
        slow.set()
        qtbot.waitUntil(lambda: bool(errors) and not writes(writing))
        qtbot.wait(50)
    assert (asked, [kind for kind, *_ in errors]) == ([1], [ZeroDivisionError])


def test_that_nothing_waits_for_a_project_that_is_left(writing, slow, tmp_path):
    asked = []
    writing.workspace.large_acts.after(writing.workspace.project, lambda: asked.append(1))
    slow.set()
    draw_pictures(tmp_path / "others", 2, seed=1)
    projects.open_images(writing.workspace, writing.jobs, writing.settings, tmp_path / "others")
    writing.workspace.large_acts._go_on()
    assert not asked
