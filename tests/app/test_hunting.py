"""Hunting in the window: begun by key or list, told how far it is, remembered for the head."""

from __future__ import annotations

from app.operations import heads
from app.presenting.states import head_bar_state, position_text
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
