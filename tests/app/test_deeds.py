"""The bar below says what the last key did, and which key takes it back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.acts import View
from app.bootstrap import Shell
from app.presenting.cards import build_cell
from core.values import ImageId


def said(shell: Shell) -> str:
    return shell.window.job_bar._deed.text


def name_of(shell: Shell, image_id: ImageId | None) -> str:
    assert shell.workspace.project is not None and image_id is not None
    return Path(shell.workspace.project.images.get([image_id])[0].path).name


@pytest.mark.parametrize(
    ("acts", "deed"),
    [
        (["answer_2"], "Answered dog · Backspace takes it back"),
        (["skip"], "Skipped, comes again at the end · Backspace takes it back"),
        (["exclude"], "Excluded · Backspace takes it back"),
        (["flag"], "Flagged · Backspace takes it back"),
        (["flag", "flag"], "Flag taken off · Backspace takes it back"),
        (["answer_1", "previous", "clear"], "Answer cleared · Backspace takes it back"),
        (["answer_1", "undo"], "Undone: answer cat · Ctrl+Shift+Z does it again"),
        (["answer_1", "undo", "redo"], "Done again: answer cat · Backspace takes it back"),
    ],
)
def test_that_the_last_act_is_told_with_the_image_it_belongs_to(class_shell: Shell, acts: list[str], deed: str) -> None:
    name = name_of(class_shell, class_shell.workspace.queue.current)
    for act in acts:
        class_shell.commands.perform(act)
    what, key = deed.split(" · ")
    assert said(class_shell) == f"{what} · {name} · {key}"


def test_that_a_click_is_told_like_a_key(class_shell: Shell) -> None:
    class_shell.commands.answer_row(2)
    assert said(class_shell).startswith("Answered bird")


def test_that_an_act_on_many_images_tells_how_many(class_shell: Shell) -> None:
    class_shell.presenter.choose(View.GRID)
    class_shell.window.grid_view.select_all()
    class_shell.commands.perform("answer_1")
    assert said(class_shell).startswith("Answered cat · 12 images")


@pytest.mark.parametrize("act", ["next", "grid", "zoom_in", "new_head"])
def test_that_what_was_told_goes_with_the_next_act(class_shell: Shell, act: str) -> None:
    class_shell.commands.perform("exclude")
    assert said(class_shell)
    class_shell.commands.perform(act)
    assert not said(class_shell)


def test_that_what_was_told_goes_when_the_film_is_clicked_or_work_begins(class_shell: Shell) -> None:
    class_shell.commands.perform("exclude")
    assert said(class_shell)
    class_shell.window.label_view.film_strip.activated.emit(4)
    assert not said(class_shell)
    class_shell.commands.perform("exclude")
    assert said(class_shell)
    class_shell.commands.perform("retrain")
    assert not said(class_shell)


def test_that_what_was_told_stays_when_an_order_arrives_or_work_begins_by_itself(class_shell: Shell, qtbot) -> None:
    class_shell.commands.perform("answer_1")
    told = said(class_shell)
    assert told.startswith("Answered cat")
    class_shell.workspace.order_again()
    with qtbot.waitSignal(class_shell.workspace.moved):
        pass
    class_shell.jobs.scan()
    assert said(class_shell) == told
    class_shell.workspace.go_to(0)
    assert not said(class_shell)


def test_that_the_grid_says_how_many_are_selected_and_how_many_of_them_are_answered(class_shell: Shell) -> None:
    class_shell.commands.perform("answer_1")
    class_shell.commands.perform("grid")
    assert said(class_shell) == ""
    class_shell.commands.perform("select_all")
    assert said(class_shell) == "12 selected: a digit answers them all · 1 answered already"
    class_shell.window.grid_view.step(1)
    class_shell.window.grid_view.step(1, extend=True)
    assert said(class_shell).startswith("2 selected: a digit answers them all")
    class_shell.commands.perform("single")
    class_shell.presenter.show_all()
    assert said(class_shell) == ""


def test_that_an_image_that_is_in_the_queue_twice_is_counted_once(class_shell: Shell) -> None:
    class_shell.commands.perform("skip")
    class_shell.commands.perform("grid")
    class_shell.commands.perform("select_all")
    assert said(class_shell).startswith("12 selected")


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


def test_that_a_prediction_hidden_in_one_project_is_shown_in_another(
    class_shell: Shell, project_folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(project_folder, other)
    panel = class_shell.window.label_view.panel
    class_shell.commands.perform("hide_prediction")
    class_shell.open(other)
    assert not panel._hidden
    class_shell.open(project_folder)
    assert panel._hidden


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


def test_that_the_key_list_says_what_it_is_how_it_closes_and_which_head_a_key_is_for(class_shell: Shell) -> None:
    class_shell.commands.perform("key_overlay")
    panel = class_shell.window.overlay._panel
    assert panel is not None
    texts = {label.text() for label in panel.widget().findChildren(QLabel)}
    assert {"Keys", "Esc closes this list, arrows and Page Down scroll it"} <= texts
    assert {"Score 10 (score head)", "Turn the marked tag (tags head)", "Zoom out (score head: - is 10)"} <= texts


def test_that_the_theme_may_change_while_the_key_list_is_open(class_shell: Shell) -> None:
    class_shell.commands.perform("key_overlay")
    class_shell.presenter.use_theme("light")
    assert class_shell.window.overlay.isVisible()
    class_shell.presenter.use_theme("dark")
    class_shell.commands.perform("escape")
    class_shell.presenter.use_theme("light")
