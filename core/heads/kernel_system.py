"""The kernel of the annotated images and its solved systems, grown by a few rows where answers were only added.

A factor of n rows is bordered by b new ones in n^2 b steps instead of being made anew in n^3 / 3: Golub & Van Loan,
"Matrix Computations" (2013), section 4.2.9 (Cholesky factors) and 2.1.4 (inverses).

Letters: n = annotated images, b = those that are new, dim = values of an embedding.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from core.heads.evidence import KernelShape
from core.heads.ridge import cholesky, with_noise


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    noise: Tensor
    """(n,) float64"""
    matrix: Tensor
    """(n, n): lower Cholesky factor, or inverse, of the kernel with the noise on its diagonal"""


class KernelSystem:
    """Every annotated image is support. Solved systems are kept by slot: ask the same question under the same name."""

    def __init__(self, rows: Tensor, shape: KernelShape, before: KernelSystem | None = None) -> None:
        """`rows` (n, dim) are unit rows; what `before` solved is used where it began with the same rows and shape."""
        self.shape = shape
        self._rows = rows
        fits = before is not None and before.shape == shape and _begins_with(rows, before._rows)
        self._before = before if fits else None
        self._factors: dict[Hashable, _Solved] = {}
        self._inverses: dict[Hashable, _Solved] = {}
        self.kernel = self._kernel()
        """(n, n) float64 on the CPU"""

    def __len__(self) -> int:
        return len(self._rows)

    def values(self, coefficients: Tensor) -> Tensor:
        """Of every annotated image, (n, outputs) float64, for coefficients (n, outputs)."""
        return self.kernel @ coefficients

    def settle(self) -> None:
        """All systems of this refit are solved: what they were grown from is needed no longer."""
        self._before = None

    def factor(self, slot: Hashable, noise: Tensor) -> Tensor:
        """Lower Cholesky factor (n, n) of the kernel with `noise` (n,) on its diagonal."""
        known = self._known(self._before._factors.get(slot) if self._before else None, noise)
        made = self._factor(noise) if known is None else self._border_factor(known, noise)
        self._factors[slot] = _Solved(noise, made)
        return made

    def inverse(self, slot: Hashable, noise: Tensor) -> Tensor:
        """Inverse (n, n) of the kernel with `noise` (n,) on its diagonal."""
        known = self._known(self._before._inverses.get(slot) if self._before else None, noise)
        made = torch.cholesky_inverse(self._factor(noise)) if known is None else self._border_inverse(known, noise)
        self._inverses[slot] = _Solved(noise, made)
        return made

    def _kernel(self) -> Tensor:
        if self._before is None:
            return self.shape.kernel(self._rows @ self._rows.T).cpu().double()
        n, old = len(self._rows), len(self._before)
        kernel = torch.empty(n, n, dtype=torch.float64)
        kernel[:old, :old] = self._before.kernel
        new = self.shape.kernel(self._rows[old:] @ self._rows.T).cpu().double()  # (b, n)
        kernel[old:] = new
        kernel[:old, old:] = new[:, :old].T
        return kernel

    def _factor(self, noise: Tensor) -> Tensor:
        return cholesky(with_noise(self.kernel, noise))

    def _known(self, solved: _Solved | None, noise: Tensor) -> _Solved | None:
        """What was solved before, if the rows it knew have the noise they had."""
        if solved is None or not torch.equal(solved.noise, noise[: len(solved.noise)]):
            return None
        return solved

    def _border_factor(self, known: _Solved, noise: Tensor) -> Tensor:
        old = len(known.noise)
        if old == len(noise):
            return known.matrix
        border, corner = self._beyond(old, noise)
        lower = cast(Tensor, torch.linalg.solve_triangular(known.matrix, border, upper=False))  # (old, b)
        factor = torch.zeros_like(self.kernel).T  # column by column, as LAPACK reads it
        factor[:old, :old] = known.matrix
        factor[old:, :old] = lower.T
        factor[old:, old:] = cholesky(corner - lower.T @ lower)
        return factor

    def _border_inverse(self, known: _Solved, noise: Tensor) -> Tensor:
        old = len(known.noise)
        if old == len(noise):
            return known.matrix
        border, corner = self._beyond(old, noise)
        side = known.matrix @ border  # (old, b)
        inner = torch.cholesky_inverse(cholesky(corner - border.T @ side))  # (b, b)
        inverse = torch.empty_like(self.kernel)
        inverse[:old, :old] = torch.addmm(known.matrix, side @ inner, side.T)
        inverse[:old, old:] = -side @ inner
        inverse[old:, :old] = inverse[:old, old:].T
        inverse[old:, old:] = inner
        return inverse

    def _beyond(self, old: int, noise: Tensor) -> tuple[Tensor, Tensor]:
        """The kernel between old and new rows (old, b), and among the new ones with their noise (b, b)."""
        return self.kernel[:old, old:], with_noise(self.kernel[old:, old:], noise[old:])


def _begins_with(rows: Tensor, first: Tensor) -> bool:
    return len(first) <= len(rows) and torch.equal(rows[: len(first)], first)
