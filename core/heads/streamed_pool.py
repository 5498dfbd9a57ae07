"""A pool too large to keep: two stages at every refit.

A linear committee judges every image by 128 principal components; the kernel committee judges anew the 50,000 that
the first left most in doubt, from their whole embeddings on disk; the queue is drawn from those. The components (of a
million images 300 MB beside what is said of them) are found between answers, at the latest on the way of the second
look; the first goes over the embeddings themselves, to the same answers, where that takes fewer products.

Letters: n = images of the pool, k = images judged anew, dim = values of an embedding, d = components.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.heads.columns import unit_half
from core.heads.committee import Committee, CommitteeReader
from core.heads.linear_stage import linear_committee, on_components, on_vectors
from core.heads.live_fit import LiveFit
from core.heads.similarity import unit_rows
from core.heads.votes import SUPPORT_LIMIT, Votes, empty_votes, keep_votes, silence
from core.query.clustering import COMPONENTS, Projection, mean_tile, principal_components
from core.query.disagreement import disagreement_order
from core.workers import Workers

STREAM_ABOVE = 200_000
"""Images."""
JUDGED_ANEW = 50_000
"""Images."""
ORDERED = 8_192
"""Of those the most doubtful, from which the queue is drawn."""
COMPONENTS_KEPT = 128
_PROJECTION_ROWS = 4096
_BLOCK = 4096


class Axes:
    """Principal components in torch, whose threads here have one core each: NumPy's would meet at every product."""

    def __init__(self, projection: Projection, device: str) -> None:
        self._axes = torch.as_tensor(projection.axes, device=device)
        self._offset = torch.as_tensor(projection.centre, device=device) @ self._axes

    def read(self, rows: Tensor) -> Tensor:
        """Points (k, d) of unit rows (k, dim)."""
        return rows @ self._axes - self._offset


class StreamedPool:
    """Rows are positions of the store."""

    def __init__(self, store: EmbeddingStore, device: str, seed: int, workers: Workers) -> None:
        self._store = store
        self._device = device
        self._seed = seed
        self._workers = workers
        self._near = np.empty(0, dtype=np.int64)
        """Rows judged anew last time, ascending; the queue is drawn from them."""
        self._projection = self._choose_projection()
        self._axes = Axes(self._projection, device)
        self._points = np.empty((0, self._projection.axes.shape[1]), dtype=np.float16)
        self._known = 0
        """The first rows, of which the components are kept"""
        self._looked = False
        self.grow()

    def __len__(self) -> int:
        return len(self._points)

    def grow(self) -> None:
        """Take in what the store holds beyond the rows known so far."""
        total = len(self._store)
        if total > len(self):
            points = np.empty((total, self._points.shape[1]), dtype=np.float16)
            points[: self._known] = self._points[: self._known]
            self._points = points

    def foresee(self, stop: Callable[[], bool]) -> None:
        """While nobody waits: the components of all rows, until `stop`, or until the memory of the device is full."""

        def keep(rows: slice) -> None:
            self._points[rows] = self._find(np.arange(rows.start, rows.stop))

        with contextlib.suppress(torch.OutOfMemoryError):
            while self._known < len(self) and not stop():
                end = min(self._known + _BLOCK * self._workers.count, len(self))
                self._workers.each(keep, _blocks(self._known, end))
                self._known = end

    def vectors(self, rows: NDArray[np.int64]) -> Tensor:
        """Unit rows (k, dim) float32."""
        return torch.from_numpy(self._unit(rows).astype(np.float32))

    def choose_support(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which of the annotated `rows` (n,) carry the head: all, or a seeded draw."""
        if len(rows) <= SUPPORT_LIMIT:
            return np.arange(len(rows))
        return np.sort(np.random.default_rng(self._seed).choice(len(rows), SUPPORT_LIMIT, replace=False))

    def read(self, fit: LiveFit, rows: NDArray[np.int64]) -> Votes:
        """`rows` (n,) are the annotated images of the fit."""
        votes = self._first_look(self._workers.run(linear_committee, fit, seed=self._seed, each=self._workers.each))
        silence(votes.probabilities, votes.members, fit.answers.residuals)
        doubt = votes.doubt(fit.committee.kind, self._workers.each)
        count = min(JUDGED_ANEW, len(doubt))
        most = np.argpartition(doubt, len(doubt) - count)[len(doubt) - count :]
        self._near = np.union1d(most, rows)
        self._look_again(fit.committee, votes)
        silence(votes.probabilities, votes.members, fit.answers.residuals)
        return votes

    def order(
        self,
        utility: NDArray[np.float32],
        annotated: NDArray[np.bool_],
        excluded: NDArray[np.bool_],
        *,
        power: float,
    ) -> NDArray[np.int64]:
        """The head of the queue, from the rows judged anew; before the first answer from a draw of the pool."""
        near = self._near
        if len(near) == 0:
            some = min(ORDERED, len(self))
            near = np.sort(np.random.default_rng(self._seed).choice(len(self), some, replace=False))
        elif len(near) > ORDERED:
            doubtful = np.argpartition(utility[near], len(near) - ORDERED)[len(near) - ORDERED :]
            near = np.union1d(near[doubtful], near[annotated[near]])
        points = self._components(near)[:, :COMPONENTS].astype(np.float32)
        head = disagreement_order(points, utility[near], annotated[near], excluded[near], power=power, seed=self._seed)
        return near[head]

    def _choose_projection(self) -> Projection:
        some = min(_PROJECTION_ROWS, len(self._store))
        rows = np.sort(np.random.default_rng(self._seed).choice(len(self._store), some, replace=False))
        return principal_components(mean_tile(self._store.gather(rows)), components=COMPONENTS_KEPT, seed=self._seed)

    def _first_look(self, committee: Committee) -> Votes:
        """`committee` is linear in the embedding."""
        votes = empty_votes(len(self), committee)
        by_points = CommitteeReader(on_components(committee, self._projection), self._device)
        hurried = not self._looked and len(committee.members) * len(committee.mean) < COMPONENTS_KEPT
        by_vectors = CommitteeReader(on_vectors(committee, self._projection), self._device) if hurried else None

        def judge(rows: slice) -> None:
            known = rows.stop <= self._known
            if not known and by_vectors is None:
                self._points[rows] = self._find(np.arange(rows.start, rows.stop))
            if known or by_vectors is None:
                reader, values = by_points, torch.from_numpy(self._points[rows]).to(self._device).float()
            else:
                reader, values = by_vectors, self._block(np.arange(rows.start, rows.stop))
            keep_votes(votes, rows, reader.read((values, torch.ones(len(values), 1, device=self._device))))

        self._workers.each(judge, [*_blocks(0, self._known), *_blocks(self._known, len(self))])
        self._known = self._known if hurried else len(self)
        self._looked = True
        return votes

    def _look_again(self, committee: Committee, votes: Votes) -> None:
        """Overwrites the votes of the rows judged anew."""
        reader = CommitteeReader(committee, self._device)
        support = torch.from_numpy(committee.support).to(self._device).T

        def judge(start: int) -> None:
            rows = self._near[start : start + _BLOCK]
            block = self._block(rows)
            keep_votes(votes, rows, reader.read((block @ support,)))

        self._workers.each(judge, range(0, len(self._near), _BLOCK))

    def _components(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        """(k, d) of any `rows` (k,)."""
        found = self._points[rows]
        missing = np.flatnonzero(rows >= self._known)

        def find(part: slice) -> None:
            found[missing[part]] = self._find(rows[missing[part]])

        self._workers.each(find, _blocks(0, len(missing)))
        return found

    def _find(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        """(k, d); rounded in torch, which is quicker than NumPy at it."""
        points: NDArray[np.float16] = self._axes.read(self._block(rows)).half().cpu().numpy()
        return points

    def _block(self, rows: NDArray[np.int64]) -> Tensor:
        """Unit rows on the device, in one thread: the blocks are what runs side by side."""
        return unit_rows(mean_tile(self._store.gather(rows)), self._device)

    def _unit(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        return unit_half(self._store.gather(rows), self._workers)


def _blocks(start: int, end: int) -> list[slice]:
    return [slice(at, min(at + _BLOCK, end)) for at in range(start, end, _BLOCK)]
