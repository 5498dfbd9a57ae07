"""Which answered image comes back, and what a person's two answers say of the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.project import Project
from core.project.asking_again import ANSWERS_APART, draw_again, pairs_of
from core.query.again_draw import draw, is_due
from core.review.agreement import check_self
from core.values import ClassValue, Field, Head, ImageId, Source
from tests.core.store.projects import class_head, invented_project

IMAGES = ANSWERS_APART + 30
LATER = timedelta(minutes=11)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, count=IMAGES) as made:
        yield made


@pytest.fixture
def head(project: Project) -> Head:
    return class_head(project)


def answer(project: Project, head: Head, ids: range, source: Source = Source.HUMAN) -> None:
    value = ClassValue(head.labels[0].label_id)
    project.annotations.annotate(head.head_id, {ImageId(one): value for one in ids}, source)


def later() -> datetime:
    return datetime.now(UTC) + LATER


def test_that_an_image_comes_back_after_enough_answers_and_minutes_and_not_before(project, head):
    answer(project, head, range(1, 6))
    assert draw_again(project, head, later()) is None
    answer(project, head, range(6, 6 + ANSWERS_APART))
    assert draw_again(project, head, datetime.now(UTC)) is None
    assert draw_again(project, head, later()) in range(1, 6)


def test_that_the_draw_is_the_same_at_every_look_and_leaves_out_what_was_seen(project, head):
    answer(project, head, range(1, 6))
    answer(project, head, range(6, 6 + ANSWERS_APART))
    drawn = draw_again(project, head, later())
    assert drawn is not None
    assert draw_again(project, head, later()) == drawn
    other = draw_again(project, head, later(), {drawn})
    assert other is not None
    assert other != drawn
    assert draw_again(project, head, later(), {ImageId(one) for one in range(1, 6)}) is None


def test_that_no_image_comes_twice_before_all_others_came_once():
    keys = np.random.default_rng(3).integers(0, 2**63, 6).astype(np.uint64)
    times, order = np.zeros(6, np.int64), []
    for _ in range(12):
        place = draw(keys, times)
        assert place is not None
        times[place] += 1
        order.append(place)
    assert sorted(order[:6]) == sorted(order[6:]) == list(range(6))
    assert order[:6] != order[6:]


def test_that_only_what_a_person_answered_and_did_not_exclude_comes_back(project, head):
    answer(project, head, range(1, 4), Source.IMPORT)
    answer(project, head, range(4, 6))
    project.annotations.mark(head.head_id, [ImageId(4)], Field.EXCLUDED, on=True)
    answer(project, head, range(6, 6 + ANSWERS_APART))
    assert draw_again(project, head, later()) == 5


def test_that_one_in_fifty_answers_is_due_at_two_percent():
    due = [is_due(number, number + 1, 0.02) for number in range(1000)]
    assert sum(due) == 20
    assert not any(is_due(number, number + 1, 0.0) for number in range(100))


def test_that_an_answer_given_again_is_read_as_a_pair(project, head):
    answer(project, head, range(1, 3))
    second = ClassValue(head.labels[1].label_id)
    project.annotations.answer_again(head.head_id, ImageId(2), second, 1)
    pairs = pairs_of(project, head)
    assert pairs.ids.tolist() == [2]
    assert pairs.first.argmax(axis=1).tolist() == [0]
    assert pairs.second.argmax(axis=1).tolist() == [1]
    assert check_self(pairs).whole.share is not None
