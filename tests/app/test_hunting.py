"""Hunting in the window: begun by key or list, told how far it is, remembered for the head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.operations import answering, heads
from app.presenting.reasons import reason_of
from app.presenting.states import head_bar_state, hunt_text, position_text
from app.queue.asking import question_of
from app.queue.board import Board
from app.queue.hunting import goes_by_example
from app.queue.likeness import likely, likely_reader
from app.queue.ranking import Pool, order_pool
from core.arrays.hashes import hash_keys
from core.errors import UserError
from core.project.similar import likeness
from core.query.audit_draw import in_order_of_draw
from core.values import BY_EXAMPLE, ChosenOrder, Example, HeadKind, ImageId, Strategy, TagsValue
from tests.app.conftest import add_head
from tests.core.store.projects import SIGNAL, embed_all


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
    assert bar.hunt_text == f"nothing answered yet; the hunt for {name} ends at 20 found"
    assert bar.hunt_text in position_text(workspace)
    answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    assert hunt_text(workspace) == f"1 of 1 are {name} (100.0 %); the hunt ends at 20"


def test_that_the_order_says_how_far_a_hunt_is_and_that_it_is_over(class_shell, monkeypatch, qtbot):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 2)
    workspace, window = class_shell.workspace, class_shell.window
    window.resize(1280, 800)
    heads.use_order(workspace, "hunt:1")
    name = workspace.head.labels[1].name
    for title in (f"Hunt {name} 0 of 2", f"Hunt {name} 1 of 2", "Disagreement (hunt over)"):
        qtbot.waitUntil(lambda title=title: window.head_bar._orders.text() == f"Order: {title}")
        class_shell.commands.answer_row(1)


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
    end = f"Hunt over: 2 of 3 are {name} (66.7 %); now what teaches most, one in four a likely {name}"
    assert said == [end]
    assert class_shell.window.job_bar._notice.text == end


def test_that_a_hunt_that_is_over_is_not_taken_up_again_and_one_that_goes_on_is(class_shell, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 2)
    workspace, said = class_shell.workspace, []
    heads.use_order(workspace, "hunt:1")
    answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    workspace.use_head(workspace.head.head_id)
    assert (workspace.strategy, workspace.target) == (Strategy.HUNT, 1)
    answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    assert workspace.strategy is Strategy.HUNT
    class_shell.jobs.notice.connect(said.append)
    workspace.use_head(workspace.head.head_id)
    answering.answer_row(workspace, 0, [workspace.queue.current], advance=True)
    assert (workspace.strategy, said) == (Strategy.DISAGREEMENT, [])


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
    assert "now what teaches most" in hunt_text(workspace)
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


def test_that_an_excluded_image_is_neither_asked_nor_found(class_shell):
    workspace = class_shell.workspace
    heads.use_order(workspace, "hunt:1")
    for row in (1, 0):
        answering.answer_row(workspace, row, [workspace.queue.current], advance=True)
    assert hunt_text(workspace).startswith("1 of 2 ")
    other = np.flatnonzero(
        workspace.board.answered_with(lambda value: value.label != workspace.head.labels[1].label_id)
    )
    workspace.board.excluded[other] = True
    assert hunt_text(workspace).startswith("1 of 1 ")


def test_that_a_hunt_like_an_image_goes_for_its_label_and_begins_with_what_is_like_it(class_shell, qtbot):
    workspace = class_shell.workspace
    embed_all(workspace.project)
    image_id = workspace.queue.current
    answering.answer_row(workspace, 1, [image_id], advance=True)
    class_shell.commands.perform("previous")
    with qtbot.waitSignal(workspace.moved, timeout=10_000):
        class_shell.commands.perform("hunt_like")
    order = ChosenOrder(Strategy.HUNT, 1, example=Example(image_id, 1 + BY_EXAMPLE))
    assert workspace.chosen == workspace.project.orders.of(workspace.head.head_id) == order
    pool, head = workspace.pool, workspace.head
    ranking = likely_reader(workspace.project, head, pool, 1, image_id)()
    likely = ranking.predictions.probabilities[:, 1]
    assert ranking.ids[likely.argmax()] == image_id
    coming = question_of(workspace.project, head, workspace.board, pool, order)
    drawn = workspace.board.audit
    first = next(one for one in order_pool(coming, None) if not drawn[one])
    open_rows = ~workspace.board.answered[ranking.ids] & ~drawn[ranking.ids]
    assert first == ranking.ids[open_rows][likely[open_rows].argmax()]
    state = reason_of(workspace, head, ImageId(int(first)), None)
    assert state == "like what was found, unlike what was refused"
    answering.answer_row(workspace, 0, [image_id], advance=False)
    state = reason_of(workspace, head, ImageId(int(first)), None)
    assert state == "like the image that the hunt began with"


def test_that_a_hunt_like_an_open_image_goes_for_the_rarest_label(class_shell):
    workspace = class_shell.workspace
    embed_all(workspace.project)
    first = workspace.queue.current
    answering.answer_row(workspace, 0, [first], advance=True)
    assert workspace.head.labels[1].name in heads.hunt_like(workspace, workspace.queue.current)


def test_that_a_hunt_does_not_ask_the_image_that_it_goes_by_until_it_is_over(class_shell, qtbot):
    workspace = class_shell.workspace
    embed_all(workspace.project)
    example = workspace.queue.current
    with qtbot.waitSignal(workspace.moved, timeout=10_000):
        class_shell.commands.perform("hunt_like")
    assert example not in workspace.queue.ids
    workspace.use_head(workspace.head.head_id)
    assert example not in workspace.queue.ids
    workspace.chosen = replace(workspace.chosen, enough=0)
    workspace.order_again()
    qtbot.waitUntil(lambda: example in workspace.queue.ids)


def test_that_a_hunt_like_an_image_goes_by_the_head_once_it_found_five(class_shell, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.BY_EXAMPLE", 1)
    workspace = class_shell.workspace
    embed_all(workspace.project)
    heads.hunt_like(workspace, workspace.queue.current)
    board, head = workspace.board, workspace.head
    assert not head_bar_state(workspace, class_shell.jobs, class_shell.settings.value).order_waits
    assert goes_by_example(board, head, workspace.target, workspace.chosen.example)
    answering.answer_row(workspace, workspace.target, [workspace.queue.current], advance=True)
    assert not goes_by_example(board, head, workspace.target, workspace.chosen.example)


def test_that_a_hunt_like_an_image_that_is_not_embedded_is_refused(class_shell):
    with pytest.raises(UserError):
        heads.hunt_like(class_shell.workspace, class_shell.workspace.queue.current)
    assert class_shell.workspace.strategy is Strategy.DISAGREEMENT


def test_that_what_random_order_would_have_found_is_told_once_chance_has_found_enough(class_shell, monkeypatch):
    workspace = class_shell.workspace
    heads.use_order(workspace, "hunt:1")
    answering.answer_row(workspace, 1, [workspace.queue.current], advance=True)
    drawn = np.flatnonzero(workspace.board.answered)
    monkeypatch.setattr(workspace.board, "drawn_and_answered", lambda: drawn)
    assert "random order" not in hunt_text(workspace)
    monkeypatch.setattr("app.queue.hunting._TELLING", 1)
    assert ", random order about 1;" in hunt_text(workspace)


def test_that_chance_is_judged_by_images_answered_in_the_order_of_their_draw():
    hashes = np.random.default_rng(0).integers(0, 256, (40, 32), dtype=np.uint8)
    board = Board(Pool(np.arange(40), hashes), audit_share=1.0)
    order = in_order_of_draw(hash_keys(hashes))
    board.answered[order[[0, 1, 3]]] = True
    assert board.drawn_and_answered().tolist() == order[:2].tolist()


def test_that_a_hunt_for_a_tag_takes_an_open_tag_for_no_refusal(tags_shell):
    workspace = tags_shell.workspace
    heads.use_order(workspace, "hunt:1")
    yes, no, unsaid = (int(one) for one in workspace.pool.ids[:3])
    first, hunted = (label.label_id for label in workspace.head.labels[:2])
    answers = {
        ImageId(yes): TagsValue(frozenset({hunted}), frozenset()),
        ImageId(no): TagsValue(frozenset(), frozenset({hunted})),
        ImageId(unsaid): TagsValue(frozenset({first}), frozenset()),
    }
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, answers))
    question = question_of(workspace.project, workspace.head, workspace.board, workspace.pool, workspace.chosen)
    assert np.flatnonzero(question.positive).tolist() == [yes]
    assert sorted(np.flatnonzero(question.judged)) == sorted([yes, no])
    assert "1 of 2 are" in hunt_text(workspace)


def test_that_a_hunt_reads_whole_vectors(class_shell):
    workspace = class_shell.workspace
    embed_all(workspace.project)
    hunt, other = (
        question_of(workspace.project, workspace.head, workspace.board, workspace.pool, ChosenOrder(strategy, 1))
        for strategy in (Strategy.HUNT, Strategy.NEAREST)
    )
    assert np.allclose(np.linalg.norm(hunt.points_of(workspace.pool.hashes), axis=1), 1.0, atol=1e-3)
    assert np.allclose(other.points_of(workspace.pool.hashes).mean(axis=0), 0.0, atol=1e-3)


def test_that_the_vectors_are_read_once_for_one_example_and_again_when_more_are_embedded(class_shell, monkeypatch):
    workspace, read = class_shell.workspace, []
    embed_all(workspace.project)
    monkeypatch.setattr("app.queue.likeness.likeness", lambda *asked: read.append(asked) or likeness(*asked))
    first, second = (ImageId(int(one)) for one in workspace.pool.ids[:2])

    def look(like: ImageId) -> np.ndarray:
        return likely(workspace.project, workspace.head, 1, like).probabilities[:, 1]

    assert np.array_equal(look(first), look(first))
    assert len(read) == 1
    assert not np.array_equal(look(second), look(first))
    store = workspace.project.embeddings(SIGNAL)
    with store.writer(SIGNAL) as writer:
        writer.add(np.full((1, 32), 9, np.uint8), np.ones((1, SIGNAL.dim), np.float16))
    store.refresh()
    before = len(read)
    assert len(look(first)) == len(workspace.pool) + 1
    assert len(read) == before + 1


@pytest.fixture
def many_tags(shell, qtbot):
    """Twelve tags, more than there are digits; the last one is hunted."""
    add_head(shell, HeadKind.TAGS, tuple(f"tag {number}" for number in range(1, 13)))
    heads.use_order(shell.workspace, "hunt:11")
    qtbot.waitUntil(lambda: marked_row(shell) == ["tag 12"])
    return shell


def marked_row(shell) -> list[str]:
    return [row.name for row in shell.window.label_view.panel._card.rows if row.focused]


def test_that_the_hunted_tag_is_marked_and_t_answers_it(many_tags, qtbot):
    workspace, head = many_tags.workspace, many_tags.workspace.head
    image, last = workspace.queue.current, head.labels[11]
    assert marked_row(many_tags) == [last.name]
    qtbot.keyClick(many_tags.window, Qt.Key.Key_T)
    assert workspace.board.answers == {image: TagsValue(frozenset({last.label_id}))}
    assert (workspace.queue.current, marked_row(many_tags)) == (image, [last.name])
    qtbot.keyClick(many_tags.window, Qt.Key.Key_Space)
    assert workspace.queue.current != image
    assert marked_row(many_tags) == [last.name]


def test_that_up_goes_on_from_the_hunted_tag(many_tags, qtbot):
    qtbot.keyClick(many_tags.window, Qt.Key.Key_Up)
    assert marked_row(many_tags) == [many_tags.workspace.head.labels[10].name]


def test_that_a_hunt_that_is_over_marks_no_tag(many_tags, qtbot, monkeypatch):
    workspace = many_tags.workspace
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 1)
    heads.use_order(workspace, "hunt:10")
    qtbot.waitUntil(lambda: marked_row(many_tags) == ["tag 11"])
    qtbot.keyClick(many_tags.window, Qt.Key.Key_T)
    qtbot.keyClick(many_tags.window, Qt.Key.Key_Space)
    assert marked_row(many_tags) == []
    with qtbot.waitSignal(many_tags.desk.notice):
        qtbot.keyClick(many_tags.window, Qt.Key.Key_T)
