"""What the screen of limits says, what it leaves room for, and how one comes there and back."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.acts import View
from app.models.keeping import Passing
from app.operations import answering
from app.operations.keeping import Keeping
from app.presenting.keep_states import READING_REASON, figure_rows, found_text, note_of, warning_of
from app.presenting.keep_work import Judged, read_evidence
from core.project.turns import Turns
from core.review.audit import Estimate
from core.review.choosing import least_wrong
from core.review.kept_words import answered_text
from core.review.limits import Limits
from core.review.strata import Kept, Pool, cells, kept
from core.review.tally import Tally, Whole
from core.values import Head, HeadId, HeadKind, ImageId, Label, LabelId
from tests.app.keeping.screen import CAT, IMAGES, press, view, wait_for


def test_that_a_low_view_leaves_its_room_to_the_labels(limited, qtbot):
    strip = view(limited).cards.film_strip
    for height, seen in ((900, True), (600, False)):
        limited.window.resize(1280, height)
        qtbot.waitUntil(lambda seen=seen: strip.isVisible() is seen)


def test_that_the_column_stays_within_its_panel_whatever_decimals_a_limit_needs(limited, qtbot):
    limited.window.resize(1280, 800)
    panel, keeping = view(limited).panel, limited.commands._looks.keeping
    page, field, before = panel.widget(), panel.low, panel.low.width()
    texts = ("99.9267578", "99.9755859")
    panel.show_state(replace(keeping._state(), passing=Passing.BETWEEN, texts=texts))
    for one in (field, panel.high):
        one.updateGeometry()
    qtbot.wait(50)
    assert page.minimumSizeHint().width() <= panel.viewport().width()
    assert (page.width(), field.width()) == (panel.viewport().width(), before)
    assert [(one.text(), one.toolTip()) for one in (field, panel.high)] == [(f"{text} %",) * 2 for text in texts]
    assert (field.value(), field.lineEdit().cursorPosition()) == (99.9267578, 0)


def test_that_the_kept_count_is_that_of_the_pool(limited):
    expected = sum(np.float16(each) >= 0.5 for each in CAT)
    assert view(limited).kept.text.startswith(f"{expected} of {IMAGES} kept")


def test_that_images_that_the_version_does_not_know_are_told(limited, monkeypatch):
    keeping = limited.commands._looks.keeping
    turns = keeping._evidence.turns
    assert (keeping._beyond(turns), "does not know" in view(limited)._note.text) == (0, False)
    fewer = replace(turns, kept_ids=turns.kept_ids[8:], kept_said=turns.kept_said[8:])
    monkeypatch.setattr(keeping._evidence, "turns", fewer)
    keeping._show()
    assert view(limited)._note.text.startswith("v1 does not know 8 more: Retrain, once they are embedded · v1")


def test_that_too_few_answers_are_said_to_be_so(limited):
    assert "too few to trust" in view(limited).warning.text
    assert [row.name for row in view(limited).figures._rows] == ["precision", "recall", "F1"]


@pytest.mark.parametrize("answered", [False, True])
def test_that_without_a_version_retrain_is_offered_where_there_is_something_to_learn(class_shell, qtbot, answered):
    if answered:
        QTest.keyClick(class_shell.window, Qt.Key.Key_1)
    QTest.keyClick(class_shell.window, Qt.Key.Key_K)
    keeping = class_shell.commands._looks.keeping
    qtbot.waitUntil(lambda: keeping._message is not None)
    offered = [action.text for action in keeping._message.actions]
    assert offered == ["Retrain" if answered else "Answer images", "Score a folder…"]


def test_that_limits_that_no_answer_judges_yet_claim_no_intervals():
    nothing = Estimate(None, 0.0, 1.0, 0)
    told = warning_of(Kept(nothing, nothing, nothing, (), Tally(images=5), Tally(), nothing))
    assert told.startswith("No answer can judge these limits yet.") and "interval" not in told


def mostly_answered(limits: Limits, *, open_ones: int) -> Kept:
    """The version is right of all that it learned; heads that had not seen them are right of half."""
    said = np.linspace(0.1, 0.9, 100, dtype=np.float32)
    done = np.arange(100) >= open_ones
    truth = np.arange(100) % 2 == 0
    wanted = np.where(done, truth, np.nan).astype(np.float32)
    by_version = np.where(done, np.where(truth, 0.9, 0.1), said).astype(np.float32)
    return kept(Pool(said, wanted, done, np.zeros(100, np.bool_), cells(said), Whole(by_version, wanted)), limits)


def test_that_answered_images_are_told_and_what_may_be_hoped_for_of_others():
    found = mostly_answered(Limits(0.5), open_ones=0)
    head, keeping = Head(HeadId(1), "subject", HeadKind.TAGS, (Label(LabelId(1), "cat"),), "signal"), Keeping()
    rows = figure_rows(head, keeping, found)
    assert [(row.text, row.interval, row.of) for row in rows] == [("100.0 %", "counted", "all answered")] * 3
    told = warning_of(found)
    assert (
        told.startswith("What is answered counts as it was answered. ")
        and "that the head has not seen, 50.0 % (" in told
    )
    assert answered_text(found.inside) == "all answered, 50 right"


def test_that_open_images_among_answered_ones_are_told(limited):
    found = mostly_answered(Limits(0.15), open_ones=10)
    assert "3 open images of those kept by estimate" in warning_of(found)
    few = replace(found, unseen=replace(found.unseen, n=8))
    assert "How many of these and of unseen images are right, 8 answers cannot say yet." in warning_of(few)
    assert answered_text(found.inside) == "45 of them answered, 45 right"


def test_that_of_nothing_kept_no_answer_is_said_to_judge(limited):
    turns = limited.commands._looks.keeping._evidence.turns
    judged = Judged(mostly_answered(Limits(0.95), open_ones=10), (), np.zeros(0))
    assert judged.kept.n == 0 and note_of(turns, Keeping(), judged) == f"v{turns.version} · wanted: cat"
    assert warning_of(judged.kept) == ""


def test_that_nobody_is_asked_to_judge_more_where_all_is_answered():
    said = np.linspace(0.1, 0.9, 100, dtype=np.float32)
    wanted, done = (np.arange(100) % 2).astype(np.float32), np.ones(100, np.bool_)
    found = least_wrong(Pool(said, wanted, done, ~done, cells(said)), Limits(0.5), 0.1)
    told = found_text("wrong", found, 0.1)
    assert told.startswith("Every image is answered, and no limit keeps at most 10 % wrong.") and "Judge" not in told
    assert f"{100 * (1 - found.kept.precision.value):.1f} %" in told


def test_that_the_mean_error_is_not_what_a_narrow_window_cuts_off(limited):
    turns = limited.commands._looks.keeping._evidence.turns
    judged = Judged(mostly_answered(Limits(0.15), open_ones=10), (), np.tile([0.5, 1.5], 20))
    told = note_of(turns, Keeping(), judged).split(" · ")[2:]
    assert [part.split(" (")[0] for part in told[:2]] == [
        "mean error 1.00 brackets",
        "45 of them answered, 45 right",
    ]
    assert told[2].startswith("the others judged by")


def test_that_figures_are_said_to_be_of_judged_images(limited):
    ofs = [row.of.partition(",")[0].partition(" ")[2] for row in view(limited).figures._rows]
    assert ofs == ["judged and kept", "judged and wanted", "judged"]


def test_that_a_figure_of_which_nothing_was_judged_has_no_interval():
    head, keeping = Head(HeadId(1), "subject", HeadKind.TAGS, (Label(LabelId(1), "cat"),), "signal"), Keeping()
    said = np.linspace(0.1, 0.9, 100, dtype=np.float32)
    nobody = np.zeros(100, np.bool_)
    found = kept(Pool(said, np.full(100, np.nan, np.float32), nobody, nobody, cells(said)), Limits(0.6))
    assert [(row.text, row.interval) for row in figure_rows(head, keeping, found)] == [("–", "not known yet")] * 3


def drawn(kept_answers: str, other_answers: str) -> Kept:
    """Of 2,000 images 200 are kept; the first ones of these and of the others were answered so."""
    said = np.repeat(np.array([0.9, 0.1], np.float32), (200, 1800))
    wanted = np.full(2000, np.nan, np.float32)
    for start, answers in ((0, kept_answers), (200, other_answers)):
        wanted[start : start + len(answers)] = [float(answer) for answer in answers]
    return kept(Pool(said, wanted, ~np.isnan(wanted), np.zeros(2000, np.bool_), cells(said)), Limits(0.5))


@pytest.mark.parametrize(
    ("found", "little", "why"),
    [
        (drawn("10" * 50, "0" * 90), [], ""),
        (drawn("1" * 30, "1" + "0" * 29), ["recall"], "of 30 judged images not kept, 1 is wanted"),
        (drawn("110", "10" * 30), ["precision"], ""),
        (drawn("0001", "1" + "0" * 60), ["precision", "recall", "F1"], "of 61 judged images not kept, 1 is wanted"),
        (drawn("1" * 30, "0" * 30), ["recall"], "of 30 judged images not kept, none is wanted"),
        (drawn("1" * 2 + "0" * 9, "1" * 20 + "0" * 9), [], ""),
    ],
)
def test_that_a_figure_that_could_be_almost_anything_says_so(found, little, why):
    head, keeping = Head(HeadId(1), "subject", HeadKind.TAGS, (Label(LabelId(1), "cat"),), "signal"), Keeping()
    rows = figure_rows(head, keeping, found)
    assert [row.name for row in rows if row.of.endswith(", says little")] == little
    assert [row.name for row in rows if row.high - row.low > 0.5] == little
    assert why in rows[1].tip and ("Recall says little yet" in rows[1].tip) is ("recall" in little)


def test_that_pools_are_looked_through_beside_the_windows_thread(limited, qtbot, monkeypatch):
    threads = set()
    for name in ("pool", "misses"):
        through = getattr(Turns, name)
        monkeypatch.setattr(
            Turns, name, lambda *given, through=through: threads.add(threading.current_thread()) or through(*given)
        )
    for key in (Qt.Key.Key_Right, Qt.Key.Key_M, Qt.Key.Key_Q, Qt.Key.Key_1):
        press(limited, key, qtbot)
    assert threads and threading.main_thread() not in threads


def test_that_an_answer_that_comes_while_the_project_is_read_is_counted(limited, qtbot, monkeypatch):
    presenter, read, answered = limited.commands._looks.keeping, threading.Event(), threading.Event()
    image = next(ImageId(one) for one in range(IMAGES, 0, -1) if not presenter._strip.has(ImageId(one)))

    def read_slowly(*asked):
        found = read_evidence(*asked)
        read.set()
        answered.wait(20)
        return found

    monkeypatch.setattr("app.presenting.keep_presenter.read_evidence", read_slowly)
    presenter.reload()
    assert read.wait(20)
    answering.answer_row(limited.workspace, 0, [image], advance=False)
    answered.set()
    wait_for(limited, qtbot)
    assert presenter._judged.kept.inside.answered == 1


def test_that_what_is_still_read_is_not_told_as_judged_nor_as_none_kept(limited, qtbot, monkeypatch):
    presenter, view, go_on = limited.commands._looks.keeping, limited.window.keep_view, threading.Event()

    def read_slowly(*asked):
        go_on.wait(20)
        return read_evidence(*asked)

    monkeypatch.setattr("app.presenting.keep_presenter.read_evidence", read_slowly)
    presenter._strip.clear()
    presenter.reload()
    assert (view.kept.text, view.panel.label.isHidden()) == ("", False)
    assert presenter._strip.state(read=False).reason == READING_REASON == view.reason.text
    assert (view.panel.low.text(), view.panel.high.text()) == ("50.0 %", "100.0 %")
    go_on.set()
    wait_for(limited, qtbot)
    assert view.kept.text.endswith("%)") and view.reason.text != READING_REASON


def test_that_escape_leads_back_and_k_again(limited, qtbot):
    QTest.keyClick(limited.window, Qt.Key.Key_Escape)
    assert limited.window.view is View.LABEL
    QTest.keyClick(limited.window, Qt.Key.Key_K)
    assert limited.window.view is View.APPLY
    QTest.keyClick(limited.window, Qt.Key.Key_K)
    assert limited.window.view is View.LABEL


def test_that_a_head_without_a_version_says_what_to_do(class_shell, qtbot):
    class_shell.commands.perform("keep")
    qtbot.waitUntil(class_shell.window.is_settled, timeout=10_000)
    assert "no version" in class_shell.window.keep_view._empty._text.text()


def test_that_folders_stay_within_reach(limited):
    limited.commands.perform("apply")
    assert limited.window.view is View.FOLDERS
