"""How far a person agrees with what the same person said before, with its interval."""

from __future__ import annotations

import numpy as np
import pytest

from core.review.agreement import BLOCK, Pairs, check_self
from core.review.intervals import wilson
from core.values import HeadKind


def pairs_of(kind: HeadKind, first, second) -> Pairs:
    first, second = np.array(first, np.float32), np.array(second, np.float32)
    count = len(first)
    return Pairs(kind, first, second, np.arange(count), np.arange(count))


def classes(first, second, labels: int = 3) -> Pairs:
    every = np.eye(labels, dtype=np.float32)
    return pairs_of(HeadKind.CLASS, every[list(first)], every[list(second)])


def test_that_each_label_has_its_share_with_wilsons_interval():
    found = check_self(classes([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]))
    assert found.whole.share is not None
    assert (found.whole.share.value, found.whole.n) == (pytest.approx(4 / 6), 6)
    shares = [one.share for one in found.by_bin]
    assert [(share.low, share.high) for share in shares if share] == [wilson(2, 3), wilson(2, 2), wilson(0, 1)]


def test_that_kappa_is_that_of_a_table_worked_out_by_hand():
    first, second = [0] * 25 + [1] * 25, [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15
    assert check_self(classes(first, second, 2)).kappa == pytest.approx(0.4)


def test_that_one_label_alone_leaves_kappa_open():
    assert check_self(classes([0, 0], [0, 0])).kappa is None


def test_that_scores_agree_within_half_a_bracket_and_their_distance_is_told():
    found = check_self(pairs_of(HeadKind.SCORE, [[0.5], [0.5], [0.8]], [[0.55], [0.4], [0.8]]))
    assert found.whole.share is not None
    assert found.whole.apart is not None
    assert found.whole.share.value == pytest.approx(2 / 3)
    assert found.whole.apart.value == pytest.approx(0.5)
    assert found.whole.apart.low < 0.5 < found.whole.apart.high
    assert found.by_bin[5].n == 2


def test_that_a_small_step_costs_a_score_less_kappa_than_a_large_one():
    near = check_self(pairs_of(HeadKind.SCORE, [[0.2], [0.8], [0.5]], [[0.3], [0.8], [0.5]]))
    far = check_self(pairs_of(HeadKind.SCORE, [[0.2], [0.8], [0.5]], [[0.9], [0.8], [0.5]]))
    assert near.kappa is not None
    assert far.kappa is not None
    assert 1 > near.kappa > far.kappa


def test_that_a_tag_left_open_the_second_time_says_nothing():
    nan = np.nan
    found = check_self(pairs_of(HeadKind.TAGS, [[1, 0], [1, 1]], [[1, nan], [0, 1]]))
    assert found.whole.n == 3
    assert [one.n for one in found.by_bin] == [2, 1]


def test_that_nothing_answered_twice_gives_no_figure():
    found = check_self(classes([], []))
    assert (found.whole.share, found.kappa, found.blocks, found.drift) == (None, None, (), None)


def test_that_a_person_who_grows_careless_drifts_down():
    sure, careless = [0] * 3 * BLOCK, [0, 1] * (3 * BLOCK // 2)
    found = check_self(classes([0] * 6 * BLOCK, sure + careless))
    assert found.drift is not None
    assert found.drift.high < 0
    assert [len(block.rows) for block in found.blocks] == [BLOCK] * 6
    assert found.blocks[-1].share is not None
    assert found.blocks[-1].share.value == 0.5


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
def test_that_the_interval_covers_a_simulated_persons_true_agreement(noise):
    rng, labels, people, count = np.random.default_rng(7), 4, 400, 60
    truth = (1 - noise) ** 2 + noise**2 / (labels - 1)

    def say(true):
        slips = rng.random(len(true)) < noise
        return np.where(slips, (true + rng.integers(1, labels, len(true))) % labels, true)

    covered = 0
    for _ in range(people):
        true = rng.integers(0, labels, count)
        share = check_self(classes(say(true), say(true), labels)).whole.share
        assert share is not None
        covered += share.low <= truth <= share.high
    assert covered / people > 0.92
