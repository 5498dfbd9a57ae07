"""Key presses on the real window do what the key map says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.acts import View
from app.bootstrap import Shell
from app.queue.ranking import match
from core.arrays.predictions import Predictions
from core.values import MEMBERS, ClassValue, HeadKind, ImageId, ScoreValue, TagsValue
from tests.app.conftest import PICTURES, add_head
from tests.app.keys import CTRL, SHIFT, Key, press


def current(shell: Shell) -> ImageId:
    image_id = shell.workspace.queue.current
    assert image_id is not None
    return image_id


def answer(shell: Shell, image_id: ImageId):
    return shell.workspace.board.answers.get(image_id)


def label_ids(shell: Shell):
    assert shell.workspace.head is not None
    return [label.label_id for label in shell.workspace.head.labels]


def test_that_a_digit_answers_and_shows_the_next_image(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    assert answer(class_shell, first) == ClassValue(label_ids(class_shell)[1])
    assert current(class_shell) != first


def test_that_an_answer_is_on_disk_when_the_key_is_handled(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    project = class_shell.workspace.project
    assert project is not None and class_shell.workspace.head is not None
    (stored,) = project.annotations.standing_of(class_shell.workspace.head.head_id, [first])
    assert stored.answer == ClassValue(label_ids(class_shell)[1])


def test_that_without_advancing_by_itself_the_image_stays(class_shell):
    class_shell.presenter.change(auto_advance=False)
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    assert current(class_shell) == first


def test_that_a_digit_without_a_label_answers_nothing_and_says_so(class_shell, qtbot):
    first = current(class_shell)
    with qtbot.waitSignal(class_shell.desk.notice) as notice:
        press(class_shell, Key.Key_9)
    assert "3 labels" in notice.args[0]
    assert current(class_shell) == first
    assert answer(class_shell, first) is None


@pytest.mark.parametrize(
    ("key", "modifiers", "score"),
    [
        (Key.Key_0, Qt.KeyboardModifier.NoModifier, 0.0),
        (Key.Key_7, Qt.KeyboardModifier.NoModifier, 7.0),
        (Key.Key_6, SHIFT, 6.5),
        (Key.Key_Minus, Qt.KeyboardModifier.NoModifier, 10.0),
        (Key.Key_T, Qt.KeyboardModifier.NoModifier, 10.0),
        (Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier, 10.0),
    ],
)
def test_that_every_score_is_one_stroke(score_shell, key, modifiers, score):
    first = current(score_shell)
    press(score_shell, key, modifiers)
    assert answer(score_shell, first) == ScoreValue(score)
    assert current(score_shell) != first


def test_that_up_and_down_move_the_proposed_score_by_half_a_bracket(score_shell):
    first = current(score_shell)
    press(score_shell, Key.Key_Up)
    press(score_shell, Key.Key_Up)
    press(score_shell, Key.Key_Down)
    assert current(score_shell) == first
    press(score_shell, Key.Key_Space)
    assert answer(score_shell, first) == ScoreValue(5.5)


def test_that_space_keeps_an_answer_that_stands(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    press(class_shell, Key.Key_Left)
    assert current(class_shell) == first
    press(class_shell, Key.Key_Space)
    assert answer(class_shell, first) == ClassValue(label_ids(class_shell)[1])


def test_that_space_without_a_proposal_answers_nothing(class_shell, qtbot):
    first = current(class_shell)
    with qtbot.waitSignal(class_shell.desk.notice):
        press(class_shell, Key.Key_Space)
    assert answer(class_shell, first) is None
    assert current(class_shell) == first


def test_that_tags_are_turned_and_the_image_stays_until_space(tags_shell):
    cat, dog, _ = label_ids(tags_shell)
    first = current(tags_shell)
    press(tags_shell, Key.Key_1)
    press(tags_shell, Key.Key_2, SHIFT)
    assert current(tags_shell) == first
    assert answer(tags_shell, first) == TagsValue(frozenset({cat}), frozenset({dog}))
    press(tags_shell, Key.Key_Space)
    assert answer(tags_shell, first) == TagsValue(frozenset({cat}), frozenset({dog}))
    assert current(tags_shell) != first


def test_that_the_same_tag_key_twice_opens_the_tag_again(tags_shell):
    first = current(tags_shell)
    press(tags_shell, Key.Key_1)
    press(tags_shell, Key.Key_1)
    assert answer(tags_shell, first) is None


def test_that_the_marked_tag_can_be_turned(tags_shell):
    first = current(tags_shell)
    press(tags_shell, Key.Key_Down)
    press(tags_shell, Key.Key_Down)
    press(tags_shell, Key.Key_T)
    assert answer(tags_shell, first) == TagsValue(frozenset({label_ids(tags_shell)[1]}))


@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_Backspace, None), (Key.Key_Z, CTRL)])
def test_that_undo_takes_the_answer_back_and_returns_to_its_image(class_shell, key, modifiers):
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    press(class_shell, Key.Key_Right)
    press(class_shell, key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert current(class_shell) == first
    assert answer(class_shell, first) is None


def test_that_redo_gives_the_answer_again(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_2)
    press(class_shell, Key.Key_Backspace)
    press(class_shell, Key.Key_Y, CTRL)
    assert answer(class_shell, first) == ClassValue(label_ids(class_shell)[1])


def test_that_a_skipped_image_comes_back_at_the_end(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_S)
    assert current(class_shell) != first
    press(class_shell, Key.Key_End)
    assert current(class_shell) == first


def test_that_an_excluded_image_does_not_come_back(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_X)
    assert class_shell.workspace.board.standing(first).excluded
    press(class_shell, Key.Key_Left)
    press(class_shell, Key.Key_X)
    assert not class_shell.workspace.board.standing(first).excluded


def test_that_a_flag_stays_on_the_image_and_the_image_on_screen(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_F)
    assert class_shell.workspace.board.standing(first).flagged
    assert current(class_shell) == first
    press(class_shell, Key.Key_F)
    assert not class_shell.workspace.board.standing(first).flagged


def test_that_a_pin_belongs_to_the_image_and_can_be_taken_back(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_P)
    assert class_shell.workspace.board.standing(first).pinned
    assert class_shell.window.job_bar._deed.text.startswith("Pinned · ")
    press(class_shell, Key.Key_Backspace)
    assert not class_shell.workspace.board.standing(first).pinned


def test_that_an_answer_can_be_cleared(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_1)
    press(class_shell, Key.Key_Left)
    press(class_shell, Key.Key_U)
    assert answer(class_shell, first) is None


def test_that_right_and_left_decide_nothing(class_shell):
    first = current(class_shell)
    press(class_shell, Key.Key_Right)
    press(class_shell, Key.Key_Left)
    assert current(class_shell) == first
    assert not class_shell.workspace.board.answers


def test_that_g_and_e_change_between_the_grid_and_one_image(class_shell):
    press(class_shell, Key.Key_G)
    assert class_shell.window.view is View.GRID
    press(class_shell, Key.Key_E)
    assert class_shell.window.view is View.LABEL


def test_that_a_digit_in_the_grid_answers_the_whole_selection_as_one_act(class_shell):
    press(class_shell, Key.Key_G)
    press(class_shell, Key.Key_A, CTRL)
    press(class_shell, Key.Key_3)
    assert len(class_shell.workspace.board.answers) == 12
    press(class_shell, Key.Key_Backspace)
    assert not class_shell.workspace.board.answers


def test_that_a_menu_bar_left_with_the_focus_takes_escape_and_arrows_and_gives_way_to_other_keys(class_shell):
    menu_bar, queue = class_shell.window.menuBar(), class_shell.workspace.queue
    press(class_shell, Key.Key_K)
    menu_bar.setFocus()
    for key in (Key.Key_Escape, Key.Key_Right):
        press(class_shell, key)
        menu_bar.setFocus()
    assert class_shell.window.view is View.APPLY
    menu_bar.clearFocus()
    press(class_shell, Key.Key_Escape)
    menu_bar.setFocus()
    press(class_shell, Key.Key_1)
    assert len(class_shell.workspace.board.answers) == 1
    press(class_shell, Key.Key_Right)
    assert queue.position == 2 and not menu_bar.hasFocus()


def test_that_h_hides_the_prediction(class_shell):
    panel = class_shell.window.label_view.panel
    press(class_shell, Key.Key_H)
    assert (panel._source.text, panel._reason.text) == ("hidden", "predictions are hidden: H shows them")
    press(class_shell, Key.Key_H)
    assert panel._source.text != "hidden" and "hidden" not in panel._reason.text


def test_that_z_shows_every_pixel_and_fits_again(class_shell):
    image = class_shell.window.label_view.image_view
    fitted = image.zoom_text
    press(class_shell, Key.Key_Z)
    assert image.zoom_text != fitted
    press(class_shell, Key.Key_0, CTRL)
    assert image.zoom_text == fitted


def test_that_the_list_of_keys_opens_and_any_key_closes_it(class_shell):
    press(class_shell, Key.Key_Question)
    assert class_shell.window.overlay.isVisible()
    press(class_shell, Key.Key_Question)
    assert not class_shell.window.overlay.isVisible()


def test_that_tab_turns_to_the_next_head(class_shell):
    add_head(class_shell, HeadKind.SCORE, (), name="quality")
    press(class_shell, Key.Key_Tab)
    assert class_shell.workspace.head is not None
    assert class_shell.workspace.head.name == "question"


def test_that_keys_typed_into_a_field_answer_nothing(class_shell, qtbot):
    field = QLineEdit(class_shell.window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "123 sx")
    assert field.text() == "123 sx"
    assert not class_shell.workspace.board.answers


def test_that_a_key_held_down_answers_one_image_only(class_shell):
    repeat = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", True)
    press(class_shell, Key.Key_1)
    QApplication.sendEvent(class_shell.window, repeat)
    assert len(class_shell.workspace.board.answers) == 1


def test_that_an_arrow_held_down_goes_on(class_shell):
    repeat = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Right, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(class_shell.window, repeat)
    QApplication.sendEvent(class_shell.window, repeat)
    assert class_shell.workspace.queue.position == 2


def test_that_every_image_answered_says_what_to_do_next(class_shell):
    for _ in range(12):
        press(class_shell, Key.Key_1)
    assert class_shell.window.view is View.EMPTY
    press(class_shell, Key.Key_Left)
    assert class_shell.window.view is View.LABEL


@pytest.mark.parametrize(
    ("key", "modifiers", "view"),
    [
        (Key.Key_K, Qt.KeyboardModifier.NoModifier, View.APPLY),
        (Key.Key_G, SHIFT, View.PAGES),
        (Key.Key_G, Qt.KeyboardModifier.NoModifier, View.GRID),
    ],
)
def test_that_limits_pages_and_grid_open_when_every_image_is_answered(class_shell, key, modifiers, view):
    for _ in range(PICTURES):
        press(class_shell, Key.Key_1)
    assert class_shell.window.view is View.EMPTY
    press(class_shell, key, modifiers)
    assert class_shell.window.view is view


@pytest.mark.parametrize("act", ["keep", "pages", "grid", "judge_pairs"])
def test_that_what_a_head_says_is_not_looked_at_without_one(open_shell, project_folder, act):
    shells = [open_shell(None), open_shell(project_folder)]
    for shell in shells:
        shell.commands.perform(act)
        assert shell.window.view is View.EMPTY
        assert shell.window.job_bar._notice.text


def test_that_a_digit_by_its_place_works_on_the_window(class_shell):
    first = current(class_shell)
    azerty = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Eacute, Qt.KeyboardModifier.NoModifier, 11, 0, 0, "é")
    QApplication.sendEvent(class_shell.window, azerty)
    assert answer(class_shell, first) == ClassValue(label_ids(class_shell)[1])


def test_that_space_in_the_grid_leaves_tags_open_of_which_nothing_was_learned(tags_shell):
    workspace = tags_shell.workspace
    cat, dog, _ = label_ids(tags_shell)
    press(tags_shell, Key.Key_1, SHIFT)
    press(tags_shell, Key.Key_2, SHIFT)
    first = current(tags_shell)
    judged = np.tile(np.array([0.9, 0.1, np.nan], np.float16), (len(workspace.pool), 1))
    predictions = Predictions(
        hashes=workspace.pool.hashes,
        probabilities=judged,
        members=np.repeat(judged[:, None], MEMBERS, axis=1),
        utility=np.zeros(len(judged), np.float32),
        order=np.arange(len(judged)),
    )
    workspace.ranking = match(workspace.pool, predictions, "live")
    press(tags_shell, Key.Key_G)
    press(tags_shell, Key.Key_A, CTRL)
    press(tags_shell, Key.Key_Space)
    blind = workspace.board.audit.copy()
    blind[first] = False
    assert len(workspace.board.answers) == len(workspace.pool) - blind.sum()
    assert workspace.board.answers[first] == TagsValue(frozenset(), frozenset({cat, dog}))
    others = {answer for image, answer in workspace.board.answers.items() if image != first}
    assert others == {TagsValue(frozenset({cat}), frozenset({dog}))}
