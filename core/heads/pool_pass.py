"""One pass over all embeddings: the release head's answers, the committee's votes, and the head of the queue.

Vectors are read block by block, so that memory grows only by what is kept of each image. Above STREAM_ABOVE images
a linear committee looks first, and the kernel committee judges anew the images that the first left most in doubt.

Letters: n = images, k = some of them, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.heads.calibrate import Calibration
from core.heads.checkpoint import predict
from core.heads.committee import Committee, CommitteeReader
from core.heads.linear_stage import linear_committee
from core.heads.live_fit import LiveFit
from core.heads.members import in_turn
from core.heads.network import SeedNetwork
from core.heads.similarity import unit_rows
from core.heads.streamed_pool import JUDGED_ANEW, STREAM_ABOVE, Axes
from core.heads.votes import silence
from core.query.clustering import Points, Projection, mean_tile, principal_components
from core.query.utilities import utility
from core.values import Combine, HeadKind
from core.workers import Workers

BLOCK = 4096
_PROJECTION_ROWS = 4096

Watch = Callable[[int, int], None]
"""Told before each block how many images are done and how many there are; raises Cancelled to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class PoolAnswers:
    probabilities: NDArray[np.float16]
    """(n, outputs) of the release head"""
    members: NDArray[np.float16]
    """(n, members, outputs) of the committee"""
    utility: NDArray[np.float32]
    """(n,)"""
    near: NDArray[np.int64]
    """(k,) images from which the head of the queue is drawn, ascending"""
    points: Points
    """(k, d) their principal components"""


@dataclass(frozen=True, slots=True, eq=False)
class PoolPass:
    """What is needed to judge every image of a store."""

    store: EmbeddingStore
    kind: HeadKind
    combine: Combine
    network: SeedNetwork
    fit: LiveFit
    device: str
    seed: int
    workers: Workers
    taught: NDArray[np.int64]
    """Positions of the annotated images: they cover their neighbourhood"""
    targets: NDArray[np.floating]
    """(taught, outputs), NaN = unknown: outputs that no answer speaks of are silent"""
    calibration: Calibration | None = None
    """Of the committee, where it needs one: of scores"""

    def run(self, watch: Watch) -> PoolAnswers:
        n = len(self.store)
        if n > STREAM_ABOVE:
            return self._two_looks(n, watch)
        first = self.fit.committee
        projection = self._projection(n)
        points = np.empty((n, projection.axes.shape[1]), dtype=np.float32)
        probabilities, members = self._first_look(first, watch, n, projection=projection, points=points)
        return PoolAnswers(probabilities, members, self._doubt(probabilities, members), np.arange(n), points)

    def _two_looks(self, n: int, watch: Watch) -> PoolAnswers:
        count = min(JUDGED_ANEW, n)
        each = self.workers.each if self.device == "cpu" else in_turn
        first = self.workers.run(linear_committee, self.fit, seed=self.seed, each=each)
        probabilities, members = self._first_look(first, watch, n + count)
        doubt = self._doubt(probabilities, members)
        near = np.union1d(np.argpartition(doubt, n - count)[n - count :], self.taught)
        count = len(near)
        projection = self._projection(n)
        points = np.empty((count, projection.axes.shape[1]), dtype=np.float32)
        second, axes = _Votes(self.fit.committee, self.device, self.calibration), Axes(projection, self.device)

        def look(start: int) -> None:
            rows = near[start : start + BLOCK]
            vectors = unit_rows(mean_tile(self.store.gather(rows)), self.device)
            members[rows] = second.read(vectors)
            points[start : start + BLOCK] = axes.read(vectors).cpu().numpy()

        self._each_block(look, count, watch, before=n, total=n + count)
        silence(probabilities, members, self.targets)
        doubt[near] = self._doubt(probabilities[near], members[near])
        return PoolAnswers(probabilities, members, doubt, near, points)

    def _first_look(
        self,
        committee: Committee,
        watch: Watch,
        total: int,
        *,
        projection: Projection | None = None,
        points: Points | None = None,
    ) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """Probabilities (n, outputs) and members (n, members, outputs); fills `points` where they are wanted."""
        n, outputs = len(self.store), self.network.outputs
        probabilities = np.empty((n, outputs), dtype=np.float16)
        members = np.empty((n, len(committee.members), outputs), dtype=np.float16)
        votes = _Votes(committee, self.device, self.calibration)
        axes = None if projection is None else Axes(projection, self.device)

        def look(start: int) -> None:
            where = slice(start, min(start + BLOCK, n))
            block = self.store.gather(np.arange(where.start, where.stop))
            probabilities[where] = predict(self.network, self.kind, block, combine=self.combine, device=self.device)
            vectors = unit_rows(mean_tile(block), self.device)
            members[where] = votes.read(vectors)
            if axes is not None and points is not None:
                points[where] = axes.read(vectors).cpu().numpy()

        self._each_block(look, n, watch, before=0, total=total)
        silence(probabilities, members, self.targets)
        return probabilities, members

    def _doubt(self, probabilities: NDArray[np.float16], members: NDArray[np.float16]) -> NDArray[np.float32]:
        """(k,): the committee's; for labels also where the release head contradicts its mean vote."""
        if self.kind is HeadKind.SCORE:
            return utility(members.transpose(1, 0, 2), self.kind)
        mean = members.mean(axis=1, dtype=np.float32)
        return utility(np.stack([probabilities.astype(np.float32), mean]), self.kind)

    def _each_block(self, look: Callable[[int], None], count: int, watch: Watch, *, before: int, total: int) -> None:
        """All blocks, side by side; `before` images are done already of `total`."""
        starts = range(0, count, BLOCK)
        at_once = 2 * self.workers.count
        for first in range(0, len(starts), at_once):
            watch(before + starts[first], total)
            self.workers.each(look, starts[first : first + at_once])

    def _projection(self, n: int) -> Projection:
        count = min(_PROJECTION_ROWS, n)
        rows = np.sort(np.random.default_rng(self.seed).choice(n, count, replace=False))
        return principal_components(mean_tile(self.store.gather(rows)), seed=self.seed)


class _Votes:
    """A committee that reads one block after the other, from any thread."""

    def __init__(self, committee: Committee, device: str, calibration: Calibration | None) -> None:
        self._reader = CommitteeReader(committee, device)
        self._support = torch.as_tensor(committee.support, device=device).T
        self._calibration = calibration

    def read(self, rows: Tensor) -> NDArray[np.float16]:
        """(k, members, outputs) of unit rows (k, dim)."""
        said = self._reader.read((rows @ self._support,))
        if self._calibration is not None:
            said = self._calibration.redraw_scores(said)
        return said.transpose(0, 1).half().cpu().numpy()
