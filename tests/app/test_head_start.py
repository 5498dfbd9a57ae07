"""A head begins with a ready-made question, its labels and an encoder that sees what it asks."""

from __future__ import annotations

from app.windows.encoder_choices import KNOWN
from app.windows.head_dialog import HeadBegin, HeadDialog
from core.names import BUILT_IN
from core.values import EncoderSignature, HeadKind
from tests.app.head_dialogs import choose_start, dialog_for


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
