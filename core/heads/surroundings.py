"""Vectors as their surroundings have them: each the mean of those nearest to it among a draw of the store.

Images without an answer say where the labels part. Averaging over neighbours is one step of a graph network without its
weights: Wu et al., "Simplifying graph convolutional networks" (2019).

Letters: r = vectors of the draw, k = any images, dim = values of an embedding.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from core.heads.members import Each, in_turn
from core.heads.similarity import unit_rows

NEAREST = 10
_SAME = 1.0 - 1e-5
"""From this cosine on it is the image itself, or a copy: that is no neighbour."""
_BLOCK = 1024


class Surroundings:
    """Of a draw of vectors (r, dim)."""

    def __init__(self, drawn: NDArray[np.floating] | torch.Tensor) -> None:
        self._drawn = unit_rows(drawn).cpu()

    def __bool__(self) -> bool:
        """Whether there are enough of them to tell anything."""
        return len(self._drawn) > NEAREST

    def of(self, vectors: NDArray[np.floating], *, each: Each = in_turn) -> NDArray[np.float32]:
        """Vectors (k, dim) -> means of their neighbours (k, dim)."""
        found = np.empty(vectors.shape, dtype=np.float32)

        def look(start: int) -> None:
            here = slice(start, start + _BLOCK)
            alike = unit_rows(vectors[here]).cpu() @ self._drawn.T  # (block, r)
            nearest = alike.masked_fill_(alike > _SAME, -2.0).topk(NEAREST, dim=1).indices
            found[here] = self._drawn[nearest].mean(dim=1).numpy()

        each(look, range(0, len(vectors), _BLOCK))
        return found
