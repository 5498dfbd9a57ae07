"""Heads are made and edited, folders dropped and failed files listed in the window."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from app.encoder_in_use import encoder_in_use, encoders_of
from app.operations import heads
from app.operations.heads import HeadDraft, LabelEdit
from app.windows import encoder_choices
from app.windows.encoder_choices import KNOWN, EncoderListing, choices_from, default_choice
from app.windows.failed_dialog import FailedDialog, FailedFilesModel
from app.windows.head_dialog import HeadBegin, HeadDialog
from core.names import BUILT_IN
from core.values import Combine, EncoderSignature, HeadKind, Tiles
from tests.app.conftest import draw_pictures


class SilentListing(EncoderListing):
    """Knows what is known without asking."""

    def ask(self) -> None:
        pass


def dialog_for(shell, qtbot, *, edit: bool = False, begin: HeadBegin | None = None) -> HeadDialog:
    workspace = shell.workspace
    if edit:
        head = workspace.head

        def apply(draft):
            return heads.edit_head(workspace, head.head_id, draft)
    else:
        head = None

        def apply(draft):
            return heads.add_head(workspace, draft)

    dialog = HeadDialog(SilentListing(), apply, head, begin=begin)
    qtbot.addWidget(dialog)
    return dialog


def test_that_a_head_is_made_and_turned_to(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("species")
    dialog.labels.new_name.setText("cat, dog, cat")
    dialog.accept()
    assert shell.workspace.head.name == "species"
    assert [label.name for label in shell.workspace.head.labels] == ["cat", "dog"]


def test_that_what_is_typed_first_is_the_name_of_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    qtbot.waitUntil(dialog.name.hasFocus)


def test_that_labels_typed_one_by_one_keep_their_order(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    for name in ("b", "a"):
        QTest.keyClicks(dialog.labels.new_name, name)
        QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert [edit.name for edit in dialog.draft().labels] == ["b", "a"]


def test_that_enter_after_the_last_label_makes_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    dialog.name.setText("animals")
    QTest.keyClicks(dialog.labels.new_name, "cat, dog")
    QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert shell.workspace.head is None
    QTest.keyClick(dialog.labels.new_name, Qt.Key.Key_Return)
    assert [label.name for label in shell.workspace.head.labels] == ["cat", "dog"]


def test_that_the_add_button_adds_what_is_typed(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    QTest.keyClicks(dialog.labels.new_name, "cat, dog")
    QTest.mouseClick(dialog.labels.add, Qt.MouseButton.LeftButton)
    assert [edit.name for edit in dialog.draft().labels] == ["cat", "dog"]
    assert not dialog.labels.new_name.text()


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


def test_that_a_ready_made_question_fills_in_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    texts = [dialog.start.itemText(row) for row in range(dialog.start.count())]
    assert texts[0] == "A question of my own"
    assert texts[1] == "Camera angle: from where the picture looks at its subject"
    dialog.start.setCurrentIndex(1)
    dialog.start.activated.emit(1)
    assert dialog.labels.list.item(1).toolTip() == "From below, looking up"
    dialog.accept()
    head = shell.workspace.head
    assert (head.name, head.kind, head.labels[1].name) == ("Camera angle", HeadKind.TAGS, "low angle")


def test_that_a_question_of_content_says_that_the_built_in_encoder_sees_none(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    assert dialog.encoder.encoder() == BUILT_IN
    shown = {}
    for row in range(dialog.start.count()):
        dialog.start.setCurrentIndex(row)
        dialog.start.activated.emit(row)
        shown[dialog.start.itemText(row).partition(":")[0]] = dialog._form.isRowVisible(dialog.caution)
    asks = {"Camera angle": True, "Composition": True, "Noise": False, "Shot type": True}
    assert shown == {"A question of my own": False, **asks}
    dialog.encoder.select("clip-vit-l14-336")
    assert not dialog._form.isRowVisible(dialog.caution)


def choose_start(dialog: HeadDialog, title: str) -> None:
    row = next(row for row in range(dialog.start.count()) if dialog.start.itemText(row).startswith(title))
    dialog.start.setCurrentIndex(row)
    dialog.start.activated.emit(row)


def test_that_a_question_of_content_is_offered_an_encoder_of_content(shell, qtbot):
    dialog = dialog_for(shell, qtbot, begin=HeadBegin("signal", "metaclip-h14"))
    offered = []
    for title in ("Camera angle", "Noise", "Shot type", "A question"):
        choose_start(dialog, title)
        offered.append(dialog.encoder.encoder())
        assert not dialog._form.isRowVisible(dialog.caution)
    assert offered == ["metaclip-h14", "signal", "metaclip-h14", "signal"]


def test_that_an_encoder_that_was_chosen_outlives_the_choice_of_a_question_of_content(shell, qtbot):
    dialog = dialog_for(shell, qtbot, begin=HeadBegin("metaclip-h14", "metaclip-h14"))
    place = dialog.encoder.findData("signal")
    dialog.encoder.setCurrentIndex(place)
    dialog.encoder.activated.emit(place)
    choose_start(dialog, "Camera angle")
    assert dialog.encoder.encoder() == "signal"
    assert dialog._form.isRowVisible(dialog.caution)


def test_that_what_is_at_hand_for_content_is_offered_where_the_project_has_nothing_for_it(shell, qtbot):
    dialog = dialog_for(shell, qtbot, begin=HeadBegin("signal"))
    choose_start(dialog, "Camera angle")
    assert dialog.encoder.encoder() == "signal"  # it is not known yet
    dialog.encoder._listing.answered = True
    dialog.encoder._listing.listed.emit(KNOWN)
    assert dialog.encoder.encoder() == "clip-vit-l14-336"
    choose_start(dialog, "A question")
    assert dialog.encoder.encoder() == "signal"


def test_that_the_dialog_knows_the_encoder_of_content_that_the_project_has(class_shell, qtbot):
    project = class_shell.workspace.project
    for encoder in ("metaclip-h14", "signal"):
        project.encoders.remember(EncoderSignature(encoder, encoder, "1", "{}", 8))
    class_shell.commands.perform("new_head")
    opened = class_shell.window.findChild(HeadDialog)
    assert opened.encoder.encoder() == "signal"
    choose_start(opened, "Shot type")
    assert opened.draft().encoder == "metaclip-h14"
    opened.reject()


def test_that_a_name_that_was_typed_outlives_the_choice_of_a_ready_made_question(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("mine")
    for row in (3, 0):
        dialog.start.setCurrentIndex(row)
        dialog.start.activated.emit(row)
    assert dialog.name.text() == "mine"
    assert dialog.draft().labels == ()


def test_that_a_head_that_is_edited_has_no_start(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    assert not dialog._form.isRowVisible(dialog.start)


def test_that_what_is_wrong_is_said_and_the_dialog_stays(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.show()
    dialog.name.setText("species")
    dialog.accept()
    assert "at least 2 labels" in dialog.note.text()
    assert dialog.isVisible()
    assert shell.workspace.head is None


def test_that_a_score_head_has_no_labels(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("quality")
    dialog.kind.setCurrentIndex(dialog.kind.findData(HeadKind.SCORE.value))
    dialog.accept()
    assert shell.workspace.head.kind is HeadKind.SCORE


def test_that_tiles_and_the_verdict_of_the_crops_are_chosen(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    dialog.tiles.setCurrentIndex(dialog.tiles.findData(Tiles.FIVE_CROP.value))
    dialog.combine.setCurrentIndex(dialog.combine.findData(Combine.MAX.value))
    draft = dialog.draft()
    assert (draft.tiles, draft.combine) == (Tiles.FIVE_CROP, Combine.MAX)


def test_that_labels_are_renamed_moved_and_removed(class_shell, qtbot):
    cat, dog, _ = class_shell.workspace.head.labels
    dialog = dialog_for(class_shell, qtbot, edit=True)
    rows = dialog.labels.list
    rows.item(0).setText("kitten")
    rows.setCurrentRow(1)
    dialog.labels.move_up()
    rows.setCurrentRow(2)
    dialog.labels.remove_selected()
    dialog.accept()
    edited = class_shell.workspace.head.labels
    assert [(label.label_id, label.name) for label in edited] == [(dog.label_id, "dog"), (cat.label_id, "kitten")]


def test_that_a_head_keeps_its_kind(class_shell, qtbot):
    assert not dialog_for(class_shell, qtbot, edit=True).kind.isEnabled()


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


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))


def test_that_a_dropped_folder_of_images_becomes_a_project(open_shell, images):
    shell = open_shell(None)
    drop(shell.window, images)
    assert shell.workspace.project.folder == images / ".winnow"
    assert shell.workspace.project.roots == (str(images),)


def test_that_a_dropped_folder_joins_the_open_project(shell, images, tmp_path):
    draw_pictures(tmp_path / "more", 3, seed=5)
    drop(shell.window, tmp_path / "more")
    assert shell.workspace.project.roots == (str(images), str(tmp_path / "more"))


def test_that_a_dropped_picture_stands_for_its_folder(open_shell, images):
    shell = open_shell(None)
    drop(shell.window, images / "00.jpg")
    assert shell.workspace.project.folder == images / ".winnow"


def test_that_a_dropped_project_is_opened(open_shell, project_folder):
    shell = open_shell(None)
    drop(shell.window, project_folder)
    assert shell.workspace.project.folder == project_folder


def test_that_an_opened_project_is_remembered(open_shell, project_folder):
    assert open_shell(project_folder).settings.value.recent == (str(project_folder),)


def test_that_a_project_that_is_gone_is_said_and_the_open_one_stays(shell, qtbot, tmp_path):
    before = shell.workspace.project
    with qtbot.waitSignal(shell.desk.notice):
        shell.commands.perform(f"recent:{tmp_path / 'gone'}")
    assert shell.workspace.project is before


@pytest.fixture
def failed() -> list[tuple[str, str]]:
    return [("a/b.jpg", "zero bytes"), ("a/c.png", "truncated")]


def test_that_failed_files_are_listed_with_their_reason(failed, qtmodeltester):
    model = FailedFilesModel(failed)
    qtmodeltester.check(model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.data(model.index(1, 1)) == "truncated"


def test_that_the_list_of_failed_files_can_be_copied(failed, qtbot):
    dialog = FailedDialog(failed)
    qtbot.addWidget(dialog)
    dialog.copy_list()
    assert QGuiApplication.clipboard().text() == "a/b.jpg\tzero bytes\na/c.png\ttruncated"


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


def test_that_the_share_of_the_audit_set_is_set_with_the_head(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    assert dialog.audit.value() == pytest.approx(7.0)
    dialog.name.setText("species")
    dialog.labels.new_name.setText("cat, dog")
    dialog.audit.setValue(50.0)
    dialog.accept()
    workspace = shell.workspace
    assert workspace.project.audits.share(workspace.head.head_id) == 0.5
    assert 0 < workspace.board.audit.sum() < 12


def test_that_another_share_of_an_edited_head_is_drawn_at_once(class_shell, qtbot):
    dialog = dialog_for(class_shell, qtbot, edit=True)
    dialog.audit.setValue(100.0)
    dialog.accept()
    assert class_shell.workspace.board.audit.sum() == 12
