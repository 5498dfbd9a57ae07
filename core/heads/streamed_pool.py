"""A pool too large to keep: two stages at every refit.

Of each image 128 principal components are kept. A linear committee judges every image by them; the kernel committee
judges anew the 50,000 that the first left most in doubt, from their whole embeddings on disk; the queue is drawn from
those. A million images take some 300 MB beside what is said of them.

Letters: n = images of the pool, k = images judged anew, dim = values of an embedding, d = components.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.heads.columns import unit_half
from core.heads.committee import Committee, CommitteeReader
from core.heads.linear_stage import linear_committee, on_components
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
        self._points = np.empty((0, self._projection.axes.shape[1]), dtype=np.float16)
        self.grow()

    def __len__(self) -> int:
        return len(self._points)

    def grow(self) -> None:
        """Take in what the store holds beyond the rows known so far."""
        known, total = len(self), len(self._store)
        if total <= known:
            return
        points = np.empty((total, self._points.shape[1]), dtype=np.float16)
        points[:known] = self._points
        axes = torch.from_numpy(self._projection.axes).to(self._device)
        offset = torch.from_numpy(self._projection.centre).to(self._device) @ axes

        def turn(start: int) -> None:
            rows = np.arange(start, min(start + _BLOCK, total))
            points[rows[0] : rows[-1] + 1] = (self._block(rows) @ axes - offset).half().cpu().numpy()

        self._workers.each(turn, range(known, total, _BLOCK))
        self._points = points

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
        doubt = votes.doubt(fit.committee.kind)
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
        points = self._points[near, :COMPONENTS].astype(np.float32)
        head = disagreement_order(points, utility[near], annotated[near], excluded[near], power=power, seed=self._seed)
        return near[head]

    def _choose_projection(self) -> Projection:
        some = min(_PROJECTION_ROWS, len(self._store))
        rows = np.sort(np.random.default_rng(self._seed).choice(len(self._store), some, replace=False))
        return principal_components(mean_tile(self._store.gather(rows)), components=COMPONENTS_KEPT, seed=self._seed)

    def _first_look(self, committee: Committee) -> Votes:
        """`committee` is linear in the embedding."""
        votes = empty_votes(len(self), committee)
        reader = CommitteeReader(on_components(committee, self._projection), self._device)

        def judge(start: int) -> None:
            points = torch.from_numpy(self._points[start : start + _BLOCK]).to(self._device).float()
            one = torch.ones(len(points), 1, device=self._device)
            keep_votes(votes, slice(start, start + len(points)), reader.read((torch.cat([points, one], dim=1),)))

        self._workers.each(judge, range(0, len(self), _BLOCK))
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

    def _block(self, rows: NDArray[np.int64]) -> Tensor:
        """Unit rows on the device, in one thread: the blocks are what runs side by side."""
        return unit_rows(mean_tile(self._store.gather(rows)), self._device)

    def _unit(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        return unit_half(self._store.gather(rows), self._workers)
