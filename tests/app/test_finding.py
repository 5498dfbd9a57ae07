"""The search box: typed into, it shows what was found as a queue, in which images are answered; Esc leads back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.acts import View
from app.bootstrap import Shell
from app.models.cards import UNSEEN
from app.presenting.cards import build_cell
from core.errors import UserError
from core.jobs.events import JobFailed, VectorFound
from core.jobs.spec import VectorSpec
from core.values import EncoderSignature, HeadKind, ImageId
from tests.app.conftest import PICTURES, add_head, worker_of
from tests.app.keys import Key, press
from tests.app.mouse import drop
from tests.app.reviews import CAT, DOG, adopt, answer, likely
from tests.core.store.projects import embed_all


@pytest.fixture
def find(qtbot):
    """Opens the box with its key, types, presses Enter, and waits for what comes of it."""

    def typed(shell: Shell, query: str) -> None:
        press(shell, Key.Key_Slash)
        line = shell.window.find_bar.line
        assert line.hasFocus()
        QTest.keyClicks(line, query)
        QTest.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not shell.finding.busy, timeout=10_000)

    return typed


def queue(shell: Shell) -> list[int]:
    return shell.workspace.queue.ids.tolist()


def message(shell: Shell) -> str:
    return shell.window.find_bar.list.accessibleName()


def test_that_the_box_finds_answers_and_esc_leads_back_to_the_queue_as_it_was(class_shell, find):
    before, position = queue(class_shell), class_shell.workspace.queue.position
    find(class_shell, "path:03.*")
    assert len(queue(class_shell)) == 1
    assert class_shell.window.view is View.LABEL
    assert class_shell.window.find_bar.isVisible()
    found = class_shell.workspace.queue.current
    press(class_shell, Key.Key_2)
    assert class_shell.workspace.board.answers[found].label == class_shell.workspace.head.labels[1].label_id
    assert class_shell.window.view is View.EMPTY, "that was all"
    press(class_shell, Key.Key_Escape)
    assert class_shell.workspace.picked is None
    assert class_shell.window.view is View.LABEL
    assert not class_shell.window.find_bar.isVisible()
    assert (queue(class_shell)[: position + 1], class_shell.workspace.queue.position) == (
        before[: position + 1],
        position,
    )


def test_that_what_was_found_by_a_conflict_shows_the_heads_that_contradict(class_shell, find):
    """The live head has learned the answer: its bars would agree with it."""
    answer(class_shell, a=CAT, b=DOG)
    adopt(class_shell, likely(DOG, DOG))
    find(class_shell, "conflict:>0.5")
    assert queue(class_shell) == [1]
    class_shell.presenter.choose(View.LABEL)
    card = class_shell.window.label_view.panel._card
    assert card.source == UNSEEN
    assert card.rows[DOG].probability > 0.5 > card.rows[CAT].probability
    cell = build_cell(class_shell.workspace, ImageId(1))
    assert (cell.caption, "conflict" in cell.remark) == ("dog", True)


def test_that_what_is_typed_stays_in_the_box_where_no_window_is_active(class_shell, monkeypatch):
    press(class_shell, Key.Key_Slash)
    monkeypatch.setattr(QApplication, "focusWidget", lambda: None)  # as without a window manager
    QTest.keyClicks(class_shell.window.find_bar.line, "path:p")
    assert class_shell.window.find_bar.line.text() == "path:p"
    assert not class_shell.workspace.board.pinned.any()


def test_that_flagged_images_are_found_again_in_the_grid(class_shell, find):
    shown = class_shell.workspace.queue.current
    press(class_shell, Key.Key_F)
    press(class_shell, Key.Key_G)
    find(class_shell, "is:flagged")
    assert queue(class_shell) == [shown]
    assert class_shell.window.view is View.GRID
    press(class_shell, Key.Key_Escape)
    assert (class_shell.window.view, len(queue(class_shell))) == (View.GRID, PICTURES)


def test_that_what_was_found_is_selected_and_answered_as_one_act(class_shell, find):
    press(class_shell, Key.Key_G)
    find(class_shell, "path:pictures/0*")
    count = len(queue(class_shell))
    assert count == 10
    press(class_shell, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(class_shell, Key.Key_1)
    assert len(class_shell.workspace.board.answers) == count
    press(class_shell, Key.Key_Backspace)
    assert not class_shell.workspace.board.answers


def test_that_it_says_how_many_were_found_and_that_a_search_can_be_changed(class_shell, find):
    answer(class_shell, a=CAT, b=DOG)
    find(class_shell, "label:any")
    assert class_shell.window.find_bar._note.text == "2 images"
    find(class_shell, "label:cat")
    assert class_shell.window.find_bar._note.text == "1 image"
    press(class_shell, Key.Key_Slash)
    QTest.keyClicks(class_shell.window.find_bar.line, "label:do")
    QTest.keyClick(class_shell.window.find_bar.line, Qt.Key.Key_Escape)
    assert class_shell.window.find_bar.line.text() == "label:cat", "Esc in the box leads back to what was found"
    assert len(queue(class_shell)) == 1
    press(class_shell, Key.Key_Escape)
    assert len(queue(class_shell)) == PICTURES


def test_that_nothing_found_says_which_condition_to_loosen(class_shell, find):
    answer(class_shell, a=CAT)
    before = queue(class_shell)
    find(class_shell, "label:cat is:pinned")
    assert "No image fits is:pinned" in message(class_shell)
    assert queue(class_shell) == before
    assert class_shell.window.find_bar.line.hasFocus()


def test_that_another_head_is_asked_where_the_one_shown_has_no_such_label(class_shell, find, qtbot):
    answer(class_shell, a=CAT, b=DOG)
    find(class_shell, "label:dog")
    dogs = queue(class_shell)
    assert (len(dogs), class_shell.window.find_bar._note.text) == (1, "1 image")
    add_head(class_shell, HeadKind.SCORE, (), name="taste")
    assert class_shell.workspace.head.name == "taste"
    find(class_shell, "label:dog")
    assert (queue(class_shell), class_shell.window.find_bar._note.text) == (dogs, "1 image, asked of question")
    assert class_shell.workspace.head.name == "taste"
    press(class_shell, Key.Key_Escape)
    for query, said in (
        ("answer:>5", "Nothing found No"),
        ("label:dog is:pinned", "Nothing found, asked of question"),
        ("label:wolf", "taste is a score head, and"),
    ):
        class_shell.finding.find(query)
        qtbot.waitUntil(lambda: not class_shell.finding.busy, timeout=10_000)
        assert said in message(class_shell)


def test_that_an_error_marks_its_place_and_says_what_to_write(class_shell, find):
    find(class_shell, "cat is:flaged")
    assert "Did you mean is:flagged?" in message(class_shell)
    assert class_shell.window.find_bar.line.selectedText() == "is:flaged"


def test_that_tab_takes_what_is_offered(class_shell):
    press(class_shell, Key.Key_Slash)
    line = class_shell.window.find_bar.line
    QTest.keyClicks(line, "lab")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "label:"
    QTest.keyClicks(line, "d")
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "label:dog "
    assert line.hasFocus()


def test_that_searches_are_remembered_and_offered_in_an_empty_box(class_shell, find):
    find(class_shell, "path:03.*")
    assert class_shell.settings.value.queries == ("path:03.*",)
    press(class_shell, Key.Key_Escape)
    press(class_shell, Key.Key_Slash)
    line = class_shell.window.find_bar.line
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert line.text().strip() == "path:03.*"


def test_that_esc_puts_an_empty_box_away_wherever_the_focus_is(class_shell):
    press(class_shell, Key.Key_Slash)
    class_shell.window.find_bar.line.clearFocus()
    press(class_shell, Key.Key_Escape)
    assert not class_shell.window.find_bar.isVisible()
    assert class_shell.window.view is View.LABEL


def test_that_another_order_ends_the_search(class_shell, find):
    find(class_shell, "path:pictures/0*")
    class_shell.commands.use_order("random")
    assert class_shell.workspace.picked is None
    assert not class_shell.window.find_bar.isVisible()


def test_that_l_opens_the_images_most_like_the_one_on_screen(class_shell, qtbot):
    embed_all(class_shell.workspace.project)
    shown = class_shell.workspace.queue.current
    press(class_shell, Key.Key_L)
    qtbot.waitUntil(lambda: class_shell.workspace.picked is not None, timeout=10_000)
    assert queue(class_shell)[0] == shown
    assert len(queue(class_shell)) == PICTURES
    assert class_shell.workspace.picked.remarks.of(ImageId(shown)) == "1.00 alike"


def test_that_words_are_placed_by_the_worker(class_shell, find, qtbot):
    embed_all(class_shell.workspace.project)
    press(class_shell, Key.Key_Slash)
    line = class_shell.window.find_bar.line
    QTest.keyClicks(line, 'text:"red car"')
    QTest.keyClick(line, Qt.Key.Key_Return)
    worker = worker_of(class_shell)
    asked = worker.judged[-1]
    assert isinstance(asked, VectorSpec) and asked.text == "red car"
    assert isinstance(asked.signature, EncoderSignature)
    worker.tell(VectorFound(asked.job, tuple(np.eye(asked.signature.dim)[0].tolist())))
    qtbot.waitUntil(lambda: class_shell.workspace.picked is not None, timeout=10_000)
    assert len(queue(class_shell)) == PICTURES


def test_that_a_vector_that_comes_under_another_head_is_dropped(class_shell, qtbot):
    embed_all(class_shell.workspace.project)
    class_shell.finding.find('text:"red car"')
    worker = worker_of(class_shell)
    asked = worker.judged[-1]
    add_head(class_shell, HeadKind.SCORE, (), "taste")
    assert not class_shell.window.find_bar.list.isVisible()
    worker.tell(VectorFound(asked.job, tuple(np.eye(asked.signature.dim)[0].tolist())))
    qtbot.waitUntil(lambda: not class_shell.finding.busy, timeout=10_000)
    assert class_shell.workspace.picked is None


def test_that_an_encoder_without_words_says_so_below_the_box(class_shell, qtbot):
    embed_all(class_shell.workspace.project)
    press(class_shell, Key.Key_Slash)
    line = class_shell.window.find_bar.line
    QTest.keyClicks(line, "text:car")
    QTest.keyClick(line, Qt.Key.Key_Return)
    worker = worker_of(class_shell)
    told = str(UserError("signal has no text side", "search by path"))
    worker.tell(JobFailed(worker.judged[-1].job, "user", told))
    qtbot.waitUntil(lambda: "no text side" in message(class_shell), timeout=10_000)
    assert "Search by path" in message(class_shell)


def test_that_images_alike_to_the_built_in_encoder_are_said_to_be_alike_in_faults(class_shell, qtbot):
    embed_all(class_shell.workspace.project)
    press(class_shell, Key.Key_L)
    qtbot.waitUntil(lambda: class_shell.workspace.picked is not None, timeout=10_000)
    assert class_shell.window.find_bar._note.text.endswith("most alike in faults first, not in content")


def test_that_a_picture_from_elsewhere_is_placed_by_the_worker(class_shell, tmp_path):
    embed_all(class_shell.workspace.project)
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"x")
    class_shell.finding.find(f'similar:"{outside}"')
    asked = worker_of(class_shell).judged[-1]
    assert isinstance(asked, VectorSpec) and asked.file == str(outside)


def test_that_a_picture_dropped_on_the_box_is_searched_for(class_shell, tmp_path):
    embed_all(class_shell.workspace.project)
    outside = tmp_path / "dropped.jpg"
    outside.write_bytes(b"x")
    class_shell.commands.perform("find")
    line = class_shell.window.find_bar.line
    drop(line, outside)
    assert str(outside) in line.text()
    assert worker_of(class_shell).judged[-1].file == str(outside)


def test_that_the_glass_in_the_bar_opens_the_box(class_shell):
    class_shell.window.head_bar._find.click()
    assert class_shell.window.find_bar.line.hasFocus()
