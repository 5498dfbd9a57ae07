"""Recipes are chosen in the window: for a head, and for one version."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.operations import heads
from app.windows.head_dialog import HeadDialog
from app.windows.recipe_box import SHIPPED, RecipeBox
from app.windows.retrain_dialog import RetrainDialog
from core.jobs.events import EmbedResult, JobFinished, ScanResult
from core.jobs.run import run_job
from core.recipes.source import shipped_names
from core.values import HeadKind
from tests.app.conftest import ANIMALS, add_head, worker_of
from tests.app.head_dialogs import dialog_for
from tests.app.jobs.reports import SIGNATURE, embed, running, tell, training

QUICK = "name: quick\nmethod: compact\nepochs: 1\nsteps: 3\nlearning_rate: 0.02\nlabel_weights: {cat: 2.0}\n"


@pytest.fixture
def answered_shell(class_shell, qtbot):
    """Scanned, embedded, two answers."""
    tell(class_shell, JobFinished(running(class_shell).job, ScanResult(12, 0, 0, 0)), qtbot)
    embed(class_shell)
    tell(class_shell, JobFinished(running(class_shell).job, EmbedResult(SIGNATURE, 12, 0, 0, 10.0, "cpu")), qtbot)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2):
        QTest.keyClick(class_shell.window, key)
    return class_shell


def quick(folder: Path, text: str = QUICK) -> Path:
    (folder / "quick.yaml").write_text(text)
    return folder / "quick.yaml"


def choose(box: RecipeBox, name: str) -> None:
    place = box.box.findData(name)
    box.box.setCurrentIndex(place)
    box.box.activated.emit(place)


def retrain_dialog(shell) -> RetrainDialog:
    shell.commands.perform("retrain_with")
    return shell.window.findChild(RetrainDialog)


def test_that_the_dialog_grows_for_a_recipe_that_says_more(answered_shell, tmp_path, qtbot):
    dialog = retrain_dialog(answered_shell)
    qtbot.waitUntil(dialog.isVisible)
    weights = ", ".join(f"{name} {'x' * 40}: 2.0" for name in "abcde")
    dialog.recipe.use_file(quick(tmp_path, QUICK.replace("cat: 2.0", weights)))
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    says = dialog.recipe.says
    assert says.height() >= says.heightForWidth(says.width())


def test_that_every_recipe_that_ships_can_be_chosen(qtbot):
    assert {name for name, _ in SHIPPED} == set(shipped_names())


def test_that_a_recipe_says_its_rate_steps_batch_schedule_and_weights(qtbot):
    box = RecipeBox({})
    qtbot.addWidget(box)
    choose(box, "seed-compression-v1.5")
    assert box.says.text().splitlines() == [
        "Learning rate 2.7e-06, falling to 0 as a cosine",
        "40,000 steps of 1 image: hours on a large set",
        "Trained up to 6 times, as the head and for each fold that is judged: up to 240,000 steps in all",
        "Five-crop heads learn from 8 crops at places of chance too",
        "Weights of the labels: Pass 1, JPEG 0.85, WEBP 0.65",
    ]


def test_that_a_version_keeps_the_recipe_that_it_was_retrained_with(answered_shell, qtbot, tmp_path):
    dialog = retrain_dialog(answered_shell)
    dialog.recipe.use_file(quick(tmp_path))
    dialog.accept()
    spec = training(answered_shell, qtbot)
    result = run_job(spec, lambda event: None, lambda: False)
    tell(answered_shell, JobFinished(spec.job, result), qtbot)
    version = answered_shell.workspace.version
    kept = yaml.safe_load((answered_shell.workspace.project.folder / version.folder / "recipe.yaml").read_text())
    assert (kept["name"], kept["steps"], kept["label_weights"]) == ("quick", 3, {"cat": 2.0})
    assert answered_shell.workspace.project.heads.recipe(spec.head.head_id) == {}


def test_that_the_head_of_the_dialog_is_retrained_whichever_is_the_current_one_by_then(answered_shell):
    asked = answered_shell.workspace.head
    dialog = retrain_dialog(answered_shell)
    add_head(answered_shell, HeadKind.SCORE, (), name="quality")  # as an import that ends beside the dialog
    dialog.accept()
    assert answered_shell.jobs.training_head == asked.head_id


def test_that_a_recipe_for_other_labels_is_said_before_anything_runs(answered_shell):
    dialog = retrain_dialog(answered_shell)
    choose(dialog.recipe, "seed-compression-v1.5")
    before = len(worker_of(answered_shell).submitted)
    dialog.accept()
    assert "weighs JPEG, Pass, WEBP" in dialog.note.text()
    assert len(worker_of(answered_shell).submitted) == before
    dialog.reject()


def test_that_a_recipe_for_another_kind_is_refused_in_one_line(answered_shell):
    add_head(answered_shell, HeadKind.SCORE, (), name="quality")
    dialog = retrain_dialog(answered_shell)
    dialog.recipe.use_file(quick(answered_shell.settings._path.parent, "model: {arch: class}"))
    dialog.accept()
    assert "is for a class head, not for a score head" in dialog.note.text()
    dialog.reject()


@pytest.mark.parametrize("text", ["steps: many", "speed: 3", "a: [", "\x00"])
def test_that_a_bad_file_is_one_line_and_the_choice_stays(qtbot, tmp_path, text):
    box = RecipeBox({})
    qtbot.addWidget(box)
    choose(box, "seed-faithful")
    box.use_file(quick(tmp_path, text))
    assert box.box.currentData() == "seed-faithful"
    assert box.says.text().count("\n") == 0
    assert box.current.name == "seed-faithful"


def test_that_a_head_is_made_with_a_recipe_which_can_be_changed_later(shell, qtbot, tmp_path):
    dialog = dialog_for(shell, qtbot)
    dialog.name.setText("animals")
    dialog.labels.new_name.setText(",".join(ANIMALS))
    dialog.recipe.use_file(quick(tmp_path))
    dialog.accept()
    project, head = shell.workspace.project, shell.workspace.head
    assert project.heads.recipe(head.head_id)["name"] == "quick"
    shell.commands.perform("edit_head")
    edited = shell.window.findChild(HeadDialog)
    assert edited.recipe.box.currentText() == "quick, as it is"
    edited.name.setText("beasts")
    edited.accept()
    assert project.heads.recipe(head.head_id)["name"] == "quick"
    heads.edit_head(shell.workspace, head.head_id, edited.draft())
    shell.commands.perform("edit_head")
    again = next(dialog for dialog in shell.window.findChildren(HeadDialog) if dialog.isVisible())
    choose(again.recipe, "default")
    again.accept()
    assert project.heads.recipe(head.head_id) == {}


def test_that_a_recipe_that_names_labels_begins_a_head_with_them(shell, qtbot):
    dialog = dialog_for(shell, qtbot)
    choose(dialog.recipe, "seed-faithful")
    dialog.recipe.use_file(Path(__file__).parents[2] / "resources" / "recipes" / "seed-compression-v1.5.yaml")
    assert [edit.name for edit in dialog.draft().labels] == ["Pass", "JPEG", "WEBP"]


def test_that_a_long_complaint_makes_the_retrain_dialog_grow(answered_shell):
    names = tuple(f"a label with a rather long name {number}" for number in range(20))
    add_head(answered_shell, HeadKind.CLASS, names, name="many")
    dialog = retrain_dialog(answered_shell)
    choose(dialog.recipe, "seed-chromatic-aberration-v1.16")
    dialog.accept()
    assert dialog.note.height() >= dialog.note.heightForWidth(dialog.note.width())
    assert dialog.recipe.says.height() >= dialog.recipe.says.heightForWidth(dialog.recipe.says.width())
