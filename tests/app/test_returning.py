"""Backspace takes back the last act of the history, whatever it was, and the window goes where that can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from app.acts import View
from app.bootstrap import Shell
from app.operations import versions
from app.operations.heads import HeadDraft, LabelEdit, edit_head
from app.queue.picked import Picked
from core.pairs import Comparison, Outcome
from core.values import Head, HeadKind, ImageId, ScoreValue
from tests.app.conftest import ANIMALS, add_head
from tests.app.two_versions import trained
from tests.core.store.projects import make_version

__all__ = ["trained"]


def said(shell: Shell) -> str:
    return shell.window.job_bar._deed.text


def answer_in_queue(shell: Shell) -> ImageId:
    image = shell.workspace.queue.current
    assert image is not None
    shell.commands.perform("answer_1")
    return image


def head_of(shell: Shell) -> Head:
    assert shell.workspace.head is not None
    return shell.workspace.head


@pytest.mark.parametrize(
    "view", [View.PAIRS, View.INSIGHT, View.VERSIONS, View.REVIEW, View.PAGES, View.TWINS, View.APPLY]
)
def test_that_an_answer_taken_back_out_of_sight_is_shown_large(score_shell, view):
    image = answer_in_queue(score_shell)
    score_shell.presenter.choose(view)
    score_shell.commands.perform("undo")
    assert score_shell.window.view is View.LABEL
    assert score_shell.workspace.queue.current == image
    assert said(score_shell).startswith("Undone: answer 1 · ")


@pytest.mark.parametrize("view", [View.GRID, View.COMPARE])
def test_that_a_view_that_shows_the_image_stays(score_shell, view):
    image = answer_in_queue(score_shell)
    score_shell.presenter.choose(view)
    score_shell.commands.perform("undo")
    assert (score_shell.window.view, score_shell.workspace.queue.current) == (view, image)


def test_that_a_pair_taken_back_elsewhere_is_shown_among_the_pairs(score_shell, qtbot):
    project, head = score_shell.workspace.opened()
    score_shell.workspace.announce(
        project.pairs.judge(head.head_id, [Comparison(ImageId(3), ImageId(5), Outcome.LEFT)])
    )
    score_shell.commands.perform("undo")
    assert score_shell.window.view is View.PAIRS
    assert [pane.image.image_id for pane in score_shell.window.pair_view._state.panes] == [3, 5]
    qtbot.waitUntil(lambda: not score_shell.window.pair_view.unread() and not score_shell.searching.busy)
    assert said(score_shell).startswith("Undone: judged pair · 2 images")


def test_that_a_version_in_force_is_taken_back_where_versions_are_shown(trained):
    versions.use_version(trained.workspace, 1)
    trained.commands.perform("undo")
    assert trained.window.view is View.VERSIONS
    assert (trained.workspace.version.number, trained.window.versions_view.selected()) == (2, [1, 2])
    assert said(trained) == "Undone: v1 put in force instead of v2 · question · Ctrl+Shift+Z does it again"
    trained.commands.perform("redo")
    assert trained.workspace.version.number == 1


def test_that_backspace_works_where_a_version_was_put_in_force(trained):
    trained.presenter.choose(View.VERSIONS)
    trained.window.versions_view.select((1,))
    trained.commands.perform("use_version")
    assert said(trained) == "v1 is in force · question · Backspace takes it back"
    trained.commands.perform("undo")
    assert trained.workspace.version.number == 2


def test_that_a_note_is_taken_back_in_the_list(trained):
    trained.presenter.choose(View.VERSIONS)
    trained.window.versions_view.note_edited.emit(2, "too sure")
    assert said(trained) == "Note on v2: too sure · question · Backspace takes it back"
    trained.presenter.choose(View.LABEL)
    trained.commands.perform("undo")
    assert trained.window.view is View.VERSIONS
    assert [row.note for row in trained.window.versions_view.model.rows] == ["", ""]
    assert said(trained).startswith("Undone: note on v2: too sure · question")


def test_that_the_whole_of_an_edit_is_one_act_that_the_views_follow(class_shell):
    head = head_of(class_shell)
    labels = (LabelEdit("horse"), *(LabelEdit(label.name, label.label_id) for label in head.labels))
    draft = HeadDraft("animal", HeadKind.CLASS, labels, "signal", audit_share=0.5, again=0.1)
    edit_head(class_shell.workspace, head.head_id, draft)
    class_shell.presenter.choose(View.GRID)
    class_shell.commands.perform("undo")
    assert (head_of(class_shell), class_shell.window.view) == (head, View.GRID)
    project = class_shell.workspace.project
    assert (project.audits.share(head.head_id), project.repeats.share(head.head_id)) == (0.07, 0.02)
    assert class_shell.workspace.board.audit.sum() < 6
    assert said(class_shell).startswith("Undone: renamed from question to animal, label horse added, audit set 50 %")
    class_shell.commands.perform("redo")
    assert [label.name for label in head_of(class_shell).labels] == ["horse", *ANIMALS]


def test_that_a_head_taken_back_gives_way_to_another_one_and_comes_back(class_shell):
    add_head(class_shell, HeadKind.SCORE, (), name="quality")
    class_shell.commands.perform("answer_4")
    class_shell.commands.perform("undo")
    class_shell.commands.perform("undo")
    assert [head.name for head in class_shell.workspace.heads] == ["question"]
    assert head_of(class_shell).name == "question"
    assert said(class_shell) == "Undone: head made · quality · Ctrl+Shift+Z does it again"
    class_shell.commands.perform("redo")
    assert head_of(class_shell).name == "quality"
    class_shell.commands.perform("redo")
    assert list(class_shell.workspace.board.answers.values()) == [ScoreValue(4.0)]


def test_that_the_only_head_can_be_taken_back_and_brought_again(class_shell):
    class_shell.commands.perform("undo")
    assert (class_shell.workspace.head, class_shell.window.view) == (None, View.EMPTY)
    class_shell.commands.perform("redo")
    assert (head_of(class_shell).name, class_shell.window.view) == ("question", View.LABEL)


def test_that_a_version_trained_since_is_said_to_stay(trained):
    versions.use_version(trained.workspace, 1)
    project, head = trained.workspace.opened()
    make_version(project, head)
    trained.workspace.use_head(head.head_id)
    trained.commands.perform("undo")
    assert said(trained).startswith("Undone: v1 put in force instead of v2; v3 is in force, trained since · question")


def test_that_an_image_that_was_not_picked_leads_back_to_the_queue(class_shell):
    image = answer_in_queue(class_shell)
    others = [one for one in class_shell.workspace.pool.ids.tolist() if one != image]
    class_shell.workspace.pick(Picked(np.array(others[:3], np.int64), "found", origin=View.LABEL))
    class_shell.commands.perform("undo")
    assert (class_shell.workspace.picked, class_shell.workspace.queue.current) == (None, image)


def test_that_an_image_that_was_picked_stays_among_the_picked(class_shell):
    image = answer_in_queue(class_shell)
    class_shell.workspace.pick(Picked(np.array([image, image + 1], np.int64), "found", origin=View.LABEL))
    class_shell.commands.perform("undo")
    assert class_shell.workspace.picked is not None
    assert class_shell.workspace.queue.current == image
