"""Imports and exports in the window: looked at first, done beside it, taken back with one key."""

from __future__ import annotations

import json
import threading
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox

from app.bootstrap import Shell, build
from app.models.import_preview import PreviewModel, PreviewRow
from app.operations import projects
from app.windows.export_answers_dialog import ExportAnswersDialog
from app.windows.export_head_dialog import ExportHeadDialog
from app.windows.failed_dialog import FailedDialog
from app.windows.import_answers_dialog import ImportAnswersDialog
from app.windows.import_head_dialog import ImportHeadDialog
from app.windows.path_field import PathField
from core.exchange.forms import AnswersForm, Form
from core.jobs.events import JobCancelled, JobFinished, ScanResult
from core.jobs.exchange import ImportAnswersSpec
from core.jobs.run import report_job
from core.jobs.spec import EmbedSpec
from core.values import ClassValue, HeadKind, ScoreValue
from tests.app.conftest import RecordingWorker, add_head, draw_pictures, worker_of
from tests.app.test_dialogs import drop
from tests.app.test_jobs import tell
from tests.core.exchange.places import embed, train
from tests.core.exchange.trees import named, pictures, vector_files
from tests.core.heads.seed_network import release, seed_answers
from tests.core.store.projects import picture

TREE = {"0_pass": range(6), "1_jpeg": range(6, 10), "2_webp": range(10, 13)}


def test_that_a_path_of_a_person_who_is_not_known_stays_as_it_was_typed(qapp):
    field = PathField(())
    field.set_text("~nobody-of-that-name/pictures")
    assert field.path() == Path("~nobody-of-that-name/pictures")
    field.set_text("~/pictures")
    assert field.path() == Path.home() / "pictures"


class DoingWorker(RecordingWorker):
    """Does the work in a thread of this process; embedding is put off."""

    def submit(self, spec) -> None:
        super().submit(spec)
        if isinstance(spec, EmbedSpec):
            thread = threading.Thread(target=self.on_event, args=(JobCancelled(spec.job),))
        else:
            thread = threading.Thread(target=report_job, args=(spec, self.on_event, lambda: self._stops(spec.job)))
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        super().close()
        for thread in self.threads:
            thread.join()

    def _stops(self, job: str) -> bool:
        return self.closed or job in self.cancelled

    @cached_property
    def threads(self) -> list[threading.Thread]:
        return []


@pytest.fixture
def working(qapp, settings, project_folder):
    """A window on the scanned project whose jobs are done."""
    settings.change(auto_retrain=False)
    shell = build(settings, start_worker=DoingWorker)
    shell.window.show()
    projects.open_any(shell.workspace, shell.jobs, shell.settings, project_folder)
    yield shell
    shell.close()
    assert not shell.desk.bugs
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened(shell: Shell, kind: type[QDialog]) -> QDialog:
    return next(dialog for dialog in shell.window.findChildren(kind) if dialog.isVisible())


def ok(dialog: QDialog):
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def exchanged(shell: Shell, qtbot) -> str:
    """Waits until the last order has been told of; returns what was said."""
    with qtbot.waitSignal(shell.desk.notice, timeout=20_000) as told:
        pass
    return told.args[0]


def preview(shell: Shell, qtbot, form: AnswersForm, source: Path, head: str | None = None) -> ImportAnswersDialog:
    shell.dialogs.exchange.import_answers(form, source)
    dialog = opened(shell, ImportAnswersDialog)
    dialog.head.setCurrentIndex(dialog.head.findText(head or "A new", Qt.MatchFlag.MatchStartsWith))
    qtbot.waitUntil(lambda: dialog._found is not None)
    return dialog


def read(dialog: ImportAnswersDialog) -> list[tuple[str, str, int]]:
    return [(row.source, row.read_as, row.files) for row in dialog.table.rows.rows]


def test_that_rated_folders_are_shown_as_they_would_be_read_before_anything_is_written(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    assert read(dialog) == [("0_pass", "pass", 6), ("1_jpeg", "jpeg", 4), ("2_webp", "webp", 3)]
    assert dialog.draft().head.name == "ratings"
    assert working.workspace.heads == ()
    assert len(working.workspace.project.roots) == 1
    dialog.reject()


def test_that_folders_called_after_another_label_are_shown_as_doubtful(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("jpeg", "pass", "webp"), name="swapped")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE), "swapped")
    assert dialog.note.isVisible()
    assert "0_pass is read as jpeg, not as pass; 1_jpeg is read as pass, not as jpeg" in dialog.note.text()
    assert [bool(row.doubt) for row in dialog.table.rows.rows] == [True, True, False]
    assert ok(dialog).isEnabled()
    dialog.head.setCurrentIndex(dialog.head.count() - 1)
    assert not dialog.note.isVisible()
    dialog.reject()


CALLED = {"daisy": range(6), "rose": range(6, 10)}


def test_that_folders_called_by_labels_are_shown_as_the_import_reads_them(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "flowers", CALLED)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    assert read(dialog) == [("daisy", "daisy", 6), ("rose", "rose", 4)]
    assert (dialog.draft().head.kind, [edit.name for edit in dialog.draft().head.labels]) == (
        HeadKind.CLASS,
        ["daisy", "rose"],
    )
    dialog.accept()
    assert exchanged(working, qtbot).startswith("10 ")
    project, head = working.workspace.opened()
    rose = head.labels[1].label_id
    assert named(project, head)["00006.png"] == ClassValue(rose)


def test_that_folders_called_by_labels_are_read_by_those_of_the_head_that_is_chosen(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("rose", "tulip"), name="roses")
    add_head(working, HeadKind.SCORE, (), name="taste")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "flowers", CALLED), "roses")
    qtbot.waitUntil(lambda: bool(read(dialog)))
    assert read(dialog) == [("rose", "rose", 4)]
    assert "1 other file or folder left out" in dialog.says.text()
    choose_head(dialog, "taste")
    qtbot.waitUntil(lambda: bool(dialog.note.text()))
    assert not ok(dialog).isEnabled()
    choose_head(dialog, "A new")
    qtbot.waitUntil(lambda: len(read(dialog)) == 2)
    dialog.reject()


def test_that_labels_that_are_typed_say_which_folders_are_read(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "flowers", CALLED))
    dialog.new_head.labels.setFocus()
    dialog.new_head.labels.selectAll()
    QTest.keyClicks(dialog.new_head.labels, "tulip, daisy")
    qtbot.waitUntil(lambda: read(dialog) == [("daisy", "daisy", 6)])
    dialog.reject()


def choose_head(dialog: ImportAnswersDialog, name: str) -> None:
    dialog.head.setCurrentIndex(dialog.head.findText(name, Qt.MatchFlag.MatchStartsWith))


def test_that_folders_that_are_not_read_are_not_counted_among_those_taken_in(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("pass", "jpeg"), name="two")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE), "two")
    assert dialog.says.text() == "2 folders, 10 images to take in; 1 folder not read, with 3 images"
    dialog.reject()


def test_that_evaluation_files_are_no_folders(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    picture(tree / "1_test.png", 50)
    (tree / "notes").mkdir()
    picture(tree / "notes" / "a.png", 51)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    said = "3 folders and 1 evaluation file, 14 images to take in; 1 other file or folder left out"
    assert dialog.says.text() == said
    dialog.reject()


@pytest.mark.parametrize(("size", "encoder"), [(768, "clip-vit-l14-336"), (1024, "metaclip-h14"), (500, "signal")])
def test_that_embeddings_propose_the_encoder_of_their_size(working, qtbot, tmp_path, size, encoder):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(2), "1_jpeg": range(2, 4)}, dim=size)
    dialog = preview(working, qtbot, AnswersForm.NPY, tree)
    assert dialog.draft().head.encoder == encoder
    dialog.reject()


def test_that_a_name_that_is_taken_leaves_the_folders_out_as_well(working, qtbot, tmp_path):
    add_head(working, HeadKind.CLASS, ("a", "b"), name="taken")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    dialog.new_head.name.setText("taken")
    dialog.accept()
    assert dialog.isVisible() and "taken" in dialog.note.text()
    assert len(working.workspace.project.roots) == 1
    dialog.reject()


def test_that_a_new_head_is_named_as_the_whole_folder(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings v1.5", TREE))
    assert dialog.draft().head.name == "ratings v1.5"
    dialog.reject()


def test_that_rated_folders_become_answers_in_one_act_that_undo_takes_back(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    (tree / "1_jpeg" / "torn.jpg").write_text("no picture")
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree)
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert "13 answers imported as one act" in exchanged(working, qtbot)
    workspace = working.workspace
    head = workspace.head
    assert [label.name for label in head.labels] == ["pass", "jpeg", "webp"]
    assert named(workspace.project, head)["00007.png"] == ClassValue(head.labels[1].label_id)
    assert workspace.project.annotations.count(head.head_id) == 13
    working.commands.perform("show_exchange")
    report = opened(working, FailedDialog)
    assert [Path(path).name for path, _ in report._failed] == ["torn.jpg"]
    report.reject()
    working.commands.perform("undo")
    assert workspace.project.annotations.count(head.head_id) == 0
    working.commands.perform("redo")
    assert workspace.project.annotations.count(head.head_id) == 13


def test_that_a_cancelled_import_answers_nothing_and_the_next_work_goes_on(working, qtbot, tmp_path):
    qtbot.waitUntil(lambda: working.jobs.state is None)
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    stopped = []

    def stop() -> None:
        state = working.jobs.state
        if state is not None and state.what == "Importing" and not state.cancelling:
            stopped.append(state.job)
            working.commands.perform("cancel_job")

    working.jobs.state_changed.connect(stop)
    dialog.accept()
    qtbot.waitUntil(lambda: bool(stopped) and working.jobs.state is None)
    workspace = working.workspace
    assert workspace.project.annotations.count(workspace.head.head_id) == 0
    working.jobs.scan()
    qtbot.waitUntil(lambda: working.jobs.state is None)
    assert workspace.project.images.count() == 12 + 13


def test_that_an_import_that_waits_when_the_project_is_left_is_told(shell, qtbot, tmp_path):
    told: list[str] = []
    shell.desk.notice.connect(lambda text, *_: told.append(text))
    shell.jobs.notice.connect(told.append)
    dialog = preview(shell, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    dialog.accept()
    draw_pictures(tmp_path / "others", 2, seed=5)
    shell.open(tmp_path / "others")
    assert "Importing was stopped with the project that was left, and nothing came of it: do it again there." in told
    assert shell.workspace.heads == ()


def test_that_the_wheel_changes_no_field_of_a_dialog_that_was_not_clicked(working, qtbot):
    add_head(working, HeadKind.CLASS, ("a", "b"), name="one")
    working.commands.perform("import_folders")
    dialog = opened(working, ImportAnswersDialog)
    dialog.source.line.setFocus()
    before = dialog.head.currentIndex()
    middle = QPointF(dialog.head.rect().center())
    for turned in (120, -120):
        turn = QWheelEvent(
            middle, dialog.head.mapToGlobal(middle), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(dialog.head, turn)
        assert dialog.head.currentIndex() == before
    dialog.reject()


def test_that_the_preview_follows_the_scale_which_is_kept(working, qtbot, tmp_path):
    add_head(working, HeadKind.SCORE, (), "stars")
    tree = pictures(tmp_path / "ratings", {"1": range(2), "3": range(2, 4), "7": range(4, 5)})
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, tree, "stars")
    assert [row[1] for row in read(dialog)] == ["1", "3", "7"]
    dialog.low.set_value(1)
    dialog.high.set_value(5)
    assert [row[1] for row in read(dialog)] == ["0", "5", "7 is not on the scale from 1 to 5"]
    assert dialog._preview.images == 4
    dialog.high.set_value(0.5)
    assert not ok(dialog).isEnabled()
    assert "is no scale" in dialog.note.text()
    dialog.high.set_value(5)
    dialog.accept()
    exchanged(working, qtbot)
    head = working.workspace.head
    assert named(working.workspace.project, head)["00002.png"] == ScoreValue(5)
    assert working.workspace.project.heads.scale(head.head_id) == (1, 5)


def test_that_a_table_says_how_many_of_its_rows_match(working, qtbot, tmp_path):
    (tmp_path / "quality.csv").write_text("path,value\n00.jpg,3\n01.jpg,4.5\nnone.jpg,7\n02.jpg,99\n")
    add_head(working, HeadKind.SCORE, (), "quality")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "quality.csv", "quality")
    assert dialog.says.text() == "2 images of the project answered; 2 rows left out"
    dialog.accept()
    assert "2 answers imported" in exchanged(working, qtbot)
    held = named(working.workspace.project, working.workspace.head)
    assert held == {"00.jpg": ScoreValue(3), "01.jpg": ScoreValue(4.5)}


def test_that_a_new_head_takes_its_labels_from_the_table(working, qtbot, tmp_path):
    (tmp_path / "animals.csv").write_text("path,value\n00.jpg,dog\n01.jpg,cat\n")
    dialog = preview(working, qtbot, AnswersForm.CSV, tmp_path / "animals.csv")
    qtbot.waitUntil(lambda: dialog._preview.images == 2)
    assert [label.name for label in dialog.draft().head.labels] == ["cat", "dog"]
    dialog.reject()


def test_that_embeddings_without_pictures_come_in_and_go_back(working, qtbot, tmp_path):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(4), "1_jpeg": range(4, 7)})
    dialog = preview(working, qtbot, AnswersForm.NPY, tree)
    dialog.new_head.encoder.select("clip-vit-l14-336")
    dialog.accept()
    assert "7 answers imported" in exchanged(working, qtbot)
    project, head = working.workspace.project, working.workspace.head
    assert project.annotations.count(head.head_id) == 7
    assert project.check() == []
    working.commands.perform("undo")
    assert project.annotations.count(head.head_id) == 0


def test_that_a_source_that_is_retyped_cannot_be_imported_as_it_was(working, qtbot, tmp_path):
    dialog = preview(working, qtbot, AnswersForm.FOLDERS, pictures(tmp_path / "ratings", TREE))
    assert ok(dialog).isEnabled()
    dialog.set_source(str(tmp_path / "nowhere"))
    assert not ok(dialog).isEnabled()
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: "there is no folder" in dialog.note.text())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_tab_goes_from_the_source_down_to_the_buttons(working, qtbot):
    working.dialogs.exchange.import_answers(AnswersForm.FOLDERS)
    dialog = opened(working, ImportAnswersDialog)
    passed, field = [], dialog.source.line
    for _ in range(40):
        passed.append(field)
        field = field.nextInFocusChain()
    rows = dialog.new_head
    wanted = [dialog.source.line, dialog.head, rows.name, rows.kind, rows.labels, rows.encoder, dialog.low, dialog.high]
    wanted += [dialog.table, ok(dialog)]
    places = [passed.index(field) for field in wanted]
    assert places == sorted(places)
    dialog.reject()


def test_that_a_dropped_folder_of_ratings_is_offered_to_be_imported_or_only_added(working, qtbot, tmp_path):
    tree = pictures(tmp_path / "ratings", TREE)
    drop(working.window, tree)
    dialog = opened(working, ImportAnswersDialog)
    assert dialog.form is AnswersForm.FOLDERS
    assert dialog.source.text() == str(tree)
    alone = next(button for button in dialog.buttons.buttons() if button.text() == "Only add the images")
    alone.click()
    assert not dialog.isVisible()
    assert str(tree) in working.workspace.project.roots


def test_that_a_dropped_folder_of_years_is_no_folder_of_ratings(working, tmp_path):
    draw_pictures(tmp_path / "album" / "2019", 1)
    draw_pictures(tmp_path / "album" / "2020", 1, seed=3)
    drop(working.window, tmp_path / "album")
    assert not [dialog for dialog in working.window.findChildren(QDialog) if dialog.isVisible()]
    assert str(tmp_path / "album") in working.workspace.project.roots


def test_that_ratings_make_the_project_where_none_is_open(open_shell, qtbot, tmp_path):
    shell = open_shell(None)
    tree = pictures(tmp_path / "ratings", TREE)
    drop(shell.window, tree)
    dialog = opened(shell, ImportAnswersDialog)
    qtbot.waitUntil(lambda: dialog._preview.images == 13)
    dialog.accept()
    assert shell.workspace.project.folder == tree / ".winnow"
    assert shell.workspace.head.name == "ratings"
    tell(shell, JobFinished(worker_of(shell).submitted[-1].job, ScanResult(13, 0, 0, 0)), qtbot)
    assert isinstance(worker_of(shell).submitted[-1], ImportAnswersSpec)


def embedded(shell: Shell) -> None:
    embed(shell.workspace.project)


def test_that_an_exported_head_comes_in_by_dropping_it_and_is_in_force(working, qtbot, tmp_path):
    embedded(working)
    file = release(tmp_path, "Taste", None, steps=5)
    drop(working.window, file)
    dialog = opened(working, ImportHeadDialog)
    assert dialog.source.text() == str(file)
    QTest.keyClick(dialog.source.line, Qt.Key.Key_Return)
    assert exchanged(working, qtbot) == "Taste v1 is in force; 12 images judged"
    workspace = working.workspace
    assert (workspace.head.name, workspace.version.number) == ("Taste", 1)
    assert len(workspace.ranking.predictions) == 12
    assert workspace.project.check() == []


def test_that_a_head_that_came_before_the_embeddings_judges_once_they_are_there(working, qtbot, tmp_path):
    working.dialogs.exchange.import_head(release(tmp_path, "Taste", None))
    opened(working, ImportHeadDialog).accept()
    assert exchanged(working, qtbot) == "Taste v1 is in force; it judges the images once they are embedded"
    qtbot.waitUntil(lambda: working.jobs.state is None)
    embedded(working)
    working.jobs.state_changed.emit()
    assert exchanged(working, qtbot) == "Taste v2 is in force; 12 images judged"
    assert len(working.workspace.heads) == 1
    qtbot.waitUntil(lambda: working.jobs.state is None)
    assert working.workspace.version.number == 2


def test_that_a_head_that_cannot_be_had_says_why_and_can_be_tried_again(working, qtbot, tmp_path):
    embedded(working)
    file = release(tmp_path, "Taste", None)
    working.dialogs.exchange.import_head(file)
    dialog = opened(working, ImportHeadDialog)
    dialog.encoder.select("signal")
    dialog.name.setText("mine")
    dialog.accept()
    with qtbot.waitSignal(working.desk.notice, timeout=20_000) as told:
        pass
    assert "reads 768 values and signal gives" in told.args[0]
    assert told.args[1] == "import_head"
    assert working.workspace.heads == ()
    working.commands.perform("import_head")
    again = opened(working, ImportHeadDialog)
    assert (again.source.text(), again.name.text(), again.encoder.encoder()) == (str(file), "mine", "signal")
    again.reject()


def test_that_a_head_that_is_not_there_is_said_in_the_dialog(working):
    working.commands.perform("import_head")
    dialog = opened(working, ImportHeadDialog)
    dialog.accept()
    assert dialog.isVisible()
    assert "name a file" in dialog.note.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.fixture
def answered(working):
    """Scores on every image, and a version."""
    add_head(working, HeadKind.SCORE, (), "taste")
    workspace = working.workspace
    head = workspace.head
    embedded(working)
    workspace.project.heads.edit(head.head_id, encoder="clip-vit-l14-336")
    head = workspace.project.heads.by_id(head.head_id)
    ids = [int(one) for one in workspace.pool.ids]
    values = {one: ScoreValue(2 if place % 2 else 8) for place, one in enumerate(ids)}
    workspace.announce(workspace.project.annotations.annotate(head.head_id, values))
    train(workspace.project, head)
    workspace._reload_heads(workspace.project)
    return working


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


def test_that_the_preview_is_a_model_that_keeps_qts_rules(qtmodeltester, qapp):
    model = PreviewModel(QColor("red"))
    model.show([PreviewRow("0_pass", "pass", 1_200), PreviewRow("x", "no number", 2, readable=False)], ("a", "b", "c"))
    qtmodeltester.check(model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.data(model.index(0, 2)) == "1,200"
