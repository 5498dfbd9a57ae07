"""The interface goes by the screen, and gives way to a window that has no room for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import theme as themes
from app.bootstrap import Shell
from app.dressing import show_fitting

LARGE_SCREEN = (2560, 1440)


@pytest.fixture
def on_large_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    fitting = themes.fitting_scale

    def fitted(width: int, height: int, dots: float, *, window: tuple[int, int] | None = None) -> float:
        return fitting(*LARGE_SCREEN, dots, window=window)

    monkeypatch.setattr(themes, "fitting_scale", fitted)


@pytest.mark.usefixtures("on_large_screen")
def test_that_a_window_made_smaller_or_larger_is_dressed_at_a_size_it_has_room_for(
    qtbot, open_shell: Callable[[Path | None], Shell], project_folder: Path
) -> None:
    window = open_shell(project_folder).window
    for size, scale in (((1280, 800), 1.0), ((1600, 1000), 1.25), ((1280, 800), 1.0)):
        window.resize(*size)
        qtbot.waitUntil(lambda scale=scale: window.theme.scale == scale)


@pytest.mark.usefixtures("on_large_screen")
def test_that_a_chosen_interface_size_stays_whatever_the_window(
    qtbot, open_shell: Callable[[Path | None], Shell], project_folder: Path
) -> None:
    shell = open_shell(project_folder)
    shell.presenter.change(scale=1.5)
    shell.window.resize(1280, 801)
    qtbot.waitUntil(lambda: shell.window.theme.scale == 1.5)


def test_that_a_window_is_shown_no_larger_than_its_screen_has_room_for(
    open_shell: Callable[[Path | None], Shell], project_folder: Path
) -> None:
    window = open_shell(project_folder).window
    room = window.screen().availableSize()
    window.resize(room.width() + 400, room.height() + 400)
    show_fitting(window, maximized=False)
    assert (window.width(), window.height() < room.height()) == (room.width(), True)
    window.resize(720, 500)
    show_fitting(window, maximized=False)
    assert (window.width(), window.height()) == (720, 500)


def test_that_a_window_that_filled_the_screen_does_so_again_and_keeps_its_own_size(
    open_shell: Callable[[Path | None], Shell], project_folder: Path
) -> None:
    shell = open_shell(project_folder)
    shell.window.resize(730, 510)
    shell.window.showMaximized()
    shell.close()
    assert (shell.settings.value.window, shell.settings.value.maximized) == ((730, 510), True)
    again = open_shell(project_folder).window
    show_fitting(again, maximized=shell.settings.value.maximized)
    assert again.isMaximized()
