"""The apply view: folders scored, filtered before anything is copied, put somewhere, and put back."""

from __future__ import annotations

import csv
import json
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.__main__ import main
from app.acts import View
from app.bootstrap import build
from app.models.applied import HeadLimits
from app.models.scored_model import PASSES
from app.presenting import apply_presenter
from app.settings import SettingsFile
from app.windows import file_choosers
from core.errors import Cancelled, EnvironmentProblem
from core.jobs.events import JobCancelled, JobFailed, JobFinished, JobProgress
from core.jobs.file_specs import PutBackSpec, ScoreSpec, TransferSpec
from core.jobs.run import run_job
from core.names import MANIFEST
from core.scoring.transfers import Act
from core.values import Combine, HeadKind, Tiles
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell
from tests.core.scoring.head_files import draw, write_head

NUMBER = 6
LONG_MS = 120_000


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Six pictures on two levels and one that is none; two heads beside them."""
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    for number in range(NUMBER):
        draw(tmp_path / "any" / ("deep" if number % 2 else "") / f"{number}.png", (96, 80), seed=number)
    (tmp_path / "any" / "bad.png").write_bytes(b"no picture")
    write_head(tmp_path / "heads", "defects", tiles=Tiles.NONE)
    write_head(tmp_path / "heads", "taste", kind=HeadKind.SCORE, labels=(), tiles=Tiles.NONE, seed=1)
    return tmp_path / "any"


@pytest.fixture
def applying(open_shell):
    """A window without a project, on the apply view."""
    shell = open_shell(None)
    QTest.keyClick(shell.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert shell.window.view is View.FOLDERS
    return shell


def drop(shell, *paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    shell.window.apply_view.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))


def work(shell, qtbot):
    """Does what the worker was ordered last, here, and reports it."""
    spec = worker_of(shell).submitted[-1]
    result = run_job(spec, lambda event: None, lambda: False)
    tell(shell, JobFinished(spec.job, result), qtbot)
    return result


@pytest.fixture
def scored(applying, folder, qtbot):
    drop(
        applying, folder, folder.parent / "heads" / "defects.safetensors", folder.parent / "heads" / "taste.safetensors"
    )
    applying.commands.perform("score_start")
    work(applying, qtbot)
    return applying


def panel(shell):
    return shell.window.apply_view.panel


def names(shell) -> list[str]:
    model = shell.window.apply_view.table.scored
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def passing(shell) -> list[str]:
    model = shell.window.apply_view.table.scored
    return sorted(model.index(row, 0).data() for row in range(model.rowCount()) if model.index(row, 0).data(PASSES))


def put(shell, target: Path, act: Act = Act.COPY, *, structure: bool = False) -> None:
    view = panel(shell).footer
    view.act.setCurrentIndex(view.act.findData(act.value))
    view.structure.setChecked(structure)
    view.act.activated.emit(view.act.currentIndex())
    shell.commands.perform("score_target")
    shell.commands.perform("score_put")


@pytest.fixture
def target(tmp_path, monkeypatch) -> Path:
    """What the person chooses as the folder to put files in."""
    monkeypatch.setattr(apply_presenter.file_choosers, "ask_target", lambda parent: tmp_path / "chosen")
    return tmp_path / "chosen"


def test_that_nothing_is_sent_before_there_are_pictures_and_heads(applying, folder, qtbot):
    with qtbot.waitSignal(applying.desk.notice) as notice:
        applying.commands.perform("score_start")
    assert "nothing to score" in notice.args[0]
    drop(applying, folder)
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


def test_that_limits_of_each_head_and_the_top_are_counted_before_anything_is_copied(scored):
    defects, taste = panel(scored).limits.rows
    probabilities = scored.commands._looks.applying._scored.result.values[0][:, 1]
    middle = sorted(probabilities)[2]
    defects.label.tick(2)
    defects.low.setValue(round(float(middle) * 100, 1) - 0.1)
    at_least = round(defects.low.value() / 100, 6)
    expected = sum(value >= at_least for value in probabilities)
    assert 0 < expected <= NUMBER
    assert scored.window.apply_view.counts.text == f"{expected} of 6 pass"
    panel(scored).top.setValue(2)
    assert scored.window.apply_view.counts.text == "2 of 6 pass"
    assert len(passing(scored)) == 2
    taste.high.setValue(0.1)
    assert scored.window.apply_view.counts.text == "0 of 6 pass"
    assert not panel(scored).footer.put.isEnabled()


def test_that_labels_are_ticked_in_a_list_that_stays_open(scored):
    box = panel(scored).limits.rows[0].label
    scored.window.activateWindow()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    rows = box.view()
    assert rows.isVisible()
    for row in (2, 3):
        rows.setCurrentIndex(box.model().index(row, 0))
        QTest.keyClick(rows, Qt.Key.Key_Space)
    place = rows.visualRect(box.model().index(2, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert rows.isVisible() and box.wanted() == ("WEBP",)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert not rows.isVisible() and scored.window.view is View.FOLDERS
    box.tick(0)
    assert box.wanted() == ()


def test_that_the_same_limits_pass_the_same_files_on_the_command_line(scored, folder, capsys):
    defects, taste = panel(scored).limits.rows
    defects.label.tick(2)
    defects.label.tick(3)
    defects.low.setValue(30.0)
    taste.high.setValue(5.2)
    panel(scored).top.setValue(3)
    lead = panel(scored).lead
    assert (lead.currentText(), lead.count()) == ("defects", 2)
    lead.setCurrentIndex(1)
    lead.activated.emit(1)
    heads = [str(folder.parent / "heads" / f"{name}.safetensors") for name in ("defects", "taste")]
    words = "--label defects:JPEG,WEBP --min 0.3 --max taste:5.2 --top 3 --by taste -r --json --quiet"
    main(["score", *heads, str(folder), *words.split()])
    images = json.loads(capsys.readouterr().out)["images"]
    shown = sorted(Path(one["path"]).relative_to(folder).as_posix() for one in images if one["passed"])
    assert shown == passing(scored) and shown


def choose(box, text: str) -> None:
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def test_that_a_class_head_chooses_whose_score_counts_as_the_command_line_does(scored, folder, capsys, qtbot):
    route = panel(scored).route
    choose(route.by, "defects")
    assert list(route.uses) == ["Pass", "JPEG", "WEBP"]
    heads = {name: str(folder.parent / "heads" / f"{name}.safetensors") for name in ("defects", "taste")}
    uses = [f"--use={label}={heads['taste']}" for label in route.uses]
    for box in route.uses.values():
        choose(box, "taste")
    main(["route", str(folder), "-r", "--by", heads["defects"], *uses, "--json", "--quiet"])
    said = {Path(one["path"]).name: one["score"] for one in json.loads(capsys.readouterr().out)["images"]}
    table = scored.window.apply_view.table.scored
    shown = {Path(table.index(row, 0).data()).name: table.index(row, 3).data() for row in range(NUMBER)}
    assert table.headerData(3, Qt.Orientation.Horizontal) == "routed"
    assert shown == {name: f"{score:.1f}" for name, score in said.items()}
    panel(scored).limits.rows[2].low.setValue(0.1)
    for box in route.uses.values():
        choose(box, "no score")
    assert scored.window.apply_view.counts.text == "0 of 6 pass"
    choose(route.by, route.by.itemText(0))
    assert (table.columnCount(), route.uses) == (3, {})
    assert scored.window.apply_view.counts.text == "6 of 6 pass"


def test_that_only_what_passes_is_shown_where_that_is_asked(scored):
    panel(scored).top.setValue(3)
    scored.window.apply_view._only.click()
    assert sorted(names(scored)) == passing(scored) and len(names(scored)) == 3


@pytest.mark.parametrize("act", [Act.COPY, Act.LINK])
def test_that_what_passes_is_put_there_and_put_back(scored, folder, target, qtbot, act):
    panel(scored).top.setValue(4)
    chosen = passing(scored)
    put(scored, target, act, structure=True)
    work(scored, qtbot)
    found = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.png"))
    assert found == chosen
    assert "4 " in panel(scored).footer.told.text() and panel(scored).footer.put_back.isVisibleTo(scored.window)
    scored.commands.perform("score_undo")
    assert isinstance(worker_of(scored).submitted[-1], PutBackSpec)
    work(scored, qtbot)
    assert list(target.rglob("*.png")) == []
    assert "4 put back" in panel(scored).footer.told.text()
    assert not panel(scored).footer.put_back.isVisibleTo(scored.window)


def test_that_a_preview_touches_nothing(scored, target, qtbot):
    scored.commands.perform("score_target")
    scored.commands.perform("score_preview")
    work(scored, qtbot)
    assert panel(scored).footer.told.text() == f"6 would be copied to {target}; nothing was touched."
    assert not target.exists()


def test_that_moving_asks_once_with_the_count_and_can_be_refused(scored, folder, target, qtbot, monkeypatch):
    asked = []

    def answer(parent, files, place):
        asked.append(files)
        return len(asked) > 1

    monkeypatch.setattr(apply_presenter.file_choosers, "confirms_move", answer)
    put(scored, target, Act.MOVE)
    assert asked == ["6 files"] and not any(isinstance(spec, TransferSpec) for spec in worker_of(scored).submitted)
    scored.commands.perform("score_put")
    work(scored, qtbot)
    assert len(asked) == 2 and list(folder.rglob("?.png")) == []
    assert names(scored) == [] and scored.window.apply_view.counts.text == "0 of 0 pass"
    [table] = target.glob(f"{MANIFEST}*.csv")
    monkeypatch.setattr(apply_presenter.file_choosers, "ask_manifest", lambda parent: table)
    scored.commands.perform("put_back")
    work(scored, qtbot)
    assert len(list(folder.rglob("?.png"))) == NUMBER
    assert len(names(scored)) == NUMBER


def test_that_files_that_were_moved_leave_those_that_can_be_moved(scored, target, qtbot, monkeypatch):
    monkeypatch.setattr(apply_presenter.file_choosers, "confirms_move", lambda parent, files, place: True)
    panel(scored).top.setValue(4)
    moved = passing(scored)
    put(scored, target, Act.MOVE)
    work(scored, qtbot)
    assert len(names(scored)) == NUMBER - 4 and not set(names(scored)) & set(moved)
    scored.commands.perform("score_undo")
    work(scored, qtbot)
    assert passing(scored) == moved


def test_that_a_transfer_that_was_stopped_can_be_put_back(scored, target, qtbot):
    put(scored, target)
    spec = worker_of(scored).submitted[-1]
    with pytest.raises(Cancelled):
        run_job(spec, lambda event: None, lambda: len(list(target.glob("*.png"))) > 1)
    scored.commands.perform("score_stop")
    tell(scored, JobCancelled(spec.job), qtbot)
    assert "Stopped" in panel(scored).footer.told.text()
    scored.commands.perform("score_undo")
    work(scored, qtbot)
    assert list(target.glob("*.png")) == []


def test_that_two_heads_and_what_passes_are_in_sight_in_a_low_window(scored, qtbot):
    window, side = scored.window, panel(scored)
    scale = window.theme.scale
    window.resize(round(1280 * scale), round(800 * scale))
    qtbot.waitUntil(lambda: window.width() == round(1280 * scale))
    qtbot.waitUntil(lambda: not side.verticalScrollBar().maximum(), timeout=2_000)


def test_that_columns_of_heads_take_their_room_when_the_window_comes_up(scored, qtbot):
    window, table = scored.window, scored.window.apply_view.table
    table.resize(100, 100)
    window.resize(window.width() + 200, window.height())
    widths = [window.theme.px(240), window.theme.px(120)]  # of labels and of scores
    qtbot.waitUntil(lambda: [table.columnWidth(column) for column in (1, 2)] == widths)


def test_that_tiles_and_the_way_to_combine_them_are_chosen(applying, folder):
    drop(applying, folder, folder.parent / "heads" / "taste.safetensors")
    ways = panel(applying).ways
    choose(ways.tiles, "Five crops")
    choose(ways.combine, "Highest")
    applying.commands.perform("score_start")
    spec = applying.jobs.files.spec
    assert (spec.tiles, spec.combine) == (Tiles.FIVE_CROP, Combine.MAX)
    assert (ways.tiles.currentText(), ways.combine.currentText()) == ("Five crops", "Highest")
    assert panel(applying)._page.minimumSizeHint().width() <= applying.window.theme.panel_width


def test_that_progress_is_shown_and_scoring_can_be_cancelled(applying, folder, qtbot):
    drop(applying, folder, folder.parent / "heads" / "taste.safetensors")
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
    drop(applying, folder, folder.parent / "heads" / "gone.safetensors")
    applying.commands.perform("score_start")
    spec = worker_of(applying).submitted[-1]
    tell(applying, JobFailed(spec.job, "user", "there is no head file"), qtbot)
    assert panel(applying).footer.told.text() == "there is no head file"


def test_that_tables_and_a_contact_sheet_are_written(scored, tmp_path, qtbot, monkeypatch):
    choosers = apply_presenter.file_choosers
    monkeypatch.setattr(choosers, "ask_table", lambda parent: tmp_path / "all.csv")
    monkeypatch.setattr(choosers, "ask_sheet", lambda parent: tmp_path / "best.png")
    panel(scored).top.setValue(5)
    for act, name in (("score_table", "all.csv"), ("score_sheet", "best.png")):
        scored.commands.perform(act)
        qtbot.waitUntil(lambda name=name: panel(scored).footer.told.text() == f"Written: {tmp_path / name}")
    with (tmp_path / "all.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 and {"path", "defects.label", "taste.score"} <= set(rows[0])
    assert (tmp_path / "best.png").read_bytes().startswith(b"\x89PNG")


def test_that_rows_of_a_table_are_made_beside_the_window(scored, tmp_path, qtbot, monkeypatch):
    threads = set()

    def as_row(heads, image):
        threads.add(threading.current_thread())
        return {"path": image.path}

    monkeypatch.setattr("app.operations.applying.as_row", as_row)
    monkeypatch.setattr(apply_presenter.file_choosers, "ask_table", lambda parent: tmp_path / "all.csv")
    scored.commands.perform("score_table")
    qtbot.waitUntil(lambda: panel(scored).footer.told.text().startswith("Written"))
    assert threads and threading.main_thread() not in threads


def test_that_a_table_that_cannot_be_written_says_why(scored, tmp_path, qtbot, monkeypatch):
    def write_table(path, rows):
        raise EnvironmentProblem(f"cannot write {path}: the disk is full")

    monkeypatch.setattr(apply_presenter, "write_table", write_table)
    monkeypatch.setattr(apply_presenter.file_choosers, "ask_table", lambda parent: tmp_path / "all.csv")
    scored.commands.perform("score_table")
    qtbot.waitUntil(lambda: panel(scored).footer.told.text().endswith("the disk is full"))


def test_that_a_name_with_another_ending_becomes_that_of_a_table(monkeypatch, qapp):
    named = {"taste.v2": "taste.v2.csv", "taste": "taste.csv", "taste.JSONL": "taste.JSONL"}
    for typed, becomes in named.items():
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, typed=typed, **__: (typed, ""))
        assert file_choosers.ask_table(None) == Path(becomes)


def test_that_a_long_name_of_a_head_or_label_leaves_every_button_in_sight(applying):
    limits = HeadLimits("model", "a head with a name " * 9, ("pass", "a label with a name " * 9), 1.0)
    panel(applying).limits.show_limits([limits])
    assert panel(applying).limits.minimumSizeHint().width() < applying.window.theme.panel_width


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
    drop(class_shell, folder, folder.parent / "heads" / "taste.safetensors")
    class_shell.commands.perform("score_start")
    assert class_shell.jobs.files.spec.project == str(project.folder)


def test_that_escape_leads_back_and_no_answer_is_given_unseen(class_shell):
    class_shell.commands.perform("apply")
    for key in (Qt.Key.Key_1, Qt.Key.Key_Backspace, Qt.Key.Key_X, Qt.Key.Key_Right):
        QTest.keyClick(class_shell.window, key)
    assert class_shell.workspace.board.answers == {} and class_shell.workspace.queue.position == 0
    QTest.keyClick(class_shell.window, Qt.Key.Key_Escape)
    assert class_shell.window.view is View.LABEL


def test_that_what_came_of_it_is_told_to_a_person_who_looks_at_something_else(scored, target, qtbot):
    put(scored, target)
    scored.commands.perform("escape")
    with qtbot.waitSignal(scored.jobs.notice) as notice:
        work(scored, qtbot)
    assert notice.args[0].startswith("6 copied to")


@pytest.mark.timeout(900)
def test_that_a_real_worker_scores_and_puts_files_back(qapp, folder, target, tmp_path, qtbot):
    shell = build(SettingsFile(tmp_path / "settings.json"))
    shell.window.show()
    shell.commands.perform("apply")
    drop(shell, folder, folder.parent / "heads" / "taste.safetensors")
    shell.commands.perform("score_start")
    qtbot.waitUntil(lambda: len(names(shell)) == NUMBER, timeout=LONG_MS)
    put(shell, target, Act.LINK)
    qtbot.waitUntil(lambda: panel(shell).footer.put_back.isVisibleTo(shell.window), timeout=LONG_MS)
    assert len(list(target.glob("*.png"))) == NUMBER
    shell.commands.perform("score_undo")
    qtbot.waitUntil(lambda: "6 put back" in panel(shell).footer.told.text(), timeout=LONG_MS)
    assert list(target.glob("*")) == []
    shell.close()
    assert not shell.desk.bugs


def test_that_a_scored_file_is_looked_at_large(scored):
    scored.window.apply_view.table.opened.emit(scored.window.apply_view.table.scored.path_of(0))
    assert scored.window.view is View.TRY
    assert scored.trial.current is not None


def test_that_the_table_finds_its_thumbnails(scored, qtbot):
    qtbot.waitUntil(scored.window.apply_view.is_settled, timeout=10_000)
    assert scored.window.apply_view.table._thumbnails.pixmap(0) is not None


def wheel(widget) -> None:
    middle = QPointF(widget.rect().center())
    still, turned = QPoint(), QPoint(0, -120)
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(widget.mapToGlobal(middle))
    event = QWheelEvent(middle, place, still, turned, none, plain, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(widget, event)


def test_that_the_wheel_passes_over_fields_that_were_not_clicked(scored):
    row = panel(scored).limits.rows[0]
    fields = (row.low, row.high, panel(scored).top)
    before = [field.value() for field in fields]
    panel(scored).setFocus()
    for field in (*fields, row.label, panel(scored).footer.act):
        assert field.focusPolicy() is Qt.FocusPolicy.StrongFocus
        wheel(field)
    assert [field.value() for field in fields] == before
    assert panel(scored).footer.act.currentIndex() == 0 and row.label.currentIndex() == 0


def test_that_escape_leaves_a_field_and_then_the_view(scored):
    field = panel(scored).limits.rows[0].low
    scored.window.activateWindow()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.hasFocus() and scored.window.view is View.FOLDERS
    QTest.keyClick(scored.window, Qt.Key.Key_Escape)
    assert scored.window.view is View.LABEL or scored.window.view is View.EMPTY


def test_that_a_long_preview_leaves_every_button_in_sight(scored, target, qtbot):
    scored.window.resize(1280, 800)
    scored.commands.perform("score_target")
    view = panel(scored)
    for lines in (0, 8, 60):
        scored.window.apply_view.panel.show_state(replace(view._state, told="a line of a preview\n" * lines))
        buttons = (view.footer.preview, view.footer.put, view.table, view.sheet)
        qtbot.waitUntil(lambda: all(b.visibleRegion().boundingRect().height() == b.height() for b in buttons))  # noqa: B023


def test_that_the_limits_of_three_heads_are_in_sight_in_a_low_window_when_all_is_scored(scored, qtbot):
    side = scored.window.apply_view.panel
    scored.window.resize(1280, 800)
    scored.window.apply_view.panel.verticalScrollBar().setValue(0)
    state = side._state
    heads = [replace(state.limits[0], model=f"head {place}", name=f"head {place}") for place in range(3)]
    side.show_state(replace(state, limits=tuple(heads)))
    first, last = side.limits.rows[0], side.limits.rows[-1]
    for row in (first, last):
        qtbot.waitUntil(partial(is_in_sight, side, row))


def is_in_sight(area, part) -> bool:
    top = part.mapTo(area.viewport(), QPoint(0, 0)).y()
    return part.isVisible() and top >= 0 and top + part.height() <= area.viewport().height()
