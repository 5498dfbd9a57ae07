"""The comparison of versions: which are compared, and the flips that are opened."""

from __future__ import annotations

import threading

from app.acts import View
from app.presenting import version_files, version_presenter
from app.queue.again import Drawn
from app.views.curve_plot import CurvePlot
from core.changes import Changes
from core.values import ImageId, ScoreValue, TagsValue
from tests.app.conftest import PICTURES
from tests.app.keys import Key, press
from tests.app.versions.retrains import BIRD, CAT, DOG, groups, retrain, title, wait_for_comparison
from tests.core.store.projects import embed_all, version_saying


def test_that_the_two_newest_are_compared_at_once(shown):
    assert title(shown) == f"v1 → v2: 3 of {PICTURES} predictions changed"
    assert groups(shown) == {"Now wrong": [2], "Now right": [1], "As wrong": [], "Not annotated": [4]}
    shares = {row.name: (row.before, row.after) for row in shown.window.versions_view.pane._state.shares}
    assert shares == {CAT: (1, 2), DOG: (2, 1), BIRD: (PICTURES - 3, PICTURES - 3)}


def test_that_the_two_newest_are_compared_where_the_view_is_opened_after_a_retrain(shown, qtbot):
    view = shown.window.versions_view
    retrain(shown, [CAT, CAT, BIRD, CAT])
    assert view.selected() == [1, 2]
    press(shown, Key.Key_V)
    press(shown, Key.Key_V)
    wait_for_comparison(shown, qtbot)
    assert view.selected() == [2, 3] and title(shown).startswith("v2 → v3")
    view.select([1])
    press(shown, Key.Key_V)
    press(shown, Key.Key_V)
    assert view.selected() == [1]


def test_that_images_that_are_not_compared_are_told(shown, qtbot, monkeypatch):
    monkeypatch.setattr(type(shown.workspace.pool), "__len__", lambda pool: PICTURES + 5)
    shown.window.versions_view.select([1])
    shown.window.versions_view.select([1, 2])
    qtbot.waitUntil(lambda: title(shown).endswith(" · 5 more are not known to both"))


def test_that_a_flip_is_told_below_its_picture_with_the_answer_on_it(shown):
    cell = shown.window.versions_view.pane._cell(ImageId(2))
    assert (cell.caption, cell.answer_text) == (f"{DOG} → {CAT}", DOG)


def test_that_a_flip_that_is_to_be_asked_blind_is_not_told(shown):
    shown.workspace.board.audit[:] = True
    open_one, answered = (shown.window.versions_view.pane._cell(ImageId(image)) for image in (4, 2))
    assert (open_one.blind, DOG in open_one.caption) == (True, False)
    assert (answered.blind, answered.caption) == (False, f"{DOG} → {CAT}")


def test_that_the_drift_of_the_scale_stands_behind_each_bracket(score_shell, qtbot):
    project, head = score_shell.workspace.project, score_shell.workspace.head
    embed_all(project)
    values = {ImageId(1): ScoreValue(7.0), ImageId(2): ScoreValue(7.0), ImageId(3): ScoreValue(4.0)}
    score_shell.workspace.announce(project.annotations.annotate(head.head_id, values))
    for said in (5.0, 6.0):
        version_saying(project, head, [said] * PICTURES)
    score_shell.workspace.announce(Changes(head=head.head_id, heads=True, versions=True))
    press(score_shell, Key.Key_V)
    wait_for_comparison(score_shell, qtbot)
    state = score_shell.window.versions_view.pane._state
    drifts = {row.name: row.drift for row in state.shares}
    assert (drifts["7"], drifts["6"]) == ("5.0 → 6.0", "")
    assert any("drift of the scale from v1 to v2: +1.00" in line for line in state.cautions)


def test_that_an_opened_flip_is_shown_large_and_its_correction_counts(shown, qtbot):
    pane = shown.window.versions_view.pane
    pane.show_group("Not annotated")
    qtbot.keyClick(shown.window.versions_view.table, Key.Key_Return)
    qtbot.keyClick(pane.grid, Key.Key_Return)
    assert shown.window.view is View.LABEL
    assert shown.workspace.queue.current == 4
    press(shown, Key.Key_2)
    press(shown, Key.Key_V)
    qtbot.waitUntil(lambda: groups(shown)["Now right"] == [1, 4], timeout=10_000)
    assert all("taught" not in caution.text for caution in pane._cautions), "neither was taught the correction"


def test_that_n_goes_through_the_groups_that_hold_an_image(shown):
    pane = shown.window.versions_view.pane
    seen = [pane.group]
    for _ in range(3):
        press(shown, Key.Key_N)
        seen.append(pane.group)
    assert seen == ["Now wrong", "Now right", "Not annotated", "Now wrong"]


def test_that_one_version_alone_is_compared_with_the_one_before_and_several_by_their_ends(shown, qtbot):
    retrain(shown, [CAT, DOG, CAT, CAT])
    view = shown.window.versions_view
    for chosen, told in (([2], "v1 → v2"), ([1, 2, 3], "v1 → v3"), ([3], "v2 → v3")):
        view.select(chosen)
        qtbot.waitUntil(lambda told=told: title(shown).startswith(told), timeout=10_000)
    view.select([1, 2, 3])
    wait_for_comparison(shown, qtbot)
    assert len([plot for plot in view.findChildren(CurvePlot) if plot.isVisible()]) == 3
    view.select([1])
    assert title(shown).startswith("The first version")


def test_that_a_comparison_of_what_was_selected_before_is_not_shown(twice, qtbot, monkeypatch):
    retrain(twice, [CAT, DOG, CAT, CAT])
    begun, go_on = threading.Event(), threading.Event()
    compare = version_presenter._compare

    def slow(*asked):
        begun.set()
        return compare(*asked) if go_on.wait(10) else ""

    monkeypatch.setattr(version_presenter, "_compare", slow)
    press(twice, Key.Key_V)
    view = twice.window.versions_view
    titles: list[str] = []
    monkeypatch.setattr(view.pane, "show_state", lambda state: titles.append(state.title))
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    view.select([1, 2])
    go_on.set()
    qtbot.waitUntil(lambda: bool(titles), timeout=10_000)
    wait_for_comparison(twice, qtbot)
    assert [one[:7] for one in titles if not one.startswith("Comparing")] == ["v1 → v2"]


def test_that_a_first_comparison_that_takes_long_is_told(twice, qtbot, monkeypatch):
    go_on, compare = threading.Event(), version_presenter._compare
    monkeypatch.setattr(version_presenter, "_compare", lambda *asked: compare(*asked) if go_on.wait(20) else "")
    press(twice, Key.Key_V)
    qtbot.waitUntil(lambda: title(twice) == "Comparing the versions…", timeout=10_000)
    assert not twice.window.versions_view.is_settled()
    go_on.set()
    wait_for_comparison(twice, qtbot)
    assert title(twice).startswith("v1 → v2")


def test_that_a_comparison_that_fails_is_not_said_to_go_on(twice, qtbot, monkeypatch):
    go_on, told = threading.Event(), list[str]()

    def broken(*asked):
        go_on.wait(20)
        raise RuntimeError("no such thing")

    monkeypatch.setattr(version_presenter, "_compare", broken)
    monkeypatch.setattr(twice.desk, "_show_bug", lambda text, details: told.append(text))
    press(twice, Key.Key_V)
    qtbot.waitUntil(lambda: title(twice) == "Comparing the versions…", timeout=10_000)
    go_on.set()
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert title(twice) == "These versions could not be compared."
    assert twice.window.versions_view.is_settled()


def test_that_versions_are_compared_where_their_curves_cannot_be_read(twice, qtbot, monkeypatch):
    def broken(versions):
        raise RuntimeError("no such thing")

    told: list[str] = []
    monkeypatch.setattr(version_files, "_curves", broken)
    monkeypatch.setattr(twice.desk, "_show_bug", lambda text, details: told.append(text))
    press(twice, Key.Key_V)
    qtbot.waitUntil(lambda: title(twice).startswith("v1 → v2"), timeout=10_000)
    assert len(told) == 1
    assert not twice.window.versions_view._reading


def test_that_what_unseen_heads_fixed_and_broke_is_opened_with_what_they_said(taught, qtbot):
    retrain(taught, [DOG, DOG, BIRD, CAT], unseen=[CAT, CAT, BIRD])
    retrain(taught, [CAT, DOG, BIRD, CAT], unseen=[BIRD, DOG, BIRD])
    press(taught, Key.Key_V)
    wait_for_comparison(taught, qtbot)
    pane = taught.window.versions_view.pane
    assert (groups(taught)["Unseen: broken"], groups(taught)["Unseen: fixed"]) == ([1], [2])
    assert groups(taught)["Now right"] == [1]
    pane.show_group("Now right")
    qtbot.waitUntil(lambda: 1 in pane.grid._model.cells)
    assert (pane._cell(ImageId(1)).remark, pane._cell(ImageId(1)).caption) == ("", f"{DOG} → {CAT}")
    pane.show_group("Unseen: broken")
    held = pane.grid._model.cells[ImageId(1)]
    assert (held.remark, held.caption) == ("unseen", f"{CAT} → {BIRD}"), "never what the group before said of it"
    [chip] = [chip for chip in pane._chips_shown if chip.property("group") == "Unseen: broken"]
    assert "by heads that had not seen the image" in chip.toolTip()
    opened: list[int] = []
    pane.image_opened.connect(opened.append)
    pane.grid.opened.emit(0)
    assert opened == [1]


def test_that_what_unseen_heads_said_is_not_told_of_an_image_that_is_asked_blind(taught, qtbot):
    retrain(taught, [CAT, DOG, BIRD, CAT], unseen=[CAT, CAT, BIRD])
    retrain(taught, [CAT, DOG, BIRD, CAT], unseen=[BIRD, DOG, BIRD])
    press(taught, Key.Key_V)
    wait_for_comparison(taught, qtbot)
    pane = taught.window.versions_view.pane
    pane.show_group("Unseen: broken")
    assert "→" in pane._cell(ImageId(1)).caption
    taught.workspace.again.come(Drawn(ImageId(1), 1))
    cell = pane._cell(ImageId(1))
    assert (cell.blind, "→" in cell.caption, cell.remark) == (True, False, "")


def test_that_a_tag_that_no_answer_says_no_to_is_named_and_not_compared(tags_shell, qtbot):
    project, head = tags_shell.workspace.project, tags_shell.workspace.head
    embed_all(project)
    cat, dog, bird = (label.label_id for label in head.labels)
    values = {1: TagsValue(frozenset({cat, dog}), frozenset({bird})), 2: TagsValue(frozenset({bird}), frozenset({cat}))}
    answers = {ImageId(image): value for image, value in values.items()}
    tags_shell.workspace.announce(project.annotations.annotate(head.head_id, answers))
    for said in (DOG, CAT):
        version_saying(project, head, [said] * PICTURES)
    tags_shell.workspace.announce(Changes(head=head.head_id, heads=True, versions=True))
    press(tags_shell, Key.Key_V)
    wait_for_comparison(tags_shell, qtbot)
    pane = tags_shell.window.versions_view.pane
    assert [row.name for row in pane._state.shares] == [CAT, BIRD]
    assert pane._cell(ImageId(3)).caption == f"+ {CAT}"
    shown = [caution.text for caution in pane._cautions if not caution.isHidden()]
    assert f"Not compared, as nothing is told of {DOG}: no answer says no to it" in shown


def test_that_versions_that_cannot_be_compared_say_why(shown, qtbot):
    project, head = shown.workspace.project, shown.workspace.head
    (project.folder / project.versions.get(head.head_id, 1).folder / "predictions.safetensors").unlink()
    shown.window.versions_view.select([2])
    qtbot.waitUntil(lambda: "v1 cannot be used: its predictions are not there" in title(shown), timeout=10_000)
