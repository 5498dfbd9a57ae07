"""What is open follows every change, and is the same after a restart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.operations import answering, heads, undoing
from app.operations.heads import HeadDraft, LabelEdit
from app.queue import earlier
from app.queue.proposal import Proposal
from app.workspace import Workspace
from core.arrays.predictions import Predictions, write_predictions
from core.changes import Changes
from core.errors import UserError
from core.values import MEMBERS, HeadKind, ImageId, Strategy
from tests.app.conftest import add_head, draw_pictures


def live_file(shell, path: Path, *, first: list[ImageId]) -> Path:
    """Predictions that ask for `first` before the others."""
    table = shell.workspace.project.images.all()
    outputs = shell.workspace.head.outputs
    count = len(table)
    row_of = {image_id: row for row, image_id in enumerate(table.ids.tolist())}
    probabilities = np.full((count, outputs), 1 / outputs, np.float16)
    write_predictions(
        path,
        Predictions(
            hashes=table.hashes,
            probabilities=probabilities,
            members=np.repeat(probabilities[:, None], MEMBERS, axis=1),
            utility=np.zeros(count, np.float32),
            order=np.array([row_of[image_id] for image_id in first], np.int64),
        ),
    )
    return path


def test_that_a_change_is_announced_once(class_shell, qtbot):
    seen = []
    class_shell.workspace.changed.connect(lambda changes, initiator: seen.append(changes))
    image = class_shell.workspace.queue.current
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    assert [changes.annotated for changes in seen] == [frozenset({image})]


def test_that_undo_works_after_a_restart_and_returns_to_the_image(class_shell, open_shell, project_folder):
    image = class_shell.workspace.queue.current
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    class_shell.close()
    again = open_shell(project_folder)
    assert image in again.workspace.board.answers
    QTest.keyClick(again.window, Qt.Key.Key_Backspace)
    assert again.workspace.queue.current == image
    assert image not in again.workspace.board.answers


def test_that_left_goes_back_to_what_was_done_before_a_restart(class_shell, open_shell, project_folder):
    done = []
    for _ in range(3):
        done.append(class_shell.workspace.queue.current)
        QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    class_shell.close()
    queue = open_shell(project_folder).workspace.queue
    assert queue.ids[: queue.position].tolist() == done


def test_that_left_goes_back_beyond_what_was_taken_back(class_shell, open_shell, project_folder, monkeypatch):
    monkeypatch.setattr(earlier, "HISTORY_SHOWN", 4)
    done = [class_shell.workspace.queue.current]
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    for _ in range(3):
        QTest.keyClick(class_shell.window, Qt.Key.Key_2)
        QTest.keyClick(class_shell.window, Qt.Key.Key_Backspace)
    class_shell.close()
    queue = open_shell(project_folder).workspace.queue
    assert queue.ids[: queue.position].tolist() == done


def last_asked_for_its_utility(workspace: Workspace) -> ImageId:
    """Images of the audit set keep to their own places."""
    ids = workspace.queue.ids
    return ImageId(int(ids[~workspace.board.audit[ids]][-1]))


def test_that_a_live_ranking_reorders_below_what_is_on_screen(class_shell, qtbot, tmp_path):
    workspace = class_shell.workspace
    before = workspace.queue.ids.copy()
    last = last_asked_for_its_utility(workspace)
    workspace.kept_ahead = 3
    with qtbot.waitSignal(workspace.moved):
        workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[last]))
    assert workspace.queue.ids[:4].tolist() == before[:4].tolist()
    assert last in workspace.queue.ids[4:6].tolist()
    assert sorted(workspace.queue.ids.tolist()) == sorted(before.tolist())


@pytest.mark.parametrize("meanwhile", ["another order", "other files", "both"])
def test_that_a_live_ranking_arrives_whatever_else_is_asked_for_meanwhile(class_shell, qtbot, tmp_path, meanwhile):
    workspace = class_shell.workspace
    table = workspace.project.images.all()
    workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[ImageId(int(table.ids[-1]))]))
    if meanwhile != "another order":
        fewer = replace(table, ids=table.ids[1:], hashes=table.hashes[1:])
        workspace.project.images.all = lambda: fewer
        workspace._refresh_pool()  # what its timer does, before the ranking can have arrived
    if meanwhile != "other files":
        workspace.use_strategy(Strategy.WORST)
    qtbot.waitUntil(lambda: not class_shell.workspace._background.busy)
    assert workspace.ranking is not None
    assert workspace.ranking.source == "live"
    assert len(workspace.ranking.rows) == workspace.pool.size
    assert (workspace.ranking.ids >= 0).sum() == len(workspace.pool)


def test_that_another_order_follows_the_live_ranking_that_came_while_it_was_worked_out(class_shell, qtbot, tmp_path):
    workspace = class_shell.workspace
    last = last_asked_for_its_utility(workspace)
    workspace.use_strategy(Strategy.RANDOM)
    workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[last]))
    workspace.use_strategy(Strategy.DISAGREEMENT)
    qtbot.waitUntil(lambda: not class_shell.workspace._background.busy)
    assert workspace.queue.ids[workspace.queue.position] == last


def test_that_a_skipped_image_comes_back_after_a_new_order(class_shell, qtbot):
    workspace = class_shell.workspace
    skipped = workspace.queue.current
    QTest.keyClick(class_shell.window, Qt.Key.Key_S)
    with qtbot.waitSignal(workspace.moved):
        workspace.order_again(kept_ahead=0)
    assert workspace.queue.ids[-1] == skipped


def test_that_an_answer_given_while_the_order_was_worked_out_is_not_asked_again(class_shell, qtbot, tmp_path):
    workspace = class_shell.workspace
    workspace.kept_ahead = -1
    last = ImageId(int(workspace.queue.ids[-1]))
    workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[last]))
    label = workspace.head.labels[0].label_id
    answering.annotate(workspace, {last: answering.ClassValue(label)}, advance=False)
    qtbot.waitUntil(lambda: workspace.ranking is not None)
    assert last not in workspace.queue.ids[workspace.queue.position :].tolist()


def test_that_a_random_order_can_be_chosen(class_shell, qtbot):
    with qtbot.waitSignal(class_shell.workspace.moved):
        heads.use_order(class_shell.workspace, "random")
    assert class_shell.workspace.strategy is Strategy.RANDOM


def test_that_new_images_join_the_queue_behind_what_is_on_screen(class_shell, qtbot, images):
    from core.jobs.run import run_job

    workspace = class_shell.workspace
    before = workspace.queue.ids[:9].tolist()
    draw_pictures(images / "more", 5, seed=7)
    project = workspace.project

    def adopt(event):
        workspace.announce(project.adopt(event))

    run_job(project.scan_spec("again"), adopt, lambda: False)
    qtbot.waitUntil(lambda: len(workspace.queue) == 17)
    assert workspace.queue.ids[:9].tolist() == before


@pytest.mark.parametrize("changes", [Changes(images=True), Changes(embeddings=True), Changes(versions=True)])
def test_that_what_the_engine_reports_leaves_a_nudged_proposal(class_shell, changes):
    workspace = class_shell.workspace
    answering.nudge(workspace, -1)
    nudged = workspace.proposal
    workspace.announce(changes)
    assert nudged != Proposal()
    assert workspace.proposal == nudged


def test_that_a_nudged_proposal_ends_with_its_image(class_shell, qtbot):
    workspace = class_shell.workspace
    answering.nudge(workspace, -1)
    gone = workspace.queue.current
    table = workspace.project.images.all()
    left = table.ids != gone
    project = workspace.project
    project.images.all = lambda: replace(table, ids=table.ids[left], hashes=table.hashes[left])
    workspace.announce(Changes(images=True))
    qtbot.waitUntil(lambda: workspace.queue.current != gone)
    assert workspace.proposal == Proposal()


def test_that_a_changed_answer_ends_the_nudged_proposal(class_shell):
    workspace = class_shell.workspace
    answering.nudge(workspace, -1)
    label = workspace.head.labels[0].label_id
    answering.annotate(workspace, {workspace.queue.current: answering.ClassValue(label)}, advance=False)
    assert workspace.proposal == Proposal()


def test_that_answers_of_one_head_do_not_show_under_another(class_shell):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    add_head(class_shell, HeadKind.SCORE, (), name="quality")
    assert not class_shell.workspace.board.answers


def test_that_predictions_of_one_head_do_not_show_under_another(class_shell, qtbot, tmp_path):
    workspace = class_shell.workspace
    first = workspace.head
    add_head(class_shell, HeadKind.CLASS, ("day", "night", "dusk"), name="light")
    second = workspace.head
    workspace.use_head(first.head_id)
    workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[ImageId(1)]))
    workspace.use_head(second.head_id)
    qtbot.wait(100)
    assert workspace.ranking is None


def test_that_predictions_for_the_labels_of_before_do_not_show_under_reordered_ones(class_shell, qtbot, tmp_path):
    workspace, head = class_shell.workspace, class_shell.workspace.head
    workspace.take_live(live_file(class_shell, tmp_path / "live.safetensors", first=[ImageId(1)]))
    edits = tuple(LabelEdit(label.name, label.label_id) for label in reversed(head.labels))
    heads.edit_head(workspace, head.head_id, HeadDraft("question", HeadKind.CLASS, edits, "signal"))
    qtbot.wait(100)
    assert workspace.ranking is None


def test_that_undo_turns_to_the_head_it_concerns(class_shell):
    add_head(class_shell, HeadKind.SCORE, (), name="quality")
    heads.use_head(class_shell.workspace, class_shell.workspace.heads[0].head_id)
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    heads.use_head(class_shell.workspace, class_shell.workspace.heads[1].head_id)
    undoing.undo(class_shell.workspace)
    assert class_shell.workspace.head.name == "question"


def test_that_nothing_to_undo_says_so(class_shell):
    undoing.undo(class_shell.workspace)  # that the head was made
    with pytest.raises(UserError, match="nothing is left to undo"):
        undoing.undo(class_shell.workspace)


def test_that_a_label_can_be_added_while_answers_stay(class_shell):
    image = class_shell.workspace.queue.current
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    head = class_shell.workspace.head
    edits = (LabelEdit("horse"), *(LabelEdit(label.name, label.label_id) for label in head.labels))
    heads.edit_head(class_shell.workspace, head.head_id, HeadDraft("question", HeadKind.CLASS, edits, "signal"))
    edited = class_shell.workspace.head
    assert [label.name for label in edited.labels] == ["horse", "cat", "dog", "bird"]
    assert class_shell.workspace.board.answers[image].label == edited.labels[2].label_id


def forbidden(*args, **kwargs):
    raise AssertionError("the whole pool was looked at")


def test_that_a_label_and_the_head_are_renamed_without_a_look_at_the_whole_pool(class_shell, monkeypatch):
    workspace = class_shell.workspace
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    head, board, queue = workspace.head, workspace.board, workspace.queue.ids.tolist()
    monkeypatch.setattr(workspace.project.annotations, "standing", forbidden)
    monkeypatch.setattr("app.workspace.order_pool", forbidden)
    edits = tuple(LabelEdit(f"{label.name}s", label.label_id) for label in head.labels)
    heads.edit_head(workspace, head.head_id, HeadDraft("animal", HeadKind.CLASS, edits, "signal"))
    assert workspace.head.name == "animal"
    assert [label.name for label in workspace.head.labels] == ["cats", "dogs", "birds"]
    assert (workspace.board, workspace.queue.ids.tolist()) == (board, queue)


def test_that_answering_costs_no_look_at_the_whole_pool(class_shell, monkeypatch):
    project = class_shell.workspace.project
    monkeypatch.setattr(project.images, "all", forbidden)
    monkeypatch.setattr(project.annotations, "standing", forbidden)
    monkeypatch.setattr("app.workspace.order_pool", forbidden)
    first = class_shell.workspace.queue.current
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    assert first in class_shell.workspace.board.answers


def test_that_a_project_opens_on_the_head_used_last(class_shell, open_shell, project_folder):
    first = class_shell.workspace.head
    add_head(class_shell, HeadKind.SCORE, (), "taste")
    QTest.keyClick(class_shell.window, Qt.Key.Key_7)
    class_shell.commands.use_head(first.head_id)
    class_shell.close()
    assert open_shell(project_folder).workspace.head == first


def test_that_where_no_head_was_used_last_the_one_answered_last_is_opened(class_shell, open_shell, project_folder):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    asked = class_shell.workspace.head.head_id
    add_head(class_shell, HeadKind.SCORE, (), "taste")
    class_shell.close()
    class_shell.settings.change(heads={str(project_folder): 99})
    assert open_shell(project_folder).workspace.head.head_id == asked
