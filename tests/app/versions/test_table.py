"""The table of versions, the acts on them, and how one comes there and back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette

from app.acts import View
from app.models.versions_model import ANSWERS, FIGURE, RECIPE, VERSION, WHEN
from app.views.curve_plot import CurvePlot
from core.changes import Changes
from core.pairs import Comparison, Outcome
from core.project import curves, recipe_text
from core.values import ImageId, ScoreValue
from tests.app.conftest import PICTURES, add_head
from tests.app.keys import Key, press
from tests.app.versions.retrains import CAT, DOG, shown_text, title, wait_for_comparison
from tests.core.store.projects import embed_all, version_saying


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


def test_that_the_table_keeps_the_rules_of_item_models(shown, qtmodeltester):
    qtmodeltester.check(shown.window.versions_view.model)


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
