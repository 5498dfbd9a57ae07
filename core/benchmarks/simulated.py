"""Simulated projects whose whole pool is known, worked by a person who answers the queue of the program.

The head is a stand-in: ridge regression on an RBF kernel, each answered image judged without its own answer.
Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.query.audit_draw import audit_mask, counted, in_order_of_draw
from core.query.queues import build_queue
from core.query.situation import Situation
from core.review.audit import Sheet
from core.values import BRACKETS, HeadKind, Strategy

_ROUND = 40
_LABELS = 3
_RIDGE = 0.1
_MIDDLE = {HeadKind.CLASS: 1 / _LABELS, HeadKind.SCORE: 0.5}


@dataclass(slots=True, eq=False)
class SimulatedProject:
    """Arrays are of the pool. `work` fills `annotated` and `said`."""

    kind: HeadKind
    points: NDArray[np.float64]
    """(images, 6)"""
    targets: NDArray[np.float32]
    """(images, outputs): the truth"""
    keys: NDArray[np.uint64]
    annotated: NDArray[np.bool_]
    share: float
    threshold: float
    said: NDArray[np.float32]
    """(images, outputs) of a head that did not see the image"""
    by_version: NDArray[np.float32]
    """(images, outputs) of the head that learned from all that is annotated"""

    def work(self, budget: int, *, at_once: int = _ROUND) -> None:
        while self.annotated.sum() < budget:
            self._judge()
            situation = Situation(
                self.kind, self.annotated, members=self.said[None], probabilities=self.said, keys=self.keys
            )
            strategy = Strategy.MARGIN if self.annotated.any() else Strategy.RANDOM
            queue = build_queue(strategy, situation, audit_share=self.share)
            self.annotated[queue[:at_once]] = True
        self._judge()

    def audited(self) -> NDArray[np.int64]:
        """The answered images that honest figures come from."""
        drawn = np.flatnonzero(audit_mask(self.keys, self.share))
        drawn = drawn[in_order_of_draw(self.keys[drawn])]
        return drawn[: counted(self.annotated[drawn])]

    def sheet(self, rows: NDArray[np.int64]) -> Sheet:
        return Sheet(self.kind, self.targets[rows], self.said[rows], np.empty((0, self.said.shape[1]), np.float32))

    def _judge(self) -> None:
        """Of an annotated image without its own answer, in closed form."""
        rows = np.flatnonzero(self.annotated)
        if not len(rows):
            return
        squares = (self.points**2).sum(axis=1)
        apart = squares[:, None] + squares[rows] - 2 * self.points @ self.points[rows].T
        kernel = np.exp(-apart / 8.0)  # (images, n)
        inverse = np.linalg.inv(kernel[rows] + _RIDGE * np.eye(len(rows)))
        mean = self.targets[rows].mean(axis=0) if self.kind is HeadKind.TAGS else _MIDDLE[self.kind]
        solved = inverse @ (self.targets[rows] - mean)
        values = mean + kernel @ solved
        self.by_version = _answers(values, self.kind)
        values[rows] = self.targets[rows] - solved / np.diag(inverse)[:, None]
        self.said = _answers(values, self.kind)


def draw_project(rng: np.random.Generator, kind: HeadKind, *, told_before: bool) -> SimulatedProject:
    images = int(rng.integers(900, 1500))
    points = rng.normal(size=(images, 6))
    outputs = 1 if kind is HeadKind.SCORE else _LABELS
    hidden = np.tanh(points @ rng.normal(size=(6, 8)) * 0.7) @ rng.normal(size=(8, outputs))
    hidden = hidden / hidden.std() + rng.normal(size=hidden.shape) * rng.uniform(0.1, 0.9)
    if kind is HeadKind.CLASS:
        targets = np.eye(outputs)[hidden.argmax(axis=1)]
    elif kind is HeadKind.TAGS:
        rare = zip(hidden.T, rng.uniform(0.7, 0.97, outputs), strict=True)
        targets = (hidden > [np.quantile(values, share) for values, share in rare]).astype(np.float64)
    else:
        targets = np.clip(np.round((hidden * 2 + 5) * 2) / 2, 0, BRACKETS) / BRACKETS
    annotated = points[:, 0] > np.quantile(points[:, 0], 0.95) if told_before else np.zeros(images, np.bool_)
    keys = rng.integers(0, 2**63, images).astype(np.uint64)
    said = np.full((images, outputs), 1 / outputs, np.float32)
    share, threshold = float(rng.choice([0.1, 0.2, 0.3])), float(rng.uniform(0.4, 0.75))
    given = targets.astype(np.float32)
    return SimulatedProject(kind, points, given, keys, annotated, share, threshold, said, said)


def _answers(values: NDArray[np.float64], kind: HeadKind) -> NDArray[np.float32]:
    if kind is not HeadKind.CLASS:
        return np.clip(values, 0, 1).astype(np.float32)
    sharp = np.exp(4 * (values - values.max(axis=1, keepdims=True)))
    return np.asarray(sharp / sharp.sum(axis=1, keepdims=True), dtype=np.float32)
