"""Hunting in the window: begun by key or list, told how far it is, remembered for the head."""

from __future__ import annotations

from app.operations import answering, heads
from app.presenting.states import head_bar_state, hunt_text, position_text
from core.values import ChosenOrder, Strategy


def test_that_the_key_begins_a_hunt_and_ends_it(class_shell):
    workspace = class_shell.workspace
    said = heads.hunt(workspace)
    assert workspace.strategy is Strategy.HUNT
    assert workspace.head.labels[workspace.target].name in said
    heads.hunt(workspace)
    assert workspace.strategy is Strategy.DISAGREEMENT


def test_that_a_hunt_tells_how_many_were_found(class_shell):
    workspace = class_shell.workspace
    heads.use_order(workspace, "hunt:1")
    name = workspace.head.labels[1].name
    bar = head_bar_state(workspace, class_shell.jobs, class_shell.settings.value)
    assert (bar.order, bar.target) == (Strategy.HUNT, 1)
    assert f"are {name}" in bar.hunt_text
    assert bar.hunt_text in position_text(workspace)


def test_that_the_order_is_remembered_for_the_head(class_shell):
    workspace = class_shell.workspace
    heads.use_order(workspace, "hunt:1")
    head_id = workspace.head.head_id
    assert workspace.project.orders.of(head_id) == ChosenOrder(Strategy.HUNT, 1)
    workspace.use_head(head_id)
    assert (workspace.strategy, workspace.target) == (Strategy.HUNT, 1)


def test_that_a_hunt_that_found_enough_says_so_once(class_shell, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 2)
    workspace, said = class_shell.workspace, []
    class_shell.jobs.notice.connect(said.append)
    heads.use_order(workspace, "hunt:1")
    for row in (1, 0, 1, 1):
        answering.answer_row(workspace, row, [workspace.queue.current], advance=True)
    name = workspace.head.labels[1].name
    end = f"Hunt over: 2 of 3 are {name} (66.7 %); now mostly disagreement"
    assert said == [end]
    assert class_shell.window.job_bar._notice.text == end


def test_that_a_hunt_that_was_over_before_says_nothing_of_it(class_shell, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 2)
    workspace, said = class_shell.workspace, []
    heads.use_order(workspace, "hunt:1")
    for _ in range(2):
        answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    class_shell.jobs.notice.connect(said.append)
    workspace.use_head(workspace.head.head_id)
    answering.answer_row(workspace, 0, [workspace.queue.current], advance=True)
    assert (workspace.strategy, said) == (Strategy.HUNT, [])


def test_that_a_hunt_for_what_is_known_well_goes_on_until_as_many_more_are_found(class_shell, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 2)
    workspace = class_shell.workspace
    for _ in range(3):
        answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    heads.use_order(workspace, "hunt:1")
    assert "the hunt ends at 5" in hunt_text(workspace)
    workspace.use_head(workspace.head.head_id)
    assert "the hunt ends at 5" in hunt_text(workspace)
    for _ in range(2):
        answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    assert "enough: disagreement now" in hunt_text(workspace)
    heads.use_order(workspace, "hunt:1")
    assert "the hunt ends at 7" in hunt_text(workspace)


def test_that_what_is_found_is_counted_as_answers_come_and_go(class_shell):
    workspace = class_shell.workspace
    heads.use_order(workspace, "hunt:1")
    first = workspace.queue.current
    answering.answer_row(workspace, 1, [first], advance=True)
    assert hunt_text(workspace).startswith("1 of 1 ")
    answering.answer_row(workspace, 0, [first], advance=False)
    assert hunt_text(workspace).startswith("0 of 1 ")
    answering.answer_row(workspace, 1, [first], advance=False)
    workspace.use_head(workspace.head.head_id)
    assert workspace.board.answered_with(lambda value: value == workspace.board.answers[first]).sum() == 1
