"""The versions view, what a retrain changed in one line, and the acts on versions, on a real project."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from app.acts import View
from app.bootstrap import Shell
from app.models.versions_model import ANSWERS, FIGURE, NOTE, RECIPE, VERSION, WHEN
from app.presenting import version_presenter
from app.views.curve_plot import CurvePlot
from core.arrays.hashes import find_hashes
from core.arrays.held_out import HeldOut, write_held_out
from core.changes import Changes
from core.heads.version_files import write_curve
from core.pairs import Comparison, Outcome
from core.project import Project, curves, recipe_text
from core.project.folder import held_out_file
from core.values import ClassValue, CurvePoint, Field, ImageId, ScoreValue
from tests.app.conftest import ANIMALS, PICTURES, add_head
from tests.app.test_key_map import Key, press
from tests.core.store.projects import embed_all, version_saying

CAT, DOG, BIRD = ANIMALS


def answer(shell: Shell, image: int, name: str) -> None:
    workspace = shell.workspace
    label = next(label for label in workspace.head.labels if label.name == name)
    value = {ImageId(image): ClassValue(label.label_id)}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, value))


def retrain(shell: Shell, said: Sequence[str], unseen: Sequence[str] = ()) -> int:
    """A version that says so of the first images and "bird" of the others; adopted as a retrain is.

    `unseen`: what its heads that had not seen them say of the first images.
    """
    workspace = shell.workspace
    rest = [BIRD] * (PICTURES - len(said))
    number = version_saying(workspace.project, workspace.head, [*said, *rest])
    version = workspace.project.versions.get(workspace.head.head_id, number)
    curve = [CurvePoint(10 * step, 1.0 / step, 1.5 / step, 0.004) for step in range(1, 9)]
    write_curve(workspace.project.folder / version.folder / "training.csv", curve)
    if unseen:
        say_unseen(shell, number, unseen)
    workspace.announce(Changes(head=workspace.head.head_id, heads=True, versions=True))
    return number


def say_unseen(shell: Shell, number: int, said: Sequence[str]) -> None:
    """What heads that had not seen them say in that version of the images 1, 2, ..."""
    project, head = shell.workspace.project, shell.workspace.head
    held = project.annotations.annotated_set(head)
    rows = find_hashes(held.hashes, project.images.all().hashes[: len(said)])
    values = np.eye(len(ANIMALS), dtype=np.float16)[[ANIMALS.index(one) for one in said]]
    folder = project.folder / project.versions.get(head.head_id, number).folder
    found = HeldOut(held.hashes[rows], values, values[:, None], held.targets[rows], held.groups[rows])
    write_held_out(held_out_file(folder), found)


@pytest.fixture
def taught(class_shell: Shell) -> Shell:
    """Answers on three images, and no version."""
    embed_all(class_shell.workspace.project)
    for image, name in ((1, CAT), (2, DOG), (3, BIRD)):
        answer(class_shell, image, name)
    return class_shell


@pytest.fixture
def twice(taught: Shell) -> Shell:
    """Between two versions image 1 was fixed, image 2 broken, image 4 changed."""
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    return taught


@pytest.fixture
def shown(twice: Shell, qtbot) -> Shell:
    """The view with its comparison."""
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    return twice


def wait_for_comparison(shell: Shell, qtbot) -> None:
    view = shell.window.versions_view
    qtbot.waitUntil(lambda: not view._waiting and not view._reading and view._curves.is_whole, timeout=10_000)


def title(shell: Shell) -> str:
    return shell.window.versions_view.pane._title.text


def groups(shell: Shell) -> dict[str, list[int]]:
    return {group.name: group.ids.tolist() for group in shell.window.versions_view.pane._state.groups}


def shown_text(shell: Shell, row: int, column: int) -> str:
    model = shell.window.versions_view.model
    return model.data(model.index(row, column))


def test_that_v_shows_every_version_and_leads_back(shown):
    assert shown.window.view is View.VERSIONS
    assert [shown_text(shown, row, VERSION) for row in (0, 1)] == ["v2 · in force", "v1"]
    assert "50 % right" in shown_text(shown, 0, FIGURE)
    press(shown, Key.Key_V)
    assert shown.window.view is View.LABEL


def test_that_figures_are_whole_in_every_window(shown, qtbot):
    table = shown.window.versions_view.table
    for size in ((2400, 1200), (1280, 800)):
        shown.window.resize(*size)
        qtbot.waitUntil(lambda: table.columnWidth(FIGURE) >= table.sizeHintForColumn(FIGURE))
    assert table.columnViewportPosition(FIGURE) < table.columnViewportPosition(WHEN)
    end = table.columnViewportPosition(FIGURE) + table.columnWidth(FIGURE)
    qtbot.waitUntil(lambda: end <= table.viewport().width())


def test_that_the_two_newest_are_compared_at_once(shown):
    assert title(shown) == f"v1 → v2: 3 of {PICTURES} answers changed"
    assert groups(shown) == {"Now wrong": [2], "Now right": [1], "As wrong": [], "Not annotated": [4]}
    shares = {row.name: (row.before, row.after) for row in shown.window.versions_view.pane._state.shares}
    assert shares == {CAT: (1, 2), DOG: (2, 1), BIRD: (PICTURES - 3, PICTURES - 3)}


def test_that_a_flip_is_told_below_its_picture_with_the_answer_on_it(shown):
    cell = shown.window.versions_view.pane._cell(ImageId(2))
    assert (cell.caption, cell.answer_text) == (f"{DOG} → {CAT}", DOG)


def test_that_a_flip_that_is_to_be_asked_blind_is_not_told(shown):
    shown.workspace.board.audit[:] = True
    open_one, answered = (shown.window.versions_view.pane._cell(ImageId(image)) for image in (4, 2))
    assert (open_one.blind, DOG in open_one.caption) == (True, False)
    assert (answered.blind, answered.caption) == (False, f"{DOG} → {CAT}")


def test_that_the_drift_of_the_scale_stands_behind_each_bracket(score_shell, qtbot):
    project, head = score_shell.workspace.project, score_shell.workspace.head
    embed_all(project)
    values = {ImageId(1): ScoreValue(7.0), ImageId(2): ScoreValue(7.0), ImageId(3): ScoreValue(4.0)}
    score_shell.workspace.announce(project.annotations.annotate(head.head_id, values))
    for said in (5.0, 6.0):
        version_saying(project, head, [said] * PICTURES)
    score_shell.workspace.announce(Changes(head=head.head_id, heads=True, versions=True))
    press(score_shell, Key.Key_V)
    wait_for_comparison(score_shell, qtbot)
    state = score_shell.window.versions_view.pane._state
    drifts = {row.name: row.drift for row in state.shares}
    assert (drifts["7"], drifts["6"]) == ("5.0 → 6.0", "")
    assert any("drift of the scale from v1 to v2: +1.00" in line for line in state.cautions)


def test_that_a_retrain_is_told_in_one_line_that_opens_the_two_versions(taught, qtbot):
    bar = taught.window.job_bar
    retrain(taught, [DOG, DOG, BIRD, CAT])
    assert bar._change.isHidden()
    retrain(taught, [CAT, CAT, BIRD, DOG])
    qtbot.waitUntil(lambda: not bar._change.isHidden(), timeout=10_000)
    assert bar._change.text().strip() == "v2: 3 answers changed · not judged"
    assert "Beside v1, which was in force before" in bar._change.toolTip()
    qtbot.mouseClick(bar._change, Qt.MouseButton.LeftButton)
    assert taught.window.view is View.VERSIONS
    assert taught.window.versions_view.selected() == [1, 2]


def test_that_the_line_of_a_retrain_goes_by_heads_that_had_not_seen_the_images(taught, qtbot):
    bar = taught.window.job_bar
    retrain(taught, [DOG, DOG, BIRD, CAT], unseen=[CAT, DOG, BIRD])
    answer(taught, 4, DOG)
    retrain(taught, [CAT, DOG, BIRD, DOG], unseen=[DOG, CAT, BIRD])
    qtbot.waitUntil(lambda: not bar._change.isHidden(), timeout=10_000)
    said = bar._change.text().strip()
    assert said.startswith("v2: −66.7 points right (")
    assert said.endswith("0 fixed, 2 broken of 3 unseen · 2 answers changed")
    assert "1 now right and 0 now wrong were answered after v1: v2 was taught them" in bar._change.toolTip()
    press(taught, Key.Key_V)
    wait_for_comparison(taught, qtbot)
    assert (groups(taught)["Now right"], groups(taught)["Just taught"]) == ([1], [4])


def test_that_a_figure_of_answers_given_is_told_with_what_bends_it_and_what_the_same_images_say(taught, qtbot):
    retrain(taught, [DOG, DOG, BIRD, CAT], unseen=[CAT, DOG, BIRD])
    workspace = taught.workspace
    page = {ImageId(one): ClassValue(workspace.head.labels[2].label_id) for one in range(4, PICTURES + 1)}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, page))
    retrain(taught, [CAT, DOG, BIRD, BIRD], unseen=[DOG, DOG, BIRD])
    figure = taught.window.head_bar._figure
    qtbot.waitUntil(lambda: "−33.3 points beside v1 (" in figure.text, timeout=10_000)
    assert figure.text.startswith(f"50 % right on {PICTURES} answers given, no fair draw · {PICTURES - 3} in bulk · ")
    assert "Beside v1: −33.3 points right on the same 3 images" in figure.toolTip()


def test_that_a_retrain_is_compared_with_the_version_that_was_in_force(twice, qtbot):
    twice.commands.perform("versions")
    twice.window.versions_view.select([1])
    press(twice, Key.Key_U)
    retrain(twice, [DOG, DOG, BIRD, BIRD])
    qtbot.waitUntil(lambda: "v3: 1 answer changed" in twice.window.job_bar._change.text(), timeout=10_000)
    press(twice, Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert twice.window.versions_view.selected() == [1, 3]


def test_that_u_puts_a_version_in_force_and_back(shown, qtbot):
    view, workspace = shown.window.versions_view, shown.workspace
    view.select([1])
    press(shown, Key.Key_U)
    assert workspace.version.number == 1
    assert shown.window.job_bar._deed.text.startswith("v1 is in force · ")
    assert [shown_text(shown, row, VERSION) for row in (0, 1)] == ["v2", "v1 · in force"]
    view.select([2])
    press(shown, Key.Key_U)
    assert workspace.version.number == 2
    press(shown, Key.Key_U)
    assert shown.window.job_bar._deed.text == "v2 is in force already"


def test_that_putting_a_version_in_force_is_no_retrain(twice, qtbot):
    qtbot.waitUntil(lambda: not twice.window.job_bar._change.isHidden(), timeout=10_000)
    twice.commands.perform("versions")
    twice.window.versions_view.select([1])
    said = twice.window.job_bar._change.text()
    twice.commands.perform("use_version")
    wait_for_comparison(twice, qtbot)
    assert twice.window.job_bar._change.text() == said


def test_that_a_note_is_written_where_it_stands(shown):
    model = shown.window.versions_view.model
    assert model.setData(model.index(1, NOTE), "before the new birds")
    assert shown_text(shown, 1, NOTE) == "before the new birds"
    head = shown.workspace.head
    assert shown.workspace.project.versions.get(head.head_id, 1).note == "before the new birds"
    assert not model.setData(model.index(1, FIGURE), "100 %")


def test_that_f2_opens_the_note_for_writing_and_letters_go_into_it(shown, qtbot):
    press(shown, Key.Key_F2)
    editor = shown.window.focusWidget()
    qtbot.keyClicks(editor, "vu")
    qtbot.keyClick(editor, Key.Key_Return)
    assert shown_text(shown, 0, NOTE) == "vu"
    assert shown.window.view is View.VERSIONS


def write_note(shell: Shell, qtbot, text: str) -> QWidget:
    """The field of the note of the version marked, with so much written into it."""
    press(shell, Key.Key_F2)
    editor = shell.window.focusWidget()
    qtbot.keyClicks(editor, text)
    return editor


def test_that_a_note_being_written_outlives_recipes_that_were_read(twice, qtbot, monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(recipe_text, "recipe_text", lambda folder: "mine" if asked.wait(10) else "")
    press(twice, Key.Key_V)
    editor = write_note(twice, qtbot, "half a")
    asked.set()
    qtbot.waitUntil(lambda: shown_text(twice, 1, RECIPE) == "mine")
    qtbot.keyClicks(editor, " note")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: shown_text(twice, 0, NOTE) == "half a note")


def test_that_a_note_being_written_outlives_a_retrain(shown, qtbot):
    editor = write_note(shown, qtbot, "half a")
    retrain(shown, [CAT, DOG, CAT, CAT])
    assert shown_text(shown, 0, VERSION) == "v3 · in force"
    assert shown.window.versions_view.selected() == [1, 2]
    qtbot.keyClicks(editor, " note")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: [shown_text(shown, row, NOTE) for row in range(3)] == ["", "half a note", ""])


def test_that_an_opened_flip_is_shown_large_and_its_correction_counts(shown, qtbot):
    pane = shown.window.versions_view.pane
    pane.show_group("Not annotated")
    qtbot.keyClick(shown.window.versions_view.table, Key.Key_Return)
    qtbot.keyClick(pane.grid, Key.Key_Return)
    assert shown.window.view is View.LABEL
    assert shown.workspace.queue.current == 4
    press(shown, Key.Key_2)
    press(shown, Key.Key_V)
    qtbot.waitUntil(lambda: groups(shown)["Now right"] == [1, 4], timeout=10_000)
    assert all("taught" not in caution.text for caution in pane._cautions), "neither was taught the correction"


def test_that_the_pairs_that_a_version_learned_stand_beside_its_answers(score_shell, qtbot):
    project, head = score_shell.workspace.project, score_shell.workspace.head
    embed_all(project)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.0), ImageId(2): ScoreValue(3.0)})
    version_saying(project, head, [5.0] * PICTURES)
    project.pairs.judge(head.head_id, [Comparison(ImageId(1), ImageId(3), Outcome.LEFT)])
    version_saying(project, head, [6.0] * PICTURES)
    score_shell.workspace.announce(Changes(head=head.head_id, heads=True, versions=True))
    press(score_shell, Key.Key_V)
    wait_for_comparison(score_shell, qtbot)
    assert [shown_text(score_shell, row, ANSWERS) for row in (0, 1)] == ["2 + 1 pair", "2"]
    table = score_shell.window.versions_view.table
    table.setColumnWidth(ANSWERS, 1)
    table.fit_figures()
    assert table.columnWidth(ANSWERS) >= table.sizeHintForColumn(ANSWERS)


def test_that_what_the_newer_version_alone_was_taught_is_told(twice, qtbot):
    answer(twice, 4, CAT)
    retrain(twice, [CAT, CAT, BIRD, CAT])
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    assert (groups(twice)["Now right"], groups(twice)["Just taught"]) == ([], [4])
    told = twice.window.versions_view.pane._cautions[1].text
    assert "1 now right and 0 now wrong were answered after v2: v3 was taught them" in told


def test_that_a_pinned_image_that_broke_is_told_loudly(twice, qtbot):
    workspace = twice.workspace
    pins = [ImageId(2), ImageId(5)]
    workspace.announce(workspace.project.annotations.mark(workspace.head.head_id, pins, Field.PINNED, on=True))
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    assert twice.window.versions_view.pane._alarm.text == "1 of 2 images that you pinned is broken"
    assert groups(twice)["Pinned"] == [2]
    retrain(twice, [CAT, DOG, BIRD, DOG])
    retrain(twice, [CAT, BIRD, BIRD, DOG])
    bar = twice.window.job_bar
    qtbot.waitUntil(lambda: "v4" in bar._change.text(), timeout=10_000)
    assert bar._change.text().endswith("not judged · 1 pinned broken")
    assert bar._change_line.loud


def test_that_n_goes_through_the_groups_that_hold_an_image(shown):
    pane = shown.window.versions_view.pane
    seen = [pane.group]
    for _ in range(3):
        press(shown, Key.Key_N)
        seen.append(pane.group)
    assert seen == ["Now wrong", "Now right", "Not annotated", "Now wrong"]


def test_that_one_version_alone_is_compared_with_the_one_before_and_several_by_their_ends(shown, qtbot):
    retrain(shown, [CAT, DOG, CAT, CAT])
    view = shown.window.versions_view
    for chosen, told in (([2], "v1 → v2"), ([1, 2, 3], "v1 → v3"), ([3], "v2 → v3")):
        view.select(chosen)
        qtbot.waitUntil(lambda told=told: title(shown).startswith(told), timeout=10_000)
    view.select([1, 2, 3])
    wait_for_comparison(shown, qtbot)
    assert len([plot for plot in view.findChildren(CurvePlot) if plot.isVisible()]) == 3
    view.select([1])
    assert title(shown).startswith("The first version")


def test_that_a_comparison_of_what_was_selected_before_is_not_shown(twice, qtbot, monkeypatch):
    retrain(twice, [CAT, DOG, CAT, CAT])
    begun, go_on = threading.Event(), threading.Event()
    compare = version_presenter._compare

    def slow(*asked):
        begun.set()
        return compare(*asked) if go_on.wait(10) else ""

    monkeypatch.setattr(version_presenter, "_compare", slow)
    press(twice, Key.Key_V)
    view = twice.window.versions_view
    titles: list[str] = []
    monkeypatch.setattr(view.pane, "show_state", lambda state: titles.append(state.title))
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    view.select([1, 2])
    go_on.set()
    qtbot.waitUntil(lambda: bool(titles), timeout=10_000)
    wait_for_comparison(twice, qtbot)
    assert [one[:7] for one in titles] == ["v1 → v2"]


def test_that_escape_leads_from_the_thumbnails_to_the_table_and_out(shown, qtbot):
    view = shown.window.versions_view
    view.pane.grid.setFocus()
    if not view.pane.grid.hasFocus():
        pytest.skip("this display gives no focus")
    press(shown, Key.Key_Escape)
    assert shown.window.view is View.VERSIONS
    press(shown, Key.Key_Escape)
    assert shown.window.view is View.LABEL


def test_that_a_head_without_a_version_says_how_to_get_one(shown):
    add_head(shown, shown.workspace.head.kind, (CAT, DOG), name="other")
    assert shown.window.view is View.VERSIONS
    assert title(shown).startswith("No version yet")
    assert shown.window.job_bar._change.isHidden()
    shown.commands.perform("use_version")
    assert "no version is marked" in shown.window.job_bar._notice.text


def test_that_there_are_no_versions_without_a_head(shell):
    press(shell, Key.Key_V)
    assert shell.window.view is View.EMPTY
    assert "make a head first" in shell.window.job_bar._notice.text


def test_that_versions_that_cannot_be_compared_say_why(shown, qtbot):
    project, head = shown.workspace.project, shown.workspace.head
    (project.folder / project.versions.get(head.head_id, 1).folder / "predictions.safetensors").unlink()
    shown.window.versions_view.select([2])
    qtbot.waitUntil(lambda: "v1 are gone" in title(shown), timeout=10_000)


def test_that_the_table_keeps_the_rules_of_item_models(shown, qtmodeltester):
    qtmodeltester.check(shown.window.versions_view.model)


def test_that_another_project_tells_nothing_of_a_retrain_that_was_done_elsewhere(
    taught, qtbot, project_folder, tmp_path
):
    retrain(taught, [DOG, DOG, BIRD, CAT])
    other = tmp_path / "other"
    shutil.copytree(project_folder, other)
    with Project.open(other) as project:
        version_saying(project, project.heads.all()[0], [CAT] * PICTURES)
    taught.open(other)
    assert taught.workspace.version.number == 2
    assert not taught.background.busy
    assert taught.window.job_bar._change.isHidden()


def test_that_the_line_of_a_retrain_goes_with_its_head(taught, qtbot):
    workspace, bar = taught.workspace, taught.window.job_bar
    first = workspace.head.head_id
    add_head(taught, workspace.head.kind, ANIMALS, name="other")
    other = workspace.head.head_id
    answer(taught, 1, CAT)
    answer(taught, 2, DOG)
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    workspace.use_head(first)
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    qtbot.waitUntil(lambda: "v2" in bar._change.text(), timeout=10_000)
    workspace.use_head(other)
    assert bar._change.isHidden()


def test_that_acts_of_the_menu_are_grey_where_what_they_change_is_not_in_sight(twice):
    actions = twice.window.menus._actions
    assert not actions["use_version"].isEnabled()
    assert actions["clear"].isEnabled()
    press(twice, Key.Key_V)
    assert actions["use_version"].isEnabled()
    assert not actions["clear"].isEnabled()
    assert actions["undo"].isEnabled()


def test_that_another_theme_reaches_what_is_shown_already(shown):
    pane = shown.window.versions_view.pane
    plot = next(plot for plot in shown.window.versions_view.findChildren(CurvePlot) if plot.isVisible())
    for theme in ("theme_dark", "theme_light"):
        shown.commands.perform(theme)
        assert shown.window.theme.danger.name() in pane._chips_shown[0].styleSheet()
        assert pane._chips_shown[0].isChecked()
        key, text = plot._keys[0], QPalette.ColorRole.WindowText
        assert key.palette().color(text) == shown.window.palette().color(text)


def test_that_files_of_versions_are_read_once_and_beside_the_windows_thread(twice, qtbot, monkeypatch):
    read: list[tuple[str, str]] = []
    threads = set()

    def note(what: str, folder: Path, found: object) -> object:
        read.append((what, folder.name))
        threads.add(threading.current_thread())
        return found

    monkeypatch.setattr(recipe_text, "recipe_text", lambda folder: note("recipe", folder, "mine"))
    monkeypatch.setattr(curves, "read_curve", lambda folder: note("curve", folder, ()))
    for _ in range(3):
        press(twice, Key.Key_V)
        wait_for_comparison(twice, qtbot)
        qtbot.waitUntil(lambda: shown_text(twice, 1, RECIPE) == "mine")
        press(twice, Key.Key_V)
    assert sorted(read) == [("curve", "v1"), ("curve", "v2"), ("recipe", "v1"), ("recipe", "v2")]
    assert threading.main_thread() not in threads
