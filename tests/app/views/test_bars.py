"""The bars and the empty view: frozen states in, acts out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.models.bars import EmptyAction, HeadBarState, HeadChoice, JobBarState
from app.models.orders import OrderChoices, needs_target, order_choices, tip
from app.models.versions import ChangeLine
from app.theme import DARK, LIGHT, Theme
from app.views.chooser import Chooser
from app.views.empty_view import EmptyView
from app.views.head_bar import HeadBar
from app.views.job_bar import JobBar, progress_text
from core.query.family import FAMILY
from core.query.strategy import Standing
from core.values import HeadId, HeadKind, Strategy

HEADS = (HeadChoice(HeadId(1), "Flowers", "class · signal"), HeadChoice(HeadId(2), "Beauty", "score · signal"))
ORDERS = order_choices(HeadKind.CLASS, ((0, "rose"), (1, "lily")), overlaps=True)
STATE = HeadBarState(HEADS, HeadId(1), "v3", "91 % of 240", new_annotations=14, can_retrain=True, orders=ORDERS)


@pytest.fixture
def head_bar(qtbot, theme: Theme) -> HeadBar:
    bar = HeadBar(theme)
    qtbot.addWidget(bar)
    bar.show_state(STATE)
    bar.show()
    return bar


@pytest.fixture
def job_bar(qtbot, theme: Theme) -> JobBar:
    bar = JobBar(theme)
    qtbot.addWidget(bar)
    bar.resize(1280, 32)
    bar.show()
    return bar


def test_that_retrain_counts_new_annotations_and_asks(qtbot, head_bar: HeadBar) -> None:
    assert "14 new" in head_bar._retrain.text()
    with qtbot.waitSignal(head_bar.act_requested) as asked:
        qtbot.mouseClick(head_bar._retrain, Qt.MouseButton.LeftButton)
    assert asked.args == ["retrain"]


def test_that_retrain_rests_while_training(head_bar: HeadBar) -> None:
    head_bar.show_state(HeadBarState(HEADS, HeadId(1), can_retrain=True, training=True))
    assert not head_bar._retrain.isEnabled()


def test_that_retrain_stands_in_line_with_its_neighbours(qtbot, head_bar: HeadBar) -> None:
    head_bar.resize(1280, head_bar.height())
    for part in (head_bar._advance, head_bar._auto):
        qtbot.waitUntil(lambda part=part: part.height() == head_bar._retrain.height())
        assert part.y() == head_bar._retrain.y()


def test_that_toggles_keep_their_words_while_the_figure_is_whole(head_bar: HeadBar) -> None:
    figure = "73.3 % right on 120 answers given, no fair draw · always roses has 24.0 % · more answers help"
    head_bar.show_state(replace(STATE, figure_text=figure))
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    named, whole = {}, {}
    for width in (1600, 1200, 900):
        head_bar.resize(width, head_bar.height())
        named[width] = head_bar._advance.toolButtonStyle() == head_bar._auto.toolButtonStyle() == beside
        whole[width] = len(head_bar._figure.shown_lines())
    assert named == {1600: True, 1200: True, 900: False}
    assert whole[1600] == 1 and whole[1200] == 2


def test_that_a_head_of_the_menu_is_chosen_by_id(qtbot, head_bar: HeadBar) -> None:
    beauty = next(action for action in head_bar._heads.menu().actions() if action.text() == "Beauty")
    with qtbot.waitSignal(head_bar.head_chosen) as chosen:
        beauty.trigger()
    assert chosen.args == [2]


def test_that_new_head_is_an_act(qtbot, head_bar: HeadBar) -> None:
    entry = next(action for action in head_bar._heads.menu().actions() if action.data() == "new_head")
    with qtbot.waitSignal(head_bar.act_requested) as asked:
        entry.trigger()
    assert asked.args == ["new_head"]


@pytest.mark.parametrize("strategy", list(Strategy))
def test_that_every_order_can_be_chosen(qtbot, head_bar: HeadBar, strategy: Strategy) -> None:
    wanted = f"{strategy.value}:1" if needs_target(strategy) else strategy.value
    entry = next(action for action in _every_action(head_bar._orders.menu()) if action.data() == wanted)
    with qtbot.waitSignal(head_bar.order_chosen) as chosen:
        entry.trigger()
    assert chosen.args == [wanted]


def _every_action(menu: QMenu) -> list[QAction]:
    inner = [action for each in menu.findChildren(QMenu) for action in each.actions()]
    return [*menu.actions(), *inner]


LIVE = "1,204 of 20,000 answered · 12 of 80 are sunflower, the hunt ends at 20 · ranking follows 1,204 answers"


def test_that_how_much_is_answered_gives_way_to_a_notice(job_bar: JobBar) -> None:
    job_bar.show_state(JobBarState(live=LIVE))
    assert job_bar._live.text == LIVE
    job_bar.show_notice("the head is being trained already; the new version comes by itself and learns all that is new")
    assert (job_bar._live.text, job_bar._live.toolTip()) == ("1,204 of 20,000 answered", LIVE)
    job_bar.show_change(ChangeLine("v12: 1,219 predictions changed, 16 fixed, 4 broken"))
    job_bar.resize(1000, 32)
    assert not job_bar._live.isVisible()
    job_bar.clear_notice()
    job_bar.show_change(ChangeLine())
    assert job_bar._live.isVisible() and job_bar._live.text == LIVE


def test_that_the_device_stays_whole_beside_a_long_notice(job_bar: JobBar) -> None:
    job_bar.show_state(JobBarState(device="cuda:0 (NVIDIA H200)"))
    job_bar.show_notice("long " * 100)
    job_bar._row.activate()
    assert job_bar._device.shown_lines() == ["cuda:0"]
    assert "NVIDIA H200" in job_bar._device.toolTip()


def test_that_a_text_that_is_cut_stands_in_its_tip(head_bar: HeadBar) -> None:
    head_bar.resize(700, 40)
    head_bar.show_state(replace(STATE, figure_text="a figure " * 20, figure_tip="how it was measured"))
    assert head_bar._figure.toolTip().startswith("a figure a figure")
    assert head_bar._figure.toolTip().endswith("how it was measured")


def test_that_a_hunt_names_what_it_is_for(head_bar: HeadBar) -> None:
    text = "7 of 143 are lily (4.9 %); the hunt ends at 20"
    head_bar.show_state(replace(STATE, order=Strategy.HUNT, target=1, hunt_text=text))
    assert head_bar._orders.text() == "Order: Hunt lily"
    assert head_bar._orders.toolTip() == text


def test_that_how_far_a_hunt_is_stays_whole_beside_a_long_name(head_bar: HeadBar) -> None:
    title = f"Hunt {'a label that goes on ' * 4}7 of 20"
    head_bar.show_state(replace(STATE, order=Strategy.HUNT, target=1, hunt_title=title, hunt_text="seven"))
    assert head_bar._orders.text().endswith("7 of 20")
    assert head_bar._orders.toolTip() == f"{title}. Seven"


def test_that_a_long_label_leaves_the_figure_its_room(head_bar: HeadBar) -> None:
    name = "a label that goes on and on, and names what nobody hunts for"
    orders = OrderChoices(few=(Strategy.HUNT,), targets=((1, name),))
    head_bar.show_state(replace(STATE, orders=orders, order=Strategy.HUNT, target=1))
    assert "…" in head_bar._orders.text()
    assert head_bar._orders.toolTip().startswith(f"Hunt {name}. ")


def test_that_orders_worse_than_chance_say_so() -> None:
    slow = {each.name for each in FAMILY.values() if each.standing is Standing.TO_LOOK_AT}
    assert slow
    assert [name for name in Strategy if "slower than from random" in tip(name)] == [
        name for name in Strategy if name in slow
    ]


def test_that_showing_a_state_says_nothing(qtbot, head_bar: HeadBar) -> None:
    with qtbot.assertNotEmitted(head_bar.auto_retrain_toggled), qtbot.assertNotEmitted(head_bar.auto_advance_toggled):
        head_bar.show_state(HeadBarState(HEADS, HeadId(1), auto_retrain=False, auto_advance=False))


def test_that_toggles_tell(qtbot, head_bar: HeadBar) -> None:
    with qtbot.waitSignal(head_bar.auto_advance_toggled) as toggled:
        qtbot.mouseClick(head_bar._advance, Qt.MouseButton.LeftButton)
    assert toggled.args == [False]


def test_that_no_button_takes_the_keyboard(head_bar: HeadBar, job_bar: JobBar) -> None:
    for bar in (head_bar, job_bar):
        assert all(part.focusPolicy() is Qt.FocusPolicy.NoFocus for part in bar.findChildren(QWidget))


def test_that_a_running_job_shows_count_rate_and_time() -> None:
    state = JobBarState("Embedding", "signal", 1204, 20000, 45.2, 415)
    assert progress_text(state) == "1,204 of 20,000 · 45 / s · 6 min 55 s left"


def test_that_an_unknown_total_is_left_out() -> None:
    assert progress_text(JobBarState("Scanning", done=30)) == "30"


def test_that_cancel_is_there_only_while_something_runs(qtbot, job_bar: JobBar) -> None:
    assert not job_bar._cancel.isVisible()
    job_bar.show_state(JobBarState("Embedding", "signal", 1, 10))
    with qtbot.waitSignal(job_bar.act_requested) as asked:
        qtbot.mouseClick(job_bar._cancel, Qt.MouseButton.LeftButton)
    assert asked.args == ["cancel_job"]


def test_that_a_notice_stays_until_it_is_closed(qtbot, job_bar: JobBar) -> None:
    job_bar.show_notice("No GPU was found", "show_log", "Details")
    job_bar.show_state(JobBarState("Embedding", "signal", 1, 10))
    assert job_bar._notice.isVisible()
    with qtbot.waitSignal(job_bar.act_requested) as asked:
        qtbot.mouseClick(job_bar._answer, Qt.MouseButton.LeftButton)
    assert asked.args == ["show_log"]
    assert not job_bar._notice.isVisible()


def test_that_failed_files_are_counted_and_listed_on_demand(qtbot, job_bar: JobBar) -> None:
    job_bar.show_state(JobBarState(failed_files=1))
    assert job_bar._failed.text().strip() == "1 file failed"
    with qtbot.waitSignal(job_bar.act_requested) as asked:
        qtbot.mouseClick(job_bar._failed, Qt.MouseButton.LeftButton)
    assert asked.args == ["show_failed"]


def test_that_an_empty_view_says_what_to_do_and_does_it(qtbot, theme: Theme) -> None:
    view = EmptyView(theme)
    qtbot.addWidget(view)
    view.set_content("Nothing yet", "Drop a folder", [EmptyAction("open_folder", "Open a folder…", primary=True)])
    button = next(part for part in view.findChildren(QPushButton) if not part.isHidden())
    with qtbot.waitSignal(view.act_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["open_folder"]


def test_that_new_content_replaces_the_buttons(qtbot, theme: Theme) -> None:
    view = EmptyView(theme)
    qtbot.addWidget(view)
    view.set_content("One", "", [EmptyAction("a", "A"), EmptyAction("b", "B")])
    view.set_content("Two", "", [EmptyAction("c", "C")])
    assert [part.text() for part in view.findChildren(QPushButton) if not part.isHidden()] == ["C"]


def test_that_long_text_is_wrapped_not_cut(qtbot, theme: Theme) -> None:
    view = EmptyView(theme)
    qtbot.addWidget(view)
    view.set_content("Title", "words that go on and on " * 20, [])
    view.resize(900, 700)
    view.show()
    assert view._text.height() >= view._text.heightForWidth(view._text.width())


def test_that_a_choice_too_long_for_its_button_stands_whole_in_the_tip(qtbot, theme: Theme) -> None:
    chooser = Chooser("What the limits are on", None)
    qtbot.addWidget(chooser)
    chooser.set_theme(theme)
    name = "photographs of flowers that were taken at night"
    chooser.show_choices("Label", [(0, name), (1, "rose")], 0)
    assert chooser.text().startswith("Label photo") and "…" in chooser.text()
    assert name in chooser.toolTip()
    chooser.show_choices("Label", [(0, name), (1, "rose")], 1)
    assert (chooser.text(), chooser.toolTip()) == ("Label rose", "What the limits are on")


@pytest.mark.parametrize("scale", [1.0, 1.25])
def test_that_a_figure_keeps_its_caveat_where_there_is_little_room(head_bar: HeadBar, scale: float) -> None:
    figure = "82.5 % right on 228 answers given, no fair draw · 112 in bulk · +4.1 points on the same images"
    head_bar.set_theme(LIGHT.at(scale))
    head_bar.resize(1280, LIGHT.at(scale).bar_height)
    head_bar.show_state(replace(STATE, figure_text=figure))
    assert " ".join(head_bar._figure.shown_lines()) == figure
    assert "Advance" in head_bar._advance.accessibleName() or head_bar._advance.text().strip() == "Advance"


CHANGE = ChangeLine(
    "v6: −3.0 points right (−8.4 to +2.5), 2 fixed, 5 broken of 100 unseen · 34 predictions changed",
    tip="Beside v5",
    shorter=("v6: 34 predictions changed", "v6"),
)
TRAINING = JobBarState("Training", done=116, total=120, rate=42.0, remaining_s=0.0, device="cpu", failed_files=10)
DEED = "Answered other, all other tags no · 0f64b17059_m.jpg · Undo with Backspace"


@pytest.mark.parametrize("state", [JobBarState(live=LIVE, device="cpu", failed_files=10), TRAINING])
def test_that_what_was_just_done_is_never_pushed_out(job_bar: JobBar, state: JobBarState) -> None:
    job_bar.set_theme(LIGHT.at(1.25))
    job_bar.show_state(state)
    job_bar.show_change(CHANGE)
    job_bar.show_deed(DEED)
    assert job_bar._deed.shown_lines() == [DEED]
    assert job_bar._change.text().strip() in CHANGE.shorter
    assert CHANGE.text in job_bar._change.toolTip()
    assert job_bar._row.sizeHint().width() <= job_bar.width()
    job_bar.clear_deed()
    job_bar.show_state(JobBarState())
    assert job_bar._change.text().strip() == CHANGE.text and CHANGE.text not in job_bar._change.toolTip()


def test_that_a_deed_longer_than_the_bar_leaves_the_rest_in_sight(job_bar: JobBar) -> None:
    job_bar.show_state(TRAINING)
    job_bar.show_notice("The training goes on already")
    job_bar.show_deed(40 * "long ")
    assert job_bar._device_mark.geometry().right() < job_bar.width()
    assert job_bar._deed.width() > job_bar.width() // 4 and job_bar._notice.width() > 100


def test_that_what_was_just_done_is_told_beside_work_a_change_and_a_notice(job_bar: JobBar) -> None:
    job_bar.show_state(TRAINING)
    job_bar.show_change(CHANGE)
    job_bar.show_deed("Undone: 12 answers imported from my answers.csv · Ctrl+Shift+Z does it again")
    job_bar.show_notice("No GPU is in use, so embedding takes a while. Answer meanwhile: what you see comes first.")
    assert job_bar._deed.width() >= job_bar.width() // 4 and job_bar._notice.width() > 100
    assert job_bar._progress.isHidden() and job_bar._figures.isVisibleTo(job_bar)
    assert job_bar._device_mark.geometry().right() < job_bar.width()
    job_bar.clear_notice()
    assert job_bar._progress.isVisibleTo(job_bar)


def test_that_bars_follow_the_theme(head_bar: HeadBar, job_bar: JobBar) -> None:
    job_bar.show_state(JobBarState("Embedding", "signal", 5, 12))
    for bar in (head_bar, job_bar):
        painted = []
        for theme in (DARK, LIGHT):
            bar.set_theme(theme)
            painted.append(bar.grab().toImage())
        assert painted[0] != painted[1]


def test_that_names_of_heads_stand_as_they_are_called_and_are_cut_in_the_middle(head_bar):
    long = "quality of pictures taken at dusk, version "
    named = (
        HeadChoice(HeadId(1), "cats & dogs"),
        HeadChoice(HeadId(2), f"{long}one"),
        HeadChoice(HeadId(3), f"{long}two"),
    )
    shown = []
    for head in named:
        head_bar.show_state(replace(STATE, heads=named, current=head.head_id))
        shown.append(head_bar._heads.text())
    assert shown[0] == "cats && dogs"  # Qt underlines what comes after a single one
    assert shown[1].endswith("one") and shown[2].endswith("two")
    assert head_bar._heads.menu().actions()[0].text() == "cats && dogs"
