"""Make defects: copies of clean pictures, which then join the project with or without answers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from app.windows.synth_dialog import SynthDialog
from core.jobs.events import JobCancelled, JobFinished, JobProgress, ScanResult
from core.jobs.exchange import ImportAnswersSpec
from core.jobs.file_specs import SynthSpec
from core.jobs.run import run_job
from core.jobs.spec import ScanSpec
from core.values import HeadKind
from tests.app.conftest import add_head, draw_pictures, worker_of
from tests.app.jobs.reports import running, tell
from tests.app.mouse import NOTCH, turn_wheel


@pytest.fixture
def clean(tmp_path) -> Path:
    draw_pictures(tmp_path / "clean", 3, seed=9)
    (tmp_path / "clean" / "bad.jpg").write_bytes(b"no picture")
    return tmp_path / "clean"


@pytest.fixture
def dialog(class_shell, clean, qtbot) -> SynthDialog:
    """On a project that was looked through, everything chosen but the effects."""
    tell(class_shell, JobFinished(running(class_shell).job, ScanResult(12, 0, 0, 0)), qtbot)
    tell(class_shell, JobCancelled(running(class_shell).job), qtbot)
    class_shell.commands.perform("make_defects")
    made = class_shell.window.findChild(SynthDialog)
    made.source.set_text(str(clean))
    made.target.set_text(str(clean.parent / "out"))
    return made


def tick(dialog: SynthDialog, *names: str) -> None:
    for name, row in dialog.effects.rows.items():
        row.wanted.setChecked(name in names)


def work(shell, qtbot):
    """Does the last order here, its reports taken in on the way."""
    spec = worker_of(shell).submitted[-1]
    result = run_job(spec, lambda event: tell(shell, event, qtbot), lambda: False)
    tell(shell, JobFinished(spec.job, result), qtbot)
    return result


@pytest.fixture
def made(class_shell, dialog, qtbot) -> SynthDialog:
    tick(dialog, "jpeg", "webp")
    dialog.per_image.setValue(2)
    dialog.make()
    work(class_shell, qtbot)
    return dialog


def test_that_what_is_missing_is_said(class_shell, dialog, clean):
    dialog.make()
    assert "no effect is chosen" in dialog.says.text()
    tick(dialog, "noise")
    dialog.target.set_text(str(clean / "inside"))
    dialog.make()
    assert "lies in" in dialog.says.text()
    assert not any(isinstance(spec, SynthSpec) for spec in worker_of(class_shell).submitted)


def test_that_a_bad_picture_is_listed_and_the_others_are_copied(made, clean):
    assert len(list((clean.parent / "out" / "1_jpeg").iterdir())) == 6
    assert made.says.text() == "12 copies made, 1 picture failed: 1_jpeg, 2_webp"
    assert made.failed.isVisibleTo(made) and made.take.isVisibleTo(made)


def test_that_strengths_and_kinds_are_chosen_and_recorded(class_shell, dialog, clean, qtbot):
    tick(dialog, "chromatic-aberration")
    row = dialog.effects.rows["chromatic-aberration"]
    assert row.low.isEnabled() and not dialog.effects.rows["jpeg"].low.isEnabled()
    row.high.setValue(9)
    row.low.setValue(8)
    row.kinds.tick(3)
    dialog.make()
    work(class_shell, qtbot)
    with (clean.parent / "out" / "synthetic.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {one["kind"] for one in rows} == {"background"}
    assert all(8 <= float(one["strength"]) <= 9 for one in rows) and len(rows) == 3


def test_that_the_lower_strength_stays_below_the_higher(dialog):
    row = dialog.effects.rows["jpeg"]
    row.low.setValue(100)
    assert (row.low.value(), row.high.value()) == (95, 95)


def test_that_the_wheel_changes_no_field_that_was_not_clicked(dialog):
    dialog.source.line.setFocus()
    for field in (dialog.per_image, dialog.seed, dialog.then):
        before = field.property("value"), field.property("currentIndex")
        turn_wheel(field, -NOTCH)
        assert (field.property("value"), field.property("currentIndex")) == before
        assert field.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_that_nothing_is_squeezed_when_it_is_told_what_was_made(class_shell, made, qtbot):
    made.then.setCurrentIndex(1)
    qtbot.waitUntil(lambda: made.then_says.height() >= made.then_says.heightForWidth(made.then_says.width()))
    bottoms = [part.mapTo(made, part.rect().bottomLeft()).y() for part in (made.per_image, made.says, made.take)]
    tops = [part.mapTo(made, part.rect().topLeft()).y() for part in (made.says, made.take, made.then_says)]
    assert all(bottom < top for bottom, top in zip(bottoms, tops, strict=True))


def test_that_a_second_head_of_copies_has_a_name_of_its_own(class_shell, made, qtbot):
    add_head(class_shell, HeadKind.CLASS, ("clean", "jpeg", "webp"), name="Defects")
    made.then.setCurrentIndex(1)
    assert made._wanted(made._made[1]).name == "defects 2"


def test_that_progress_is_shown_and_the_work_can_be_cancelled(class_shell, dialog, qtbot):
    tick(dialog, "jpeg")
    dialog.make()
    spec = running(class_shell)
    tell(class_shell, JobProgress(spec.job, "degrading", 2, 4), qtbot)
    assert (dialog.progress.value(), dialog.progress.maximum()) == (2, 4)
    assert dialog.says.text() == "Degrading · 2 of 4"
    dialog.stop.click()
    tell(class_shell, JobCancelled(spec.job), qtbot)
    assert "Stopped" in dialog.says.text() and dialog.start.isEnabled()


def test_that_copies_are_scanned_into_the_project(class_shell, made, clean, qtbot):
    before = class_shell.workspace.project.images.count()
    made.add_to_project()
    assert isinstance(running(class_shell), ScanSpec)
    work(class_shell, qtbot)
    assert class_shell.workspace.project.images.count() == before + 12
    assert str(clean.parent / "out") in class_shell.workspace.project.roots


def test_that_copies_are_imported_with_their_answers_for_a_new_head(class_shell, made, qtbot):
    made.then.setCurrentIndex(made.then.findData("new"))
    assert made.then_says.text() == "Answered: 1_jpeg as jpeg, 2_webp as webp; clean pictures are clean."
    made.add_to_project()
    tell(class_shell, JobCancelled(running(class_shell).job), qtbot)  # embedding gives way
    assert isinstance(running(class_shell), ImportAnswersSpec)
    work(class_shell, qtbot)
    project, head = class_shell.workspace.project, class_shell.workspace.head
    assert [label.name for label in head.labels] == ["clean", "jpeg", "webp"]
    qtbot.waitUntil(lambda: project.annotations.annotated_set(head).targets.sum(axis=0).tolist() == [0, 6, 6])


def test_that_a_head_that_is_there_says_which_label_each_folder_is(made):
    made.then.setCurrentIndex(2)
    assert made.then_says.text() == "Answered: 1_jpeg as dog, 2_webp as bird; clean pictures are cat."


def test_that_folders_below_the_persons_own_can_be_named_with_a_tilde(class_shell, dialog, clean, monkeypatch):
    monkeypatch.setenv("HOME", str(clean.parent))
    dialog.source.set_text("~/clean")
    dialog.target.set_text("~/out")
    tick(dialog, "jpeg")
    dialog.make()
    spec = class_shell.jobs.files.spec
    assert (spec.source, spec.target) == (str(clean), str(clean.parent / "out"))


def test_that_the_list_of_defects_grows_with_the_interface(class_shell, dialog):
    before = dialog.effects.sizeHint().height()
    for _ in range(3):
        class_shell.commands.perform("larger")
    assert dialog.effects.sizeHint().height() > before


def test_that_every_field_of_a_defect_lies_within_the_dialog(class_shell, dialog, qtbot):
    qtbot.waitUntil(dialog.isVisible)
    for _ in range(3):
        rights = [row.kinds.mapTo(dialog, row.kinds.rect().topRight()).x() for row in dialog.effects.rows.values()]
        assert max(rights) < dialog.width()
        assert dialog.width() >= dialog.layout().minimumSize().width()
        class_shell.commands.perform("larger")
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
