"""Hunts: what they ask before the first positive, until enough are found, and then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.query import hunting
from core.query.answered import likely_by_answers
from core.query.family import FAMILY
from core.query.situation import Situation
from core.query.unseen import of_unseen_clusters
from core.values import ENOUGH_FOUND, HeadKind, Strategy
from tests.core.query.clumps import clumps


def _pool(*, images: int = 300, found: int = 0, refused: int = 0) -> Situation:
    """The last third looks alike and is likely; the positives are its last, refusals are the first of the others."""
    rng = np.random.default_rng(0)
    rare = np.arange(images) >= images * 2 // 3
    points = (rng.normal(size=(images, 6)) + 8.0 * rare[:, None]).astype(np.float32)
    likely = np.where(rare, 0.9, 0.1) + rng.normal(0, 0.02, images)
    said = np.stack([1 - likely, likely], axis=1).astype(np.float32)
    annotated = np.zeros(images, np.bool_)
    annotated[:refused] = True
    positive = np.arange(images) >= images - found
    annotated |= positive
    return Situation(
        HeadKind.CLASS, annotated, points, members=said[None], probabilities=said, positive=positive, target=1, count=12
    )


def _share_of_likely(rows: np.ndarray) -> float:
    return float((rows >= 200).mean())


def test_that_a_hunt_goes_for_the_likeliest():
    assert _share_of_likely(hunting.hunt(_pool(found=3, refused=20))) == 1.0


def test_that_a_hunt_that_found_something_goes_by_the_answers_where_the_head_says_nothing():
    silent = replace(_pool(found=1, refused=20), members=None, probabilities=None)
    assert _share_of_likely(hunting.hunt(silent)) == 1.0


def test_that_a_hunt_keeps_away_from_what_was_refused():
    situation = _pool(found=1)
    points = np.array(situation.points)
    points[200:250, 0] += 2.0
    annotated = situation.annotated.copy()
    annotated[200:210] = True
    order = hunting.hunt(replace(situation, points=points, annotated=annotated, by_example=True))
    assert (order >= 250).all()


def test_that_an_answer_that_leaves_the_tag_open_is_no_refusal():
    situation = _pool(found=1)
    annotated = situation.annotated.copy()
    annotated[210:290] = True
    open_tags = replace(situation, kind=HeadKind.TAGS, annotated=annotated, judged=situation.positive)
    values, refused = likely_by_answers(open_tags), likely_by_answers(replace(open_tags, judged=None))
    assert values[200:210].min() > values[:200].max()
    assert values[200:210].mean() > refused[200:210].mean()


def test_that_of_many_answers_all_that_were_found_and_the_nearest_refusals_take_part(monkeypatch):
    monkeypatch.setattr("core.query.answered.ANSWERS", 12)
    situation = _pool(found=4, refused=150)
    assert _share_of_likely(np.argsort(-likely_by_answers(situation))[:50]) == 1.0
    few = replace(situation, annotated=situation.annotated & (np.arange(300) >= 296))
    assert not np.array_equal(likely_by_answers(situation), likely_by_answers(few))


def test_that_a_hunt_that_found_nothing_also_looks_where_nothing_was_seen():
    head = hunting.hunt(_pool(refused=20))
    assert 0 < _share_of_likely(head) < 1


def test_that_a_small_cluster_is_looked_at_early_and_no_cluster_twice():
    rng = np.random.default_rng(1)
    centres = rng.normal(0, 20, (9, 6))
    belongs = np.repeat(np.arange(9), [100] * 8 + [4])
    points = (centres[belongs] + rng.normal(0, 0.1, (804, 6))).astype(np.float32)
    annotated = np.isin(np.arange(804), [0, 100, 200])
    looked = of_unseen_clusters(Situation(HeadKind.CLASS, annotated, points, count=6))
    assert belongs[looked[0]] == 8
    assert set(belongs[looked]) == {3, 4, 5, 6, 7, 8}
    assert len(looked) == 6


def test_that_with_many_answers_a_hunt_that_found_nothing_still_looks_around(monkeypatch):
    monkeypatch.setattr("core.query.unseen.ANSWERED", 10)
    looked = of_unseen_clusters(_pool(refused=40))
    assert len(looked)
    assert (looked >= 40).all()


def test_that_an_answer_that_leaves_the_tag_open_is_nothing_seen():
    left_open = replace(_pool(refused=20), judged=np.zeros(300, np.bool_))
    assert hunting.is_blind(_pool(refused=20))
    assert not hunting.is_blind(left_open)
    clump = clumps(3, 100)
    refused = of_unseen_clusters(replace(_pool(refused=20), points=clump, count=2))
    assert set(refused // 100) == {1, 2}
    assert set(of_unseen_clusters(replace(left_open, points=clump, count=3)) // 100) == {0, 1, 2}


def test_that_beyond_its_head_a_hunt_that_found_nothing_goes_by_chance():
    blind = _pool(refused=20)
    assert np.array_equal(hunting.promise(blind), blind.chance())
    assert np.array_equal(hunting.promise(_pool(found=1)), _pool(found=1).wanted())


def test_that_a_hunt_by_an_example_goes_by_it_whatever_was_refused():
    assert _share_of_likely(hunting.hunt(replace(_pool(refused=20), by_example=True))) == 1.0


def test_that_a_hunt_without_any_opinion_looks_into_each_cluster():
    cold = replace(_pool(), members=None, probabilities=None)
    assert np.array_equal(hunting.hunt(cold), of_unseen_clusters(cold))


def test_that_the_labels_own_words_lead_before_the_first_answer():
    assert _share_of_likely(hunting.hunt(_pool())) == 1.0


def test_that_a_hunt_ends_by_itself_when_enough_are_found():
    assert not hunting.is_over(_pool(found=ENOUGH_FOUND - 1))
    over = _pool(found=ENOUGH_FOUND, refused=10)
    assert hunting.is_over(over)
    head = FAMILY[Strategy.HUNT].order(over)[:8]
    assert set(hunting.top(over)[:2]) <= set(head)
    assert len(set(head) & set(hunting.disagreement(over)[:6])) == 6


def test_that_after_a_hunt_all_of_a_large_pool_may_be_asked_and_not_the_likeliest_alone(monkeypatch):
    monkeypatch.setattr("core.query.strategy.DRAWN", 40)
    over = _pool(found=ENOUGH_FOUND, refused=10)
    doubtful = np.array(over.members)
    doubtful[:, 100:110] = 0.5
    head = FAMILY[Strategy.HUNT].order(replace(over, members=doubtful, probabilities=doubtful[0]))[:12]
    assert np.isin(np.arange(100, 110), head).sum() >= 2
    assert (head >= 200).sum() >= 2


def test_that_nearest_goes_by_the_positives_that_were_found():
    situation = _pool()
    annotated, positive = situation.annotated.copy(), situation.annotated.copy()
    annotated[250] = positive[250] = True
    near = FAMILY[Strategy.NEAREST].order(replace(situation, annotated=annotated, positive=positive))
    assert _share_of_likely(near[:12]) == 1.0


def test_that_labels_that_count_more_come_sooner():
    doubtful = np.full((2, 40, 2), [0.55, 0.45], np.float32)
    doubtful[:, 20:] = [0.45, 0.55]
    situation = Situation(HeadKind.CLASS, np.zeros(40, np.bool_), members=doubtful, class_weights=np.array([1.0, 9.0]))
    order = FAMILY[Strategy.MARGIN].order(situation)
    assert set(order[:20]) == set(range(20, 40))
