"""Near-duplicates: one group after another, answered or thinned out as one act, as strictly as asked."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from app.models.twins import Measure
from app.operations import beside
from app.presenting import twin_presenter
from core.errors import Cancelled
from core.jobs.events import ShardWritten
from core.media.draw import draw_scene
from core.project import content_twins
from core.values import HeadKind
from tests.app.conftest import ANIMALS, add_head, scanned_project
from tests.app.keys import Key, press
from tests.core.store.projects import SIGNAL


@pytest.fixture
def twins(tmp_path, open_shell, qtbot) -> Shell:
    """Two scenes in two sizes each, and two alone; the view is open."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, seed in (("a", 5), ("b", 9), ("c", 13), ("d", 17)):
        scene = draw_scene(np.random.default_rng(seed), 480, 360)
        scene.save(folder / f"{name} large.png")
        if name in "ab":
            scene.resize((320, 240), Image.Resampling.LANCZOS).save(folder / f"{name} small.png")
    scanned_project(tmp_path / "project", folder).close()
    shell = open_shell(tmp_path / "project")
    add_head(shell, HeadKind.CLASS, ANIMALS)
    press(shell, Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not shell.searching.busy, timeout=10_000)
    return shell


def shown(shell: Shell) -> list[str]:
    return [image.path.rpartition("/")[2] for image in shell.window.twin_view.state.images]


def line(shell: Shell) -> str:
    return shell.window.twin_view.state.bar.line


def test_that_groups_come_one_after_another_the_largest_framed(twins):
    assert twins.window.view is View.TWINS
    assert line(twins).startswith("Group 1 of 2: 2 images")
    first = shown(twins)
    assert first[0].endswith("large.png") and first[1].endswith("small.png")
    press(twins, Key.Key_Right)
    assert line(twins).startswith("Group 2 of 2")
    assert not set(shown(twins)) & set(first)
    press(twins, Key.Key_Right)
    assert twins.window.twin_view.state.message.title == "That was the last group"
    press(twins, Key.Key_Left)
    assert line(twins).startswith("Group 2 of 2")


def test_that_all_but_the_framed_one_are_excluded_as_one_act(twins):
    first = twins.window.twin_view.state.images
    press(twins, Key.Key_X)
    board = twins.workspace.board
    assert [board.standing(image.image_id).excluded for image in first] == [False, True]
    assert line(twins).startswith("Group 2 of 2"), "what is settled gives way"
    press(twins, Key.Key_Backspace)
    assert not any(board.standing(image.image_id).excluded for image in first)
    assert line(twins).startswith("Group 1 of 2"), "what is taken back is shown"


def test_that_the_others_of_a_large_group_are_excluded_beside_the_window(twins, slow, qtbot, monkeypatch):
    monkeypatch.setattr(beside, "LARGE", 1)
    first = twins.window.twin_view.state.images
    press(twins, Key.Key_X)
    assert twins.window.job_bar._deed_text == "Writing 1 image…"
    assert not any(twins.workspace.board.standing(image.image_id).excluded for image in first)
    slow.set()
    qtbot.waitUntil(lambda: line(twins).startswith("Group 2 of 2"))
    assert twins.workspace.board.standing(first[1].image_id).excluded
    assert twins.window.job_bar._deed_text.startswith("The others excluded")


def test_that_another_one_can_stay(twins):
    first = twins.window.twin_view.state.images
    press(twins, Key.Key_Down)
    assert twins.window.twin_view.state.kept == 1
    press(twins, Key.Key_X)
    assert [twins.workspace.board.standing(image.image_id).excluded for image in first] == [True, False]


def test_that_a_digit_answers_the_whole_group_as_one_act(twins):
    first = twins.window.twin_view.state.images
    press(twins, Key.Key_2)
    answers = twins.workspace.board.answers
    assert {answers[image.image_id].label for image in first} == {twins.workspace.head.labels[1].label_id}
    assert line(twins).startswith("Group 2 of 2")
    press(twins, Key.Key_Backspace)
    assert not twins.workspace.board.answers


def test_that_strictness_is_chosen_and_excluded_images_are_left_out(twins, qtbot):
    press(twins, Key.Key_X)
    press(twins, Key.Key_Comma)
    qtbot.waitUntil(lambda: not twins.searching.busy, timeout=10_000)
    assert twins.window.twin_view.state.bar.slack == 8
    assert line(twins).startswith("Group 1 of 1")
    twins.window.twin_view.bar.slider.setValue(15)
    qtbot.waitUntil(lambda: not twins.searching.busy, timeout=10_000)
    assert twins.window.twin_view.state.bar.strictness == "100 % alike or more"


def embed(shell: Shell, *groups: tuple[str, ...]) -> None:
    """The images of a group have one vector, and each group another."""
    project = shell.workspace.project
    table = project.images.all()
    place = {name: int(np.flatnonzero(table.ids == project.images.by_path(name))[0]) for one in groups for name in one}
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        for group in groups:
            values = np.zeros((len(group), SIGNAL.dim), dtype=np.float16)
            values[:, :2] = np.cos(place[group[0]]), np.sin(place[group[0]])
            writer.add(table.hashes[[place[name] for name in group]], values)
    shell.workspace.announce(project.adopt(ShardWritten("embed", SIGNAL, len(place))))


def embed_alike(shell: Shell, first: str, second: str) -> None:
    """The two have one vector, and everything else one of its own."""
    table = shell.workspace.project.images.all()
    names = [image.path.rpartition("/")[2] for image in shell.workspace.project.images.get(table.ids.tolist())]
    embed(shell, (first, second), *((name,) for name in names if name not in (first, second)))


def test_that_groups_can_go_by_embeddings_and_wait_for_them(twins, qtbot):
    press(twins, Key.Key_Q)
    qtbot.waitUntil(lambda: not twins.searching.busy, timeout=10_000)
    view = twins.window.twin_view
    assert view.state.message.title == "The images are not embedded yet"
    embed_alike(twins, "a large.png", "c large.png")
    qtbot.waitUntil(lambda: not twins.searching.busy, timeout=10_000)
    assert shown(twins) == ["a large.png", "c large.png"]
    assert line(twins).startswith("Group 1 of 1: 2 images, 100 % alike")
    assert (view.bar.measure.text(), view.state.bar.strictness) == ("Alike in faults only", "98 % alike or more")
    assert "embeddings" in view.bar.slider.toolTip()
    press(twins, Key.Key_Period)
    assert view.state.bar.strictness == "98.5 % alike or more"
    view.bar.measure_chosen.emit(Measure.PIXELS)
    qtbot.waitUntil(lambda: not twins.searching.busy, timeout=10_000)
    assert line(twins).startswith("Group 1 of 2") and view.state.bar.slack == 7
    assert "look" in view.bar.slider.toolTip()


def test_that_groups_of_what_was_embedded_since_come_after_those_seen(twins, qtbot, monkeypatch):
    monkeypatch.setattr(twin_presenter, "REST_MS", 0)
    embed(twins, ("c large.png", "a large.png"), ("b large.png",))
    press(twins, Key.Key_Q)
    qtbot.waitUntil(lambda: line(twins).startswith("Group 1 of 1"), timeout=10_000)
    embed(twins, ("b small.png", "a small.png"))
    qtbot.waitUntil(lambda: line(twins).startswith("Group 1 of 2"), timeout=10_000)
    assert set(shown(twins)) == {"c large.png", "a large.png"}
    press(twins, Key.Key_Right)
    assert set(shown(twins)) == {"b small.png", "a small.png"}


def test_that_they_come_after_all_that_were_seen_where_one_stepped_back(twins, qtbot, monkeypatch):
    monkeypatch.setattr(twin_presenter, "REST_MS", 0)
    embed(twins, ("c large.png", "d large.png"), ("b large.png", "b small.png"))
    press(twins, Key.Key_Q)
    qtbot.waitUntil(lambda: line(twins).startswith("Group 1 of 2"), timeout=10_000)
    seen = [set(shown(twins))]
    press(twins, Key.Key_Right)
    seen.append(set(shown(twins)))
    press(twins, Key.Key_Left)
    embed(twins, ("a large.png", "a small.png"))
    qtbot.waitUntil(lambda: line(twins).startswith("Group 1 of 3"), timeout=10_000)
    assert set(shown(twins)) == seen[0]
    press(twins, Key.Key_Right)
    assert set(shown(twins)) == seen[1]
    press(twins, Key.Key_Right)
    assert set(shown(twins)) == {"a large.png", "a small.png"}


def test_that_what_is_embedded_during_a_look_is_not_missed(twins, qtbot, monkeypatch):
    read, go_on = threading.Event(), threading.Event()
    look = twin_presenter.look_for_twins

    def late(*asked):
        found = look(*asked)
        read.set()
        return found if go_on.wait(10) else None

    monkeypatch.setattr(twin_presenter, "look_for_twins", late)
    press(twins, Key.Key_Q)
    assert read.wait(10)
    embed_alike(twins, "a large.png", "c large.png")
    go_on.set()
    qtbot.waitUntil(lambda: shown(twins) == ["a large.png", "c large.png"], timeout=10_000)


def test_that_a_look_at_embeddings_is_given_up_where_nobody_waits_for_it(twins, qtbot, monkeypatch):
    embed_alike(twins, "a large.png", "c large.png")
    begun, given_up = threading.Event(), threading.Event()

    def endless(vectors, least, watch):
        begun.set()
        try:
            while not given_up.wait(0.001):
                watch(0.4)
        except Cancelled:
            given_up.set()
            raise

    monkeypatch.setattr(content_twins, "pairs_alike", endless)
    press(twins, Key.Key_Q)
    assert begun.wait(10)
    qtbot.waitUntil(lambda: twins.window.twin_view.state.bar.counted == "looking… 40 %")
    press(twins, Key.Key_Escape)
    assert given_up.wait(10)


def test_that_esc_leads_back_and_e_shows_the_framed_one_large(twins):
    framed = twins.window.twin_view.state.images[0].image_id
    press(twins, Key.Key_E)
    assert (twins.window.view, twins.workspace.queue.current) == (View.LABEL, framed)
    press(twins, Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    press(twins, Key.Key_Escape)
    assert twins.window.view is View.LABEL


def test_that_a_look_for_near_duplicates_that_takes_long_is_told(twins, qtbot, monkeypatch):
    go_on, look = threading.Event(), twin_presenter.look_for_twins
    monkeypatch.setattr(twin_presenter, "look_for_twins", lambda *asked: look(*asked) if go_on.wait(20) else None)
    press(twins, Key.Key_Period)
    view = twins.window.twin_view
    qtbot.waitUntil(lambda: view._empty._title.text() == "Looking for near-duplicates…")
    assert view._empty.isVisible() and not view.is_settled()
    go_on.set()
    qtbot.waitUntil(view.canvas.isVisible, timeout=10_000)
