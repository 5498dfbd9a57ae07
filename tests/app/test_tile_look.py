"""What a head says of each tile, over the image in the label view."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.__main__ import main
from app.bootstrap import build
from app.presenting.tile_marks import tile_marks
from app.settings import SettingsFile
from core.jobs.events import FilesJudged, JudgingDone
from core.media.tiles import WHOLE, Place
from core.scoring.tile_answers import AskedHead, TileAnswers
from core.values import Combine, HeadKind, Tiles
from tests.app.conftest import scanned_project, worker_of
from tests.core.scoring.head_files import draw, write_head

LONG_MS = 120_000
FIVE = tuple(Place(x / 2, y / 2, 0.5, 0.5) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5)))
JPEG_BELOW = ((0.9, 0.1), (0.8, 0.2), (0.2, 0.8), (0.7, 0.3), (0.6, 0.4))


def answers(values, *, labels=("Pass", "JPEG"), kind=HeadKind.CLASS, combine=Combine.MAX) -> TileAnswers:
    head = AskedHead("m", "Compression", kind, labels, Tiles.FIVE_CROP, combine)
    places = FIVE if len(values) == 5 else (WHOLE,)
    return TileAnswers("a.png", head, places, tuple(values))


def test_that_each_tile_says_its_own_likeliest_label():
    texts = [mark.text for mark in tile_marks(answers(JPEG_BELOW))]
    assert texts == ["Pass 90 %", "Pass 80 %", "JPEG 80 %", "Pass 70 %", "Pass 60 %"]


def test_that_without_the_default_class_the_tile_with_the_defect_leads():
    marks = tile_marks(answers(JPEG_BELOW), with_default=False)
    assert [mark.text for mark in marks] == ["JPEG 10 %", "JPEG 20 %", "JPEG 80 %", "JPEG 30 %", "JPEG 40 %"]
    assert [mark.leading for mark in marks] == [False, False, True, False, False]


def test_that_scores_are_said_in_brackets_and_a_whole_picture_leads_nothing():
    (mark,) = tile_marks(answers([(0.64,)], labels=(), kind=HeadKind.SCORE))
    assert (mark.text, mark.place, mark.leading) == ("6.4", WHOLE, False)


def test_that_a_tag_that_nothing_was_learned_of_is_on_no_tile():
    nan = float("nan")
    said = answers([(nan, 0.2), (nan, 0.7)] * 2 + [(nan, 0.1)], labels=("sky", "sea"), kind=HeadKind.TAGS)
    assert [mark.text for mark in tile_marks(said)] == ["sea 20 %", "sea 70 %"] * 2 + ["sea 10 %"]
    assert tile_marks(answers([(nan,)], labels=("sky",), kind=HeadKind.TAGS)) == ()


def test_that_texts_of_tiles_stand_apart():
    assert len({mark.anchor for mark in tile_marks(answers(JPEG_BELOW))}) == 5


@pytest.fixture(scope="module")
def tiled(tmp_path_factory) -> Path:
    """A project of three large pictures with an imported head that looks at five crops."""
    folder = tmp_path_factory.mktemp("tiled")
    for number in range(3):
        draw(folder / "pictures" / f"{number}.png", (1000, 800), seed=number)
    scanned_project(folder / "project", folder / "pictures").close()
    head = write_head(folder, "Compression")
    assert main(["import", "head", str(folder / "project"), str(head), "--quiet"]) == 0
    return folder / "project"


def test_that_the_worker_is_asked_and_what_it_says_is_drawn(open_shell, tiled, qtbot):
    shell = open_shell(tiled)
    image_view, worker = shell.window.label_view.image_view, worker_of(shell)
    QTest.keyClick(shell.window, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: len(worker.judged) == 1)
    (spec,) = worker.judged
    assert len(spec.files) == 1 and spec.project == str(shell.workspace.project.folder)
    head = AskedHead(spec.models[0], "Compression", HeadKind.CLASS, ("Pass", "JPEG"), Tiles.FIVE_CROP, Combine.MEAN)
    worker.tell(FilesJudged(spec.job, (TileAnswers(spec.files[0], head, FIVE, JPEG_BELOW),)))
    worker.tell(JudgingDone(spec.job))
    qtbot.waitUntil(lambda: len(image_view._tiles) == 5)
    QTest.keyClick(shell.window, Qt.Key.Key_Right)
    assert image_view._tiles == (), "nothing is said of an image that nobody asked about"
    QTest.keyClick(shell.window, Qt.Key.Key_Left)
    assert len(image_view._tiles) == 5, "what is known is not asked again"
    qtbot.waitUntil(image_view.has_picture)
    shown = image_view.grab().toImage()
    QTest.keyClick(shell.window, Qt.Key.Key_H)
    hidden = image_view.grab().toImage()
    QTest.keyClick(shell.window, Qt.Key.Key_H)
    assert image_view.grab().toImage() == shown
    QTest.keyClick(shell.window, Qt.Key.Key_W)
    assert image_view._tiles == ()
    assert image_view.grab().toImage() == hidden != shown, "with the prediction hidden tiles tell nothing either"


def test_that_a_head_that_sees_whole_images_is_told_of(class_shell, qtbot):
    with qtbot.waitSignal(class_shell.desk.notice) as notice:
        QTest.keyClick(class_shell.window, Qt.Key.Key_W)
    assert "whole images" in notice.args[0]
    assert not worker_of(class_shell).judged


def test_that_a_real_worker_says_where(qapp, tiled, tmp_path, monkeypatch, qtbot):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    shell = build(SettingsFile(tmp_path / "settings.json"))
    shell.window.show()
    shell.open(tiled)
    QTest.keyClick(shell.window, Qt.Key.Key_W)
    image_view = shell.window.label_view.image_view
    qtbot.waitUntil(lambda: len(image_view._tiles) == 5, timeout=LONG_MS)
    assert [mark.leading for mark in image_view._tiles].count(True) == 1
    shell.close()
    assert not shell.desk.bugs
