"""What limits keep is put somewhere, written as a table, and said as a command."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models.applied import PutPlan
from app.operations.keeping import command_line
from app.presenting import keep_files
from app.windows.put_preview_dialog import PutPreviewDialog
from core.jobs.events import JobFinished
from core.jobs.run import run_job
from core.jobs.spec import ScanSpec
from core.project import Project
from core.scoring.transfers import Act
from tests.app.conftest import worker_of
from tests.app.jobs.reports import tell
from tests.app.keeping.screen import CAT, IMAGES, keeping, view, wait_for, work


def test_that_what_is_kept_is_copied_and_put_back(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "ask_target", lambda parent: tmp_path / "out")
    view(limited).panel.best_asked.emit(5)
    wait_for(limited, qtbot)
    limited.commands.perform("keep_target")
    limited.commands.perform("keep_preview")
    work(limited, qtbot)
    assert "5 would be copied" in view(limited).panel.footer.told.text() and not (tmp_path / "out").exists()
    preview = limited.window.findChild(PutPreviewDialog)
    assert preview.table.model().index(0, 0).data() == f"{IMAGES - 5}.jpg"
    preview.reject()
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.jpg")) == [f"{IMAGES - 5 + n}.jpg" for n in range(5)]
    assert view(limited).panel.footer.put_back.isVisibleTo(limited.window)
    limited.commands.perform("keep_undo")
    work(limited, qtbot)
    assert list((tmp_path / "out").glob("*.jpg")) == []


def test_that_nothing_is_told_of_the_look_at_folders_that_follows_a_move(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "allows", lambda *asked: True)
    keeping(limited).plan = PutPlan(Act.MOVE, str(tmp_path / "out"))
    notices: list[str] = []
    limited.jobs.notice.connect(notices.append)
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    scan = worker_of(limited).submitted[-1]
    assert isinstance(scan, ScanSpec)
    tell(limited, JobFinished(scan.job, run_job(scan, limited.workspace.project.adopt, lambda: False)), qtbot)
    assert not [text for text in notices if text.startswith("Looked at")]


def test_that_what_is_told_moves_no_button(limited, qtbot, tmp_path):
    keeping(limited).plan = PutPlan(Act.COPY, str(tmp_path / "out"))
    footer = view(limited).panel.footer

    def from_below() -> int:
        footer.layout().activate()
        return footer.height() - footer.put.mapTo(footer, footer.put.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: footer.height() == footer.sizeHint().height())
    before = from_below()
    limited.commands.perform("keep_preview")
    work(limited, qtbot)
    qtbot.waitUntil(lambda: footer.told.isVisible() and footer.height() == footer.sizeHint().height())
    assert from_below() == before


def test_that_the_other_screen_of_files_is_not_told_of_it(limited, qtbot, tmp_path):
    keeping(limited).plan = PutPlan(Act.COPY, str(tmp_path / "out"))
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    assert limited.commands._looks.applying._scored.manifest is None


def test_that_a_table_of_what_is_kept_is_written(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "ask_table", lambda parent: tmp_path / "kept.csv")
    view(limited).panel.best_asked.emit(4)
    wait_for(limited, qtbot)
    limited.commands.perform("keep_table")
    work(limited, qtbot)
    rows = list(csv.DictReader((tmp_path / "kept.csv").open()))
    assert [Path(row["path"]).name for row in rows] == [f"{IMAGES - 4 + n}.jpg" for n in range(4)]
    assert float(rows[-1]["cat"]) == pytest.approx(CAT[-1], abs=0.001)
    assert view(limited).panel.footer.told.text() == f"Written: {tmp_path / 'kept.csv'}"


def test_that_the_window_lists_no_files_for_what_is_kept(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(type(limited.workspace.project.files), "of", lambda *_: pytest.fail("files were listed"))
    monkeypatch.setattr(keep_files.file_choosers, "ask_table", lambda parent: tmp_path / "kept.csv")
    keeping(limited).plan = PutPlan(Act.MOVE, str(tmp_path / "out"))
    asked = []
    monkeypatch.setattr(keep_files.file_choosers, "confirms_move", lambda *told: asked.append(told[1:]) or True)
    limited.commands.perform("keep_put")
    number = int(view(limited).kept.text.split()[0])
    assert asked == [(f"{number} images", str(tmp_path / "out"))]
    limited.commands.perform("cancel_job")
    limited.jobs.cancel_files()
    limited.commands.perform("keep_table")
    assert limited.jobs.files.spec.kept.ids.tolist() == list(range(IMAGES - number + 1, IMAGES + 1))


def test_that_a_button_pressed_by_key_has_the_focus_again_when_its_work_is_done(limited, qtbot, tmp_path):
    footer = view(limited).panel.footer
    footer.plan_changed.emit(PutPlan(folder=str(tmp_path / "kept")))
    footer.preview.setFocus()
    QTest.keyClick(footer.preview, Qt.Key.Key_Space)
    assert limited.window.focusWidget() is None, "no other button takes the next key"
    work(limited, qtbot)
    qtbot.waitUntil(lambda: limited.window.focusWidget() is footer.preview)


def test_that_the_command_stands_whole_in_the_panel(limited):
    project, head = limited.workspace.project, limited.workspace.head
    shown = view(limited).panel.command
    assert shown.text == command_line(project, head, keeping(limited), np.sort(np.float16(CAT)))
    assert shown.fontMetrics().horizontalAdvance(shown.text) > shown.width(), "it takes several lines"
    assert shown.height() == shown.heightForWidth(shown.width())
    assert shown.height() >= 2 * shown.fontMetrics().height()


def test_that_the_command_line_says_the_same(limited):
    project, head = limited.workspace.project, limited.workspace.head
    line = command_line(project, head, keeping(limited), np.sort(np.float16(CAT)))
    assert line.startswith("winnow score ") and line.endswith(" -r --label cat --min 0.5")
    assert keeping(limited).low != 0.5, "the limit itself has many digits"


def test_that_the_command_line_holds_in_every_folder(limited, tmp_path, monkeypatch):
    project, head = limited.workspace.project, limited.workspace.head
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Project, "roots", ["many", str(tmp_path / "others")])
    keeping(limited).plan = PutPlan(folder="out")
    words = command_line(project, head, keeping(limited), np.zeros(0, np.float32)).split()
    assert words[3:5] == [(tmp_path / name).as_posix() for name in ("many", "others")]
    assert words[-1] == (tmp_path / "out").as_posix()
