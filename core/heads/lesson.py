"""What a release head is to learn."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from core.heads.losses import importance
from core.values import HeadKind


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

    def __len__(self) -> int:
        return len(self.rows)

    def importances(self) -> Tensor:
        """(n, outputs)"""
        return importance(self.targets, self.weights, self.label_weights, self.kind)
