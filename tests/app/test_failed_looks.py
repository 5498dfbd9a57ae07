"""Work beside the window that fails is told where it was waited for, which waits no longer and can be asked again."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from app.acts import View
from app.presenting import find_presenter, page_presenter, pair_presenter, review_presenter, twin_presenter
from core.errors import EnvironmentProblem
from core.values import HeadKind
from tests.app.conftest import add_head
from tests.app.keys import Key, press
from tests.app.reviews import adopt, answer, likely

_SHIFT = Qt.KeyboardModifier.ShiftModifier
GONE = "the disk of the project is gone"


def fail(*asked: object, **named: object) -> object:
    raise EnvironmentProblem(GONE)


@pytest.fixture
def trained(class_shell):
    answer(class_shell, a=0, b=1, c=2)
    adopt(class_shell, likely(0, 1, 2))
    return class_shell


def test_that_pairs_that_cannot_be_chosen_are_waited_for_no_longer(score_shell, qtbot, monkeypatch):
    monkeypatch.setattr(pair_presenter, "_propose", fail)
    press(score_shell, Key.Key_C, _SHIFT)
    view = score_shell.window.pair_view
    qtbot.waitUntil(lambda: view.state.message.endswith(GONE), timeout=2_000)
    qtbot.waitUntil(view.is_settled, timeout=2_000)
    monkeypatch.undo()
    press(score_shell, Key.Key_Escape)
    press(score_shell, Key.Key_C, _SHIFT)
    qtbot.waitUntil(lambda: bool(view.state.panes), timeout=10_000)


@pytest.mark.parametrize(
    ("presenter", "work", "view", "key", "modifier"),
    [
        (page_presenter, "lay_out", View.PAGES, Key.Key_C, Qt.KeyboardModifier.NoModifier),
        (review_presenter, "look_through", View.REVIEW, Key.Key_R, Qt.KeyboardModifier.NoModifier),
        (twin_presenter, "look_for_twins", View.TWINS, Key.Key_L, _SHIFT),
    ],
)
def test_that_a_view_says_why_it_shows_nothing_and_asks_anew(
    trained, qtbot, monkeypatch, presenter, work, view, key, modifier
):
    monkeypatch.setattr(presenter, work, fail)
    if view is View.PAGES:
        press(trained, Key.Key_G, _SHIFT)
    press(trained, key, modifier)
    assert trained.window.view is view
    shown = {
        View.PAGES: lambda: trained.window.page_view.state.message,
        View.REVIEW: lambda: trained.window.review_view._state.message,
        View.TWINS: lambda: trained.window.twin_view.state.message,
    }[view]
    qtbot.waitUntil(lambda: shown() is not None and GONE in shown().text, timeout=2_000)
    monkeypatch.undo()
    press(trained, Key.Key_Escape)
    trained.presenter.choose(view)
    qtbot.waitUntil(lambda: shown() is None or GONE not in shown().text, timeout=10_000)


def test_that_a_search_says_no_longer_that_it_searches_once_another_head_is_asked(class_shell, qtbot, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(find_presenter, "search", lambda question: go_on.wait(20))
    class_shell.finding.find("path:0")
    bar = class_shell.window.find_bar
    assert bar._note.text == "searching…"
    add_head(class_shell, HeadKind.SCORE, (), "taste")
    go_on.set()
    qtbot.waitUntil(lambda: not class_shell.finding.busy, timeout=5_000)
    assert bar._note.text == ""


def test_that_a_search_that_fails_says_why(class_shell, qtbot, monkeypatch):
    monkeypatch.setattr(find_presenter, "search", fail)
    class_shell.finding.find("path:0")
    bar = class_shell.window.find_bar
    qtbot.waitUntil(lambda: bar.list._state.message is not None, timeout=2_000)
    assert bar.list._state.message.title.lower() == GONE
    assert not bar._note.isVisible()
