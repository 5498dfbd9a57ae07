"""Folders are scored, and the table of their files is walked through."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from app.acts import View
from core.jobs.events import JobCancelled, JobFailed, JobProgress
from core.jobs.file_specs import ScoreSpec
from core.values import Combine, Tiles
from tests.app.applying.files import NUMBER, choose, names, panel
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell
from tests.app.mouse import drop


def test_that_nothing_is_sent_before_there_are_pictures_and_heads(applying, folder, qtbot):
    with qtbot.waitSignal(applying.desk.notice) as notice:
        applying.commands.perform("score_start")
    assert "nothing to score" in notice.args[0]
    drop(applying.window.apply_view, folder)
    with qtbot.waitSignal(applying.desk.notice) as notice:
        applying.commands.perform("score_start")
    assert "no head is chosen" in notice.args[0]
    assert worker_of(applying).submitted == []


def test_that_a_bad_file_among_good_ones_is_listed_and_the_others_are_judged(scored):
    view = scored.window.apply_view
    assert sorted(names(scored)) == ["0.png", "2.png", "4.png", "deep/1.png", "deep/3.png", "deep/5.png"]
    assert scored.window.apply_view.counts.text == "6 of 6 pass"
    assert view.failed.text() == "1 file failed…"
    assert [view.table.scored.headerData(place, Qt.Orientation.Horizontal) for place in range(3)] == [
        "File",
        "defects",
        "taste",
    ]


def test_that_the_table_is_in_order_and_follows_its_headings(scored):
    table = scored.window.apply_view.table
    QAbstractItemModelTester(table.scored, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    scores = [float(table.scored.index(row, 2).data()) for row in range(NUMBER)]
    assert scores == sorted(scores, reverse=True)
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert names(scored) == sorted(names(scored))


def test_that_columns_of_heads_take_their_room_when_the_window_comes_up(scored, qtbot):
    window, table = scored.window, scored.window.apply_view.table
    table.resize(100, 100)
    window.resize(window.width() + 200, window.height())
    widths = [window.theme.px(240), window.theme.px(120)]  # of labels and of scores
    qtbot.waitUntil(lambda: [table.columnWidth(column) for column in (1, 2)] == widths)


def test_that_tiles_and_the_way_to_combine_them_are_chosen(applying, folder):
    drop(applying.window.apply_view, folder, folder.parent / "heads" / "taste.safetensors")
    ways = panel(applying).ways
    choose(ways.tiles, "Five crops")
    choose(ways.combine, "Highest")
    applying.commands.perform("score_start")
    spec = applying.jobs.files.spec
    assert (spec.tiles, spec.combine) == (Tiles.FIVE_CROP, Combine.MAX)
    assert (ways.tiles.currentText(), ways.combine.currentText()) == ("Five crops", "Highest")
    assert panel(applying)._page.minimumSizeHint().width() <= applying.window.theme.panel_width


def test_that_progress_is_shown_and_scoring_can_be_cancelled(applying, folder, qtbot):
    drop(applying.window.apply_view, folder, folder.parent / "heads" / "taste.safetensors")
    applying.commands.perform("score_start")
    spec = worker_of(applying).submitted[-1]
    assert isinstance(spec, ScoreSpec)
    tell(applying, JobProgress(spec.job, "scoring", 3, 7, 2.0, 2.0), qtbot)
    assert panel(applying).busy.text == "Scoring · 3 of 7 · 2.0 / s · 2 s left"
    assert not panel(applying).start.isEnabled()
    applying.commands.perform("score_stop")
    assert worker_of(applying).cancelled == [spec.job]
    tell(applying, JobCancelled(spec.job), qtbot)
    assert "Stopped" in panel(applying).footer.told.text() and panel(applying).start.isEnabled()


def test_that_a_head_that_cannot_be_asked_is_said(applying, folder, qtbot):
    drop(applying.window.apply_view, folder, folder.parent / "heads" / "gone.safetensors")
    applying.commands.perform("score_start")
    spec = worker_of(applying).submitted[-1]
    tell(applying, JobFailed(spec.job, "user", "there is no head file"), qtbot)
    assert panel(applying).footer.told.text() == "there is no head file"


def test_that_letters_typed_over_scored_files_search_nothing(scored):
    table = scored.window.apply_view.table
    table.keyboardSearch(names(scored)[2])
    assert table.currentIndex().row() == -1


def test_that_tab_leads_out_of_the_list_of_scored_files(scored):
    table = scored.window.apply_view.table
    table.setCurrentIndex(table.scored.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert table.currentIndex() == table.scored.index(0, 0)


def test_that_heads_of_the_project_are_asked_and_its_vectors_used(class_shell, folder):
    project = class_shell.workspace.project
    class_shell.commands.perform("apply")
    drop(class_shell.window.apply_view, folder, folder.parent / "heads" / "taste.safetensors")
    class_shell.commands.perform("score_start")
    assert class_shell.jobs.files.spec.project == str(project.folder)


def test_that_escape_leads_back_and_no_answer_is_given_unseen(class_shell):
    class_shell.commands.perform("apply")
    for key in (Qt.Key.Key_1, Qt.Key.Key_Backspace, Qt.Key.Key_X, Qt.Key.Key_Right):
        QTest.keyClick(class_shell.window, key)
    assert class_shell.workspace.board.answers == {} and class_shell.workspace.queue.position == 0
    QTest.keyClick(class_shell.window, Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_a_scored_file_is_looked_at_large(scored):
    scored.window.apply_view.table.opened.emit(scored.window.apply_view.table.scored.path_of(0))
    assert scored.window.view is View.TRY
    assert scored.trial.current is not None


def test_that_the_table_finds_its_thumbnails(scored, qtbot):
    qtbot.waitUntil(scored.window.apply_view.is_settled, timeout=10_000)
    assert scored.window.apply_view.table._thumbnails.pixmap(0) is not None
