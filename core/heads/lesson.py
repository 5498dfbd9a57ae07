"""What a release head is to learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.losses import importance
from core.recipes.recipe import ClassWeights, Recipe, weights_of_labels
from core.values import Head, HeadKind


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Everything on the device."""

    kind: HeadKind
    rows: Tensor
    """(n, tiles, features) float32 as the encoder made them"""
    targets: Tensor
    """(n, outputs), NaN = unknown"""
    weights: Tensor
    """(n,)"""
    label_weights: Tensor
    """(outputs,)"""
    further: Tensor | None = None
    """(n, crops, features) float32 of crops at places of chance: they teach beside the rows, and judge nothing"""

    def __len__(self) -> int:
        return len(self.rows)

    def drawn(self) -> Tensor:
        """(n, tiles + crops, features): what training draws from, the rows first."""
        return self.rows if self.further is None else torch.cat((self.rows, self.further), dim=1)

    def importances(self, rows: Tensor | None = None) -> Tensor:
        """(n, outputs), or (k, outputs) of these `rows` (k,) among themselves."""
        some = slice(None) if rows is None else rows
        return importance(self.targets[some], self.weights[some], self.label_weights, self.kind)


def rows_with_tiles(vectors: NDArray[np.floating]) -> Tensor:
    """(k, tiles, features) float32; one tile where the embeddings have none, and 0 for what is not finite."""
    rows = torch.from_numpy(np.nan_to_num(np.asarray(vectors, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0))
    return rows[:, None] if rows.ndim == 2 else rows


def label_weights(head: Head, recipe: Recipe, targets: Tensor) -> Tensor:  # (n, outputs) -> (outputs,)
    """As the recipe names them, and against the number of answers where it says so."""
    if head.kind is HeadKind.SCORE:
        return torch.ones(1)
    named = torch.tensor(weights_of_labels(recipe, head))
    if recipe.class_weights is ClassWeights.NONE:
        return named
    answered = ~torch.isnan(targets) if head.kind is HeadKind.TAGS else targets
    counts = torch.nansum(answered, dim=0).clamp_min(1.0)
    return named * (counts.sum() / (len(counts) * counts))
