"""The screens that have nothing to show say what to do next; figures are said with their n."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.actions import BY_ID
from app.acts import View
from app.presenting.states import empty_content, figure_text, figure_tip, head_bar_state
from core.jobs.run import run_job
from core.project import Project
from core.project.incoming import NOT_MEASURED
from core.values import AnnotationId, HeadId, HeadKind, Metrics, VersionInfo
from tests.app.conftest import add_head
from tests.app.reviews import adopt, likely


def content(shell, failed_files: int = 0):
    return empty_content(shell.workspace, shell.jobs, failed_files)


def test_that_without_a_project_a_folder_can_be_opened(open_shell):
    shell = open_shell(None)
    assert shell.window.view is View.EMPTY
    assert content(shell).actions[0].act == "open_folder"


def test_that_an_empty_project_asks_for_images(open_shell, tmp_path):
    (tmp_path / "nothing").mkdir()
    Project.create(tmp_path / "empty", [str(tmp_path / "nothing")]).close()
    shell = open_shell(tmp_path / "empty")
    shell.jobs.leave_project()
    assert content(shell).title == "No images in this project"
    assert [action.act for action in content(shell, 3).actions] == ["add_folders", "show_failed", "rescan"]


def test_that_while_the_first_scan_runs_the_screen_says_so(open_shell, tmp_path):
    (tmp_path / "nothing").mkdir()
    Project.create(tmp_path / "empty", [str(tmp_path / "nothing")]).close()
    assert content(open_shell(tmp_path / "empty")).title.startswith("Looking")


def test_that_a_project_without_a_head_asks_for_one(shell):
    assert content(shell).actions[0].act == "new_head"
    assert "12 images" in content(shell).text


def test_that_the_end_of_the_queue_counts_what_is_open(class_shell):
    for _ in range(12):
        QTest.keyClick(class_shell.window, Qt.Key.Key_Right)
    assert class_shell.window.view is View.EMPTY
    assert content(class_shell).text.startswith("12 images")
    QTest.keyClick(class_shell.window, Qt.Key.Key_N)
    assert class_shell.window.view is View.LABEL


def test_that_when_all_is_answered_a_retrain_is_offered(class_shell):
    for _ in range(12):
        QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    assert content(class_shell).actions[0].act == "retrain"


def test_that_when_a_version_learned_from_all_no_retrain_is_asked_for(class_shell):
    for _ in range(12):
        QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    adopt(class_shell, likely(*[0] * 12))
    said = content(class_shell)
    assert "v1 learned from all of them" in said.text
    assert "retrain" not in [action.act for action in said.actions]


def test_that_a_head_from_elsewhere_did_not_learn_from_answers_given_here(class_shell):
    for _ in range(12):
        QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    adopt(class_shell, likely(*[0] * 12), Metrics(0, NOT_MEASURED))
    said = content(class_shell)
    assert "learned from all of them" in said.text and "v1 learned" not in said.text
    assert said.actions[0].act == "retrain"


def test_that_what_the_empty_screens_offer_can_be_done(class_shell, open_shell):
    offered = {action.act for shell in (class_shell, open_shell(None)) for action in content(shell, 1).actions}
    assert offered <= set(BY_ID)


def test_that_the_bar_counts_answers_since_the_version(class_shell):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    state = head_bar_state(class_shell.workspace, class_shell.jobs, class_shell.settings.value)
    assert (state.new_annotations, state.annotated, state.total) == (2, 2, 12)
    assert state.version_text == "no version yet"
    assert state.can_retrain


@pytest.mark.parametrize(
    ("metrics", "text"),
    [
        (Metrics(n=240, by="out-of-fold", accuracy=0.912), "91.2 % right on 240 answers given, no fair draw"),
        (Metrics(n=60, by="out-of-fold", accuracy=0.65), "65 % right on 60 answers given, no fair draw"),
        (Metrics(n=1240, by="audit", mae=0.834), "± 0.83 brackets on 1,240 audit answers"),
        (
            Metrics(n=50, by="out-of-fold", average_precision=0.5),
            "50 % average precision on 50 answers given, no fair draw",
        ),
        (Metrics(n=120, by="out-of-fold", pair_accuracy=0.78), "78 % of 120 held-out pairs in order"),
    ],
)
def test_that_a_figure_is_said_with_its_n_and_how_it_was_measured(metrics, text):
    assert figure_text(metrics) == text


def test_that_a_figure_no_better_than_saying_the_same_of_all_says_so(class_shell):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    flattering = Metrics(60, "audit", accuracy=0.85, accuracy_low=0.74, accuracy_high=0.92, same_of_all=0.95)
    adopt(class_shell, likely(0), flattering)
    state = head_bar_state(class_shell.workspace, class_shell.jobs, class_shell.settings.value)
    same = "no better than always saying the commonest label (95.0 %)"
    assert state.figure_text == f"85 % right on 60 audit answers · {same}"
    assert f"N{same[1:]}." in state.figure_tip


def test_that_a_figure_of_pairs_says_how_they_were_judged_with_its_interval():
    metrics = Metrics(n=120, by="out-of-fold", pair_accuracy=0.78, pair_accuracy_low=0.7, pair_accuracy_high=0.845)
    version = VersionInfo(HeadId(1), 3, datetime.now(UTC), "v3", 0, AnnotationId(0), metrics, 1.5, "cpu", 0)
    tip = figure_tip(version)
    assert "70.0 to 84.5 %" in tip
    assert "120 pairs" in tip
    assert "with an answer" not in tip


def test_that_an_out_of_fold_figure_says_on_what_it_was_measured_and_promises_nothing():
    metrics = Metrics(n=240, by="out-of-fold", accuracy=0.912)
    version = VersionInfo(HeadId(1), 3, datetime.now(UTC), "v3", 240, AnnotationId(240), metrics, 1.5, "cpu", 0)
    tip = figure_tip(version)
    assert "240 images" in tip and "not drawn at random" in tip
    assert "judged by a head that was not taught it" in tip
    assert "usually" not in tip


def test_that_images_that_are_gone_are_said_to_be_missing_and_how_they_come_back(open_shell, project_folder, images):
    shutil.rmtree(images)
    images.mkdir()
    with closing(Project.open(project_folder)) as project:
        run_job(project.scan_spec("scan"), project.adopt, lambda: False)
    shell = open_shell(project_folder)
    shell.jobs.leave_project()
    said = content(shell)
    assert "not where they were" in said.title
    assert "12 images" in said.text and images.name in said.text
    assert [action.act for action in said.actions] == ["rescan", "add_folders"]


def test_that_twenty_labels_are_whole_in_a_window_of_1280_by_800(qtbot, shell):
    add_head(shell, HeadKind.CLASS, tuple(f"label {number}" for number in range(20)))
    shell.window.resize(1280, 800)
    panel = shell.window.label_view.panel
    qtbot.waitUntil(lambda: panel._scroll.viewport().height() >= 20 * shell.window.theme.row_dense)
    assert panel._rows.sizeHint().height() <= panel._scroll.viewport().height()
    shell.commands.perform("flag")
    assert panel._marks.isVisible() and panel._marks.accessibleName() == "Flagged"


def test_that_the_bar_counts_what_is_new_once(class_shell, monkeypatch):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    adopt(class_shell, likely(0))
    counted = []
    annotations = class_shell.workspace.project.annotations
    monkeypatch.setattr(annotations, "since_version", lambda head_id: counted.append(head_id) or 0)
    state = head_bar_state(class_shell.workspace, class_shell.jobs, class_shell.settings.value)
    assert (state.new_annotations, len(counted)) == (0, 1)
