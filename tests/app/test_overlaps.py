"""In the window a unified head asks first where another head is surest of a tag that is still open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.bootstrap import Shell
from app.cli.overlaps import rank_overlaps
from app.presenting.cards import build_card
from app.presenting.states import head_bar_state
from core.changes import Changes
from core.project import Project
from core.project.unify import plan_tags, sight_of, unify
from core.values import Head, Strategy
from tests.app.conftest import PICTURES
from tests.core.unified import classify, defect_heads, judge_pool, said

SHIFTED = {1: 0.7, 2: 0.1, 3: 0.9, 4: 0.5, 9: 0.99}
"""What the second head says of images; of the others nearly nothing."""


@pytest.fixture
def unified(project_folder: Path) -> str:
    """Images 1 to 4 have a word on compression, 5 and 6 on colours, 7 on both."""
    with Project.open(project_folder) as project:
        heads = compression, colours = defect_heads(project)
        classify(project, compression, {1: "JPEG", 2: "JPEG", 3: "Pass", 4: "WebP", 7: "JPEG"})
        classify(project, colours, {5: "Shifted", 6: "Clean", 7: "Clean"})
        chances = [SHIFTED.get(image, 0.01) for image in range(1, PICTURES + 1)]
        judge_pool(project, colours, [[1 - one, one] for one in chances])
        return unify(project, plan_tags(project, heads), "defects", sight_of(heads)).head.name


@pytest.fixture
def shell(open_shell: Callable[[Path], Shell], project_folder: Path, unified: str) -> Shell:
    shell = open_shell(project_folder)
    shell.workspace.use_head(head_of(shell, unified).head_id)
    return shell


def head_of(shell: Shell, name: str) -> Head:
    return next(head for head in shell.workspace.heads if head.name == name)


def order_overlaps(shell: Shell, qtbot: QtBot) -> list[int]:
    with qtbot.waitSignal(shell.workspace.moved):
        shell.commands.use_order("overlap")
    return coming(shell)


def coming(shell: Shell) -> list[int]:
    queue = shell.workspace.queue
    return queue.ids[queue.position :].tolist()


def test_that_the_order_is_offered_where_a_head_was_made_from_trained_ones(shell):
    bar = head_bar_state(shell.workspace, shell.jobs, shell.settings.value)
    assert Strategy.OVERLAP in bar.orders.few
    shell.workspace.use_head(head_of(shell, "colours").head_id)
    bar = head_bar_state(shell.workspace, shell.jobs, shell.settings.value)
    assert Strategy.OVERLAP not in bar.orders.few


def test_that_answered_images_come_by_what_the_other_head_says_and_unanswered_ones_after_them(shell, qtbot):
    order = order_overlaps(shell, qtbot)
    assert order[:5] == [3, 1, 4, 2, 9]
    assert sorted(order) == [1, 2, 3, 4, 8, 9, 10, 11, 12]


def test_that_the_window_and_the_command_line_show_the_same_overlaps(shell, qtbot):
    project, head = shell.workspace.project, shell.workspace.head
    order = order_overlaps(shell, qtbot)
    listed = rank_overlaps(project, head, limit=None, seed=0).images
    assert [image.path for image in listed] == [image.path for image in project.images.get(order)]
    assert (listed[0].tag, listed[0].annotation) == ("Shifted", {"yes": [], "no": ["JPEG", "WebP"]})


def test_that_the_card_says_which_head_asks_and_marks_its_tag(shell, qtbot):
    order_overlaps(shell, qtbot)
    card = build_card(shell.workspace, (), shell.pictures.files)
    assert card.reason == "colours says Shifted, 90 %: not answered here"
    assert [row.focused for row in card.rows] == [False, False, True]


def test_that_what_a_head_says_is_no_answer_until_a_key_makes_it_one(shell, qtbot):
    project, head = shell.workspace.project, shell.workspace.head
    order_overlaps(shell, qtbot)
    assert said(project, head, 3) == (set(), {"JPEG", "WebP"})
    QTest.keyClick(shell.window, Qt.Key.Key_T)
    assert said(project, head, 3) == ({"Shifted"}, {"JPEG", "WebP"})


def test_that_an_image_without_an_open_tag_is_done_and_another_order_asks_it_no_more(shell, qtbot):
    order_overlaps(shell, qtbot)
    QTest.keyClick(shell.window, Qt.Key.Key_T)
    QTest.keyClick(shell.window, Qt.Key.Key_N)
    assert shell.workspace.queue.current == 1
    with qtbot.waitSignal(shell.workspace.moved):
        shell.commands.use_order("random")
    assert sorted(coming(shell)) == [8, 9, 10, 11, 12]


def test_that_the_order_ends_with_the_head_that_it_belongs_to(shell, qtbot):
    order_overlaps(shell, qtbot)
    shell.workspace.use_head(head_of(shell, "compression").head_id)
    assert shell.workspace.strategy is Strategy.DISAGREEMENT


def test_that_a_new_version_of_one_of_its_heads_changes_the_order(shell, qtbot):
    order_overlaps(shell, qtbot)
    project, colours = shell.workspace.project, head_of(shell, "colours")
    chances = np.linspace(0.9, 0.1, PICTURES)
    judge_pool(project, colours, [[1 - one, one] for one in chances])
    with qtbot.waitSignal(shell.workspace.moved):
        shell.workspace.announce(Changes(head=colours.head_id, heads=True, versions=True))
    assert shell.workspace.queue.ids[-9:].tolist()[0] == 3
    with qtbot.waitSignal(shell.workspace.moved):
        shell.workspace.order_again(kept_ahead=-1)
    assert coming(shell)[:4] == [1, 2, 3, 4]


def test_that_very_many_answers_at_once_leave_the_open_tags_known(shell, qtbot, monkeypatch):
    monkeypatch.setattr("app.queue.board.MANY", 0)
    order_overlaps(shell, qtbot)
    QTest.keyClick(shell.window, Qt.Key.Key_T)
    QTest.keyClick(shell.window, Qt.Key.Key_N)
    assert shell.workspace.queue.current == 1
    assert build_card(shell.workspace, (), shell.pictures.files).reason.startswith("colours says Shifted, 70 %")
