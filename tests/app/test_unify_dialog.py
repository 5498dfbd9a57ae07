"""Heads are unified in the window, and what comes of it is shown before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.bootstrap import Shell
from app.operations import unifying
from app.presenting.states import position_text
from app.windows.tag_table import TagRow, TagTable
from app.windows.unify_dialog import UnifyDialog, _proposed
from core.jobs.events import FilesGone
from core.project import Project
from core.project.tag_counts import TagCount
from core.values import HeadKind, Strategy
from tests.app.conftest import PICTURES, add_head
from tests.app.jobs.reports import running, tell
from tests.core.unified import classify, defect_heads, judge_pool, said

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def shell(open_shell: Callable[[Path], Shell], project_folder: Path) -> Shell:
    """Images 1 to 4 have a word on compression, 5 and 6 on colours, which can judge; a score head stands beside."""
    with Project.open(project_folder) as project:
        compression, colours = defect_heads(project)
        project.heads.add("taste", HeadKind.SCORE)
        classify(project, compression, {1: "JPEG", 2: "JPEG", 3: "Pass", 4: "WebP"})
        classify(project, colours, {5: "Shifted", 6: "Clean"})
        judge_pool(project, colours, [[1 - one / 10, one / 10] for one in (2, 7, 9, 3, *[1] * (PICTURES - 4))])
    return open_shell(project_folder)


def opened(shell: Shell, qtbot: QtBot) -> UnifyDialog:
    shell.commands.perform("unify_heads")
    dialog = next(one for one in shell.window.findChildren(UnifyDialog) if one.isVisible())
    assert dialog.says.text() == "Counting the answers…"
    qtbot.waitUntil(lambda: not dialog.says.text().startswith("Counting"))
    return dialog


def carry_out(dialog: UnifyDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.finished):
        dialog.accept()


def rows(dialog: UnifyDialog) -> dict[str, TagRow]:
    return {row.label: row for row in dialog.tags.rows}


def turn(dialog: UnifyDialog, label: str, state: Qt.CheckState) -> None:
    place = [row.label for row in dialog.tags.rows].index(label)
    dialog.tags.setData(dialog.tags.index(place, 0), state, Qt.ItemDataRole.CheckStateRole)


def test_that_every_class_head_is_chosen_and_its_default_left_out(shell, qtbot):
    dialog = opened(shell, qtbot)
    assert dialog.name.text() == "compression + colours"
    assert {label: row.taken for label, row in rows(dialog).items()} == {
        "Pass": False,
        "JPEG": True,
        "WebP": True,
        "Clean": False,
        "Shifted": True,
    }


def test_that_the_tags_are_counted_before_anything_is_made(shell, qtbot):
    dialog = opened(shell, qtbot)
    assert rows(dialog)["Shifted"].figures == TagCount(yes=1, no=1, unknown=4, review=4, likely=2)
    assert rows(dialog)["Pass"].figures is None
    assert dialog.says.text() == (
        "6 images would get answers. 4 open tags wait for review, 2 likely a yes. "
        "Retrain compression to have the others' images sorted."
    )
    assert len(shell.workspace.heads) == 3


def test_that_the_head_is_made_and_begins_with_the_overlaps(shell, qtbot):
    dialog = opened(shell, qtbot)
    dialog.name.setText("defects")
    carry_out(dialog, qtbot)
    workspace = shell.workspace
    assert (workspace.head.name, workspace.strategy, workspace.queue.current) == ("defects", Strategy.OVERLAP, 3)
    assert said(workspace.project, workspace.head, 5) == ({"Shifted"}, set())
    assert position_text(workspace) == "6 of 12 answered · 4 of them with an open tag to review"


def test_that_reports_of_the_worker_wait_while_the_head_is_made(shell, qtbot, monkeypatch):
    go_on, whole = threading.Event(), unifying.unify

    def unify(project: Project, *what):
        with project._database.write():
            assert go_on.wait(20)
            return whole(project, *what)

    monkeypatch.setattr(unifying, "unify", unify)
    dialog, job = opened(shell, qtbot), running(shell).job
    project = shell.workspace.project
    with qtbot.waitSignal(dialog.finished):
        dialog.accept()
        tell(shell, FilesGone(job, project.roots[0], ("00.jpg",)), qtbot)
        assert project.images.count() == PICTURES
        go_on.set()
    assert (project.images.count(), shell.workspace.large_acts.is_under_way(project)) == (PICTURES - 1, False)


def test_that_a_label_can_be_left_out_and_a_default_taken(shell, qtbot):
    dialog = opened(shell, qtbot)
    turn(dialog, "WebP", UNCHECKED)
    turn(dialog, "Clean", CHECKED)
    qtbot.waitUntil(lambda: rows(dialog)["Clean"].figures is not None)
    carry_out(dialog, qtbot)
    assert [label.name for label in shell.workspace.head.labels] == ["JPEG", "Clean", "Shifted"]


def test_that_a_head_can_be_left_out_and_the_name_follows(shell, qtbot):
    dialog = opened(shell, qtbot)
    dialog.sources.item(1).setCheckState(UNCHECKED)
    assert (dialog.name.text(), list(rows(dialog))) == ("compression tags", ["Pass", "JPEG", "WebP"])


def test_that_what_is_wrong_is_said_and_nothing_can_be_made_of_it(shell, qtbot):
    dialog = opened(shell, qtbot)
    for row in range(2):
        dialog.sources.item(row).setCheckState(UNCHECKED)
    qtbot.waitUntil(lambda: dialog.note.isVisible())
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert (dialog.note.text(), ok.isEnabled()) == ("no head is chosen; choose the heads to unify", False)


def test_that_many_heads_are_counted_where_their_names_are_too_long(shell, qtbot):
    for number in range(4):
        add_head(shell, HeadKind.CLASS, ("a", "b"), name=f"a head with a long name {number}")
    assert opened(shell, qtbot).name.text() == "compression + 5 heads"


def test_that_a_name_that_is_taken_keeps_the_dialog_open(shell, qtbot):
    dialog = opened(shell, qtbot)
    dialog.name.setText("taste")
    dialog.accept()
    dialog.reject()
    assert dialog.isVisible(), "it is not left while it is at work"
    qtbot.waitUntil(lambda: dialog.note.isVisible())
    assert "there is a head 'taste' already" in dialog.note.text()


def test_that_a_unified_head_takes_over_what_was_answered_since(shell, qtbot):
    carry_out(opened(shell, qtbot), qtbot)
    project, unified = shell.workspace.project, shell.workspace.head
    classify(project, project.heads.get("colours"), {7: "Clean"})
    dialog = opened(shell, qtbot)
    assert dialog.into.currentData() == unified.head_id
    assert all(row.fixed for row in dialog.tags.rows)
    assert dialog.says.text().startswith("1 image would change.")
    carry_out(dialog, qtbot)
    assert said(project, unified, 7) == (set(), {"Shifted"})
    assert len(shell.workspace.heads) == 4


def test_that_the_table_of_tags_is_a_sound_model(qapp, qtmodeltester):
    model = TagTable(QColor("gray"))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_rows([TagRow("a", "Pass", taken=False, fixed=True), TagRow("a", "JPEG", taken=True)])
    qtmodeltester.check(model)
    assert not model.setData(model.index(0, 0), CHECKED, Qt.ItemDataRole.CheckStateRole)
    model.show_rows([TagRow("a", "JPEG", taken=True, figures=TagCount(1, 2, 3, 4, 5))])
    assert [model.index(0, column).data() for column in range(7)] == ["JPEG", "a", "1", "2", "3", "4", "5"]


def test_that_the_figures_stay_in_sight_beside_a_long_name(shell, qtbot):
    head = shell.workspace.heads[0]
    shell.workspace.announce(shell.workspace.project.heads.edit(head.head_id, name="long name " * 9)[1])
    dialog = opened(shell, qtbot)
    assert dialog.table.horizontalScrollBar().maximum() == 0
    dialog.reject()


def test_that_closing_waits_for_no_count_and_leaves_nothing_behind(shell, qtbot):
    counting, go_on = threading.Event(), threading.Event()
    dialog = opened(shell, qtbot)
    background = dialog._background

    def count():
        counting.set()
        go_on.wait(10)

    background.run("preview", count, lambda found: None)
    assert counting.wait(10)
    dialog.reject()
    assert not go_on.is_set() and not dialog.isVisible()
    with qtbot.waitSignal(background.destroyed):
        go_on.set()


def test_that_what_is_being_counted_is_marked_until_it_is_known(qapp):
    model = TagTable(QColor("gray"))
    model.show_rows([TagRow("a", "JPEG", taken=True), TagRow("a", "Pass", taken=False)])
    model.wait_for_figures()
    assert [model.index(row, column).data() for row in (0, 1) for column in (2, 6)] == ["…", "…", "–", "–"]
    model.show_rows(model.rows)
    assert model.index(0, 2).data() == ""


def test_that_a_new_head_is_proposed_under_a_name_that_no_head_has(shell, qtbot):
    shell.workspace.announce(shell.workspace.project.heads.add("compression + colours", HeadKind.SCORE)[1])
    dialog = opened(shell, qtbot)
    assert dialog.name.text() == "compression + colours 2"
    carry_out(dialog, qtbot)


@pytest.mark.parametrize(
    ("names", "proposed"),
    [
        (["a" * 58], "a" * 55 + " tags"),
        (["a" * 55], "a" * 55 + " tags"),
        (["a" * 40, "b" * 40], "a" * 40 + " + 1 head"),
        (["a" * 70, "b", "c"], "a" * 50 + " + 2 heads"),
        (["a" * 49 + " b", "c" * 20, "d"], "a" * 49 + " + 2 heads"),
    ],
)
def test_that_a_long_name_is_cut_before_what_is_said_of_the_others(names, proposed):
    assert _proposed(names, ()) == proposed
