"""What counts as a flip, and what an annotation makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.review.flips import Verdict, decided_bin, find_flips, histogram
from core.review.wording import flip_text
from core.values import HeadKind

NAN = np.nan
NO_ANSWER = NAN


def scores(*values):
    return np.array(values, np.float16)[:, None] / 10


def flips_of(kind, before, after, annotated=None):
    before, after = np.atleast_2d(before), np.atleast_2d(after)
    known = np.full(before.shape, NAN) if annotated is None else np.atleast_2d(annotated)
    return find_flips(kind, before, after, known)


def test_that_a_class_flips_with_its_likeliest_label():
    before = np.array([[0.6, 0.4], [0.9, 0.1], [0.4, 0.6]], np.float16)
    after = np.array([[0.4, 0.6], [0.55, 0.45], [0.1, 0.9]], np.float16)
    found = flips_of(HeadKind.CLASS, before, after)
    assert found.flipped.tolist() == [True, False, False]
    assert found.moved.tolist() == pytest.approx([0.2, 0.35, 0.3], abs=2e-3)


def test_that_annotations_tell_fixed_from_broken_and_from_as_wrong_as_before():
    before, after = np.eye(3)[[0, 0, 0, 0]], np.eye(3)[[1, 1, 1, 1]]
    annotated = np.vstack([np.eye(3)[[1, 0, 2]], np.full(3, NAN)])
    found = flips_of(HeadKind.CLASS, before, after, annotated)
    assert found.verdict.tolist() == [Verdict.FIXED, Verdict.BROKEN, Verdict.NEITHER, Verdict.UNANNOTATED]


def test_that_a_score_flips_with_its_bracket_when_it_moved_by_half_a_bracket():
    before, after = scores(4.4, 4.4, 4.6, 6.2), scores(4.6, 5.0, 5.4, 3.0)
    found = flips_of(HeadKind.SCORE, before, after)
    assert found.flipped.tolist() == [False, True, False, True]


def test_that_a_score_is_fixed_by_coming_nearer_and_broken_by_going_away():
    before, after = scores(3.0, 7.0, 4.0), scores(6.0, 4.0, 6.0)
    found = flips_of(HeadKind.SCORE, before, after, scores(7.0, 8.0, 5.0))
    assert found.verdict.tolist() == [Verdict.FIXED, Verdict.BROKEN, Verdict.NEITHER]


def test_that_one_tag_turned_wrong_breaks_an_image_whatever_else_came_right():
    before, after = np.array([[0.1, 0.9], [0.1, 0.9], [0.1, 0.1]]), np.array([[0.9, 0.2], [0.9, 0.9], [0.1, 0.8]])
    annotated = np.array([[1, 1], [1, 0], [1, NAN]])
    found = flips_of(HeadKind.TAGS, before, after, annotated)
    assert found.flipped.all()
    assert found.verdict.tolist() == [Verdict.BROKEN, Verdict.FIXED, Verdict.NEITHER]


def test_that_what_was_not_said_before_cannot_flip():
    assert not flips_of(HeadKind.TAGS, [[NAN, 0.2]], [[0.9, 0.3]]).flipped.any()
    assert not flips_of(HeadKind.CLASS, [[0.0, 0.0]], [[0.9, 0.1]]).flipped.any()


@given(st.integers(0, 60), st.sampled_from(list(HeadKind)), st.integers(0, 99))
def test_that_a_version_beside_itself_has_no_flip_and_the_same_histogram(count, kind, seed):
    outputs = 1 if kind is HeadKind.SCORE else 3
    said = np.random.default_rng(seed).random((count, outputs)).astype(np.float16)
    found = flips_of(kind, said.reshape(count, outputs), said.reshape(count, outputs)) if count else None
    assert found is None or not (found.flipped.any() or found.moved.any())
    total = histogram(kind, said).sum()
    assert total == (np.count_nonzero(said > 0.5) if kind is HeadKind.TAGS else count)


def test_that_a_long_pool_is_judged_in_parts_as_in_one_piece():
    rng = np.random.default_rng(0)
    before, after = (rng.random((70_000, 2)).astype(np.float16) for _ in range(2))
    annotated = np.where(rng.random((70_000, 1)) < 0.5, np.eye(2)[rng.integers(2, size=70_000)], NAN)
    found = find_flips(HeadKind.CLASS, before, after, annotated)
    flipped = (decided_bin(before, HeadKind.CLASS) != decided_bin(after, HeadKind.CLASS))[:, 0]
    assert (found.flipped == flipped).all()
    right = annotated.argmax(1) == after.argmax(1)
    judged = flipped & ~np.isnan(annotated[:, 0])
    assert (found.verdict[judged] == np.where(right, Verdict.FIXED, Verdict.BROKEN)[judged]).all()


@pytest.mark.parametrize(
    ("kind", "before", "after", "text"),
    [
        (HeadKind.CLASS, [0.9, 0.1, 0], [0.2, 0.1, 0.7], "rose → tulip"),
        (HeadKind.SCORE, [0.34], [0.61], "3.4 → 6.1"),
        (HeadKind.TAGS, [0.9, 0.1, NAN], [0.2, 0.7, 0.9], "− rose, + daisy"),
    ],
)
def test_that_a_flip_is_told_in_a_few_characters(kind, before, after, text):
    assert flip_text(kind, ("rose", "daisy", "tulip"), np.array(before), np.array(after)) == text
