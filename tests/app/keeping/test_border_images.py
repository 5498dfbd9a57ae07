"""Border images are judged by key, blind, and the figures follow."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from app.presenting.keep_states import LOOKING_REASON, NEAR_REASON, STAYED_REASON
from core.changes import Changes
from core.values import HeadKind, ImageId, TagsValue
from tests.app.conftest import ANIMALS, draw_pictures, scanned_project
from tests.app.keeping.screen import CAT, press, view, wait_for, widths
from tests.core.store.projects import embed_all, version_saying


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


def begin_in_cells(shell, percent: float, qtbot) -> None:
    """So few images would all lie near any limit."""
    presenter = shell.commands._looks.keeping
    presenter._evidence.turns.edges.update(dict.fromkeys(range(2), np.linspace(0.05, 0.95, 19, dtype=np.float32)))
    presenter._strip.leave()
    limit_at(shell, percent, qtbot)


def limit_at(shell, percent: float, qtbot) -> None:
    view(shell).panel.low.setValue(percent)
    wait_for(shell, qtbot)


def test_that_the_image_in_sight_is_said_to_be_near_the_limit_only_while_it_is(limited, qtbot):
    presenter = limited.commands._looks.keeping
    begin_in_cells(limited, 49.0, qtbot)
    first = presenter.current()
    assert abs(CAT[first - 1] - 0.5) < 0.15 and view(limited).reason.text == NEAR_REASON
    limit_at(limited, 92.0, qtbot)
    assert presenter.current() == first and view(limited).reason.text == STAYED_REASON
    limit_at(limited, 50.0, qtbot)
    assert presenter.current() == first and view(limited).reason.text == NEAR_REASON


def test_that_images_of_the_label_before_go_when_another_is_limited(limited, qtbot):
    presenter = limited.commands._looks.keeping
    press(limited, Qt.Key.Key_1, qtbot)
    for _ in ANIMALS:
        press(limited, Qt.Key.Key_Q, qtbot)
    begin_in_cells(limited, 92.0, qtbot)
    judged, *before = presenter._strip._ids
    assert presenter.current() == before[0]
    presenter.next_label()
    assert presenter.current() is None and view(limited).reason.text == LOOKING_REASON
    wait_for(limited, qtbot)
    after = presenter._strip._ids
    assert after[0] == judged and presenter.current() == after[1] != before[0]
    near = [one for one in presenter._strip.waiting() if presenter._strip._near[one]]
    assert near and all(abs(1 - CAT[one - 1] - 0.92) < 0.15 for one in near)


def test_that_an_image_that_was_moved_away_is_not_asked_any_more(limited, qtbot):
    strip = limited.commands._looks.keeping._strip
    press(limited, Qt.Key.Key_1, qtbot)
    judged, gone = strip._ids[0], strip.current()
    strip.clear_waiting()
    assert strip._ids == [judged, gone], "a key that is pressed now is meant for the one in sight"
    limited.workspace.board.present[[judged, gone]] = False
    strip.clear_waiting()
    assert strip._ids == []


def test_that_a_version_that_comes_keeps_the_image_in_sight(limited, qtbot):
    presenter = limited.commands._looks.keeping
    first = presenter.current()
    limited.workspace.announce(Changes(versions=True))
    wait_for(limited, qtbot)
    assert presenter.current() == first


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
    second = presenter.current()
    press(shell, Qt.Key.Key_1, qtbot, shift=True)
    press(shell, Qt.Key.Key_Q, qtbot)
    assert first in presenter._strip.judged()
    assert second in presenter._strip.waiting(), "of the other tag it is not judged yet"
