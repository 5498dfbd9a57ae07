"""Similarities of the pool to the support, kept between updates: a new annotation costs one column.

Kept are dot products, or the kernel values of one width where every reader wants that width: a pass then spares an
exponential for each entry. Either can be turned into the other, so that the width may change without new products.

Letters: n = images of the pool, m = columns, dim = values of an embedding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.runs import is_run
from core.heads.similarity import rbf, unit_rows
from core.query.clustering import Points, Projection, mean_tile
from core.workers import Workers

COLUMNS_A_BLOCK = 256
_ROWS = {"cpu": 1024, "cuda": 16384}
"""Rows read at once: what the cache of one core holds."""
_PRODUCT_ROWS = 4096
_CENTRED = 4096
"""Vectors whose mean is told apart, at most."""
_NARROWEST = 0.16
"""Below this width the kernel value of opposite vectors leaves float32, and its dot product would be lost."""


class SimilarityColumns:
    """Columns in blocks of 256, for each chunk of the pool apart, so that neither growth moves what is there."""

    def __init__(self, device: str, workers: Workers) -> None:
        self._device = device
        self._workers = workers
        self._support: list[Tensor] = []
        """(dim,) unit rows, one for each column"""
        self._chunks: list[NDArray[np.float16]] = []
        self._blocks: list[list[Tensor]] = []
        """For each chunk its blocks (chunk, COLUMNS_A_BLOCK) float32"""
        self._centre = torch.empty(0)
        """(dim,) about the mean of the pool"""
        self.width: float | None = None
        """Of the kernel values that are kept; None: dot products"""

    def __len__(self) -> int:
        return len(self._support)

    def add_chunk(self, vectors: NDArray[np.float16]) -> None:
        """More of the pool: unit rows (chunk, dim)."""
        if not self._chunks:
            self._centre = torch.from_numpy(vectors[:: 1 + len(vectors) // _CENTRED].astype(np.float32)).mean(0)
            self._centre = self._centre.to(self._device)
        self._chunks.append(vectors)
        self._blocks.append([])
        self._fill([len(self._chunks) - 1], np.arange(len(self)))

    def put(self, places: Sequence[int], rows: Tensor) -> None:
        """Columns of unit rows (k, dim) at these places: new at the end, or instead of columns no longer wanted."""
        if not places:
            return
        self._support += [rows[0]] * (max(places) + 1 - len(self))
        for place, row in zip(places, rows.to(self._device).float().unbind(), strict=True):
            self._support[place] = row
        self._fill(range(len(self._chunks)), np.array(places))

    def hold(self, width: float | None) -> None:
        """Keep kernel values of this width (None: dot products) from now on, where float32 can tell them apart."""
        wanted = width if width is not None and width >= _NARROWEST else None
        if wanted == self.width:
            return
        before, self.width = self.width, wanted
        step = _ROWS["cuda" if self._device.startswith("cuda") else "cpu"]
        whole = [block for blocks in self._blocks for block in blocks]
        parts = [block[at : at + step] for block in whole for at in range(0, len(block), step)]
        self._workers.each(partial(_turn, before=before, after=wanted), parts)

    def rows(self) -> Iterator[tuple[slice, tuple[Tensor, ...]]]:
        """Walk the pool: where the rows lie in it, and what is kept of them in blocks of columns."""
        step = _ROWS["cuda" if self._device.startswith("cuda") else "cpu"]
        start = 0
        widths = [min(COLUMNS_A_BLOCK, len(self) - at) for at in range(0, len(self), COLUMNS_A_BLOCK)]
        for vectors, blocks in zip(self._chunks, self._blocks, strict=True):
            for at in range(0, len(vectors), step):
                here = slice(at, min(at + step, len(vectors)))
                parts = tuple(block[here, :width] for block, width in zip(blocks, widths, strict=True))
                yield slice(start + here.start, start + here.stop), parts
            start += len(vectors)

    def _fill(self, chunks: Iterable[int], places: NDArray[np.int64]) -> None:
        """Compute the columns at these places for these chunks, all of them at once."""
        parts: list[tuple[int, int]] = []
        for chunk in chunks:
            vectors, blocks = self._chunks[chunk], self._blocks[chunk]
            while len(blocks) * COLUMNS_A_BLOCK < len(self._support):
                blocks.append(torch.ones(len(vectors), COLUMNS_A_BLOCK, device=self._device))
            parts += [(chunk, start) for start in range(0, len(vectors), _PRODUCT_ROWS)]
        if len(places) == 0:
            return
        new = torch.stack([self._support[place] for place in places]).T  # (dim, new)
        self._workers.each(lambda part: self._multiply(*part, new, places), parts)

    def _multiply(self, chunk: int, at: int, new: Tensor, places: NDArray[np.int64]) -> None:
        """Columns at these places, of the rows of a chunk from `at` on."""
        vectors, blocks = self._chunks[chunk], self._blocks[chunk]
        found = similarities(vectors[at : at + _PRODUCT_ROWS], new, self._device, centre=self._centre)
        if self.width is not None:
            found = rbf(found, self.width)
        for block in np.unique(places // COLUMNS_A_BLOCK):
            here = np.flatnonzero(places // COLUMNS_A_BLOCK == block)
            inside = places[here] % COLUMNS_A_BLOCK
            rows = blocks[block][at : at + len(found)]
            if is_run(inside) and is_run(here):  # a copy in one piece is ten times as fast
                rows[:, inside[0] : inside[0] + len(inside)] = found[:, here[0] : here[0] + len(here)]
            else:
                rows[:, torch.from_numpy(inside)] = found[:, torch.from_numpy(here)]


def _turn(part: Tensor, *, before: float | None, after: float | None) -> None:
    """In place, from kernel values of one width to those of another; None: dot products."""
    if before is not None:
        part.log_().mul_(before**2).add_(1.0)
    if after is not None:
        part.sub_(1.0).div_(after**2).exp_()


def similarities(vectors: NDArray[np.float16], support: Tensor, device: str, *, centre: Tensor) -> Tensor:
    """(rows, dim) times (dim, m) in float32, or in bfloat16 where the processor multiplies it natively.

    Then the part along `centre` (dim,), which all vectors share, is told apart and multiplied in float32: of vectors
    with a mean cosine of 0.6 the error falls from 0.001, which cost a committee a point of accuracy, to 0.00016.
    """
    rows = torch.from_numpy(vectors).to(device).float()
    if device == "cpu" and native_bfloat16():
        inside = ((rows - centre).bfloat16() @ (support - centre[:, None]).bfloat16()).float()
        return inside.add_((rows @ centre)[:, None]).add_(centre @ support - centre @ centre)
    return rows @ support


def native_bfloat16() -> bool:
    """AMX or AVX512-BF16. Without them bfloat16 products were measured six times slower than float32."""
    tests = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(test is not None and test() for test in tests)


def unit_half(embeddings: NDArray[np.floating], workers: Workers) -> NDArray[np.float16]:
    """Unit rows as float16, (n, dim); one vector for each image where there are tiles."""
    found = np.empty((len(embeddings), embeddings.shape[-1]), dtype=np.float16)

    def convert(at: int) -> None:
        found[at : at + _PRODUCT_ROWS] = unit_rows(mean_tile(embeddings[at : at + _PRODUCT_ROWS])).numpy()

    workers.each(convert, range(0, len(embeddings), _PRODUCT_ROWS))
    return found


def project(vectors: NDArray[np.float16], projection: Projection, workers: Workers) -> Points:
    """Principal components (n, d) of unit rows (n, dim)."""
    axes = torch.from_numpy(projection.axes)
    offset = torch.from_numpy(projection.centre) @ axes
    found = np.empty((len(vectors), axes.shape[1]), dtype=np.float32)

    def turn(at: int) -> None:
        rows = torch.from_numpy(vectors[at : at + _PRODUCT_ROWS]).float()
        found[at : at + _PRODUCT_ROWS] = (rows @ axes - offset).numpy()

    workers.each(turn, range(0, len(vectors), _PRODUCT_ROWS))
    return found
