"""The live head as the program has it, on a set whose answers are known: of few answers in two views, else in one.

Letters: n = annotated images, k = any images, dim = values of an embedding, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.benchmarks.label_sets import LabelSet
from core.heads.live_fit import LiveFit, refit
from core.heads.second_view import pays
from core.heads.similarity import unit_rows
from core.heads.surroundings import Surroundings
from core.heads.teaching import DRAWN
from core.heads.two_views import share_of_second
from core.values import Annotated, Tiles


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    plain: LiveFit
    second: LiveFit | None
    """On surroundings; None where one view is all"""
    share: float
    """Of the second view"""


class BenchHead:
    """Of a set of which only the images `pool` (rows) are in the store."""

    def __init__(self, data: LabelSet, pool: NDArray[np.int64], *, seed: int) -> None:
        self._data, self._seed, self._images = data, seed, len(pool)
        drawn = np.random.default_rng(seed).permutation(pool)[:DRAWN]
        self._surroundings = Surroundings(data.embeddings[drawn])
        self._around = self._surroundings.of(data.embeddings) if self._sees_twice(1) else data.embeddings

    def learn(self, rows: NDArray[np.int64], *, before: Learned | None = None) -> Learned:
        """The answers to these images (n,) of the set."""
        before_plain, before_second = (None, None) if before is None else (before.plain, before.second)
        plain = self._fit(self._data.embeddings[rows], rows, before_plain)
        if not self._sees_twice(len(rows)):
            return Learned(plain, None, 0.0)
        second = self._fit(self._around[rows], rows, before_second)
        targets, weights = self._data.targets[rows], np.ones(len(rows), dtype=np.float32)
        share = share_of_second(plain.left_out, second.left_out, targets, weights, self._data.kind, toll=True)
        return Learned(plain, second, share)

    def votes(self, learned: Learned, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(members, k, outputs) of images (k,) of the set."""
        return self._mixed(learned, self._data.embeddings[rows], self._around[rows])

    def votes_of(self, learned: Learned, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """(members, k, outputs) of any embeddings (k, dim)."""
        around = embeddings if learned.second is None else self._surroundings.of(embeddings)
        return self._mixed(learned, embeddings, around)

    def _sees_twice(self, answers: int) -> bool:
        return bool(self._surroundings) and pays(self._data.kind, Tiles.NONE, self._images, answers)

    def _fit(self, embeddings: NDArray[np.float32], rows: NDArray[np.int64], before: LiveFit | None) -> LiveFit:
        n = len(rows)
        annotated = Annotated(
            np.zeros((n, 32), dtype=np.uint8),
            self._data.targets[rows],
            np.ones(n, dtype=np.float32),
            self._data.groups[rows],
        )
        keys = rows.astype(np.uint64)
        kind = self._data.kind
        return refit(unit_rows(embeddings), annotated, keys, kind, np.arange(n), before=before, seed=self._seed)

    def _mixed(
        self, learned: Learned, embeddings: NDArray[np.float32], around: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        with torch.inference_mode():
            said = learned.plain.committee.predict(embeddings)
            if learned.second is None:
                return said
            return np.asarray(said + np.float32(learned.share) * (learned.second.committee.predict(around) - said))
