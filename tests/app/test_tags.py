"""Answers under a tags head are what the person ticked, or what was seen proposed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.acts import View
from core.values import ImageId, TagsValue
from tests.app.keys import SHIFT, Key, press
from tests.app.live_says import say_live


def predict(shell, *probabilities: float) -> None:
    """The live head says this of every image."""
    say_live(shell.workspace, probabilities)
    shell.workspace.moved.emit()


@pytest.fixture
def tagged(tags_shell):
    """One image was answered with no to every tag; another one is shown."""
    workspace = tags_shell.workspace
    known = ImageId(int(workspace.queue.ids[-1]))
    tags = frozenset(label.label_id for label in workspace.head.labels)
    nothing = TagsValue(frozenset(), tags)
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, {known: nothing}))
    while workspace.is_blind(workspace.queue.current):
        workspace.go_to(workspace.queue.position + 1)
    return tags_shell


def tags_of(shell):
    return [label.label_id for label in shell.workspace.head.labels]


def said_of_keys(shell) -> list[str]:
    panel = shell.window.label_view.panel
    return [panel._confirms.text, panel._refuses.text]


def test_that_space_after_a_tick_writes_the_tick_and_nothing_that_the_head_proposes(tagged):
    cat, *_ = tags_of(tagged)
    image = tagged.workspace.queue.current
    predict(tagged, 0.1, 0.9, 0.8)
    press(tagged, Key.Key_1)
    assert said_of_keys(tagged) == ["Space: cat yes, 2 stay open", "O: cat yes, 2 no"]
    assert not any(row.proposed for row in tagged.window.label_view.panel._card.rows)
    press(tagged, Key.Key_Space)
    assert tagged.workspace.board.answers[image] == TagsValue(frozenset({cat}))
    assert tagged.workspace.queue.current != image


def test_that_space_takes_the_proposal_that_stands_beside_it(tagged):
    cat, dog, bird = tags_of(tagged)
    image = tagged.workspace.queue.current
    predict(tagged, 0.1, 0.9, 0.8)
    assert said_of_keys(tagged) == ["Space takes what the head proposes: dog, bird yes, 1 no", "O: no to all 3 tags"]
    press(tagged, Key.Key_Space)
    assert tagged.workspace.board.answers[image] == TagsValue(frozenset({dog, bird}), frozenset({cat}))


@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_O, Qt.KeyboardModifier.NoModifier), (Key.Key_Return, SHIFT)])
def test_that_a_key_says_no_to_all_that_is_not_ticked(tagged, key, modifiers):
    cat, dog, bird = tags_of(tagged)
    image = tagged.workspace.queue.current
    predict(tagged, 0.1, 0.9, 0.8)
    press(tagged, Key.Key_1)
    press(tagged, key, modifiers)
    assert tagged.workspace.board.answers[image] == TagsValue(frozenset({cat}), frozenset({dog, bird}))
    assert tagged.workspace.queue.current != image
    assert tagged.window.job_bar._deed.text.startswith("Answered cat, all other tags no")
    press(tagged, Key.Key_Backspace)
    assert tagged.window.job_bar._deed.text.startswith("Undone: answer cat, all other tags no")


def test_that_nothing_is_proposed_of_tags_that_were_only_ever_ticked(tags_shell):
    workspace = tags_shell.workspace
    dog = tags_of(tags_shell)[1]
    for _ in range(2):
        press(tags_shell, Key.Key_1)
        press(tags_shell, Key.Key_2, SHIFT)
        press(tags_shell, Key.Key_Space)
    while workspace.is_blind(workspace.queue.current):
        press(tags_shell, Key.Key_Right)
    image = workspace.queue.current
    predict(tags_shell, 0.97, 0.1, np.nan)
    assert [row.probability is None for row in tags_shell.window.label_view.panel._card.rows] == [True, False, True]
    press(tags_shell, Key.Key_Space)
    assert workspace.board.answers[image] == TagsValue(frozenset(), frozenset({dog}))


def test_that_a_head_of_ticks_alone_says_what_is_missing(tags_shell):
    workspace = tags_shell.workspace
    press(tags_shell, Key.Key_1)
    press(tags_shell, Key.Key_Space)
    while workspace.is_blind(workspace.queue.current):
        press(tags_shell, Key.Key_Right)
    predict(tags_shell, 0.97, np.nan, np.nan)
    card = tags_shell.window.label_view.panel._card
    assert card.reason == "no tag has both a yes and a no yet: nothing can be told"
    assert said_of_keys(tags_shell) == ["Space: nothing ticked, nothing proposed", "O: no to all 3 tags"]


def test_that_a_tag_is_told_again_once_it_was_refused_and_no_more_when_that_is_taken_back(tags_shell):
    workspace = tags_shell.workspace
    press(tags_shell, Key.Key_1, SHIFT)
    assert workspace.board.refused == {workspace.head.labels[0].label_id}
    workspace.use_head(workspace.head.head_id)
    assert workspace.board.refused == {workspace.head.labels[0].label_id}
    press(tags_shell, Key.Key_Backspace)
    assert not workspace.board.refused


def test_that_a_hidden_proposal_is_not_taken(tagged, qtbot):
    image = tagged.workspace.queue.current
    predict(tagged, 0.1, 0.9, 0.8)
    press(tagged, Key.Key_H)
    assert said_of_keys(tagged)[0] == "nothing ticked, the proposal is hidden"
    with qtbot.waitSignal(tagged.desk.notice):
        press(tagged, Key.Key_Space)
    assert tagged.window.view is View.LABEL
    assert image not in tagged.workspace.board.answers
