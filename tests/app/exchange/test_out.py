"""Heads and answers that go out, at a new place and nothing written over."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.windows.export_answers_dialog import ExportAnswersDialog
from app.windows.export_head_dialog import ExportHeadDialog
from app.windows.failed_dialog import FailedDialog
from core.exchange.forms import Form
from tests.app.exchange.dialogs import exchanged, ok, opened
from tests.core.exchange.places import train
from tests.core.heads.seed_network import seed_answers


def test_that_the_head_goes_out_as_two_files_and_it_is_said_how_they_are_used(answered, qtbot, tmp_path):
    answered.commands.perform("export_head")
    dialog = opened(answered, ExportHeadDialog)
    dialog.folder.set_text(str(tmp_path / "out"))
    QTest.keyClick(dialog.folder.line, Qt.Key.Key_Return)
    assert exchanged(answered, qtbot).startswith("2 files written")
    answered.commands.perform("show_exchange")
    report = opened(answered, FailedDialog)
    assert f"winnow score {tmp_path}/out/taste-v1.safetensors" in report._text
    assert "models folder" in report._text
    report.copy_list()
    assert QApplication.clipboard().text() == report._text
    report.reject()
    rows = np.random.default_rng(0).normal(size=(3, 768))
    assert seed_answers(tmp_path / "out" / "taste-v1.safetensors", rows).shape == (3, 1)


def test_that_an_earlier_version_can_go_out_too(answered, qtbot, tmp_path):
    workspace = answered.workspace
    train(workspace.project, workspace.head)
    workspace._reload_heads(workspace.project)
    answered.commands.perform("export_head")
    dialog = opened(answered, ExportHeadDialog)
    assert [dialog.version.itemText(row) for row in range(2)] == ["v2, in force", "v1"]
    assert dialog.version.currentIndex() == 0
    dialog.version.setCurrentIndex(1)
    assert "taste-v1.safetensors" in dialog.says.text()
    dialog.folder.set_text(str(tmp_path / "out"))
    dialog.accept()
    assert exchanged(answered, qtbot).startswith("2 files written")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "taste-v1.config.json",
        "taste-v1.safetensors",
    ]


def test_that_nothing_is_written_over(answered, qtbot, tmp_path):
    for _ in range(2):
        answered.commands.perform("export_head")
        dialog = opened(answered, ExportHeadDialog)
        dialog.folder.set_text(str(tmp_path / "out"))
        dialog.accept()
        said = exchanged(answered, qtbot)
    assert "is there already" in said


@pytest.mark.parametrize("form", list(Form))
def test_that_answers_go_out_in_every_form_at_a_new_place(answered, qtbot, tmp_path, form):
    answered.commands.perform("export_answers")
    dialog = opened(answered, ExportAnswersDialog)
    dialog.form.setCurrentIndex(dialog.form.findData(form.value))
    qtbot.waitUntil(lambda: ok(dialog).isEnabled())
    assert dialog.says.text().startswith("12 images")
    destination = dialog.chosen().destination
    assert not destination.exists()
    assert destination.parent == tmp_path
    dialog.accept()
    assert exchanged(answered, qtbot).startswith("12 images exported")
    assert destination.exists()
    if form is Form.JSONL:
        rows = [json.loads(line) for line in destination.read_text().splitlines()]
        assert {row["value"] for row in rows} == {2, 8}
    if form in (Form.FOLDERS, Form.NPY):
        assert sorted(place.name for place in destination.iterdir() if place.is_dir()) == ["2", "8"]


def test_that_a_place_that_is_taken_is_said_before_anything_is_written(answered, qtbot, tmp_path):
    answered.commands.perform("export_answers")
    dialog = opened(answered, ExportAnswersDialog)
    dialog.destination.set_text(str(tmp_path / "pictures"))
    qtbot.waitUntil(lambda: "holds other things" in dialog.says.text())
    assert not ok(dialog).isEnabled()
    QTest.keyClick(dialog.destination.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.reject()
