"""What passes is put somewhere, and put back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.bootstrap import build
from app.presenting import apply_presenter
from app.settings import SettingsFile
from core.errors import Cancelled
from core.jobs.events import JobCancelled, JobFinished
from core.jobs.file_specs import PutBackSpec, TransferSpec
from core.jobs.run import run_job
from core.names import MANIFEST
from core.scoring.transfers import Act
from tests.app.applying.files import NUMBER, names, panel, passing, put, work
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell
from tests.app.mouse import drop

LONG_MS = 120_000


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


def test_that_what_came_of_it_is_told_to_a_person_who_looks_at_something_else(scored, target, qtbot):
    put(scored, target)
    scored.commands.perform("escape")
    with qtbot.waitSignal(scored.jobs.news) as news:
        work(scored, qtbot)
    assert news.args[0].startswith("6 copied to")


def test_that_moved_files_that_all_went_back_are_no_warning(scored, folder, target, qtbot, monkeypatch):
    monkeypatch.setattr(apply_presenter.file_choosers, "allows", lambda *asked: True)
    put(scored, target, Act.MOVE)
    work(scored, qtbot)
    scored.commands.perform("score_undo")
    spec, told = worker_of(scored).submitted[-1], []
    with qtbot.assertNotEmitted(scored.jobs.notice), qtbot.waitSignal(scored.jobs.news) as news:
        result = run_job(spec, told.append, lambda: False)
        for event in (*told, JobFinished(spec.job, result)):
            tell(scored, replace(event, job=spec.job), qtbot)
    assert news.args == [f"moved files go back below {folder}"]
    assert "6 put back" in panel(scored).footer.told.text()


def test_that_files_left_alone_are_a_warning_to_a_person_who_looks_at_something_else(scored, target, qtbot):
    put(scored, target)
    work(scored, qtbot)
    next(target.glob("*.png")).write_text("something else")
    scored.commands.perform("score_undo")
    scored.commands.perform("escape")
    with qtbot.waitSignal(scored.jobs.notice) as notice:
        work(scored, qtbot)
    assert notice.args[0].startswith("5 put back; 1 left alone")


@pytest.mark.timeout(900)
def test_that_a_real_worker_scores_and_puts_files_back(qapp, folder, target, tmp_path, qtbot):
    shell = build(SettingsFile(tmp_path / "settings.json"))
    shell.window.show()
    shell.commands.perform("apply")
    drop(shell.window.apply_view, folder, folder.parent / "heads" / "taste.safetensors")
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


def test_that_a_long_preview_leaves_every_button_in_sight(scored, target, qtbot):
    scored.window.resize(1280, 800)
    scored.commands.perform("score_target")
    view = panel(scored)
    for lines in (0, 8, 60):
        scored.window.apply_view.panel.show_state(replace(view._state, told="a line of a preview\n" * lines))
        buttons = (view.footer.preview, view.footer.put, view.table, view.sheet)
        qtbot.waitUntil(lambda: all(b.visibleRegion().boundingRect().height() == b.height() for b in buttons))  # noqa: B023
