"""How far up what is true stands: by hand, against another implementation, and on draws whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from core.review.average_precision import average_precision, pooled_precision, precision_change

TAGS = 5


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=40))
def test_that_average_precision_is_that_of_scikit_learn(pairs: list[tuple[bool, int]]):
    relevant, utility = np.array([yes for yes, _ in pairs]), np.array([value / 5 for _, value in pairs])
    found = average_precision(relevant, utility)
    assert found == (pytest.approx(average_precision_score(relevant, utility)) if relevant.any() else None)


def test_that_each_true_answer_is_judged_by_the_others_at_its_level_or_above():
    true, said = np.array([True, False, True, False, True]), np.array([0.9, 0.8, 0.7, 0.7, 0.1])
    found = pooled_precision(true, said, np.arange(5))
    assert found is not None
    topmost, third, last = 0.0, 1 / 3, 2 / 4  # the topmost by the level below
    assert found.value == pytest.approx((topmost + third + last) / 3)
    assert 0 <= found.low < found.value < found.high <= 1


@pytest.mark.parametrize(("true", "said"), [([False, False], [0.3, 0.2]), ([True], [0.9]), ([], [])])
def test_that_nothing_true_or_nothing_else_known_has_no_figure(true, said):
    assert pooled_precision(np.array(true, np.bool_), np.array(said), np.arange(len(said))) is None


def test_that_one_image_alone_has_the_widest_interval():
    found = pooled_precision(np.array([True, False]), np.array([0.9, 0.1]), np.zeros(2, np.int64))
    assert found is not None
    assert (found.low, found.high) == (0.0, 1.0)


def test_that_a_perfect_order_of_a_few_is_not_sure_of_itself():
    true = np.arange(30) < 8
    found = pooled_precision(true, np.linspace(1, 0, 30), np.arange(30))
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.675, abs=0.01)  # as of 8 of 8


def drawn(rng: np.random.Generator, images: int) -> tuple[np.ndarray, np.ndarray]:
    """(images, TAGS): whether a tag is true, and a probability that says something of it."""
    true = rng.random((images, TAGS)) < np.linspace(0.04, 0.2, TAGS) * rng.uniform(0.3, 1.7, (images, 1))
    return true, 1 / (1 + np.exp(1.5 - 1.4 * true - rng.normal(size=true.shape)))


def test_that_few_answers_do_not_flatter_and_intervals_hold_the_truth():
    rng = np.random.default_rng(3)
    true, said = drawn(rng, 40_000)
    truth = pooled_precision(true[:, 0], said[:, 0], np.arange(len(true)))  # of one tag, for the macro mean below
    assert truth is not None
    whole = pooled_precision(true.ravel(), said.ravel(), np.repeat(np.arange(len(true)), TAGS))
    assert whole is not None
    apart, held, usual = [], [], []
    for _ in range(300):
        true, said = drawn(rng, 30)
        found = pooled_precision(true.ravel(), said.ravel(), np.repeat(np.arange(30), TAGS))
        if found is None:
            continue
        apart.append(found.value - whole.value)
        held.append(found.low <= whole.value <= found.high)
        if (one := average_precision(true[:, 0], said[:, 0])) is not None:
            usual.append(one - truth.value)
    assert len(apart) > 280
    assert np.mean(apart) < 0.01
    assert np.mean(held) > 0.93
    assert np.mean(usual) > 0.1  # what it is measured against: each tag by itself, counted with itself


def two_heads(rng: np.random.Generator, images: int) -> tuple[np.ndarray, ...]:
    """What is true of all tags, what two heads say of it that err alike in part, and whose answers these are."""
    true = rng.random((images, TAGS)) < np.linspace(0.05, 0.25, TAGS)
    noise, own = rng.normal(size=true.shape), rng.normal(size=true.shape)
    before, after = 1.4 * true + noise, 1.6 * true + 0.8 * noise + 0.6 * own
    return true.ravel(), before.ravel(), after.ravel(), np.repeat(np.arange(images), TAGS)


def test_that_a_change_is_that_of_the_figures_and_its_interval_holds_the_truth():
    rng = np.random.default_rng(4)
    true, before, after, images = two_heads(rng, 40_000)
    was, now = (pooled_precision(true, said, images) for said in (before, after))
    assert was is not None and now is not None
    truth, held, widths = now.value - was.value, [], []
    for _ in range(200):
        found = precision_change(*two_heads(rng, 60))
        assert found is not None
        held.append(found.low <= truth <= found.high)
        widths.append(found.high - found.low)
    assert np.mean(held) > 0.93
    assert np.mean(widths) < 0.4  # where each figure's own interval is as wide


def test_that_the_same_answers_change_nothing_and_that_nothing_true_has_no_change():
    true, said, images = np.arange(40) < 10, np.linspace(1, 0, 40), np.arange(40)
    found = precision_change(true, said, said, images)
    assert found is not None
    assert found.value == 0 and found.low == -found.high < -0.1
    assert precision_change(np.zeros(40, np.bool_), said, said, images) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 9)), min_size=2, max_size=60))
def test_that_the_figure_lies_in_its_interval(rows: list[tuple[bool, int, int]]):
    true, said, images = (np.array(column) for column in zip(*rows, strict=True))
    found = pooled_precision(true, said / 4, images)
    assert (found is None) == (not true.any())
    if found is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1
