"""Hunts: what they ask before the first positive, until enough are found, and then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.query import hunting
from core.query.family import FAMILY
from core.query.situation import Situation
from core.values import ENOUGH_FOUND, HeadKind, Strategy


def _pool(*, images: int = 300, found: int = 0, refused: int = 0) -> Situation:
    """The last third looks alike and is likely; positives and refusals are annotated among the others."""
    rng = np.random.default_rng(0)
    rare = np.arange(images) >= images * 2 // 3
    points = (rng.normal(size=(images, 6)) + 8.0 * rare[:, None]).astype(np.float32)
    likely = np.where(rare, 0.9, 0.1) + rng.normal(0, 0.02, images)
    said = np.stack([1 - likely, likely], axis=1).astype(np.float32)
    annotated = np.zeros(images, np.bool_)
    annotated[: found + refused] = True
    positive = np.arange(images) < found
    return Situation(
        HeadKind.CLASS, annotated, points, members=said[None], probabilities=said, positive=positive, target=1, count=12
    )


def _share_of_likely(rows: np.ndarray) -> float:
    return float((rows >= 200).mean())


def test_that_a_hunt_goes_for_the_likeliest():
    assert _share_of_likely(hunting.hunt(_pool(found=3, refused=20))) == 1.0


def test_that_a_hunt_that_found_nothing_also_covers_the_pool():
    head = hunting.hunt(_pool(refused=20))
    assert 0 < _share_of_likely(head) < 1


def test_that_a_hunt_by_an_example_goes_by_it_whatever_was_refused():
    assert _share_of_likely(hunting.hunt(replace(_pool(refused=20), by_example=True))) == 1.0


def test_that_a_hunt_without_any_opinion_is_cold_start():
    cold = replace(_pool(), members=None, probabilities=None)
    assert np.array_equal(hunting.hunt(cold), hunting.coverage(cold))


def test_that_the_labels_own_words_lead_before_the_first_answer():
    assert _share_of_likely(hunting.hunt(_pool())) == 1.0


def test_that_a_hunt_ends_by_itself_when_enough_are_found():
    assert not hunting.is_over(_pool(found=ENOUGH_FOUND - 1))
    over = _pool(found=ENOUGH_FOUND, refused=10)
    assert hunting.is_over(over)
    head = hunting.hunt(over)
    assert set(hunting.top(over)[:2]) <= set(head[:8])
    assert len(set(head)) == len(head)
    assert len(set(head[:8]) & set(hunting.disagreement(over))) >= 5


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
