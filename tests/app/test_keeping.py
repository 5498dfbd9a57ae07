"""The screen of limits: what is kept, how good that is, border images judged by key, and the files put somewhere."""

from __future__ import annotations

import csv
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from app.acts import View
from app.models.applied import PutPlan
from app.models.keeping import Passing
from app.operations.keeping import Keeping, command_line
from app.presenting import keep_files
from app.presenting.keep_states import figure_rows, warning_of
from app.windows.put_preview_dialog import PutPreviewDialog
from core.jobs.events import JobFinished
from core.jobs.file_specs import KeptTableSpec, PutBackSpec, TransferSpec
from core.jobs.run import run_job
from core.project import Project
from core.project.turns import Turns
from core.review.audit import Estimate
from core.review.limits import Limits
from core.review.strata import Kept, Pool, cells, kept
from core.scoring.transfers import Act
from core.values import ClassValue, Head, HeadId, HeadKind, ImageId, Label, LabelId, ScoreValue, TagsValue
from tests.app.conftest import ANIMALS, draw_pictures, scanned_project, worker_of
from tests.app.jobs.reports import tell
from tests.core.store.projects import class_head, embed_all, version_saying

IMAGES = 90
CAT = [round(0.005 + number / IMAGES, 4) for number in range(IMAGES)]


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """A class head whose version says cat the more, the higher an image's number; two answers."""
    draw_pictures(tmp_path / "many", IMAGES)
    with scanned_project(tmp_path / "limits", tmp_path / "many") as project:
        embed_all(project)
        head = class_head(project, labels=ANIMALS)
        values = {ImageId(place + 1): ClassValue(head.labels[place].label_id) for place in range(2)}
        project.annotations.annotate(head.head_id, values)
        version_saying(project, head, ["cat"] * IMAGES)
        _say(project, head.name, np.stack([CAT, [1 - each for each in CAT], np.zeros(IMAGES)], axis=1))
    return tmp_path / "limits"


def _say(project: Project, name: str, probabilities: np.ndarray) -> None:
    from core.arrays.predictions import Predictions, write_predictions
    from core.project.folder import predictions_file

    head = project.heads.get(name)
    version = project.versions.in_force(head.head_id)
    assert version is not None
    said = probabilities.astype(np.float16)
    members = np.repeat(said[:, None], 8, axis=1)
    hashes = project.images.all().hashes
    utility, order = np.zeros(len(hashes), np.float32), np.arange(len(hashes))
    file = predictions_file(project.folder / version.folder)
    write_predictions(file, Predictions(hashes, said, members, utility, order))


@pytest.fixture
def limited(open_shell, pool, qtbot):
    shell = open_shell(pool)
    QTest.keyClick(shell.window, Qt.Key.Key_K)
    wait_for(shell, qtbot)
    return shell


def wait_for(shell, qtbot) -> None:
    presenter = shell.commands._looks.keeping
    qtbot.waitUntil(
        lambda: presenter._judged is not None and not shell.counting.busy and not presenter._rest.isActive(),
        timeout=20_000,
    )


def press(shell, key: Qt.Key, qtbot, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(shell.window, key, modifier)
    wait_for(shell, qtbot)


def view(shell):
    return shell.window.keep_view


def keeping(shell) -> Keeping:
    return shell.commands._looks.keeping._keeping


def widths(shell) -> list[float]:
    return [row.high - row.low for row in view(shell).figures._rows]


def work(shell, qtbot):
    """Does what the worker was ordered, here, up to the order about files."""
    while True:
        spec = worker_of(shell).submitted[-1]
        result = run_job(spec, lambda event: None, lambda: False)
        tell(shell, JobFinished(spec.job, result), qtbot)
        if isinstance(spec, TransferSpec | PutBackSpec | KeptTableSpec):
            return result


def test_that_a_low_view_leaves_its_room_to_the_labels(limited, qtbot):
    strip = view(limited).cards.film_strip
    for height, seen in ((900, True), (600, False)):
        limited.window.resize(1280, height)
        qtbot.waitUntil(lambda seen=seen: strip.isVisible() is seen)


def test_that_the_kept_count_is_that_of_the_pool(limited):
    expected = sum(np.float16(each) >= 0.5 for each in CAT)
    assert view(limited).kept.text.startswith(f"{expected} of {IMAGES} kept")


def test_that_too_few_answers_are_said_to_be_so(limited):
    assert "too few to trust" in view(limited).warning.text
    assert [row.name for row in view(limited).figures._rows] == ["precision", "recall", "F1"]


def test_that_limits_that_no_answer_judges_yet_claim_no_intervals():
    nothing = Estimate(None, 0.0, 1.0, 0)
    told = warning_of(Kept(nothing, nothing, nothing, ()))
    assert told.startswith("No answer can judge these limits yet.") and "interval" not in told


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


def test_that_a_border_image_is_judged_by_its_key_and_narrows_the_intervals(limited, qtbot):
    before, judged = widths(limited), []
    for _ in range(16):
        current = limited.commands._looks.keeping.current()
        judged.append(current)
        press(limited, Qt.Key.Key_1 if CAT[current - 1] > 0.5 else Qt.Key.Key_2, qtbot)
    assert len(set(judged)) == 16
    assert limited.workspace.project.annotations.standing_of(limited.workspace.head.head_id, judged[:1])[0].answer
    assert all(after < first for after, first in zip(widths(limited), before, strict=True))


def test_that_the_image_is_asked_blind(limited):
    strip = view(limited)._strip
    assert strip.card.blind and all(row.probability is None for row in strip.card.rows)


def test_that_backspace_takes_a_judgement_back_and_shows_its_image(limited, qtbot):
    presenter = limited.commands._looks.keeping
    first, before = presenter.current(), widths(limited)
    press(limited, Qt.Key.Key_1, qtbot)
    assert presenter.current() != first
    press(limited, Qt.Key.Key_Backspace, qtbot)
    assert presenter.current() == first
    assert widths(limited) == before


def test_that_s_passes_an_image_over(limited, qtbot):
    presenter = limited.commands._looks.keeping
    first = presenter.current()
    press(limited, Qt.Key.Key_S, qtbot)
    assert presenter.current() != first and limited.workspace.board.skipped[first]


def test_that_the_image_in_sight_stays_when_a_limit_moves(limited, qtbot):
    presenter = limited.commands._looks.keeping
    first = presenter.current()
    press(limited, Qt.Key.Key_Right, qtbot)
    assert presenter.current() == first


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


def test_that_figures_are_said_to_be_of_judged_images(limited):
    ofs = [row.of.partition(" ")[2] for row in view(limited).figures._rows]
    assert ofs == ["judged and kept", "judged and wanted", "judged"]


def test_that_a_figure_of_which_nothing_was_judged_has_no_interval():
    head, keeping = Head(HeadId(1), "subject", HeadKind.TAGS, (Label(LabelId(1), "cat"),), "signal"), Keeping()
    said = np.linspace(0.1, 0.9, 100, dtype=np.float32)
    nobody = np.zeros(100, np.bool_)
    found = kept(Pool(said, np.full(100, np.nan, np.float32), nobody, nobody, cells(said)), Limits(0.6))
    assert [(row.text, row.interval) for row in figure_rows(head, keeping, found)] == [("–", "not known yet")] * 3


def test_that_what_is_kept_is_copied_and_put_back(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "ask_target", lambda parent: tmp_path / "out")
    view(limited).panel.best_asked.emit(5)
    wait_for(limited, qtbot)
    limited.commands.perform("keep_target")
    limited.commands.perform("keep_preview")
    work(limited, qtbot)
    assert "5 would be copied" in view(limited).panel.footer.told.text() and not (tmp_path / "out").exists()
    preview = limited.window.findChild(PutPreviewDialog)
    assert preview.table.model().index(0, 0).data() == f"{IMAGES - 5}.jpg"
    preview.reject()
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.jpg")) == [f"{IMAGES - 5 + n}.jpg" for n in range(5)]
    assert view(limited).panel.footer.put_back.isVisibleTo(limited.window)
    limited.commands.perform("keep_undo")
    work(limited, qtbot)
    assert list((tmp_path / "out").glob("*.jpg")) == []


def test_that_an_image_that_was_moved_away_is_not_asked_any_more(limited, qtbot):
    strip = limited.commands._looks.keeping._strip
    press(limited, Qt.Key.Key_1, qtbot)
    judged, gone = strip._ids[0], strip.current()
    strip.clear_waiting()
    assert strip._ids == [judged, gone], "a key that is pressed now is meant for the one in sight"
    limited.workspace.board.present[[judged, gone]] = False
    strip.clear_waiting()
    assert strip._ids == []


def test_that_nothing_is_told_of_the_look_at_folders_that_follows_a_move(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "allows", lambda *asked: True)
    keeping(limited).plan = PutPlan(Act.MOVE, str(tmp_path / "out"))
    notices: list[str] = []
    limited.jobs.notice.connect(notices.append)
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    scan = worker_of(limited).submitted[-1]
    tell(limited, JobFinished(scan.job, run_job(scan, limited.workspace.project.adopt, lambda: False)), qtbot)
    assert not [text for text in notices if text.startswith("Looked at")]


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


def test_that_what_is_told_moves_no_button(limited, qtbot, tmp_path):
    keeping(limited).plan = PutPlan(Act.COPY, str(tmp_path / "out"))
    footer = view(limited).panel.footer

    def from_below() -> int:
        footer.layout().activate()
        return footer.height() - footer.put.mapTo(footer, footer.put.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: footer.height() == footer.sizeHint().height())
    before = from_below()
    limited.commands.perform("keep_preview")
    work(limited, qtbot)
    qtbot.waitUntil(lambda: footer.told.isVisible() and footer.height() == footer.sizeHint().height())
    assert from_below() == before


def test_that_the_other_screen_of_files_is_not_told_of_it(limited, qtbot, tmp_path):
    keeping(limited).plan = PutPlan(Act.COPY, str(tmp_path / "out"))
    limited.commands.perform("keep_put")
    work(limited, qtbot)
    assert limited.commands._looks.applying._scored.manifest is None


def test_that_a_table_of_what_is_kept_is_written(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(keep_files.file_choosers, "ask_table", lambda parent: tmp_path / "kept.csv")
    view(limited).panel.best_asked.emit(4)
    wait_for(limited, qtbot)
    limited.commands.perform("keep_table")
    work(limited, qtbot)
    rows = list(csv.DictReader((tmp_path / "kept.csv").open()))
    assert [Path(row["path"]).name for row in rows] == [f"{IMAGES - 4 + n}.jpg" for n in range(4)]
    assert float(rows[-1]["cat"]) == pytest.approx(CAT[-1], abs=0.001)
    assert view(limited).panel.footer.told.text() == f"Written: {tmp_path / 'kept.csv'}"


def test_that_the_window_lists_no_files_for_what_is_kept(limited, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(type(limited.workspace.project.files), "of", lambda *_: pytest.fail("files were listed"))
    monkeypatch.setattr(keep_files.file_choosers, "ask_table", lambda parent: tmp_path / "kept.csv")
    keeping(limited).plan = PutPlan(Act.MOVE, str(tmp_path / "out"))
    asked = []
    monkeypatch.setattr(keep_files.file_choosers, "confirms_move", lambda *told: asked.append(told[1:]) or True)
    limited.commands.perform("keep_put")
    number = int(view(limited).kept.text.split()[0])
    assert asked == [(f"{number} images", str(tmp_path / "out"))]
    limited.commands.perform("cancel_job")
    limited.jobs.cancel_files()
    limited.commands.perform("keep_table")
    assert limited.jobs.files.spec.kept.ids.tolist() == list(range(IMAGES - number + 1, IMAGES + 1))


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


def test_that_labels_stepped_through_quickly_end_at_the_last(limited, qtbot):
    for _ in range(2):
        QTest.keyClick(limited.window, Qt.Key.Key_Q)
    wait_for(limited, qtbot)
    assert keeping(limited).output == 2


def test_that_a_button_pressed_by_key_has_the_focus_again_when_its_work_is_done(limited, qtbot, tmp_path):
    footer = view(limited).panel.footer
    footer.plan_changed.emit(PutPlan(folder=str(tmp_path / "kept")))
    footer.preview.setFocus()
    QTest.keyClick(footer.preview, Qt.Key.Key_Space)
    assert limited.window.focusWidget() is None, "no other button takes the next key"
    work(limited, qtbot)
    qtbot.waitUntil(lambda: limited.window.focusWidget() is footer.preview)


def test_that_the_command_stands_whole_in_the_panel(limited):
    project, head = limited.workspace.project, limited.workspace.head
    shown = view(limited).panel.command
    assert shown.text == command_line(project, head, keeping(limited), np.sort(np.float16(CAT)))
    assert shown.fontMetrics().horizontalAdvance(shown.text) > shown.width(), "it takes several lines"
    assert shown.height() == shown.heightForWidth(shown.width())
    assert shown.height() >= 2 * shown.fontMetrics().height()


def test_that_the_command_line_says_the_same(limited):
    project, head = limited.workspace.project, limited.workspace.head
    line = command_line(project, head, keeping(limited), np.sort(np.float16(CAT)))
    assert line.startswith("winnow score ") and line.endswith(" -r --label cat --min 0.5")
    assert keeping(limited).low != 0.5, "the limit itself has many digits"


def test_that_the_command_line_holds_in_every_folder(limited, tmp_path, monkeypatch):
    project, head = limited.workspace.project, limited.workspace.head
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Project, "roots", ["many", str(tmp_path / "others")])
    keeping(limited).plan = PutPlan(folder="out")
    words = command_line(project, head, keeping(limited), np.zeros(0, np.float32)).split()
    assert words[3:5] == [(tmp_path / name).as_posix() for name in ("many", "others")]
    assert words[-1] == (tmp_path / "out").as_posix()


def test_that_a_version_that_comes_keeps_the_image_in_sight(limited, qtbot):
    from core.changes import Changes

    presenter = limited.commands._looks.keeping
    first = presenter.current()
    limited.workspace.announce(Changes(versions=True))
    wait_for(limited, qtbot)
    assert presenter.current() == first


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


def judging(presenter) -> list[int]:
    """Images that can judge the limits."""
    return presenter._evidence.turns.ids.tolist() if presenter._evidence is not None else []


def test_that_an_excluded_image_leaves_the_pool_and_comes_back(limited, qtbot):
    presenter = limited.commands._looks.keeping
    first = presenter.current()
    press(limited, Qt.Key.Key_X, qtbot)
    qtbot.waitUntil(lambda: presenter._evidence is not None and first not in judging(presenter), timeout=10_000)
    wait_for(limited, qtbot)
    assert presenter.current() != first
    press(limited, Qt.Key.Key_Backspace, qtbot)
    qtbot.waitUntil(lambda: first in judging(presenter), timeout=10_000)
    wait_for(limited, qtbot)
    assert presenter.current() == first


def test_that_a_tag_is_judged_by_its_yes_or_no(open_shell, tmp_path, qtbot):
    draw_pictures(tmp_path / "many", 40)
    with scanned_project(tmp_path / "tags", tmp_path / "many") as project:
        embed_all(project)
        head = project.heads.add("tags", HeadKind.TAGS, ANIMALS)[0]
        cat, dog = (label.label_id for label in head.labels[:2])
        values = {ImageId(1): TagsValue(frozenset({cat}), frozenset({dog}))}
        values[ImageId(2)] = TagsValue(frozenset({dog}), frozenset({cat}))
        project.annotations.annotate(head.head_id, values)
        version_saying(project, head, ["cat" if number % 2 else "dog" for number in range(40)])
    shell = open_shell(tmp_path / "tags")
    shell.commands.perform("keep")
    wait_for(shell, qtbot)
    presenter = shell.commands._looks.keeping
    first, before = presenter.current(), presenter._judged.kept.n
    press(shell, Qt.Key.Key_2, qtbot)
    assert presenter.current() == first
    press(shell, Qt.Key.Key_1, qtbot, shift=True)
    assert presenter.current() != first and presenter._judged.kept.n > before
