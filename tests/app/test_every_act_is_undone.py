"""Every act that changes what holds of an image is one act of the log, and Backspace takes it back after a restart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.operations import answering, marking, paging, reviewing
from app.operations.twinning import exclude_others
from app.workspace import Workspace
from core.project import Project
from core.values import HeadId, HeadKind, ImageId, Standing
from tests.app.conftest import ANIMALS, add_head

ONE, TWO, THREE = ImageId(1), ImageId(2), ImageId(3)
Act = Callable[[Workspace], object]


def page_of_wrong(workspace: Workspace) -> None:
    paging.check_page(workspace, 0, [ONE], [TWO], {})


ACTS: dict[str, Act] = {
    "a key": lambda workspace: answering.answer_row(workspace, 2, [ONE], advance=True),
    "a key for many": lambda workspace: answering.answer_row(workspace, 2, [ONE, TWO, THREE], advance=False),
    "clear": lambda workspace: answering.clear(workspace, [ONE]),
    "skip": lambda workspace: marking.skip(workspace, [THREE], advance=True),
    "exclude": lambda workspace: marking.exclude(workspace, [THREE], advance=True),
    "flag": lambda workspace: marking.flag(workspace, [ONE]),
    "pin": lambda workspace: marking.pin(workspace, [ONE]),
    "stands": lambda workspace: reviewing.confirm_answers(workspace, {ONE: None}),
    "page": lambda workspace: paging.answer_page(workspace, 1, [THREE], [ImageId(4)]),
    "page of answers": page_of_wrong,
    "group of near-duplicates": lambda workspace: exclude_others(workspace, [ONE, TWO, THREE], ONE),
    "second answer": lambda workspace: workspace.announce(
        workspace.opened()[0].annotations.answer_again(
            workspace.opened()[1].head_id, ONE, workspace.board.answers[TWO], 1
        )
    ),
}


def held(project: Project, head_id: HeadId) -> tuple[list[Standing], object, object, object]:
    """All that is said of the images, in every field."""
    annotations = project.annotations
    standings = annotations.standing_of(head_id, project.images.all().ids.tolist())
    return (
        standings,
        annotations.confirmations(head_id),
        annotations.marked_wrong(head_id),
        project.repeats.all(head_id),
    )


@pytest.mark.parametrize("name", ACTS)
def test_that_it_is_one_act_of_the_history_that_backspace_takes_back_after_a_restart(class_shell, open_shell, name):
    workspace = class_shell.workspace
    answering.answer_row(workspace, 0, [ONE], advance=True)
    answering.answer_row(workspace, 1, [TWO], advance=True)
    project, head = workspace.opened()
    before, acts = held(project, head.head_id), {row.act_id for row in project.annotations.history()}
    ACTS[name](workspace)
    after = held(project, head.head_id)
    assert after != before
    assert len({row.act_id for row in project.annotations.history()} - acts) == 1
    folder = project.folder
    workspace.close()
    again = open_shell(folder)
    opened, _ = again.workspace.opened()
    assert held(opened, head.head_id) == after
    QTest.keyClick(again.window, Qt.Key.Key_Backspace)
    assert held(opened, head.head_id) == before
    QTest.keyClick(again.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert held(opened, head.head_id) == after


@pytest.mark.parametrize("kind", [HeadKind.SCORE, HeadKind.TAGS])
def test_that_a_key_of_the_other_kinds_is_taken_back_after_a_restart(shell, open_shell, kind):
    add_head(shell, kind, ANIMALS if kind is HeadKind.TAGS else ())
    image = shell.workspace.queue.current
    QTest.keyClick(shell.window, Qt.Key.Key_2)
    project, head = shell.workspace.opened()
    assert project.annotations.count(head.head_id) == 1
    folder = project.folder
    shell.workspace.close()
    again = open_shell(folder)
    QTest.keyClick(again.window, Qt.Key.Key_Backspace)
    assert again.workspace.board.standing(image).answer is None
