"""Imports of answers: done beside the window as one act, cancelled, and taken back with one key."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.settings import SettingsFile
from app.windows.failed_dialog import FailedDialog
from core.changes import Changes
from core.exchange.forms import AnswersForm
from core.values import ClassValue, HeadKind, ImageId, ScoreValue, TagsValue
from tests.app.conftest import add_head, draw_pictures
from tests.app.exchange.dialogs import TREE, exchanged, opened, preview
from tests.core.exchange.trees import named, pictures, vector_files


@pytest.mark.parametrize(("size", "encoder"), [(768, "clip-vit-l14-336"), (1024, "metaclip-h14"), (500, "signal")])
def test_that_embeddings_propose_the_encoder_of_their_size(working, qtbot, tmp_path, size, encoder):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(2), "1_jpeg": range(2, 4)}, dim=size)
    dialog = preview(working, qtbot, AnswersForm.NPY, tree)
    assert dialog.draft().head.encoder == encoder
    dialog.reject()


def test_that_rated_folders_become_answers_in_one_act_that_undo_takes_back(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    (tree / "1_jpeg" / "torn.jpg").write_text("no picture")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert "13 answers imported as one act" in exchanged(working, qtbot)
    workspace = working.workspace
    head = workspace.head
    assert [label.name for label in head.labels] == ["pass", "jpeg", "webp"]
    assert named(workspace.project, head)["00007.png"] == ClassValue(head.labels[1].label_id)
    assert workspace.project.annotations.count(head.head_id) == 13
    working.commands.perform("show_exchange")
    report = opened(working, FailedDialog)
    assert [Path(path).name for path, _ in report._failed] == ["torn.jpg"]
    report.reject()
    working.commands.perform("undo")
    assert workspace.project.annotations.count(head.head_id) == 0
    working.commands.perform("redo")
    assert workspace.project.annotations.count(head.head_id) == 13


def test_that_a_cancelled_import_answers_nothing_and_the_next_work_goes_on(working, qtbot, tmp_path):
    qtbot.waitUntil(lambda: working.jobs.state is None)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    stopped = []

    def stop() -> None:
        state = working.jobs.state
        if state is not None and state.what == "Importing" and not state.cancelling:
            stopped.append(state.job)
            working.commands.perform("cancel_job")

    working.jobs.state_changed.connect(stop)
    dialog.accept()
    qtbot.waitUntil(lambda: bool(stopped) and working.jobs.state is None)
    workspace = working.workspace
    assert workspace.project.annotations.count(workspace.head.head_id) == 0
    working.jobs.scan()
    qtbot.waitUntil(lambda: working.jobs.state is None)
    assert workspace.project.images.count() == 12 + 13


def test_that_an_import_that_waits_when_the_project_is_left_is_told(shell, qtbot, tmp_path):
    told: list[str] = []
    shell.desk.notice.connect(lambda text, *_: told.append(text))
    shell.jobs.notice.connect(told.append)
    dialog = preview(shell, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    dialog.accept()
    draw_pictures(tmp_path / "others", 2, seed=5)
    shell.open(tmp_path / "others")
    assert "Importing was stopped with the project that was left, and nothing came of it: do it again there." in told
    assert shell.workspace.heads == ()


@pytest.fixture
def written(working, monkeypatch) -> threading.Event:
    """Rows that come in are written once it is set."""
    project, found = working.workspace.project, threading.Event()
    take = project.arrivals.take

    def slowly(*args: Any, **named: Any) -> Changes:
        assert found.wait(20)
        return take(*args, **named)

    monkeypatch.setattr(project.arrivals, "take", slowly)
    return found


def kept(settings) -> list[str]:
    return list(SettingsFile(settings._path).value.exchanges.values())


def test_that_an_import_is_under_way_until_its_rows_are_there(working, settings, qtbot, tmp_path, written):
    (tmp_path / "quality.csv").write_text("path,value\n00.jpg,3\n01.jpg,4.5\n")
    add_head(working, HeadKind.SCORE, (), "quality")
    project = working.workspace.project
    preview(working, qtbot, AnswersForm.CSV, tmp_path / "quality.csv", "quality").accept()
    qtbot.waitUntil(lambda: working.workspace.large_acts.is_under_way(project) and working.jobs.state is None)
    under_way = kept(settings)
    written.set()
    assert "2 answers imported" in exchanged(working, qtbot)
    assert (under_way, kept(settings)) == (["Importing quality.csv"], [])


def test_that_an_import_whose_rows_were_written_as_the_window_closed_is_not_told_as_cut_off(
    working, settings, qtbot, tmp_path, written
):
    (tmp_path / "quality.csv").write_text("path,value\n00.jpg,3\n")
    add_head(working, HeadKind.SCORE, (), "quality")
    project = working.workspace.project
    preview(working, qtbot, AnswersForm.CSV, tmp_path / "quality.csv", "quality").accept()
    qtbot.waitUntil(lambda: working.workspace.large_acts.is_under_way(project))
    threading.Timer(0.2, written.set).start()
    working.close()
    assert kept(settings) == []


def test_that_a_table_says_how_many_of_its_rows_match(working, qtbot, tmp_path):
    (tmp_path / "quality.csv").write_text("path,value\n00.jpg,3\n01.jpg,4.5\nnone.jpg,7\n02.jpg,99\n")
    add_head(working, HeadKind.SCORE, (), "quality")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "quality.csv", "quality")
    assert dialog.says.text() == "2 images of the project answered; 2 rows left out"
    assert not dialog.note.isVisible(), "nothing was there before"
    dialog.accept()
    assert "2 answers imported" in exchanged(working, qtbot)
    held = named(working.workspace.project, working.workspace.head)
    assert held == {"00.jpg": ScoreValue(3), "01.jpg": ScoreValue(4.5)}


def test_that_a_new_head_takes_its_labels_from_the_table(working, qtbot, tmp_path):
    (tmp_path / "animals.csv").write_text("path,value\n00.jpg,dog\n01.jpg,cat\n")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "animals.csv")
    qtbot.waitUntil(lambda: dialog._preview.images == 2)
    assert [label.name for label in dialog.draft().head.labels] == ["cat", "dog"]
    dialog.reject()


def test_that_embeddings_without_pictures_come_in_and_go_back(working, qtbot, tmp_path):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(4), "1_jpeg": range(4, 7)})
    dialog = preview(working, qtbot, AnswersForm.NPY, tree)
    dialog.new_head.encoder.select("clip-vit-l14-336")
    dialog.accept()
    assert "7 answers imported" in exchanged(working, qtbot)
    project, head = working.workspace.project, working.workspace.head
    assert project.annotations.count(head.head_id) == 7
    assert project.check() == []
    working.commands.perform("undo")
    assert project.annotations.count(head.head_id) == 0


def test_that_an_import_that_went_well_warns_of_nothing(working, qtbot, tmp_path):
    (tmp_path / "quality.csv").write_text("path,value\n00.jpg,3\n")
    add_head(working, HeadKind.SCORE, (), "quality")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "quality.csv", "quality")
    dialog.accept()
    assert exchanged(working, qtbot).startswith("1 answer imported as one act")
    bar = working.window.job_bar
    assert (bar._notice.isVisibleTo(bar), bar._notice_mark.isVisibleTo(bar)) == (True, False)


def test_that_a_table_that_takes_tags_away_says_so_before_and_after(working, qtbot, tmp_path):
    add_head(working, HeadKind.TAGS, ("car", "tree", "sky"), "things")
    project, head = working.workspace.opened()
    car, tree, sky = (label.label_id for label in head.labels)
    table = project.images.all()
    first, second = (ImageId(int(one)) for one in table.ids[:2])
    full = TagsValue(frozenset({tree, car}), frozenset({sky}))
    working.workspace.announce(project.annotations.annotate(head.head_id, {first: full}))
    names = [Path(image.path).name for image in project.images.get([first, second])]
    (tmp_path / "things.csv").write_text(f"path,value\n{names[0]},car\n{names[1]},car\n")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "things.csv", "things")
    lost = "1 answer that was there is replaced, by which 2 answers to tags are lost"
    assert (dialog.says.text(), dialog.note.text()) == ("2 images of the project answered", lost)
    dialog.accept()
    assert exchanged(working, qtbot) == f"2 answers imported as one act (Backspace takes it back); {lost}"
    bar = working.window.job_bar
    assert bar._notice_mark.isVisibleTo(bar)
    working.commands.perform("undo")
    assert working.workspace.board.answers == {first: full}


def test_that_the_notice_of_an_import_goes_with_its_undo_and_names_no_key_for_another_act(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    (tree / "1_jpeg" / "torn.jpg").write_text("no picture")
    preview(working, qtbot, AnswersForm.FOLDERS, tree).accept()
    assert exchanged(working, qtbot) == "13 answers imported as one act (Backspace takes it back); 1 file left out"
    bar = working.window.job_bar
    working.commands.perform("flag")
    assert (bar._notice.text, bar._notice.isHidden()) == ("13 answers imported as one act; 1 file left out", False)


def test_that_the_notice_of_an_import_that_is_taken_back_goes(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    (tree / "1_jpeg" / "torn.jpg").write_text("no picture")
    preview(working, qtbot, AnswersForm.FOLDERS, tree).accept()
    exchanged(working, qtbot)
    working.commands.perform("undo")
    assert working.window.job_bar._notice.isHidden()
