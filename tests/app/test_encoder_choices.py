"""The encoder that a head is offered: that of its project, or what is at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from safetensors.numpy import save_file

from app.encoder_in_use import encoder_in_use, encoders_of
from app.operations import heads
from app.operations.heads import HeadDraft, LabelEdit
from app.windows import encoder_box, encoder_choices
from app.windows.encoder_box import EncoderBox
from app.windows.encoder_choices import KNOWN, EncoderListing, choices_from, default_choice
from app.windows.head_dialog import HeadBegin, HeadDialog
from app.windows.import_head_dialog import ImportHeadDialog
from core.values import EncoderSignature, HeadKind
from tests.app.head_dialogs import SilentListing, dialog_for


def test_that_a_new_head_begins_with_the_encoder_that_the_project_was_embedded_with_last(shell, qtbot):
    dialog = dialog_for(shell, qtbot, begin=HeadBegin("metaclip-h14"))
    assert dialog.draft().encoder == "metaclip-h14"
    dialog.encoder._listing.answered = True
    dialog.encoder._listing.listed.emit(KNOWN)
    assert dialog.draft().encoder == "metaclip-h14"
    project = shell.workspace.project
    assert encoder_in_use(project) is None
    for encoder in ("signal", "metaclip-h14", "clip-vit-l14-336"):
        project.encoders.remember(EncoderSignature(encoder, encoder, "1", "{}", 8))
    assert encoder_in_use(project) == "clip-vit-l14-336"
    shell.commands.perform("new_head")
    opened = shell.window.findChild(HeadDialog)
    assert opened.draft().encoder == "clip-vit-l14-336"
    opened.reject()


def test_that_a_new_head_begins_with_the_encoder_of_the_head_that_is_asked_at_that_moment(class_shell):
    draft = HeadDraft("other", HeadKind.CLASS, (LabelEdit("a"), LabelEdit("b")), "metaclip-h14")
    heads.add_head(class_shell.workspace, draft)
    QTest.keyClick(class_shell.window, Qt.Key.Key_Tab)
    for encoder in ("signal", "metaclip-h14"):
        assert class_shell.workspace.head.encoder == encoder
        QTest.keyClick(class_shell.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        opened = class_shell.window.findChild(HeadDialog)
        assert opened.draft().encoder == encoder
        opened.reject()
        opened.deleteLater()
        QApplication.sendPostedEvents(opened, QEvent.Type.DeferredDelete)
        QTest.keyClick(class_shell.window, Qt.Key.Key_Tab)


def test_that_the_encoders_are_asked_for_when_the_dialog_has_the_keys(class_shell, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(class_shell.dialogs.listing, "ask", lambda: asked.append(QApplication.activeModalWidget()))
    class_shell.commands.perform("new_head")
    assert asked == []
    qtbot.waitUntil(lambda: bool(asked))
    opened = class_shell.window.findChild(HeadDialog)
    assert asked == [opened]
    assert opened.focusWidget() is opened.name
    opened.reject()


def test_that_encoders_without_weights_are_said_to_be_so(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    rows = [
        {"id": "signal", "dim": 312, "available": True, "reason": ""},
        {"id": "clip-vit-l14-336", "dim": 768, "available": False, "reason": "weights not at hand"},
    ]
    dialog.encoder._listing.listed.emit(choices_from(rows))
    texts = [dialog.encoder.itemText(row) for row in range(dialog.encoder.count())]
    assert "weights not at hand" in texts[1]
    assert dialog.encoder.currentData() == "signal"


def test_that_encoders_of_the_project_are_offered_first(class_shell, qtbot, tmp_path):
    workspace, folder = class_shell.workspace, str(tmp_path / "models" / "mobilenet")
    for encoder, key in ((folder, "mobilenet-1"), ("signal", "signal")):
        workspace.project.encoders.remember(EncoderSignature(encoder, key, "1", "{}", 8))
    listing = SilentListing(own=lambda: encoders_of(workspace.project))
    dialog = HeadDialog(listing, lambda draft: None, workspace.head)
    qtbot.addWidget(dialog)
    offered = [dialog.encoder.itemData(row) for row in range(dialog.encoder.count())]
    assert offered == ["signal", folder, "clip-vit-l14-336", "metaclip-h14", "folder"]
    assert dialog.encoder.itemText(1) == "mobilenet: used in this project"
    assert class_shell.dialogs.listing.own() == ("signal", folder)


def test_that_content_is_looked_at_where_its_encoder_is_at_hand():
    assert default_choice(KNOWN) == "clip-vit-l14-336"


def test_that_until_it_is_known_what_is_at_hand_the_built_in_encoder_is_proposed(shell, qtbot):
    assert dialog_for(shell, qtbot).draft().encoder == "signal"


def test_that_encoders_can_be_asked_for_again_after_no_process_could_be_started(qapp, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(encoder_choices.sys, "executable", str(tmp_path / "no-python"))
    listing = EncoderListing()
    listing.ask()
    qtbot.waitUntil(lambda: listing._process is None)
    monkeypatch.undo()
    listing.ask()
    assert listing._process is not None
    listing.close()


def test_that_a_folder_named_like_the_program_is_not_run_for_the_list_of_encoders(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit(77)")
    done = subprocess.run(
        [sys.executable, *encoder_choices.COMMAND], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "signal" in [choice.encoder for choice in choices_from(json.loads(done.stdout))]


def choose_folder(box: EncoderBox, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(encoder_box, "name_folder", lambda *args: folder.as_posix())
    last = box.count() - 1
    box.setCurrentIndex(last)
    box.activated.emit(last)


def test_that_a_folder_without_a_model_is_not_taken_and_the_dialog_says_why(class_shell, qtbot, tmp_path, monkeypatch):
    dialog = dialog_for(class_shell, qtbot)
    dialog.show()
    chosen = dialog.draft().encoder
    choose_folder(dialog.encoder, tmp_path, monkeypatch)
    assert dialog.draft().encoder == chosen
    said = f"{tmp_path.as_posix()} is no model folder: it has no config.json. {chosen} stays chosen."
    assert (dialog.note.isVisible(), dialog.note.text()) == (True, said)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit", "image_size": 8}))
    save_file({"a": np.zeros(1, np.float32)}, tmp_path / "model.safetensors")
    choose_folder(dialog.encoder, tmp_path, monkeypatch)
    assert (dialog.draft().encoder, dialog.note.isVisible()) == (tmp_path.as_posix(), False)
    (tmp_path / "model.safetensors").unlink()
    choose_folder(dialog.encoder, tmp_path, monkeypatch)
    assert dialog.note.text().startswith(f"{tmp_path.as_posix()} holds no weights (model.safetensors). ")


def test_that_no_folder_that_is_none_of_a_model_comes_in_with_a_head_either(class_shell, qtbot, tmp_path, monkeypatch):
    dialog = ImportHeadDialog(SilentListing(), lambda draft: None)
    qtbot.addWidget(dialog)
    choose_folder(dialog.encoder, tmp_path, monkeypatch)
    assert dialog.draft().encoder is None
    assert "is no model folder" in dialog.note.text()
