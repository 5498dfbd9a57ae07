"""The bar below says what the last key did, and which key takes it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions import View
from app.bootstrap import Shell
from app.presenting.cards import build_cell
from core.values import ImageId


def said(shell: Shell) -> str:
    return shell.window.job_bar._deed.text


@pytest.mark.parametrize(
    ("acts", "deed"),
    [
        (["answer_2"], "Answered dog · Backspace takes it back"),
        (["skip"], "Skipped, comes again at the end · Backspace takes it back"),
        (["exclude"], "Excluded · Backspace takes it back"),
        (["flag"], "Flagged · Backspace takes it back"),
        (["flag", "flag"], "Flag taken off · Backspace takes it back"),
        (["answer_1", "previous", "clear"], "Answer cleared · Backspace takes it back"),
        (["answer_1", "undo"], "Undone · Ctrl+Shift+Z does it again"),
        (["answer_1", "undo", "redo"], "Done again · Backspace takes it back"),
    ],
)
def test_that_the_last_act_is_told(class_shell: Shell, acts: list[str], deed: str) -> None:
    for act in acts:
        class_shell.commands.perform(act)
    assert said(class_shell) == deed


def test_that_a_click_is_told_like_a_key(class_shell: Shell) -> None:
    class_shell.commands.answer_row(2)
    assert said(class_shell).startswith("Answered bird")


def test_that_an_act_on_many_images_tells_how_many(class_shell: Shell) -> None:
    class_shell.presenter.choose(View.GRID)
    class_shell.window.grid_view.select_all()
    class_shell.commands.perform("answer_1")
    assert said(class_shell).startswith("Answered cat · 12 images")


def test_that_looking_around_leaves_what_was_told(class_shell: Shell) -> None:
    class_shell.commands.perform("answer_1")
    before = said(class_shell)
    for act in ("next", "grid", "single", "zoom_in"):
        class_shell.commands.perform(act)
    assert said(class_shell) == before


def test_that_a_skipped_image_is_marked_in_film_and_grid(class_shell: Shell) -> None:
    image_id = class_shell.workspace.queue.current
    class_shell.commands.perform("skip")
    assert build_cell(class_shell.workspace, ImageId(int(image_id or 0))).skipped


def test_that_a_hidden_prediction_stays_hidden_in_the_next_sitting(
    class_shell: Shell, open_shell: Callable[[Path], Shell], project_folder: Path
) -> None:
    class_shell.commands.perform("hide_prediction")
    class_shell.close()
    assert open_shell(project_folder).window.label_view.panel._hidden


def test_that_the_order_is_said_to_be_random_until_something_is_ranked(class_shell: Shell) -> None:
    class_shell.presenter.show_all()
    bar = class_shell.window.head_bar
    assert bar._orders.text() == "Order: Random for now"
    assert "Disagreement" in bar._orders.toolTip()


def test_that_choosing_the_chosen_head_keeps_its_ranking_and_its_mark(class_shell: Shell) -> None:
    class_shell.presenter.show_all()
    head = class_shell.workspace.head
    queue = class_shell.workspace.queue
    action = class_shell.window.head_bar._heads.menu().actions()[0]
    action.trigger()
    assert action.isChecked()
    assert class_shell.workspace.head is head
    assert class_shell.workspace.queue is queue


def test_that_the_interface_grows_and_goes_back_to_the_screens_size(class_shell: Shell) -> None:
    before = class_shell.window.label_view.film_strip.height()
    for _ in range(3):
        class_shell.commands.perform("larger")
    assert class_shell.window.label_view.film_strip.height() > before
    assert class_shell.settings.value.scale is not None
    class_shell.commands.perform("fitting_size")
    assert class_shell.window.label_view.film_strip.height() == before
    assert class_shell.settings.value.scale is None


def test_that_the_key_list_fits_the_window_at_every_interface_size(class_shell: Shell) -> None:
    shell = class_shell
    shell.window.resize(1280, 800)
    for scale in (1.0, 2.5):
        shell.presenter.change(scale=scale)
        shell.presenter.use_theme("light")
        shell.commands.perform("key_overlay")
        panel = shell.window.overlay._panel
        assert panel is not None and (keys := panel.widget()) is not None
        assert keys.sizeHint().width() <= shell.window.width()
        shell.commands.perform("escape")


def test_that_the_theme_may_change_while_the_key_list_is_open(class_shell: Shell) -> None:
    class_shell.commands.perform("key_overlay")
    class_shell.presenter.use_theme("light")
    assert class_shell.window.overlay.isVisible()
    class_shell.presenter.use_theme("dark")
    class_shell.commands.perform("escape")
    class_shell.presenter.use_theme("light")
