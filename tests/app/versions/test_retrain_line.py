"""What a retrain changed is told in one line, and goes with its head."""

from __future__ import annotations

import shutil

from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from core.changes import Changes
from core.pairs import Comparison, Outcome
from core.project import Project
from core.project.folder import inputs_file
from core.values import ClassValue, Field, HeadKind, ImageId, ScoreValue
from tests.app.conftest import ANIMALS, PICTURES, add_head
from tests.app.keys import Key, press
from tests.app.versions.retrains import BIRD, CAT, DOG, answer, groups, retrain, wait_for_comparison
from tests.core.store.projects import embed_all, version_saying


def tip(shell: Shell) -> str:
    return shell.window.head_bar._retrain.toolTip()


def wait_for_tip(shell: Shell, qtbot, said: str) -> None:
    qtbot.waitUntil(lambda: said in tip(shell), timeout=10_000)


def test_that_a_retrain_is_told_in_one_line_that_opens_the_two_versions(taught, qtbot):
    bar = taught.window.job_bar
    retrain(taught, [DOG, DOG, BIRD, CAT])
    assert bar._change.isHidden()
    retrain(taught, [CAT, CAT, BIRD, DOG])
    qtbot.waitUntil(lambda: not bar._change.isHidden(), timeout=10_000)
    assert bar._change.text().strip() == "v2: 3 predictions changed · not judged"
    assert "Beside v1, which was in force before" in bar._change.toolTip()
    qtbot.mouseClick(bar._change, Qt.MouseButton.LeftButton)
    assert taught.window.view is View.VERSIONS
    assert taught.window.versions_view.selected() == [1, 2]


def test_that_the_line_of_a_retrain_goes_by_heads_that_had_not_seen_the_images(taught, qtbot):
    bar = taught.window.job_bar
    retrain(taught, [DOG, DOG, BIRD, CAT], unseen=[CAT, DOG, BIRD])
    answer(taught, 4, DOG)
    retrain(taught, [CAT, DOG, BIRD, DOG], unseen=[DOG, CAT, BIRD])
    qtbot.waitUntil(lambda: not bar._change.isHidden(), timeout=10_000)
    said = bar._change.text().strip()
    assert said.startswith("v2: −66.7 points right (")
    assert said.endswith("0 fixed, 2 broken of 3 unseen · 2 predictions changed")
    assert "1 now right and 0 now wrong were answered after v1: v2 was taught them" in bar._change.toolTip()
    press(taught, Key.Key_V)
    wait_for_comparison(taught, qtbot)
    assert (groups(taught)["Now right"], groups(taught)["Just taught"]) == ([1], [4])


def test_that_a_figure_of_answers_given_is_told_with_what_bends_it_and_what_the_same_images_say(taught, qtbot):
    retrain(taught, [DOG, DOG, BIRD, CAT], unseen=[CAT, DOG, BIRD])
    workspace = taught.workspace
    page = {ImageId(one): ClassValue(workspace.head.labels[2].label_id) for one in range(4, PICTURES + 1)}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, page))
    retrain(taught, [CAT, DOG, BIRD, BIRD], unseen=[DOG, DOG, BIRD])
    figure = taught.window.head_bar._figure
    qtbot.waitUntil(lambda: "−33.3 points beside v1 (" in figure.text, timeout=10_000)
    assert figure.text.startswith(f"50 % right on {PICTURES} answers given, no fair draw · {PICTURES - 3} in bulk · ")
    assert "Beside v1: −33.3 points right on the same 3 images" in figure.toolTip()


def test_that_a_retrain_is_compared_with_the_version_that_was_in_force(twice, qtbot):
    twice.commands.perform("versions")
    twice.window.versions_view.select([1])
    press(twice, Key.Key_U)
    retrain(twice, [DOG, DOG, BIRD, BIRD])
    qtbot.waitUntil(lambda: "v3: 1 prediction changed" in twice.window.job_bar._change.text(), timeout=10_000)
    press(twice, Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert twice.window.versions_view.selected() == [1, 3]


def test_that_a_retrain_with_no_new_answer_is_told_before_and_after(twice, qtbot):
    wait_for_tip(twice, qtbot, "Nothing changed since v2: a retrain on cpu says the same again")
    retrain(twice, [CAT, CAT, BIRD, DOG])
    change = twice.window.job_bar._change
    qtbot.waitUntil(lambda: "v3" in change.text(), timeout=10_000)
    assert change.text().strip() == "v3: no prediction changed · no answer was new since v2"
    wait_for_tip(twice, qtbot, "Nothing changed since v3")
    answer(twice, 4, CAT)
    qtbot.waitUntil(lambda: tip(twice) == "Make a new version from every answer (Ctrl+R)", timeout=10_000)
    retrain(twice, [CAT, CAT, BIRD, DOG])
    qtbot.waitUntil(lambda: "v4" in change.text(), timeout=10_000)
    assert "new since" not in change.text()


def test_that_the_tip_of_retrain_says_what_else_changed_as_it_changes(twice, qtbot):
    workspace, usual = twice.workspace, "Make a new version from every answer (Ctrl+R)"
    project, head = workspace.project, workspace.head.head_id
    wait_for_tip(twice, qtbot, "Nothing changed since v2")
    workspace.announce(project.annotations.mark(head, [ImageId(9)], Field.EXCLUDED, on=True))
    qtbot.waitUntil(lambda: tip(twice) == usual, timeout=10_000)  # what was true before is told no more
    wait_for_tip(twice, qtbot, f"{usual}\nNo answer is new since v2; exclusions: 1 more; otherwise nothing changed")
    workspace.announce(project.heads.edit(head, recipe={"epochs": 30})[1])
    wait_for_tip(twice, qtbot, "exclusions: 1 more; recipe: epochs 30, was 15; otherwise nothing changed")
    workspace.announce(project.annotations.undo(), None)
    workspace.announce(project.annotations.undo(), None)
    wait_for_tip(twice, qtbot, "Nothing changed since v2")


def test_that_a_version_without_its_inputs_is_told_of_as_before(twice, qtbot):
    inputs_file(twice.workspace.project.folder / twice.workspace.version.folder).unlink()
    twice.workspace.announce(Changes(heads=True))
    wait_for_tip(twice, qtbot, "No answer is new since v2: a retrain says the same again unless images, groups")


def test_that_a_score_head_is_told_too_that_nothing_was_new_and_judged_pairs_are_new(score_shell, qtbot):
    workspace, change = score_shell.workspace, score_shell.window.job_bar._change
    project, head = workspace.project, workspace.head
    embed_all(project)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.0), ImageId(2): ScoreValue(3.0)})

    def line(number: int) -> str:
        assert version_saying(project, head, [5.0] * PICTURES) == number
        workspace.announce(Changes(head=head.head_id, heads=True, versions=True))
        qtbot.waitUntil(lambda: f"v{number}" in change.text() or number == 1, timeout=10_000)
        return change.text().strip()

    line(1)
    assert line(2) == "v2: no prediction changed · no answer was new since v1"
    project.pairs.judge(head.head_id, [Comparison(ImageId(1), ImageId(3), Outcome.LEFT)])
    assert line(3) == "v3: no prediction changed"
    other = project.heads.add("other", HeadKind.SCORE, ())[0]
    project.annotations.annotate(other.head_id, {ImageId(1): ScoreValue(2.0)})
    assert line(4) == "v4: no prediction changed · no answer was new since v3"


def test_that_putting_a_version_in_force_is_no_retrain(twice, qtbot):
    qtbot.waitUntil(lambda: not twice.window.job_bar._change.isHidden(), timeout=10_000)
    twice.commands.perform("versions")
    twice.window.versions_view.select([1])
    said = twice.window.job_bar._change.text()
    twice.commands.perform("use_version")
    wait_for_comparison(twice, qtbot)
    assert twice.window.job_bar._change.text() == said


def test_that_what_the_newer_version_alone_was_taught_is_told(twice, qtbot):
    answer(twice, 4, CAT)
    retrain(twice, [CAT, CAT, BIRD, CAT])
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    assert (groups(twice)["Now right"], groups(twice)["Just taught"]) == ([], [4])
    told = twice.window.versions_view.pane._cautions[1].text
    assert "1 now right and 0 now wrong were answered after v2: v3 was taught them" in told


def test_that_a_pinned_image_that_broke_is_told_loudly(twice, qtbot):
    workspace = twice.workspace
    pins = [ImageId(2), ImageId(5)]
    workspace.announce(workspace.project.annotations.mark(workspace.head.head_id, pins, Field.PINNED, on=True))
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    assert twice.window.versions_view.pane._alarm.text == "1 of 2 images that you pinned is broken"
    assert groups(twice)["Pinned"] == [2]
    retrain(twice, [CAT, DOG, BIRD, DOG])
    retrain(twice, [CAT, BIRD, BIRD, DOG])
    bar = twice.window.job_bar
    qtbot.waitUntil(lambda: "v4" in bar._change.text(), timeout=10_000)
    assert bar._change.text().endswith("not judged · 1 pinned broken")
    assert bar._change_line.loud


def test_that_another_project_tells_nothing_of_a_retrain_that_was_done_elsewhere(
    taught, qtbot, project_folder, tmp_path
):
    retrain(taught, [DOG, DOG, BIRD, CAT])
    other = tmp_path / "other"
    shutil.copytree(project_folder, other)
    with Project.open(other) as project:
        version_saying(project, project.heads.all()[0], [CAT] * PICTURES)
    taught.open(other)
    assert taught.workspace.version.number == 2
    assert not taught.background.busy
    assert taught.window.job_bar._change.isHidden()


def test_that_the_line_of_a_retrain_goes_with_its_head(taught, qtbot):
    workspace, bar = taught.workspace, taught.window.job_bar
    first = workspace.head.head_id
    add_head(taught, workspace.head.kind, ANIMALS, name="other")
    other = workspace.head.head_id
    answer(taught, 1, CAT)
    answer(taught, 2, DOG)
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    workspace.use_head(first)
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    qtbot.waitUntil(lambda: "v2" in bar._change.text(), timeout=10_000)
    workspace.use_head(other)
    assert bar._change.isHidden()
