"""Pages: the wrong ones of many images are marked, the rest confirmed by one key and taken back by one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from app.acts import View
from app.bootstrap import Shell
from app.models.pages import PageState
from app.operations.paging import pick_wrong
from app.views.page_grid import PageGrid
from core.changes import Changes
from core.errors import UserError
from core.project import Project
from core.store.groups import Groups
from core.values import ClassValue, Confirmation, HeadKind, ImageId, ScoreValue, TagsValue
from tests.app.conftest import ANIMALS, PICTURES, add_head
from tests.core.unified import judge_pool

CAT, DOG, BIRD = range(3)
PER_PAGE = 3


def say(shell: Shell, probabilities: np.ndarray, *, audit_share: float = 0.0) -> None:
    """A version that says this of each image."""
    project, head = shell.workspace.opened()
    project.audits.set_share(head.head_id, audit_share)
    shell.workspace.use_head(head.head_id)
    judge_pool(project, head, probabilities.tolist())
    shell.workspace.announce(Changes(versions=True))


def likely(*rows: int) -> np.ndarray:
    return np.where(np.eye(3)[list(rows)] == 1, 0.9, 0.05)


def state(shell: Shell) -> PageState:
    return shell.window.page_view.state


def shown(shell: Shell) -> list[int]:
    return [card.image_id for card in state(shell).cards]


def marked(shell: Shell) -> list[int]:
    return [card.image_id for card in state(shell).cards if card.marked]


def answers(shell: Shell) -> dict[int, str]:
    head = shell.workspace.head
    assert head is not None
    names = {label.label_id: label.name for label in head.labels}
    return {
        image: names[value.label]
        for image, value in shell.workspace.board.answers.items()
        if isinstance(value, ClassValue)
    }


def click(qtbot, grid: PageGrid, place: int) -> None:
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid._area(place).center().toPoint())


def turn_wheel(grid: PageGrid, delta: int) -> None:
    middle, none = QPointF(grid.rect().center()), Qt.MouseButton.NoButton
    turned, still = QPoint(0, delta), Qt.ScrollPhase.NoScrollPhase
    plain = Qt.KeyboardModifier.NoModifier
    grid.wheelEvent(QWheelEvent(middle, grid.mapToGlobal(middle), QPoint(), turned, none, plain, still, False))


@pytest.fixture
def press(qtbot, class_shell):
    def act(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(class_shell.window, key, modifier)

    return act


def open_pages(qtbot, shell: Shell) -> None:
    """Of the first label, three cards on a page."""
    shell.presenter.choose(View.PAGES)
    shell.window.page_view.bar.output_chosen.emit(0)
    qtbot.waitUntil(lambda: state(shell).message is not None or bool(state(shell).cards))
    grid = shell.window.page_view.grid
    grid.resize(PER_PAGE * 240, 240)
    grid.resize_cards(3)


@pytest.fixture
def paged(qtbot, class_shell) -> Shell:
    """Eight images are said to be cats, four to be dogs."""
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4))
    class_shell.window.resize(720, 480)
    open_pages(qtbot, class_shell)
    return class_shell


def test_that_a_page_shows_what_the_head_is_sure_of_and_says_what_enter_does(paged):
    assert paged.window.view is View.PAGES
    assert len(shown(paged)) == PER_PAGE
    assert set(shown(paged)) <= set(range(1, 9))
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images — Enter confirms 3"


def test_that_enter_answers_all_but_the_marked_as_one_act_and_turns_the_page(qtbot, paged, press):
    first, wrong, third = shown(paged)
    click(qtbot, paged.window.page_view.grid, 1)
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images, 1 marked — Enter confirms 2"
    seen: list[Changes] = []
    paged.workspace.changed.connect(lambda changes, _: seen.append(changes))
    press(Qt.Key.Key_Return)
    assert answers(paged) == {first: "cat", third: "cat"}
    told = "Page confirmed · 2 images · Marked as wrong · 1 image · Backspace takes it back"
    assert paged.window.job_bar._deed.text == told
    assert [changes.annotated for changes in seen] == [frozenset({first, wrong, third})]
    assert state(paged).bar.counts == (6, 4, 0)
    assert state(paged).bar.line.startswith("Page 2 of 3")
    assert state(paged).bar.line.endswith("M corrects 1")


def test_that_an_undone_page_counts_its_answers_and_marks_apart(qtbot, paged, press):
    click(qtbot, paged.window.page_view.grid, 1)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Backspace)
    told = paged.window.job_bar._deed.text
    assert told.startswith("Undone: Page confirmed · 2 images · Marked as wrong · 1 image · ")
    assert state(paged).bar.counts == (8, 4, 0)


def test_that_marked_images_come_one_after_another_and_a_key_corrects(qtbot, paged, press):
    wrong = shown(paged)[:2]
    for place in (0, 1):
        click(qtbot, paged.window.page_view.grid, place)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    assert (paged.window.view, paged.workspace.queue.ids.tolist()) == (View.LABEL, wrong)
    assert paged.window.label_view.panel._card.reason == "marked as wrong"
    press(Qt.Key.Key_2)
    assert (answers(paged)[wrong[0]], paged.workspace.queue.current) == ("dog", wrong[1])
    press(Qt.Key.Key_Escape)
    assert paged.window.view is View.PAGES
    press(Qt.Key.Key_M)
    assert paged.workspace.queue.ids.tolist() == wrong[1:]


def test_that_what_was_marked_as_wrong_is_not_proposed_again(qtbot, paged, press):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    assert not any(row.proposed for row in paged.window.label_view.panel._card.rows)
    with qtbot.waitSignal(paged.desk.notice):
        press(Qt.Key.Key_Space)
    assert (wrong in answers(paged), paged.workspace.queue.current) == (False, wrong)
    press(Qt.Key.Key_Escape)
    paged.workspace.show(wrong)
    paged.presenter.choose(View.LABEL)
    assert paged.window.label_view.panel._card.reason == "marked as wrong: waits for the right answer"
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Space)
    assert answers(paged)[wrong] == "dog"


def test_that_a_mark_that_was_taken_back_lets_the_head_propose_again(qtbot, paged, press):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    assert paged.workspace.board.wrong == {wrong}
    press(Qt.Key.Key_Backspace)
    assert paged.workspace.board.wrong == frozenset()


def test_that_marked_images_wait_after_a_restart_and_undo_takes_the_marks_back(qtbot, paged, press, open_shell):
    wrong = shown(paged)[0]
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    folder = paged.workspace.project.folder
    paged.workspace.close()
    again = open_shell(folder)
    again.commands.perform("correct_marked")
    assert again.workspace.queue.ids.tolist() == [wrong]
    assert again.workspace.board.wrong == {wrong}
    qtbot.keyClick(again.window, Qt.Key.Key_Escape)
    qtbot.keyClick(again.window, Qt.Key.Key_Backspace)
    assert answers(again) == {}
    with pytest.raises(UserError, match="nothing that was marked"):
        pick_wrong(again.workspace)


def test_that_a_page_of_which_all_is_marked_is_kept_too(qtbot, paged, press):
    every = shown(paged)
    for place in range(PER_PAGE):
        click(qtbot, paged.window.page_view.grid, place)
    press(Qt.Key.Key_Return)
    head = paged.workspace.head
    assert paged.workspace.project.annotations.marked_wrong(head.head_id) == every
    assert answers(paged) == {}
    assert paged.window.job_bar._deed.text.startswith("Marked as wrong · 3 images · ")


def test_that_an_excluded_image_waits_no_more(qtbot, paged, press):
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M)
    press(Qt.Key.Key_X)
    with pytest.raises(UserError):
        pick_wrong(paged.workspace)


def test_that_backspace_takes_the_page_back_and_returns_to_it(qtbot, paged, press):
    before = shown(paged)
    click(qtbot, paged.window.page_view.grid, 0)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Backspace)
    assert answers(paged) == {}
    assert (shown(paged), marked(paged)) == (before, before[:1])


def test_that_arrows_move_space_marks_and_a_digit_answers_the_marked(qtbot, paged, press):
    view, cards = paged.window.page_view, shown(paged)
    press(Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_3)
    assert answers(paged) == {cards[0]: "bird", cards[1]: "bird"}
    assert state(paged).bar.line == "Page 1 of 3: cat, 3 images — Enter confirms 1"


def test_that_dragging_marks_a_run(qtbot, paged):
    grid = paged.window.page_view.grid
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=grid._area(0).center().toPoint())
    for place in (1, 2):
        qtbot.mouseMove(grid, grid._area(place).center().toPoint())
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=grid._area(2).center().toPoint())
    assert marked(paged) == shown(paged)


def test_that_page_keys_turn_pages_and_the_end_leads_back(qtbot, paged, press):
    first = shown(paged)
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageDown)
    assert shown(paged) != first
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageUp)
    assert shown(paged) == first
    for _ in range(3):
        press(Qt.Key.Key_Return)
    message = state(paged).message
    assert message is not None
    assert message.title == "All pages done"
    qtbot.keyClick(paged.window.page_view, Qt.Key.Key_PageUp)
    assert state(paged).bar.line == "Page 3 of 3: cat, 2 images, all done — Enter turns the page"


def test_that_pages_go_by_label_and_by_how_sure_the_head_is(qtbot, paged, press):
    press(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: bool(state(paged).cards))
    assert set(shown(paged)) <= {9, 10, 11, 12}
    paged.window.page_view.bar.threshold_chosen.emit(0.95)
    qtbot.waitUntil(lambda: state(paged).message is not None)
    assert state(paged).message.title == "Nothing to confirm"


def test_that_answers_are_checked_in_pages_and_the_marked_are_open_again(qtbot, paged, press):
    for _ in range(3):
        press(Qt.Key.Key_Return)
    press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: bool(state(paged).cards))
    wrong, *right = shown(paged)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    project, head = paged.workspace.opened()
    cat = ClassValue(head.labels[CAT].label_id)
    confirmed = project.annotations.confirmations(head.head_id)
    assert confirmed == {image: Confirmation(cat, against=cat) for image in right}
    assert wrong not in answers(paged)
    assert project.annotations.marked_wrong(head.head_id) == [wrong]
    press(Qt.Key.Key_Backspace)
    assert answers(paged)[wrong] == "cat"
    assert project.annotations.confirmations(head.head_id) == {}
    assert (shown(paged), marked(paged)) == ([wrong, *right], [wrong])


def together(project: Project, *images: int) -> None:
    table = project.images.get([ImageId(image) for image in images])
    names = [image.content_hash for image in table]
    assert isinstance(project.groups, Groups)
    project.groups.join([(names[0], other) for other in names[1:]])


def test_that_near_duplicates_share_a_card_and_its_answer(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2, 3)
    say(class_shell, likely(*[CAT] * 4, *[DOG] * 8))
    open_pages(qtbot, class_shell)
    assert {card.image_id: card.count for card in state(class_shell).cards} == {1: 3, 4: 1}
    assert state(class_shell).bar.line == "Page 1 of 1: cat, 4 images — Enter confirms 4"
    press(Qt.Key.Key_Return)
    assert answers(class_shell) == dict.fromkeys((1, 2, 3, 4), "cat")
    press(Qt.Key.Key_Backspace)
    assert answers(class_shell) == {}


def test_that_a_group_is_spread_by_a_key_and_put_together_by_it(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2, 3)
    say(class_shell, likely(*[CAT] * 3, *[DOG] * 9))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_D)
    assert shown(class_shell) == [1, 2, 3]
    press(Qt.Key.Key_D)
    assert [(card.image_id, card.count) for card in state(class_shell).cards] == [(1, 3)]


def test_that_what_the_head_tells_apart_shares_no_answer(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2)
    say(class_shell, likely(CAT, *[DOG] * 11))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_Return)
    assert answers(class_shell) == {1: "cat"}


def test_that_a_page_of_a_tag_leaves_the_other_tags_as_they_are(qtbot, tags_shell):
    project, head = tags_shell.workspace.opened()
    cat, dog, _ = (label.label_id for label in head.labels)
    known = TagsValue(frozenset({dog}))
    tags_shell.workspace.announce(project.annotations.annotate(head.head_id, {ImageId(1): known}))
    say(tags_shell, likely(*[CAT] * 2, *[BIRD] * 10))
    open_pages(qtbot, tags_shell)
    assert sorted(shown(tags_shell)) == [1, 2]
    qtbot.keyClick(tags_shell.window, Qt.Key.Key_Return)
    board = tags_shell.workspace.board
    assert board.answers == {1: TagsValue(frozenset({cat, dog})), 2: TagsValue(frozenset({cat}))}


def test_that_scores_are_confirmed_by_bracket(qtbot, score_shell):
    say(score_shell, np.array([[0.7]] * 2 + [[0.2]] * (PICTURES - 2)))
    open_pages(qtbot, score_shell)
    score_shell.window.page_view.bar.output_chosen.emit(7)
    qtbot.waitUntil(lambda: bool(state(score_shell).cards))
    qtbot.keyClick(score_shell.window, Qt.Key.Key_Return)
    assert score_shell.workspace.board.answers == {1: ScoreValue(7.0), 2: ScoreValue(7.0)}


def test_that_without_a_prediction_the_view_says_what_to_do(qtbot, class_shell, press):
    open_pages(qtbot, class_shell)
    message = state(class_shell).message
    assert message is not None
    assert message.title == "No pages yet"
    press(Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_a_page_fills_its_area_and_cuts_no_card(paged):
    grid = paged.window.page_view.grid
    for steps, size in ((-3, (733, 411)), (1, (1280, 700)), (1, (961, 533))):
        grid.resize_cards(steps)
        grid.resize(*size)
        columns, rows = grid._shape
        last = grid._area(columns * rows - 1)
        assert (last.right(), last.bottom()) == size


def test_that_cards_grow_in_a_large_window_and_where_a_page_is_not_full(paged):
    grid = paged.window.page_view.grid
    grid.resize_cards(-3)
    scale = grid._theme.scale
    capacities = []
    for width, height in ((1280, 660), (2560, 1310)):
        grid.resize(round(width * scale), round(height * scale))
        capacities.append(grid.capacity)
        cards = len(state(paged).cards)
        columns, rows = grid._shape
        assert cards <= columns * rows < grid.capacity
    assert 60 < capacities[0] <= capacities[1] <= 180


def test_that_another_head_brings_its_own_pages(qtbot, paged):
    add_head(paged, HeadKind.CLASS, ANIMALS[:2], name="other")
    assert state(paged).message is not None
    assert state(paged).message.title == "No pages yet"


def test_that_pages_begin_with_the_label_of_most_images_and_say_how_many(qtbot, class_shell):
    say(class_shell, likely(*[CAT] * 2, *[DOG] * 7, *[BIRD] * 3))
    class_shell.presenter.choose(View.PAGES)
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))
    bar = state(class_shell).bar
    assert (bar.outputs[bar.output], bar.counts) == ("dog", (2, 7, 3))


def test_that_a_look_at_one_image_leads_back_to_the_page_with_its_marks(qtbot, paged, press):
    press(Qt.Key.Key_Return)
    before = shown(paged)
    click(qtbot, paged.window.page_view.grid, 1)
    press(Qt.Key.Key_E)
    assert (paged.window.view, paged.workspace.queue.current) == (View.LABEL, before[1])
    press(Qt.Key.Key_3)
    press(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert shown(paged) == before
    assert answers(paged)[before[1]] == "bird"
    assert state(paged).bar.line == "Page 2 of 3: cat, 3 images — Enter confirms 2"


def test_that_the_first_predictions_bring_pages(qtbot, class_shell):
    class_shell.presenter.choose(View.PAGES)
    assert state(class_shell).message is not None
    say(class_shell, likely(*[CAT] * PICTURES))
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))


def test_that_the_last_page_is_taken_back_and_shown_again(paged, press):
    for _ in range(3):
        press(Qt.Key.Key_Return)
    assert state(paged).message is not None
    press(Qt.Key.Key_Backspace)
    assert state(paged).bar.line == "Page 3 of 3: cat, 2 images — Enter confirms 2"


def test_that_the_wheel_turns_pages(paged):
    grid, first = paged.window.page_view.grid, shown(paged)
    for delta in (-60, -60):
        turn_wheel(grid, delta)
    assert state(paged).bar.line.startswith("Page 2 of 3")
    turn_wheel(grid, 120)
    assert shown(paged) == first


def test_that_the_key_for_the_next_label_passes_over_those_without_images(qtbot, class_shell, press):
    say(class_shell, likely(*[CAT] * 8, *[BIRD] * 4))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: bool(state(class_shell).cards))
    assert state(class_shell).bar.outputs[state(class_shell).bar.output] == "bird"


def test_that_a_long_label_leaves_room_for_the_rest_of_the_bar(qtbot, shell):
    add_head(shell, HeadKind.CLASS, (("a & b " * 16).strip(), "dog", "bird"))
    say(shell, likely(*[CAT] * PICTURES))
    open_pages(qtbot, shell)
    shell.window.resize(900, 600)
    bar = shell.window.page_view.bar
    assert bar.minimumSizeHint().width() < 800
    assert bar._output.menu().actions()[0].text().count("&&") == 16


def test_that_the_audit_set_is_left_to_blind_asking(qtbot, class_shell):
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4), audit_share=0.5)
    open_pages(qtbot, class_shell)
    cats = set(range(1, 9))
    blind = cats & set(np.flatnonzero(class_shell.workspace.board.audit).tolist())
    seen = set(shown(class_shell))
    for _ in range(3):
        qtbot.keyClick(class_shell.window.page_view, Qt.Key.Key_PageDown)
        seen |= set(shown(class_shell))
    assert blind and seen == cats - blind
