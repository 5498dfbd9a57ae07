"""Limits, what they keep, and answers asked near them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.benchmarks.border import FIGURES, coverage
from core.benchmarks.simulated import draw_project
from core.query.audit_draw import in_order_of_draw
from core.review.audit import Sheet, at_threshold
from core.review.border import next_asked
from core.review.choosing import least_wrong, most_found
from core.review.limits import Limits, best, between_numbers, count_within, just_below, least
from core.review.strata import Pool, cells, divided, kept
from core.review.tally import Whole
from core.values import HeadKind

IMAGES = 4000


def pool_of(passed: int = 200, *, skipped: int = 0, seed: int = 0) -> tuple[Pool, np.ndarray]:
    """The first `passed` turns are answered, of which `skipped` were passed over; and the truth of every image."""
    rng = np.random.default_rng(seed)
    said = rng.beta(0.6, 1.2, IMAGES).astype(np.float16).astype(np.float32)
    truth = rng.random(IMAGES) < said
    done = np.arange(IMAGES) < passed
    over = done & (np.arange(IMAGES) >= passed - skipped)
    wanted = np.where(done & ~over, truth, np.nan).astype(np.float32)
    return Pool(said, wanted, done, over, cells(said)), truth


def answered(pool: Pool, truth: np.ndarray, rows: list[int]) -> Pool:
    passed, wanted = pool.passed.copy(), pool.wanted.copy()
    passed[rows], wanted[rows] = True, truth[rows]
    return Pool(pool.said, wanted, passed, pool.skipped, pool.edges)


def test_that_without_border_answers_the_estimate_is_that_of_the_audit_set():
    pool, _ = pool_of()
    limits = Limits(0.5)
    found = kept(pool, limits)
    done = pool.passed
    sheet = Sheet(HeadKind.TAGS, pool.wanted[done][:, None], pool.said[done][:, None], np.empty((0, 1), np.float32))
    plain = at_threshold(sheet, 0.5, 0)
    assert found.precision.value == pytest.approx(plain.precision.value)
    assert found.precision.n == plain.precision.n
    assert found.precision.low == pytest.approx(plain.precision.low, abs=0.02)


def test_that_each_strip_of_judged_border_images_narrows_the_interval():
    pool, truth = pool_of(120)
    limits = Limits(0.4)
    widths = []
    for _ in range(6):
        found = kept(pool, limits)
        widths.append(found.f1.high - found.f1.low)
        pool = answered(pool, truth, [one.row for one in next_asked(pool, limits, 20)])
    assert widths[-1] < 0.8 * widths[0]
    assert sum(after < before for before, after in pairwise(widths)) >= 4


def test_that_answers_out_of_turn_bend_nothing():
    pool, truth = pool_of(150)
    limits = Limits(0.5)
    before = kept(pool, limits)
    far = np.flatnonzero(truth & (pool.said > 0.5))[-200:].tolist()
    after = kept(answered(pool, truth, far), limits)
    assert after.precision == before.precision


def test_that_a_pool_that_is_answered_whole_is_known():
    pool, truth = pool_of(IMAGES)
    found = kept(pool, Limits(0.3, 0.8))
    inside = (pool.said >= 0.3) & (pool.said <= 0.8)
    assert found.precision.low == pytest.approx(found.precision.high) == pytest.approx(truth[inside].mean())
    assert found.recall.value == pytest.approx(truth[inside].sum() / truth.sum(), abs=1e-6)


def test_that_skipped_images_only_widen():
    plain, _ = pool_of(160)
    with_skipped, _ = pool_of(160, skipped=30)
    one, other = kept(plain, Limits(0.5)).precision, kept(with_skipped, Limits(0.5)).precision
    assert other.high - other.low > one.high - one.low


def test_that_nothing_is_claimed_without_answers():
    found = kept(pool_of(0)[0], Limits(0.5))
    assert found.n == 0
    assert (found.precision.value, found.precision.low, found.precision.high) == (None, 0.0, 1.0)
    assert (found.recall.value, found.recall.low, found.recall.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize("limits", [Limits(0.0), Limits(0.5)])
def test_that_of_nothing_wanted_no_share_is_known_to_be_kept(limits):
    said = np.linspace(0.4, 0.9, 200, dtype=np.float32)
    done = np.arange(200) < 120
    pool = Pool(said, np.where(done, 0, np.nan).astype(np.float32), done, np.zeros(200, np.bool_), cells(said))
    found = kept(pool, limits).recall
    assert (found.value, found.low, found.high, found.n) == (None, 0.0, 1.0, 0)


def test_that_no_recall_is_told_where_no_answer_in_turn_was_a_wanted_one():
    said = np.linspace(0.4, 0.1, 200, dtype=np.float32)  # by heads that have seen none
    page = np.arange(200) >= 190  # answered out of turn, all wanted, and kept by the version that learned them
    done = page | (np.arange(200) < 3)
    wanted = np.where(done, page, np.nan).astype(np.float32)
    pool = Pool(said, wanted, done, np.zeros(200, np.bool_), cells(said))
    found = kept(learned(pool, np.where(page, 0.9, said).astype(np.float32)), Limits(0.5))
    assert (found.precision.value, found.recall.value, found.f1.value, found.recall.n) == (1.0, None, None, 0)
    assert 0.0 < found.recall.low < 0.2 and found.recall.high == 1.0


def test_that_limits_that_keep_nothing_have_no_precision():
    found = kept(pool_of()[0], Limits(0.9999))
    assert found.precision.value is None and found.recall.high < 0.2


def test_that_images_of_a_part_are_asked_in_their_turn_and_half_of_them_at_the_border():
    pool, _ = pool_of(100)
    limits = Limits(0.5)
    asked = next_asked(pool, limits, 12)
    assert sum(one.near for one in asked) >= 6
    for part in divided(pool, limits):
        rows = [one.row for one in asked if one.row in set(part.rows.tolist())]
        still_open = [row for row in part.rows.tolist() if not pool.passed[row]]
        assert rows == still_open[: len(rows)]


def test_that_what_is_asked_already_is_not_asked_twice():
    pool, _ = pool_of(100)
    first = next_asked(pool, Limits(0.5), 6)
    more = next_asked(pool, Limits(0.5), 6, without=frozenset(one.row for one in first))
    assert {one.row for one in first}.isdisjoint(one.row for one in more)


def test_that_intervals_hold_the_truth_where_border_images_were_asked():
    found = coverage(60, seed=5)  # 120 projects; 1,000 are a benchmark
    assert 0.915 <= sum(found.share(name, "near") for name in FIGURES) / len(FIGURES) <= 0.99
    assert min(found.share(name, "near") for name in FIGURES) >= 0.9
    assert all(found.width(name, "near") < 0.75 * found.width(name, "before") for name in FIGURES)


def test_that_intervals_hold_the_truth_where_most_of_the_pool_is_answered():
    found = coverage(5, seed=5, answered=0.8)
    for how in ("before", "near"):
        assert min(found.share(name, how) for name in FIGURES) >= 0.7  # of ten projects; 1,000 are a benchmark
        assert all(found.width(name, how) < 0.15 for name in FIGURES)


def learned(pool: Pool, by_version: np.ndarray) -> Pool:
    """The same pool under a version that says this of it, and learned from what is answered."""
    return replace(pool, whole=Whole(by_version, pool.wanted))


def test_that_what_is_answered_is_counted_as_the_version_keeps_it():
    pool, truth = pool_of(IMAGES)
    by_version = np.where(truth, 0.9, 0.1).astype(np.float32)
    found = kept(learned(pool, by_version), Limits(0.5))
    assert found.precision.value == found.precision.low == found.precision.high == 1.0
    assert found.recall.value == found.recall.low == found.recall.high == 1.0
    assert (found.inside.images, found.inside.answered, found.inside.yes) == (truth.sum(),) * 3
    assert found.unseen.value is not None and found.unseen.value < 0.9


def test_that_open_images_are_no_better_known_for_what_the_version_learned():
    pool, truth = pool_of(400)
    by_version = pool.said.copy()
    by_version[:400] = np.where(truth[:400], 0.9, 0.1)
    found = kept(learned(pool, by_version), Limits(0.5))
    right, missed = (by_version > 0.5) & truth, (by_version < 0.5) & truth
    assert found.precision.low <= right.sum() / (by_version > 0.5).sum() <= found.precision.high
    assert found.recall.low <= right.sum() / (right.sum() + missed.sum()) <= found.recall.high
    assert found.unseen.value == kept(pool, Limits(0.5)).unseen.value


def test_that_no_answer_leaves_the_interval_what_cannot_be():
    pool, truth = pool_of(20)
    rows = np.flatnonzero(pool.said >= 0.5)
    most = answered(pool, truth, rows[:-5].tolist())
    found = kept(most, Limits(0.5))
    right, open_ones = truth[rows[:-5]].sum(), (~most.passed[rows]).sum()
    assert found.precision.low >= right / len(rows) - 1e-9
    assert found.precision.high <= (right + open_ones) / len(rows) + 1e-9


def test_that_limits_that_no_draw_judges_may_be_as_good_and_as_bad_as_open_images_allow():
    pool, _ = pool_of(0)
    rows = np.flatnonzero(pool.said >= 0.5)[1:20]  # out of turn: they judge nothing, but are counted
    most = answered(pool, np.ones(IMAGES), rows.tolist())
    found, size = kept(most, Limits(0.5)), int((pool.said >= 0.5).sum())
    assert (found.n, found.f1.value, found.f1.high, found.recall.high) == (0, None, 1.0, 1.0)
    right, missed = len(rows), IMAGES - size
    assert found.recall.low == pytest.approx(right / (right + missed), abs=1e-6)
    assert found.f1.low == pytest.approx(2 * right / (size + right + missed), abs=1e-6)


def test_that_copies_of_learned_images_count_as_what_they_are_copies_of():
    pool, _ = pool_of(200)
    said, wanted = np.append(pool.said, [0.9, 0.9, 0.9]), np.append(pool.wanted, [1.0, 1.0, np.nan])
    found = kept(replace(pool, whole=Whole(said.astype(np.float32), wanted.astype(np.float32))), Limits(0.5))
    plain = kept(pool, Limits(0.5))
    assert found.inside.images == plain.inside.images + 3 and found.inside.yes == plain.inside.yes + 2
    assert found.precision.value == pytest.approx(plain.precision.value, abs=0.01)


def test_that_a_proven_limit_is_wrong_of_more_no_oftener_than_said():
    broken = proven = 0
    for number in range(30):
        rng = np.random.default_rng([9, number])
        project = draw_project(rng, HeadKind.CLASS, told_before=False)
        project.share = 0.3
        project.work(400)
        order = in_order_of_draw(project.keys)
        said, truth, passed = project.said[order, 0], project.targets[order, 0] > 0.5, project.annotated[order]
        wanted = np.where(passed, truth, np.nan).astype(np.float32)
        pool = Pool(said, wanted, passed, np.zeros(len(said), np.bool_), cells(said))
        found = least_wrong(pool, Limits(0.5), 0.2)
        if found is not None and found.proven:
            proven += 1
            broken += truth[found.limits.within(said)].mean() < 0.8
    assert proven >= 10 and broken <= 2


def test_that_what_cannot_be_proven_is_said_to_be_so():
    found = least_wrong(pool_of(60)[0], Limits(0.5), 0.01)
    assert found is not None and not found.proven
    assert found.kept.precision.low < 0.99


def test_that_enough_of_what_is_wanted_is_kept():
    pool, truth = pool_of(600)
    found = most_found(pool, Limits(0.5), 0.8)
    assert found is not None and found.proven
    inside = found.limits.within(pool.said)
    assert (truth & inside).sum() / truth.sum() >= 0.8
    assert inside.sum() < IMAGES


@given(st.floats(0.0, 1.0))
def test_that_a_limit_lies_between_two_numbers_of_half_precision(value):
    limit = between_numbers(value)
    exact = float(np.float16(limit))
    assert limit in (0.0, 1.0) or exact != limit
    assert abs(limit - value) <= 0.001


@given(st.floats(0.001, 0.999))
def test_that_full_precision_keeps_what_half_precision_keeps(value):
    limit = between_numbers(0.4)
    said = np.array([value], np.float32)
    assert (said >= limit)[0] == (said.astype(np.float16).astype(np.float32) >= limit)[0]


def test_that_the_best_so_many_are_kept_with_their_equals():
    rising = np.sort(np.array([0.1, 0.5, 0.5, 0.5, 0.9], np.float16).astype(np.float32))
    assert count_within(rising, Limits(best(rising, 1))) == 1
    assert count_within(rising, Limits(best(rising, 2))) == 4
    assert count_within(rising, Limits(None, least(rising, 2))) == 4
    assert just_below(0.0) == 0.0


def test_that_more_than_there_are_limit_nothing():
    rising = np.array([0.2, 0.5], np.float32)
    assert (best(rising, 2), best(rising, 9), least(rising, 9)) == (0.0, 0.0, 1.0)


def test_that_images_asked_one_by_one_are_of_all_parts_too():
    pool, truth = pool_of(100)
    limits = Limits(0.5)
    waiting = [one.row for one in next_asked(pool, limits, 8)]
    near = []
    for _ in range(40):
        pool = answered(pool, truth, [waiting.pop(0)])
        [one] = next_asked(pool, limits, 1, without=frozenset(waiting))
        waiting.append(one.row)
        near.append(one.near)
    assert 15 <= sum(near) <= 32


def test_that_nothing_is_known_where_nothing_was_judged():
    pool, _ = pool_of(0)
    found = kept(pool, Limits(0.6))
    assert {(one.value, one.low, one.high, one.n) for one in (found.precision, found.recall, found.f1)} == {
        (None, 0, 1, 0)
    }
