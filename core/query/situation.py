"""All that a query strategy may look at: a frozen picture of the pool at one moment.

Letters: n = images, d = values of a point, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.query.clustering import Points, mean_tile, principal_components
from core.query.random_share import random_keys
from core.values import ENOUGH_FOUND, HeadKind

_T = TypeVar("_T", bound=np.generic)
HEAD_LENGTH = 32
"""Images at the head of a queue that are chosen together, for diversity."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Arrays are of the pool; only `kind` and `annotated` must be known, and what a strategy needs (its `needs`)."""

    kind: HeadKind
    annotated: NDArray[np.bool_]
    """(n,)"""
    points: Points | None = None
    """(n, d): what `as_points` makes of embeddings"""
    members: NDArray[np.floating] | None = None
    """(members, n, outputs), as in core.query.utilities; None before anything is learned"""
    probabilities: NDArray[np.floating] | None = None
    """(n, outputs) calibrated; None: the members' mean"""
    left_out: NDArray[np.bool_] | None = None
    """(n,) excluded, or outside a filter: never asked, and nothing is asked because of them"""
    positive: NDArray[np.bool_] | None = None
    """(n,) annotated as what is hunted"""
    judged: NDArray[np.bool_] | None = None
    """(n,) annotated as that or as not that, where an annotation may say neither; None: each says one of both"""
    target: int | None = None
    """What is hunted: an output of a class or tags head, the lowest bracket of a score head; None: the surest"""
    enough: int = ENOUGH_FOUND
    """Of what is hunted"""
    by_example: bool = False
    """What is said is likeness to an example of what is hunted"""
    class_weights: NDArray[np.floating] | None = None
    """(outputs,) how much each label counts in training"""
    utility: NDArray[np.floating] | None = None
    """(n,) what `disagreement` goes by, where it came with the predictions"""
    prepared: NDArray[np.int64] | None = None
    """The diverse head of `disagreement`, where it came with the predictions"""
    keys: NDArray[np.uint64] | None = None
    """(n,) that tie chance to the images' content; None: to their places"""
    chances: NDArray[np.float64] | None = None
    """(n,) how likely each open image was to be here, where these are drawn from a larger pool; None: all are here"""
    seed: int = 0
    count: int = HEAD_LENGTH
    """So many images are chosen together"""

    @property
    def size(self) -> int:
        return len(self.annotated)

    @property
    def closed(self) -> NDArray[np.bool_]:  # (n,)
        return np.zeros(self.size, np.bool_) if self.left_out is None else self.left_out

    @property
    def open_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.annotated & ~self.closed)

    @property
    def taken_rows(self) -> NDArray[np.int64]:
        """Annotated and not left out."""
        return np.flatnonzero(self.annotated & ~self.closed)

    @property
    def found(self) -> int:
        """Positives so far."""
        return int(self.found_mask.sum())

    @property
    def found_mask(self) -> NDArray[np.bool_]:  # (n,)
        if self.positive is None:
            return np.zeros(self.size, np.bool_)
        return self.positive & self.annotated & ~self.closed

    @property
    def refused_mask(self) -> NDArray[np.bool_]:  # (n,)
        """Annotated as something else than what is hunted."""
        judged = self.annotated if self.judged is None else self.judged & self.annotated
        return judged & ~self.found_mask & ~self.closed

    def places(self) -> Points:
        """The points (n, d); values that are not finite count as 0."""
        if self.points is None:
            raise ValueError("this strategy needs points")
        return np.nan_to_num(np.asarray(self.points, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)

    def chance(self) -> NDArray[np.float32]:
        """(n,) from 0 to 1, the same for the same seed and content."""
        return (random_keys(self.size, self.seed, self.keys) >> np.uint64(40)).astype(np.float32) / np.float32(2**24)

    def said(self) -> NDArray[np.float32]:
        """(n, outputs); NaN where nothing was learned."""
        if self.probabilities is not None:
            return np.asarray(self.probabilities, dtype=np.float32)
        if self.members is not None:
            return np.asarray(np.mean(self.members, axis=0, dtype=np.float32), dtype=np.float32)
        return np.full((self.size, 1), np.nan, dtype=np.float32)

    def wanted(self) -> NDArray[np.float32]:
        """(n,) how likely each image is what is hunted: its probability, or its score; NaN where nothing is said."""
        said = self.said()
        if self.kind is HeadKind.SCORE or said.shape[1] == 1:
            return said[:, 0]
        if self.target is not None:
            return said[:, min(self.target, said.shape[1] - 1)]
        return np.asarray(np.fmax.reduce(said, axis=1, initial=-np.inf), dtype=np.float32)

    def of(self, rows: NDArray[np.int64], points: Points, *, chances: NDArray[np.float64] | None = None) -> Situation:
        """The same of some images (k,) with their `points` (k, d), and the `chances` (k,) that they were drawn by."""
        return replace(
            self,
            annotated=self.annotated[rows],
            points=points,
            members=None if self.members is None else self.members[:, rows],
            probabilities=_part(self.probabilities, rows),
            left_out=_part(self.left_out, rows),
            positive=_part(self.positive, rows),
            judged=_part(self.judged, rows),
            utility=_part(self.utility, rows),
            keys=_part(self.keys, rows),
            chances=chances,
            prepared=None,
        )


def _part(values: NDArray[_T] | None, rows: NDArray[np.int64]) -> NDArray[_T] | None:
    return None if values is None else values[rows]


def as_points(embeddings: NDArray[np.floating], *, seed: int = 0) -> Points:
    """(n, dim), or (n, tiles, dim) by the mean of each image's unit tiles, as principal components (n, d)."""
    vectors = mean_tile(embeddings)
    return principal_components(vectors, seed=seed).apply(vectors)
