"""Images of the audit set are asked without what the head says of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.operations import answering
from app.presenting.cards import build_cell
from core.errors import UserError
from core.values import ClassValue, ImageId, TagsValue
from tests.app.live_says import card_of, rank


def test_that_nothing_of_the_prediction_is_shown_until_the_image_is_answered(class_shell):
    blind = rank(class_shell, [0.8, 0.1, 0.1])
    card = card_of(class_shell)
    assert card.blind
    assert all(row.probability is None and not row.votes and not row.proposed for row in card.rows)
    assert build_cell(class_shell.workspace, blind).caption == ""
    assert class_shell.window.label_view.panel._source.text == "blind: you first"
    answering.answer_row(class_shell.workspace, 1, [blind], advance=False)
    card = card_of(class_shell)
    assert not card.blind
    assert card.rows[0].probability == pytest.approx(0.8, abs=1e-3)


def test_that_an_unseen_proposal_cannot_be_confirmed(class_shell):
    blind = rank(class_shell, [0.8, 0.1, 0.1])
    with pytest.raises(UserError, match="blind"):
        answering.confirm(class_shell.workspace, [blind], advance=True)


def test_that_a_confirmation_of_many_leaves_the_blind_one_open(class_shell):
    blind = rank(class_shell, [0.8, 0.1, 0.1])
    workspace = class_shell.workspace
    every = [ImageId(int(one)) for one in workspace.pool.ids]
    answering.confirm(workspace, every, advance=False)
    cat = ClassValue(workspace.head.labels[0].label_id)
    assert workspace.board.answers == {image: cat for image in every if image != blind}


def test_that_a_nudged_score_begins_in_the_middle_and_not_at_the_prediction(score_shell):
    rank(score_shell, [0.9])
    QTest.keyClick(score_shell.window, Qt.Key.Key_Up)
    assert card_of(score_shell).proposed_score == 5.5


def test_that_tags_stay_blind_until_the_next_image_and_a_key_says_no_to_the_rest(tags_shell):
    blind = rank(tags_shell, [0.9, 0.9, np.nan])
    workspace = tags_shell.workspace
    cat, dog, bird = (label.label_id for label in workspace.head.labels)
    answering.turn_tag(workspace, 0, [blind], yes=True)
    assert card_of(tags_shell).blind
    answering.refuse_rest(workspace, [blind], advance=True)
    assert workspace.board.answers[blind] == TagsValue(frozenset({cat}), frozenset({dog, bird}))
    workspace.show(blind)
    assert not card_of(tags_shell).blind
