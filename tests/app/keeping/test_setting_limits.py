"""Limits are moved by key, mouse and field, and what is kept follows at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from app.models.keeping import Passing
from core.review.limits import Limits
from core.values import HeadKind, ImageId, ScoreValue
from tests.app.conftest import draw_pictures, scanned_project
from tests.app.keeping.screen import CAT, IMAGES, keeping, press, view, wait_for
from tests.core.store.projects import embed_all, version_saying


def test_that_arrows_move_the_limit_and_the_count_follows_at_once(limited, qtbot):
    before = keeping(limited).low
    QTest.keyClick(limited.window, Qt.Key.Key_Right)
    assert keeping(limited).low == pytest.approx(before + 0.01, abs=0.002)
    expected = sum(np.float16(each) >= keeping(limited).low for each in CAT)
    assert view(limited).kept.text.startswith(f"{expected} of")
    wait_for(limited, qtbot)


def test_that_shift_moves_the_limit_by_one_image(limited, qtbot):
    number = int(view(limited).kept.text.split()[0])
    press(limited, Qt.Key.Key_Right, qtbot, shift=True)
    assert view(limited).kept.text.startswith(f"{number - 1} of")
    press(limited, Qt.Key.Key_Left, qtbot, shift=True)
    assert view(limited).kept.text.startswith(f"{number} of")


def test_that_a_limit_is_dragged_with_the_mouse(limited, qtbot):
    histogram = view(limited).histogram
    for kind, x in ((QEvent.Type.MouseButtonPress, 0.5), (QEvent.Type.MouseMove, 0.8)):
        at = QPointF(histogram.place_of(x), 20)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, histogram.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(histogram, event)
    assert keeping(limited).low == pytest.approx(0.8, abs=0.01)
    wait_for(limited, qtbot)


def test_that_m_leads_through_highest_between_and_lowest(limited, qtbot):
    press(limited, Qt.Key.Key_M, qtbot)
    assert keeping(limited).passing is Passing.BETWEEN and 0.5 > keeping(limited).low > 0.49
    assert keeping(limited).high == pytest.approx(0.75, abs=0.001) and not keeping(limited).moves_high
    press(limited, Qt.Key.Key_N, qtbot)
    assert keeping(limited).moves_high
    press(limited, Qt.Key.Key_M, qtbot)
    assert keeping(limited).passing is Passing.LOWEST
    expected = sum(np.float16(each) <= keeping(limited).high for each in CAT)
    assert view(limited).kept.text.startswith(f"{expected} of")


def test_that_each_kind_of_limits_keeps_what_was_set(limited, qtbot):
    keeping(limited).move(0.3, upper=False)
    press(limited, Qt.Key.Key_M, qtbot)
    keeping(limited).move(0.521, upper=False)
    keeping(limited).move(0.76, upper=True)
    between = keeping(limited).low, keeping(limited).high
    press(limited, Qt.Key.Key_M, qtbot)
    press(limited, Qt.Key.Key_M, qtbot)
    assert keeping(limited).passing is Passing.HIGHEST and keeping(limited).low == pytest.approx(0.3, abs=0.001)
    press(limited, Qt.Key.Key_M, qtbot)
    assert (keeping(limited).low, keeping(limited).high) == between


def test_that_q_limits_the_next_label(limited, qtbot):
    press(limited, Qt.Key.Key_Q, qtbot)
    expected = sum(np.float16(1 - each) >= keeping(limited).low for each in CAT)
    assert keeping(limited).output == 1
    assert view(limited).kept.text.startswith(f"{expected} of")


def test_that_the_best_so_many_are_kept(limited, qtbot):
    view(limited).panel.best_asked.emit(7)
    wait_for(limited, qtbot)
    assert view(limited).kept.text.startswith("7 of")


def test_that_a_limit_that_cannot_be_proven_is_not_claimed(limited, qtbot):
    view(limited).panel.wrong_asked.emit(0.01)
    wait_for(limited, qtbot)
    assert "cannot be proven" in view(limited).panel.found.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Q, Qt.Key.Key_M, Qt.Key.Key_Right])
def test_that_a_limit_found_for_another_label_or_way_is_not_set(limited, qtbot, key):
    view(limited).panel.wrong_asked.emit(0.01)
    QTest.keyClick(limited.window, key)
    moved = keeping(limited).limits
    wait_for(limited, qtbot)
    assert keeping(limited).limits == moved
    assert view(limited).panel.found.text() == ""


def test_that_fields_set_the_limits(limited, qtbot):
    view(limited).panel.low.setValue(75.0)
    wait_for(limited, qtbot)
    assert keeping(limited).low == pytest.approx(0.75, abs=0.001)
    assert view(limited).panel.low.isEnabled() and not view(limited).panel.high.isEnabled()


def test_that_a_field_shows_the_digits_that_tell_a_limit_from_the_next_image(open_shell, tmp_path, qtbot):
    draw_pictures(tmp_path / "many", 12)
    with scanned_project(tmp_path / "scores", tmp_path / "many") as project:
        embed_all(project)
        head = project.heads.add("taste", HeadKind.SCORE, ())[0]
        project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(1.0), ImageId(2): ScoreValue(9.0)})
        version_saying(project, head, [7 + number / 200 for number in range(12)])
    shell = open_shell(tmp_path / "scores")
    shell.commands.perform("keep")
    wait_for(shell, qtbot)
    panel, rising, kept = view(shell).panel, shell.commands._looks.keeping._rising(), []
    shell.commands.perform("limit_down")
    for _ in range(6):
        shell.commands.perform("limit_up_one")
        kept.append(keeping(shell).limits.within(rising).sum())
        assert Limits(panel.low.value() / 10, None).within(rising).sum() == kept[-1]
        assert float(panel.low.text()) == panel.low.value() and f"--min {panel.low.text()}" in panel.command.text
    assert kept == sorted(set(kept), reverse=True)
    panel.low.setFocus()
    panel.low.selectAll()
    QTest.keyClicks(panel.low, "7.0317")
    assert panel.low.text() == "7.0317"
    QTest.keyClick(panel.low, Qt.Key.Key_Return)
    assert keeping(shell).low == pytest.approx(0.70317, abs=0.0003)


def test_that_what_is_typed_beyond_the_bounds_becomes_the_bound_and_says_so(limited, qtbot):
    field = view(limited).panel.low
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "900")
    limited.commands._looks.keeping._show()
    assert field.text() == "900 %"
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait_for(limited, qtbot)
    assert (field.text(), keeping(limited).low) == ("100.0 %", 1.0)
    assert QToolTip.text() == "It can be at most 100.0 %"


def test_that_more_than_there_are_keeps_all_and_limits_nothing(limited, qtbot):
    view(limited).panel.best_asked.emit(500)
    wait_for(limited, qtbot)
    assert view(limited).kept.text.startswith(f"{IMAGES} of {IMAGES} kept")
    assert keeping(limited).low == 0.0
    assert view(limited).panel.found.text() == f"All {IMAGES} that there are."


def test_that_a_click_enters_what_was_typed_and_leaves_the_keys_to_the_answers(limited, qtbot):
    panel = view(limited).panel
    find = next(button for button in panel.findChildren(QPushButton) if button.toolTip() == panel.best.toolTip())
    panel.best.setFocus()
    qtbot.waitUntil(panel.best.hasFocus)
    panel.best.selectAll()
    QTest.keyClicks(panel.best, "9")
    QTest.mouseMove(find)
    find.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    QTest.mouseClick(find, Qt.MouseButton.LeftButton)
    wait_for(limited, qtbot)
    assert view(limited).kept.text.startswith("9 of")
    assert QApplication.focusWidget() is not find


def test_that_labels_stepped_through_quickly_end_at_the_last(limited, qtbot):
    for _ in range(2):
        QTest.keyClick(limited.window, Qt.Key.Key_Q)
    wait_for(limited, qtbot)
    assert keeping(limited).output == 2


def test_that_scores_are_limited_by_what_is_wanted(open_shell, tmp_path, qtbot):
    draw_pictures(tmp_path / "many", 40)
    with scanned_project(tmp_path / "scores", tmp_path / "many") as project:
        embed_all(project)
        head = project.heads.add("taste", HeadKind.SCORE, ())[0]
        values = {ImageId(image): ScoreValue(image / 4) for image in range(2, 42, 2)}
        project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(1.0), **values})
        version_saying(project, head, [number / 4 for number in range(40)])
    shell = open_shell(tmp_path / "scores")
    shell.commands.perform("keep")
    wait_for(shell, qtbot)
    assert view(shell).panel.wanted_low.isVisibleTo(shell.window)
    assert "7 or better" in view(shell)._note.text
    view(shell).panel.wanted_low.setValue(4.0)
    wait_for(shell, qtbot)
    assert "4 or better" in view(shell)._note.text
    assert view(shell).panel.low.maximum() == 10.0
    view(shell).panel.wanted_high.setValue(6.0)
    press(shell, Qt.Key.Key_B, qtbot)
    assert keeping(shell).passing is Passing.BETWEEN
    assert (keeping(shell).low, keeping(shell).high) == pytest.approx((0.4, 0.6), abs=0.001)
    assert "4 to 6" in view(shell)._note.text
