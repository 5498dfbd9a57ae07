"""The interface goes by the screen, and gives way to a window that has no room for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import theme as themes
from app.bootstrap import Shell

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
