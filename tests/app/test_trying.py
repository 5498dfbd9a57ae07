"""The try view: pictures from anywhere, every chosen head, nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.acts import View
from app.bootstrap import build
from app.models.tried import HeadAnswer
from app.settings import SettingsFile
from app.views.answer_list import AnswerList
from core.jobs.events import FilesJudged, JobFailed, JudgingDone, WorkerDied
from core.media.tiles import Place
from core.scoring.tile_answers import AskedHead, TileAnswers
from core.values import Combine, HeadKind, Tiles
from tests.app.conftest import worker_of
from tests.app.mouse import drop
from tests.core.scoring.head_files import draw, write_head

LONG_MS = 120_000
FIVE = tuple(Place(x / 2, y / 2, 0.5, 0.5) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5)))
VALUES = ((0.9, 0.1), (0.8, 0.2), (0.2, 0.8), (0.7, 0.3), (0.6, 0.4))


@pytest.fixture
def trying(open_shell):
    """A window without a project, on the try view."""
    shell = open_shell(None)
    QTest.keyClick(shell.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert shell.window.view is View.TRY
    return shell


@pytest.fixture
def pictures(tmp_path) -> list[Path]:
    return [draw(tmp_path / "any" / f"{number}.png", (200, 150), seed=number) for number in range(3)]


def answer(shell, spec, values=VALUES) -> None:
    """As the worker would, for every file and head of the order."""
    heads = [
        AskedHead(model, Path(model).stem, HeadKind.CLASS, ("Pass", "JPEG"), Tiles.FIVE_CROP, Combine.MEAN)
        for model in spec.models
    ]
    said = tuple(TileAnswers(path, head, FIVE, values) for path in spec.files for head in heads)
    worker_of(shell).tell(FilesJudged(spec.job, said))
    worker_of(shell).tell(JudgingDone(spec.job))


def shown(shell):
    return shell.window.try_view.answers._answers


def figures(shell) -> dict[str, str]:
    (head,) = shown(shell)
    return {bar.name: bar.text for bar in head.bars}


@pytest.fixture
def judged(trying, pictures, qtbot):
    """One head has answered for three pictures."""
    drop(trying.window.try_view, pictures[0].parent / "head.safetensors", *pictures)
    (spec,) = worker_of(trying).judged
    answer(trying, spec)
    qtbot.waitUntil(lambda: bool(shown(trying)[0].bars))
    return trying


def test_that_dropped_pictures_are_judged_at_once_by_dropped_heads(trying, pictures):
    drop(trying.window.try_view, *pictures, pictures[0].parent / "one.safetensors", pictures[0].parent / "two.pth")
    (spec,) = worker_of(trying).judged
    assert spec.files == tuple(map(str, pictures))
    assert [Path(model).name for model in spec.models] == ["one.safetensors", "two.pth"]
    assert (spec.tiles, spec.project) == (None, None)
    assert [head.detail for head in shown(trying)] == ["looking…", "looking…"]


def test_that_the_answer_is_combined_as_the_head_was_trained_until_told_otherwise(judged):
    assert figures(judged) == {"Pass": "64 %", "JPEG": "36 %"}
    judged.window.try_view.bar.combine_chosen.emit(Combine.MAX)
    assert figures(judged) == {"Pass": "90 %", "JPEG": "80 %"}
    assert len(worker_of(judged).judged) == 1, "the worker is not asked for what is known"


def test_that_the_default_class_can_be_left_out(judged):
    judged.window.try_view.bar._default.click()
    assert figures(judged) == {"JPEG": "36 %"}
    assert "JPEG 80 %" in [mark.text for mark in judged.window.try_view.image_view._tiles]


def test_that_the_tiles_lie_over_the_picture_until_w_is_pressed(judged):
    image_view = judged.window.try_view.image_view
    assert len(image_view._tiles) == 5
    QTest.keyClick(judged.window, Qt.Key.Key_W)
    assert image_view._tiles == ()


def test_that_another_way_to_look_is_asked_of_the_worker(judged):
    judged.window.try_view.bar.tiles_chosen.emit(Tiles.NONE)
    assert [spec.tiles for spec in worker_of(judged).judged] == [None, Tiles.NONE]


def test_that_a_head_left_out_says_nothing(judged):
    (head,) = shown(judged)
    judged.window.try_view.bar.head_toggled.emit(head.model)
    assert [answer.name for answer in shown(judged)] == ["No head is chosen"]


def test_that_arrows_step_through_what_is_tried_and_not_through_the_project(judged, pictures):
    view = judged.window.try_view
    QTest.keyClick(judged.window, Qt.Key.Key_Right)
    assert view.image_view._image.path == str(pictures[1])
    QTest.keyClick(judged.window, Qt.Key.Key_End)
    assert view.image_view._image.path == str(pictures[2])
    QTest.keyClick(judged.window, Qt.Key.Key_Left)
    assert view.image_view._image.path == str(pictures[1])


def test_that_a_file_that_is_no_picture_is_shown_with_its_reason(trying, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    drop(trying.window.try_view, tmp_path / "head.safetensors", tmp_path / "bad.jpg")
    assert worker_of(trying).judged == []
    (head,) = shown(trying)
    assert head.name == "This file cannot be judged" and head.problem


def test_that_a_head_that_cannot_be_asked_says_why_and_others_answer(trying, pictures, qtbot):
    drop(
        trying.window.try_view,
        pictures[0].parent / "good.safetensors",
        pictures[0].parent / "gone.safetensors",
        *pictures,
    )
    (spec,) = worker_of(trying).judged
    head = AskedHead(spec.models[0], "good", HeadKind.SCORE, (), Tiles.NONE, Combine.MEAN)
    worker_of(trying).tell(FilesJudged(spec.job, (TileAnswers(spec.files[0], head, FIVE[:1], ((0.64,),)),)))
    worker_of(trying).tell(JudgingDone(spec.job, ((spec.models[1], "there is no head file"),)))
    qtbot.waitUntil(lambda: bool(shown(trying)[1].problem))
    assert [bar.text for bar in shown(trying)[0].bars] == ["6.4"]
    assert "no head file" in shown(trying)[1].problem


ENDS = (lambda job: JobFailed(job, "environment", "the memory is full"), lambda job: WorkerDied(None, -9))


@pytest.mark.parametrize("end", ENDS)
def test_that_work_that_ends_badly_is_said_and_can_be_asked_again(trying, pictures, qtbot, end):
    drop(trying.window.try_view, pictures[0].parent / "head.safetensors", pictures[0])
    (spec,) = worker_of(trying).judged
    worker_of(trying).tell(end(spec.job))
    qtbot.waitUntil(lambda: shown(trying)[0].detail == "")
    drop(trying.window.try_view, pictures[0])
    assert len(worker_of(trying).judged) == 2


def test_that_a_pasted_bitmap_is_tried_and_leaves_nothing_behind(trying, tmp_path, qtbot):
    bitmap = QImage(320, 240, QImage.Format.Format_RGB32)
    bitmap.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(bitmap)
    QTest.keyClick(trying.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    image = trying.window.try_view.image_view._image
    assert (image.width, image.height) == (320, 240)
    assert Path(image.path).is_file()
    trying.close()
    assert not Path(image.path).exists()


def test_that_an_empty_clipboard_is_said(trying, qtbot):
    QGuiApplication.clipboard().setText("words")
    with qtbot.waitSignal(trying.desk.notice) as notice:
        QTest.keyClick(trying.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "no picture to paste" in notice.args[0]


def test_that_undo_does_nothing_unseen_and_escape_leads_back(class_shell):
    QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    answers = dict(class_shell.workspace.board.answers)
    QTest.keyClick(class_shell.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(class_shell.window, Qt.Key.Key_Backspace)
    QTest.keyClick(class_shell.window, Qt.Key.Key_2)
    assert dict(class_shell.workspace.board.answers) == answers
    QTest.keyClick(class_shell.window, Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_a_real_worker_judges_files_from_anywhere(qapp, tmp_path, monkeypatch, qtbot):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    large, small = draw(tmp_path / "large.png", (1000, 800)), draw(tmp_path / "small.png", (200, 150))
    head = write_head(tmp_path / "heads", "Compression")
    shell = build(SettingsFile(tmp_path / "settings.json"))
    shell.window.show()
    shell.commands.perform("try_it")
    drop(shell.window.try_view, head, large, small)
    qtbot.waitUntil(lambda: not shell.judging.waits("try"), timeout=LONG_MS)
    assert shown(shell)[0].detail == "5 tiles · mean"
    assert list(figures(shell)) == ["Pass", "JPEG", "WEBP"]
    QTest.keyClick(shell.window, Qt.Key.Key_Right)
    assert shown(shell)[0].detail == "whole picture"
    shell.close()
    assert not shell.desk.bugs


def test_that_a_long_problem_of_a_head_is_shown_whole(qtbot, trying):
    rows = AnswerList(trying.window.theme)
    qtbot.addWidget(rows)
    rows.resize(220, 400)
    heights = []
    for words in (5, 40):
        rows.show_answers((HeadAnswer("model", "a head", problem="word " * words),))
        heights.append(rows.head_rect(0).height())
    line = rows.fontMetrics().height()
    assert heights[0] < 5 * line and heights[1] > 8 * line


def test_that_a_label_that_nothing_was_learned_of_has_no_bar(judged, qtbot):
    judged.window.try_view.bar.tiles_chosen.emit(Tiles.NONE)
    answer(judged, worker_of(judged).judged[-1], values=((float("nan"), 0.4),) * 5)
    qtbot.waitUntil(lambda: figures(judged) == {"JPEG": "40 %"})
