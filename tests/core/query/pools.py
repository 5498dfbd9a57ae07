"""Pools with predictions, as a live head or a version would leave them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.query.disagreement import disagreement_order
from core.query.queues import build_queue
from core.query.situation import Situation, as_points
from core.query.utilities import utility
from core.values import MEMBERS, HeadKind, Strategy

OUTPUTS = {HeadKind.CLASS: 3, HeadKind.TAGS: 4, HeadKind.SCORE: 1}


@dataclass(slots=True, eq=False)
class Pool:
    """Arrays as in a predictions file, and masks; change any of them before asking for a queue."""

    kind: HeadKind
    embeddings: NDArray[np.float32]
    members: NDArray[np.float16]
    annotated: NDArray[np.bool_]
    excluded: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.excluded = np.zeros(len(self.embeddings), dtype=np.bool_)

    def situation(self, *, seed: int = 0) -> Situation:
        points = as_points(self.embeddings, seed=seed)
        doubt = utility(self.members.transpose(1, 0, 2), self.kind)
        return Situation(
            self.kind,
            self.annotated,
            points,
            members=self.members.transpose(1, 0, 2),
            left_out=self.excluded,
            utility=doubt,
            prepared=disagreement_order(points, doubt, self.annotated, self.excluded, seed=seed),
            seed=seed,
        )

    def queue(self, strategy: Strategy, *, seed: int = 0, share: float = 0.07) -> NDArray[np.int64]:
        return build_queue(strategy, self.situation(seed=seed), audit_share=share)


def make_pool(kind: HeadKind, images: int, *, annotated: int = 0, seed: int = 0, outputs: int | None = None) -> Pool:
    rng = np.random.default_rng(seed)
    width = outputs or OUTPUTS[kind]
    raw = rng.random((images, MEMBERS, width))
    members = raw / raw.sum(axis=2, keepdims=True) if kind is HeadKind.CLASS else raw
    mask = np.zeros(images, dtype=np.bool_)
    mask[rng.permutation(images)[:annotated]] = True
    return Pool(kind, rng.normal(size=(images, 12)).astype(np.float32), members.astype(np.float16), mask)
