"""Scored files are filtered before anything is copied, as on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.__main__ import main
from app.acts import View
from app.models.applied import HeadLimits
from tests.app.applying.files import NUMBER, choose, names, panel, passing
from tests.app.mouse import NOTCH, drop, turn_wheel


def test_that_limits_of_each_head_and_the_top_are_counted_before_anything_is_copied(scored):
    defects, taste = panel(scored).limits.rows
    probabilities = scored.commands._looks.applying._scored.result.values[0][:, 1]
    middle = sorted(probabilities)[2]
    defects.label.tick(2)
    defects.low.setValue(round(float(middle) * 100, 1) - 0.1)
    at_least = round(defects.low.value() / 100, 6)
    expected = sum(value >= at_least for value in probabilities)
    assert 0 < expected <= NUMBER
    assert scored.window.apply_view.counts.text == f"{expected} of 6 pass"
    panel(scored).top.setValue(2)
    assert scored.window.apply_view.counts.text == "2 of 6 pass"
    assert len(passing(scored)) == 2
    taste.high.setValue(0.1)
    assert scored.window.apply_view.counts.text == "0 of 6 pass"
    assert not panel(scored).footer.put.isEnabled()


def test_that_labels_are_ticked_in_a_list_that_stays_open(scored):
    box = panel(scored).limits.rows[0].label
    scored.window.activateWindow()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    rows = box.view()
    assert rows.isVisible()
    for row in (2, 3):
        rows.setCurrentIndex(box.model().index(row, 0))
        QTest.keyClick(rows, Qt.Key.Key_Space)
    place = rows.visualRect(box.model().index(2, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert rows.isVisible() and box.wanted() == ("WEBP",)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert not rows.isVisible() and scored.window.view is View.FOLDERS
    box.tick(0)
    assert box.wanted() == ()


def test_that_the_same_limits_pass_the_same_files_on_the_command_line(scored, folder, capsys):
    defects, taste = panel(scored).limits.rows
    defects.label.tick(2)
    defects.label.tick(3)
    defects.low.setValue(30.0)
    taste.high.setValue(5.2)
    panel(scored).top.setValue(3)
    lead = panel(scored).lead
    assert (lead.currentText(), lead.count()) == ("defects", 2)
    lead.setCurrentIndex(1)
    lead.activated.emit(1)
    heads = [str(folder.parent / "heads" / f"{name}.safetensors") for name in ("defects", "taste")]
    words = "--label defects:JPEG,WEBP --min 0.3 --max taste:5.2 --top 3 --by taste -r --json --quiet"
    main(["score", *heads, str(folder), *words.split()])
    images = json.loads(capsys.readouterr().out)["images"]
    shown = sorted(Path(one["path"]).relative_to(folder).as_posix() for one in images if one["passed"])
    assert shown == passing(scored) and shown


def test_that_a_class_head_chooses_whose_score_counts_as_the_command_line_does(scored, folder, capsys, qtbot):
    route = panel(scored).route
    choose(route.by, "defects")
    assert list(route.uses) == ["Pass", "JPEG", "WEBP"]
    heads = {name: str(folder.parent / "heads" / f"{name}.safetensors") for name in ("defects", "taste")}
    uses = [f"--use={label}={heads['taste']}" for label in route.uses]
    for box in route.uses.values():
        choose(box, "taste")
    main(["route", str(folder), "-r", "--by", heads["defects"], *uses, "--json", "--quiet"])
    said = {Path(one["path"]).name: one["score"] for one in json.loads(capsys.readouterr().out)["images"]}
    table = scored.window.apply_view.table.scored
    shown = {Path(table.index(row, 0).data()).name: table.index(row, 3).data() for row in range(NUMBER)}
    assert table.headerData(3, Qt.Orientation.Horizontal) == "routed"
    assert shown == {name: f"{score:.1f}" for name, score in said.items()}
    panel(scored).limits.rows[2].low.setValue(0.1)
    for box in route.uses.values():
        choose(box, "no score")
    assert scored.window.apply_view.counts.text == "0 of 6 pass"
    choose(route.by, route.by.itemText(0))
    assert (table.columnCount(), route.uses) == (3, {})
    assert scored.window.apply_view.counts.text == "6 of 6 pass"


def test_that_only_what_passes_is_shown_where_that_is_asked(scored):
    panel(scored).top.setValue(3)
    scored.window.apply_view._only.click()
    assert sorted(names(scored)) == passing(scored) and len(names(scored)) == 3


def test_that_two_heads_and_what_passes_are_in_sight_in_a_low_window(scored, qtbot):
    window, side = scored.window, panel(scored)
    scale = window.theme.scale
    window.resize(round(1280 * scale), round(800 * scale))
    qtbot.waitUntil(lambda: window.width() == round(1280 * scale))
    qtbot.waitUntil(lambda: not side.verticalScrollBar().maximum(), timeout=2_000)


def test_that_a_long_name_of_a_head_or_label_leaves_every_button_in_sight(applying):
    limits = HeadLimits("model", "a head with a name " * 9, ("pass", "a label with a name " * 9), 1.0)
    panel(applying).limits.show_limits([limits])
    assert panel(applying).limits.minimumSizeHint().width() < applying.window.theme.panel_width


def test_that_the_wheel_passes_over_fields_that_were_not_clicked(scored):
    row = panel(scored).limits.rows[0]
    fields = (row.low, row.high, panel(scored).top)
    before = [field.value() for field in fields]
    panel(scored).setFocus()
    for field in (*fields, row.label, panel(scored).footer.act):
        assert field.focusPolicy() is Qt.FocusPolicy.StrongFocus
        turn_wheel(field, -NOTCH)
    assert [field.value() for field in fields] == before
    assert panel(scored).footer.act.currentIndex() == 0 and row.label.currentIndex() == 0


def test_that_escape_leaves_a_field_and_then_the_view(scored):
    field = panel(scored).limits.rows[0].low
    scored.window.activateWindow()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.hasFocus() and scored.window.view is View.FOLDERS
    QTest.keyClick(scored.window, Qt.Key.Key_Escape)
    assert scored.window.view is View.LABEL or scored.window.view is View.EMPTY


def test_that_the_limits_of_three_heads_are_in_sight_in_a_low_window_when_all_is_scored(scored, qtbot):
    side = scored.window.apply_view.panel
    scored.window.resize(1280, 800)
    scored.window.apply_view.panel.verticalScrollBar().setValue(0)
    state = side._state
    heads = [replace(state.limits[0], model=f"head {place}", name=f"head {place}") for place in range(3)]
    side.show_state(replace(state, limits=tuple(heads)))
    first, last = side.limits.rows[0], side.limits.rows[-1]
    for row in (first, last):
        qtbot.waitUntil(partial(is_in_sight, side, row))


def is_in_sight(area, part) -> bool:
    top = part.mapTo(area.viewport(), QPoint(0, 0)).y()
    return part.isVisible() and top >= 0 and top + part.height() <= area.viewport().height()


def test_that_the_main_button_in_the_middle_is_what_comes_next(applying, folder):
    view = applying.window.apply_view

    def main() -> list[str]:
        return [one.text() for one in view._empty.findChildren(QPushButton) if one.property("primary")]

    assert main() == ["Add a folder…"]
    drop(view, folder)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert main() == ["Score"]
    assert view.panel.start.property("primary")
