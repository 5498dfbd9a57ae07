"""An answer is for what is on screen: keys that come before a picture are answered by a line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from app.bootstrap import Shell
from app.loading import pictures, thumbnails
from app.views.image_view import ImageView
from app.views.page_grid import PageGrid
from tests.app.keys import Key, press
from tests.app.pages.cards import open_pages, say, shown
from tests.app.reviews import CAT, DOG, likely

SHOWS_ANYTHING, IS_SETTLED = ImageView.shows_anything, PageGrid.is_settled
NOT_YET = "this picture is not on screen yet, so it was not answered"


@pytest.fixture
def held_back(monkeypatch) -> Iterator[threading.Event]:
    """Pictures are read when the event is set, as on a slow disk."""
    monkeypatch.setattr(ImageView, "shows_anything", SHOWS_ANYTHING)
    monkeypatch.setattr(PageGrid, "is_settled", IS_SETTLED)
    come = threading.Event()

    def late(decode: Callable[..., Image.Image]) -> Callable[..., Image.Image]:
        def decoded(*given: object, **named: object) -> Image.Image:
            come.wait(20)
            return decode(*given, **named)

        return decoded

    for module in (pictures, thumbnails):
        monkeypatch.setattr(module, "decode_rgb", late(module.decode_rgb))
    yield come
    come.set()


def told(shell: Shell) -> str:
    return shell.window.job_bar._notice.text


def test_that_no_digit_answers_a_picture_that_is_not_there_yet(held_back, class_shell, qtbot):
    view = class_shell.window.label_view.image_view
    first = class_shell.workspace.queue.current
    assert not view.shows_anything()
    for key in (Key.Key_1, Key.Key_2, Key.Key_Space):
        press(class_shell, key)
        assert NOT_YET in told(class_shell)
    assert (dict(class_shell.workspace.board.answers), class_shell.workspace.queue.current) == ({}, first)
    held_back.set()
    qtbot.waitUntil(view.shows_anything)
    press(class_shell, Key.Key_1)
    assert list(class_shell.workspace.board.answers) == [first]


def test_that_a_page_is_not_confirmed_before_its_pictures_are_there(held_back, class_shell, qtbot):
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4))
    class_shell.window.resize(720, 480)
    open_pages(qtbot, class_shell)
    grid = class_shell.window.page_view.grid
    assert not grid.is_settled()
    press(class_shell, Key.Key_Return)
    assert "pictures of this page are still to come" in told(class_shell)
    assert not class_shell.workspace.board.answers
    held_back.set()
    qtbot.waitUntil(grid.is_settled)
    press(class_shell, Key.Key_Return)
    assert len(class_shell.workspace.board.answers) == 3


def test_that_what_cannot_be_seen_is_not_confirmed_with_its_page(class_shell, qtbot, monkeypatch):
    say(class_shell, likely(*[CAT] * 8, *[DOG] * 4))
    class_shell.window.resize(720, 480)
    open_pages(qtbot, class_shell)
    broken, *others = shown(class_shell)
    monkeypatch.setattr(PageGrid, "is_unreadable", lambda grid, image: image == broken)
    press(class_shell, Key.Key_Return)
    assert set(class_shell.workspace.board.answers) == set(others)
