"""What a strategy goes by, one number for each image of a `Situation`: the higher, the sooner it is asked.

Labels that count more in training count more here: a doubt is multiplied by the weight that its likely labels have.
Letters: n = images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.query import utilities
from core.query.clustering import squared_distances
from core.query.situation import Situation
from core.values import BRACKETS, HeadKind

Values = NDArray[np.float32]
"""(n,)"""
_HALF_A_BRACKET = 0.5 / BRACKETS


def by(measure: Callable[[NDArray[np.floating], HeadKind], Values]) -> Callable[[Situation], Values]:
    """One of core.query.utilities as the number of a strategy; all equal before anything is learned."""

    def values(situation: Situation) -> Values:
        if situation.members is None:
            return np.ones(situation.size, dtype=np.float32)
        return measure(situation.members, situation.kind) * importance(situation)

    return values


doubt = by(utilities.utility)
"""Margin of the mean vote, of scores the members' spread: the number behind `disagreement`."""


def teaching(situation: Situation) -> Values:
    """`doubt`, as it came with the predictions where it did."""
    if situation.utility is None:
        return doubt(situation)
    return np.asarray(situation.utility, dtype=np.float32) * importance(situation)


def mean_vote(situation: Situation) -> NDArray[np.float32]:
    """(n, outputs)"""
    if situation.members is None:
        return situation.said()
    return np.asarray(np.mean(situation.members, axis=0, dtype=np.float32), dtype=np.float32)


def importance(situation: Situation) -> Values:
    """The class weight that the mean vote expects, in units of the largest; 1 without weights."""
    weights = situation.class_weights
    if weights is None or situation.kind is not HeadKind.CLASS or not np.max(weights, initial=0.0) > 0:
        return np.ones(situation.size, dtype=np.float32)
    expected = np.nan_to_num(mean_vote(situation), nan=0.0) @ (weights / np.max(weights)).astype(np.float32)
    return np.asarray(expected, dtype=np.float32)


def dissent(situation: Situation) -> Values:
    """The share of members that say otherwise than the mean vote; of tags the most that any tag has."""
    if situation.members is None:
        return np.ones(situation.size, dtype=np.float32)
    said, mean = np.nan_to_num(np.asarray(situation.members, np.float32), nan=0.0), mean_vote(situation)
    mean = np.nan_to_num(mean, nan=0.0)
    match situation.kind:
        case HeadKind.CLASS:
            otherwise = (said.argmax(axis=2) != mean.argmax(axis=1))[:, :, None]
        case HeadKind.TAGS:
            otherwise = (said > 0.5) != (mean > 0.5)
        case HeadKind.SCORE:
            otherwise = np.abs(said - mean) > _HALF_A_BRACKET
    share = otherwise.mean(axis=0, dtype=np.float32)  # (n, outputs)
    return np.asarray(share.max(axis=1, initial=0.0), dtype=np.float32)


def wanted(situation: Situation) -> Values:
    """How likely an image is what is hunted."""
    return situation.wanted()


def near_positives(situation: Situation) -> Values:
    """Closeness to the nearest positive found so far; how likely each image is where there is none, or no points."""
    rows = np.flatnonzero(_positives(situation))
    if not len(rows) or situation.points is None:
        return situation.wanted()
    points = situation.places()
    apart = squared_distances(points, points[rows]).min(axis=1)
    return np.asarray(-apart, dtype=np.float32)


def evenly(situation: Situation) -> Values:
    """By chance, and the same for the same content."""
    return situation.chance()


def _positives(situation: Situation) -> NDArray[np.bool_]:
    if situation.positive is None:
        return np.zeros(situation.size, np.bool_)
    return situation.positive & ~situation.closed
