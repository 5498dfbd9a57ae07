"""A pool whose vectors and similarities are kept in memory: a new annotation costs one column, a refit one pass.

Letters: n = images of the pool, m = support images, dim = values of an embedding, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.heads.columns import SimilarityColumns, project, unit_half
from core.heads.committee import Committee, CommitteeReader
from core.heads.live_fit import LiveFit
from core.heads.votes import SUPPORT_LIMIT, Votes, empty_votes, keep_votes, silence
from core.query.clustering import Projection, principal_components
from core.query.disagreement import disagreement_order
from core.workers import Workers

COLUMN_BYTES = 512 << 20
"""Kept similarities; 1,342 columns of 100,000 images."""
_PROJECTION_ROWS = 4096

Turned = Callable[[NDArray[np.float16]], NDArray[np.floating]]
"""(k, dim) -> (k, dim)"""


class KeptPool:
    """Rows are positions of the store."""

    def __init__(
        self,
        store: EmbeddingStore,
        device: str,
        seed: int,
        workers: Workers,
        *,
        turned: Turned | None = None,
        images: int | None = None,
    ) -> None:
        """`turned` makes of unit rows what is kept in their place, which is not to be ordered; `images`: as `grow`."""
        self._store = store
        self._turned = turned
        self._device = device
        self._seed = seed
        self._workers = workers
        self._columns = SimilarityColumns(device, workers)
        self._column_of: dict[int, int] = {}
        self._carried: set[int] = set()
        """Rows that carry the head since the last refit"""
        self._projection: Projection | None = None
        self._points = np.empty((0, 0), dtype=np.float32)
        self._vectors: list[NDArray[np.float16]] = []
        self._starts: list[int] = []
        self._count = 0
        self.grow(images)

    def __len__(self) -> int:
        return self._count

    def grow(self, images: int | None = None) -> None:
        """Take in what the store holds beyond the rows known so far, or its first `images`."""
        total = len(self._store) if images is None else images
        if total <= self._count:
            return
        whole = self._count == 0 and total == len(self._store)
        new = self._store.load() if whole else self._store.gather(np.arange(self._count, total))
        vectors = unit_half(new, self._workers)
        if self._turned is not None:
            vectors = unit_half(self._turned(vectors), self._workers)
        self._vectors.append(vectors)
        self._starts.append(self._count)
        self._columns.add_chunk(vectors)
        if self._turned is None:
            self._project(vectors, total)
        self._count = total
        if len(self._columns) > self._room():
            self._forget_columns()

    def _forget_columns(self) -> None:
        """Of a pool that grew fewer columns may be kept: those that carry the head are made anew."""
        self._columns = SimilarityColumns(self._device, self._workers)
        for vectors in self._vectors:
            self._columns.add_chunk(vectors)
        self._column_of.clear()
        self._carried.clear()

    def vectors(self, rows: NDArray[np.int64]) -> Tensor:
        """Unit rows (k, dim) float32."""
        chunk_of = np.searchsorted(self._starts, rows, side="right") - 1
        found = np.empty((len(rows), self._vectors[0].shape[1]), dtype=np.float32)
        for chunk in np.unique(chunk_of):
            here = chunk_of == chunk
            found[here] = self._vectors[chunk][rows[here] - self._starts[chunk]]
        return torch.from_numpy(found)

    def choose_support(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which of the annotated `rows` (n,) carry the head: all, or those that did before first where memory ends."""
        room = self._room()
        if len(rows) <= room:
            return np.arange(len(rows))
        carried = np.array([int(row) in self._carried for row in rows])
        chance = np.random.default_rng(self._seed).random(len(rows))
        return np.sort(np.lexsort((chance, ~carried))[:room])

    def _room(self) -> int:
        """Columns that may be kept."""
        return max(min(SUPPORT_LIMIT, COLUMN_BYTES // (4 * max(len(self), 1))), 1)

    def read(self, fit: LiveFit, rows: NDArray[np.int64]) -> Votes:
        """`rows` (n,) are the annotated images of the fit."""
        committee = self._on_columns(fit, rows[fit.support])
        reader = CommitteeReader(committee, self._device)
        self._columns.hold(reader.width)
        width = self._columns.width
        votes = empty_votes(len(self), committee)

        def judge(part: tuple[slice, tuple[Tensor, ...]]) -> None:
            where, blocks = part
            keep_votes(votes, where, reader.read(blocks, width=width))

        self._workers.each(judge, self._columns.rows())
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
        """The head of the queue."""
        return disagreement_order(self._points, utility, annotated, excluded, power=power, seed=self._seed)

    def foresee(self, rows: NDArray[np.int64]) -> None:
        """Columns of images (k,) that are likely to be answered next, where there is room for them."""
        self._find_room(rows, spared=set())

    def _on_columns(self, fit: LiveFit, support: NDArray[np.int64]) -> Committee:
        """The committee with its coefficients in the places of the columns, which are extended where needed."""
        self._carried = {int(row) for row in support}
        self._find_room(support, spared=self._carried)
        places = [self._column_of[int(row)] for row in support]
        members, _, outputs = fit.committee.coefficients.shape
        coefficients = np.zeros((members, len(self._columns), outputs), dtype=np.float32)
        coefficients[:, places] = fit.committee.coefficients
        mass = np.zeros((members, len(self._columns)), dtype=np.float32)
        mass[:, places] = fit.committee.mass
        return replace(fit.committee, coefficients=coefficients, mass=mass)

    def _find_room(self, rows: NDArray[np.int64], *, spared: set[int]) -> None:
        """Columns for `rows`: first instead of those that no answer carries any more, then at the end.

        Rows that are not in `spared`, which must have a column, go without where memory ends.
        """
        wanted = dict.fromkeys(int(row) for row in rows)
        missing = [row for row in wanted if row not in self._column_of]
        idle = [row for row in self._column_of if row not in self._carried and row not in wanted]
        room = max(self._room(), len(spared)) - len(self._columns)
        missing = missing[: len(idle) + max(room, 0)]
        if not missing:
            return
        vectors = self.vectors(np.array(missing))
        places = [self._column_of.pop(row) for row in idle[: len(missing)]]
        places += range(len(self._columns), len(self._columns) + len(missing) - len(places))
        self._columns.put(places, vectors)
        self._column_of.update(zip(missing, places, strict=True))

    def _project(self, vectors: NDArray[np.float16], total: int) -> None:
        """Points of the new rows; the directions are found anew while the pool is small and doubles."""
        known = len(self._points)
        if self._projection is None or (known < _PROJECTION_ROWS and total >= 2 * known):
            everything = self._vectors[0] if len(self._vectors) == 1 else np.concatenate(self._vectors)
            self._projection = principal_components(everything, seed=self._seed)
            self._points = project(everything, self._projection, self._workers)
        else:
            self._points = np.concatenate([self._points, project(vectors, self._projection, self._workers)])
