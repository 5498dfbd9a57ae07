"""Pairs in the window: one key each, committed at once, taken back and returned to."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from app.loading.pictures import Wish, fitted_side
from app.presenting import pair_presenter
from app.views.image_view import ImageView
from core.pairs import Comparison, Outcome
from core.project import Project
from core.values import ClassValue, HeadKind, ImageId
from tests.app.conftest import ANIMALS, add_head, draw_pictures, scanned_project
from tests.app.keys import Key, press


@pytest.fixture
def pairs(score_shell, qtbot) -> Shell:
    """The view of pairs is open and shows one."""
    press(score_shell, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    wait_for_pair(score_shell, qtbot)
    return score_shell


def wait_for_pair(shell: Shell, qtbot) -> None:
    view = shell.window.pair_view
    qtbot.waitUntil(lambda: bool(view.state.panes) and not view.unread(), timeout=10_000)


def shown(shell: Shell) -> tuple[ImageId, ...]:
    return tuple(pane.image.image_id for pane in shell.window.pair_view.state.panes)


def held(shell: Shell) -> list[Comparison]:
    assert shell.workspace.project is not None and shell.workspace.head is not None
    return shell.workspace.project.pairs.holding(shell.workspace.head.head_id)


def told(shell: Shell) -> str:
    return shell.window.job_bar._deed.text


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS])
def test_that_under_another_head_the_key_says_what_it_is_for(shell, kind):
    add_head(shell, kind, ("cat", "dog"))
    press(shell, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    said = f"pairs are judged under a score head, and question is a {kind.value} head"
    assert shell.window.job_bar._notice.text.startswith(said)
    assert shell.window.view is View.LABEL


def test_that_what_is_prepared_is_said_and_a_key_is_answered_meanwhile(score_shell, qtbot, monkeypatch):
    go_on, plain = threading.Event(), pair_presenter.propose_pairs

    def slow(*asked, **seed):
        assert go_on.wait(20)
        return plain(*asked, **seed)

    monkeypatch.setattr(pair_presenter, "propose_pairs", slow)
    press(score_shell, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    view = score_shell.window.pair_view
    qtbot.waitUntil(lambda: view.state.message.startswith("Choosing pairs that teach most among "))
    for key in (Key.Key_Left, Key.Key_Down, Key.Key_S):
        score_shell.window.job_bar.clear_deed()
        press(score_shell, key)
        assert told(score_shell) == "No pair yet: the first one is still being chosen"
    go_on.set()
    wait_for_pair(score_shell, qtbot)
    assert (held(score_shell), told(score_shell)) == ([], "")


def test_that_where_nothing_is_left_to_compare_that_is_said(score_shell, qtbot, monkeypatch):
    monkeypatch.setattr(pair_presenter, "propose_pairs", lambda *asked, **seed: [])
    press(score_shell, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    view = score_shell.window.pair_view
    assert not view.is_settled(), "pairs are being chosen"
    qtbot.waitUntil(lambda: view.state.message == "No two images are left to compare.", timeout=10_000)
    qtbot.waitUntil(view.is_settled)


def test_that_a_pair_that_is_not_on_screen_yet_is_not_judged(pairs, monkeypatch):
    first = shown(pairs)
    monkeypatch.setattr(ImageView, "shows_anything", lambda self: False)
    press(pairs, Key.Key_Left)
    assert told(pairs) == "Not judged: the pictures are still being read"
    assert (held(pairs), shown(pairs)) == ([], first)
    press(pairs, Key.Key_S)
    assert held(pairs) == [Comparison(*first, Outcome.SKIPPED)]


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        (Key.Key_Left, Outcome.LEFT),
        (Key.Key_1, Outcome.LEFT),
        (Key.Key_Right, Outcome.RIGHT),
        (Key.Key_2, Outcome.RIGHT),
        (Key.Key_Down, Outcome.TIE),
        (Key.Key_S, Outcome.SKIPPED),
    ],
)
def test_that_one_key_judges_and_shows_the_next_pair(pairs, key, outcome):
    first = shown(pairs)
    press(pairs, key)
    assert held(pairs) == [Comparison(*first, outcome)]
    assert not set(shown(pairs)) & set(first)
    assert pairs.window.view is View.PAIRS


def test_that_no_two_images_are_asked_about_twice(pairs, qtbot):
    asked = []
    for _ in range(20):  # more are looked for several times meanwhile
        wait_for_pair(pairs, qtbot)
        asked.append(frozenset(shown(pairs)))
        press(pairs, Key.Key_Left)
    assert len(set(asked)) == len(asked)


def test_that_progress_counts_judged_pairs_and_not_skipped_ones(pairs):
    press(pairs, Key.Key_Left)
    press(pairs, Key.Key_S)
    assert "1 pair judged" in pairs.window.pair_view.state.title


def test_that_the_bar_below_says_what_the_key_did(pairs):
    press(pairs, Key.Key_Down)
    assert "As good · 2 images" in pairs.window.job_bar._deed.text
    press(pairs, Key.Key_Backspace)
    assert "Undone" in pairs.window.job_bar._deed.text


def test_that_what_a_redo_did_stays_where_the_next_pair_is_still_being_chosen(pairs, qtbot):
    press(pairs, Key.Key_Right)
    press(pairs, Key.Key_Backspace)
    press(pairs, Key.Key_Escape)
    press(pairs, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    press(pairs, Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not shown(pairs)
    wait_for_pair(pairs, qtbot)
    assert told(pairs).startswith("Done again: judged pair · 2 images")


def test_that_backspace_takes_back_and_returns_to_the_pair(pairs):
    first = shown(pairs)
    press(pairs, Key.Key_Right)
    press(pairs, Key.Key_Backspace)
    assert held(pairs) == []
    assert shown(pairs) == first


def test_that_taking_back_a_pair_leaves_the_place_in_the_queue(pairs):
    queue = pairs.workspace.queue
    queue.show(next(ImageId(int(one)) for one in queue.ids if one not in shown(pairs)))
    before = queue.current
    press(pairs, Key.Key_Right)
    press(pairs, Key.Key_Backspace)
    press(pairs, Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert (len(held(pairs)), queue.current) == (1, before)


def test_that_the_next_pair_is_decoded_ahead(pairs, qtbot):
    view = pairs.window.pair_view
    assert len(view.state.ahead) == 4

    def decoded_ahead() -> bool:  # at the size of the panes, which is known once they are laid out
        nearest = Wish(view.state.ahead[0], fitted_side(view.state.ahead[0], view.image_view.pane()))
        return view.is_settled() and pairs.pictures.pixmap(nearest.key) is not None

    qtbot.waitUntil(decoded_ahead, timeout=10_000)
    press(pairs, Key.Key_Left)
    assert view.image_view.has_picture()


def test_that_the_best_of_four_wins_over_the_others_in_one_act(pairs, qtbot):
    press(pairs, Key.Key_Q)
    qtbot.waitUntil(lambda: len(shown(pairs)) == 4 and not pairs.window.pair_view.unread(), timeout=10_000)
    four = shown(pairs)
    press(pairs, Key.Key_3)
    won = {one.left if one.outcome is Outcome.LEFT else one.right for one in held(pairs)}
    assert won == {four[2]} and {one.outcome for one in held(pairs)} == {Outcome.LEFT, Outcome.RIGHT}
    assert len(held(pairs)) == 3
    press(pairs, Key.Key_Backspace)
    assert held(pairs) == []
    assert shown(pairs) == four, "another place would tell which one was the best"


def test_that_judgements_are_there_after_a_restart_and_can_be_taken_back(pairs, project_folder):
    press(pairs, Key.Key_Left)
    said = held(pairs)
    pairs.close()
    with Project.open(project_folder) as project:
        (head,) = project.heads.all()
        assert project.pairs.holding(head.head_id) == said
        project.annotations.undo()
        assert project.pairs.holding(head.head_id) == []


def test_that_escape_leads_back_and_pairs_are_for_score_heads(pairs):
    press(pairs, Key.Key_Escape)
    assert pairs.window.view is View.LABEL
    add_head(pairs, HeadKind.CLASS, ANIMALS, "animal")
    press(pairs, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert pairs.window.view is not View.PAIRS


def test_that_where_no_head_was_used_last_the_one_whose_pairs_were_judged_last_is_opened(
    pairs, open_shell, project_folder
):
    project, taste = pairs.workspace.opened()
    add_head(pairs, HeadKind.CLASS, ANIMALS, "animal")
    animal = pairs.workspace.head
    project.annotations.annotate(animal.head_id, {ImageId(1): ClassValue(animal.labels[0].label_id)})
    project.pairs.judge(taste.head_id, [Comparison(ImageId(1), ImageId(2), Outcome.TIE)])
    pairs.close()
    pairs.settings.change(heads={})
    assert open_shell(project_folder).workspace.head.head_id == taste.head_id


def test_that_another_project_shows_its_own_pairs(pairs, qtbot, tmp_path):
    draw_pictures(tmp_path / "other", 6)
    with scanned_project(tmp_path / "second", tmp_path / "other") as project:
        head, _ = project.heads.add("question", HeadKind.SCORE, [])
    assert head.head_id == pairs.workspace.head.head_id
    pairs.workspace.open(Project.open(tmp_path / "second"))
    pairs.presenter.choose(View.PAIRS)
    wait_for_pair(pairs, qtbot)
    folders = {Path(pane.image.path).parent for pane in pairs.window.pair_view.state.panes}
    assert folders == {tmp_path / "other"}


def test_that_pairs_come_where_a_change_of_the_head_cut_the_look_for_them_off(score_shell, qtbot):
    press(score_shell, Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    score_shell.workspace.use_head(score_shell.workspace.head.head_id)
    score_shell.presenter.choose(View.PAIRS)
    wait_for_pair(score_shell, qtbot)
    assert len(shown(score_shell)) == 2
