"""Figures of the label bench: answers needed, and orders that fall behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.benchmarks.label_figures import Compared, Curves, best_of, mean_ratio, most_behind, unsettled


def _curves(*means):
    """Three seeds around the given means of each round."""
    quality = np.array(means)[None] + np.array([-0.01, 0.0, 0.01])[:, None]
    return Curves(np.arange(1, len(means) + 1) * 10, quality, quality, 0.1)


def test_that_answers_needed_lie_on_the_line_between_two_rounds():
    assert _curves(0.5, 0.7, 0.9).answers_to(0.8) == pytest.approx(25.0)


def test_that_a_curve_that_never_gets_there_counts_as_its_end():
    assert _curves(0.5, 0.6, 0.7).answers_to(0.8) == 30.0


def test_that_answers_before_the_first_round_ends_count():
    curves = _curves(0.9, 0.95)
    sooner = np.tile([0.2, 0.4, 0.6, 0.8], (3, 1))
    assert replace(curves, sooner=sooner).answers_to(0.5) == pytest.approx(5.0)
    assert replace(curves, sooner=sooner).answers_to(0.85) == pytest.approx(9.0)
    assert replace(curves, sooner=sooner).first(2).answers_to(0.1) == 2.0
    assert curves.answers_to(0.5) == 10.0
    assert replace(curves, sooner=sooner).by_rounds().answers_to(0.5) == 10.0


def test_that_curves_are_held_side_by_side_from_the_same_answer_on():
    curves = _curves(0.9, 0.95)
    sooner = replace(curves, sooner=np.tile([0.2, 0.4, 0.6, 0.8], (3, 1)))
    sets = [Compared("one", {"sooner": sooner, "rounds": curves, "too": sooner}, 1.0)]
    assert mean_ratio(sets, "sooner", "rounds", 0.5)[0] == pytest.approx(1.0)
    assert mean_ratio(sets, "sooner", "too", 0.5)[0] == pytest.approx(1.0)
    assert sooner.answers_to(0.5) == pytest.approx(5.0)


def test_that_the_best_by_few_seeds_is_to_be_tried_on_more_until_the_best_has_enough():
    rounds = {"plain": (0.3, 0.4, 1), "never": (0.1, 0.1, 0.2), "early": (0.92, 0.92, 1), "late": (0.1, 0.99, 1)}
    enough = {name: _curves(*means) for name, means in rounds.items()}
    few = enough | {name: enough[name].first(2) for name in ("early", "late")}
    names = ["never", "early", "late"]

    def left(curves):
        return unsettled([Compared("one", curves, 1.0)], names, "plain", 3)

    assert best_of([Compared("one", few, 1.0)], names, "plain", 0.9)[0] == "early"
    assert best_of([Compared("one", few, 1.0)], names, "plain", 0.95)[0] == "late"
    assert left(few) == "early"
    assert left(few | {"early": enough["early"]}) == "late"
    assert left(enough | {"never": enough["never"].first(2)}) is None
    assert unsettled([Compared("one", few, 1.0)], [], "plain", 3) is None


def test_that_an_order_behind_in_one_round_is_found_out():
    worst = most_behind(_curves(0.5, 0.6, 0.9), _curves(0.5, 0.7, 0.9))
    assert worst.answers == 20
    assert worst.surely == pytest.approx(0.1)


def test_that_an_order_behind_by_noise_is_not_called_behind():
    noisy = np.array([[0.5, 0.8], [0.7, 0.6], [0.6, 0.7]])
    other = np.array([[0.6, 0.7], [0.6, 0.7], [0.63, 0.7]])
    rounds = np.array([10, 20])
    assert most_behind(Curves(rounds, noisy, noisy, 0.1), Curves(rounds, other, other, 0.1)).surely < 0


def test_that_sets_count_alike_in_the_ratio_of_answers_needed():
    half, same = _curves(0.8, 0.9, 1.0), _curves(0.6, 0.8, 0.9)
    sets = [Compared("one", {"a": half, "b": same}, 0.8), Compared("two", {"a": same, "b": same}, 0.8)]
    ratio, low, high = mean_ratio(sets, "a", "b", 1.0)
    assert ratio == pytest.approx(np.sqrt(0.5))
    assert low <= ratio <= high
