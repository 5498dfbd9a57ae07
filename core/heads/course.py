"""What every part of every head gets to see, batch by batch: drawn ahead, so that parts may be trained anywhere.

Letters: n = annotated images, tiles = crops of an image embedded apart, k = components, outputs = labels or 1,
p = parts of all heads, b = rows of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.columns import native_bfloat16
from core.heads.compact import Parts
from core.heads.lesson import Lesson
from core.heads.losses import mean_loss

EVALUATED = 512
"""Unseen images of a fold that measure the evaluation loss, at most."""


@dataclass(frozen=True, slots=True)
class Pace:
    batch: int
    steps: int
    learning_rate: float


class Course:
    """Images that each head may learn from, in batches, each image by one tile at a time."""

    def __init__(
        self,
        lesson: Lesson,
        inputs: Tensor,
        taught: Sequence[NDArray[np.int64]],
        softened: Sequence[Tensor] | None,
        weights: Sequence[Tensor] | None,
        parts: int,
        pace: Pace,
        seed: int,
    ) -> None:
        """`inputs` (n, tiles, k), and behind the tiles the lesson's further crops, which judge nothing.

        `parts` of each head; `taught`: for each head the images it may learn from.
        """
        self._kind = lesson.kind
        self._lesson = lesson
        self._inputs = inputs.bfloat16() if inputs.device.type == "cpu" and native_bfloat16() else inputs
        self._targets = lesson.targets.nan_to_num()
        self._softened = None if softened is None else torch.stack(tuple(softened)).nan_to_num()
        self._importances = lesson.importances()
        own = [replace(lesson, weights=one).importances() for one in weights or ()]
        self._weighed = torch.stack(own) if own else None  # (heads, n, outputs)
        self._parts = parts
        batch = min(pace.batch, min(len(rows) for rows in taught))
        drawn = [_draw(rows, parts, pace.steps, batch, seed * 1009 + head) for head, rows in enumerate(taught)]
        self._rows = torch.cat(drawn, dim=1).to(inputs.device)  # (steps, p, b)
        generator = torch.Generator().manual_seed(seed + 1)
        tile = torch.randint(inputs.shape[1], self._rows.shape, generator=generator, dtype=torch.int32)
        self._tiles = tile.to(inputs.device)
        self._unseen = [_unseen(len(lesson), rows, generator).to(inputs.device) for rows in taught]
        tiles = lesson.rows.shape[1]
        self._judged = [self._inputs[rows, :tiles].float().mean(dim=1).to(self._inputs.dtype) for rows in self._unseen]

    def __len__(self) -> int:
        """Parts of all heads."""
        return self._rows.shape[1]

    @property
    def heads(self) -> int:
        return len(self._unseen)

    def parts_of(self, head: int) -> slice:
        return slice(head * self._parts, (head + 1) * self._parts)

    def loss(self, parts: Parts, which: slice, step: int) -> Tensor:
        """(parts,) of those parts at a step."""
        rows, tile = self._rows[step, which].long(), self._tiles[step, which].long()  # (parts, b)
        logits = parts.logits(self._inputs[rows, tile])
        head = (torch.arange(which.start, which.stop, device=rows.device) // self._parts)[:, None]
        wanted = self._targets[rows] if self._softened is None else self._softened[head, rows]
        weighed = self._importances[rows] if self._weighed is None else self._weighed[head, rows]
        return mean_loss(logits, wanted, weighed, self._kind)

    @torch.no_grad()
    def unseen_logits(self, parts: Parts, which: slice) -> list[Tensor]:
        """For each head what those of its parts that are in `which` say of its unseen images, summed: (k, outputs)."""
        said = []
        for head, judged in enumerate(self._judged):
            own = self.parts_of(head)
            first, last = max(own.start, which.start), min(own.stop, which.stop)
            count = max(0, last - first) if len(judged) else 0
            some = parts.some(slice(first - which.start, first - which.start + count))
            said.append(some.logits(judged.expand(count, -1, -1)).sum(dim=0))
        return said

    def evaluate(self, said: Sequence[Tensor]) -> float | None:
        """Mean loss on unseen images, from the sums of `unseen_logits` over all parts; None where there are none."""
        found = [
            mean_loss(logits / self._parts, self._targets[rows], self._lesson.importances(rows), self._kind)
            for logits, rows in zip(said, self._unseen, strict=True)
            if len(rows)
        ]
        return float(torch.stack(found).mean()) if found else None


def _draw(rows: NDArray[np.int64], parts: int, steps: int, batch: int, seed: int) -> Tensor:
    """(steps, parts, b) int32: for each part every image once before any comes again."""
    rounds = math.ceil(steps * batch / len(rows))
    chance = torch.rand(parts, rounds, len(rows), generator=torch.Generator().manual_seed(seed))
    drawn = torch.from_numpy(rows).int()[chance.argsort(dim=2)].reshape(parts, -1)
    return drawn[:, : steps * batch].reshape(parts, steps, batch).transpose(0, 1).contiguous()


def _unseen(n: int, taught: NDArray[np.int64], generator: torch.Generator) -> Tensor:
    """Images that a head may not learn from, at most EVALUATED of them."""
    unseen = torch.ones(n, dtype=torch.bool)
    unseen[torch.from_numpy(taught)] = False
    rows = unseen.nonzero()[:, 0]
    chosen = torch.randperm(len(rows), generator=generator)[:EVALUATED]
    return rows[chosen.sort().values]
