"""Tables and a contact sheet of what was scored."""

from __future__ import annotations

import csv
import threading
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.presenting import apply_presenter
from app.windows import file_choosers
from core.errors import EnvironmentProblem
from tests.app.applying.files import panel


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
