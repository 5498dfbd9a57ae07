"""Ridge regression where fewer images carry the head than there are answers: the Nystrom form, its features made once.

Williams & Seeger, "Using the Nystrom method to speed up kernel machines" (2001). In its features the kernel is a plain
product, and no system has an eigenvalue below 1: products are made in float32, small systems solved in float64.

Members that differ by weights alone are solved side by side by conjugate gradients (Hestenes & Stiefel, 1952) from the
factor of the head that they resample: ten products with the features where a factor for each of eight would take eight
times n m^2 steps.

Letters: n = annotated images, k = those whose answers are known, m = support images, and as many features, outputs =
labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.evidence import KernelShape
from core.heads.members import Each, in_turn
from core.heads.ridge import GroupBlocks, RidgeFit, cholesky

_JITTER = 1e-6
"""Of the support's kernel: what lies below is rounding, and carries nothing that the ridge would let through."""
_ROWS = {"cpu": 1024, "cuda": 65536}
"""Rows multiplied at once: what the cache of one core holds."""
_COLUMNS = 128
"""Half of a triangle is zeros: products with one are made in strips of so many columns."""
_TOLERANCE = 3e-4
"""Of the residual: members then lie 0.00003 from their exact values, where they differ by 0.03."""
_MOST_STEPS = 100
_LEAST_LEFT = 1e-5
"""Of an answer's own share in its fit, where rounding says that nothing else has any."""


class SubsetSystem:
    """The features of all annotated images for one kernel."""

    def __init__(self, rows: Tensor, support: NDArray[np.int64], shape: KernelShape, *, each: Each = in_turn) -> None:
        """`rows` (n, dim) are unit rows, on whose device everything is done; `support` (m,) are some of them."""
        carriers = rows[torch.from_numpy(support).to(rows.device)]
        self.shape = shape
        self.kernel = shape.kernel(carriers @ carriers.T)
        """(m, m) float32 of the support"""
        self._mix = cholesky(self.kernel.double(), jitter=_JITTER)
        self._unmix = _inverse(self._mix).T
        self._features = torch.empty(len(rows), len(support), device=rows.device)
        self._factors: dict[bytes, Tensor] = {}
        unmix = self._unmix.float().contiguous()

        def see(at: int) -> None:
            where = slice(at, at + _rows_at_once(rows))
            self._features[where] = _times_upper(shape.kernel(rows[where] @ carriers.T), unmix)

        each(see, _starts(rows))

    def __len__(self) -> int:
        """Support images."""
        return len(self.kernel)

    def known(self, rows: NDArray[np.int64]) -> KnownRows:
        """The annotated images `rows` (k,), ascending."""
        features = self._features
        if len(rows) < len(features):
            features = features[torch.from_numpy(rows).to(features.device)]
        return KnownRows(features)

    def factor(self, rows: NDArray[np.int64], trust: Tensor, *, each: Each = in_turn) -> Tensor:
        """`KnownRows.factor` of the head itself, kept for its members: `trust` (k,) is asked for `rows` once."""
        name = rows.tobytes()
        if name not in self._factors:
            self._factors[name] = self.known(rows).factor(trust, each=each)
        return self._factors[name]

    def values(self, coefficients: Tensor) -> Tensor:
        """Of every annotated image, (n, outputs) float64 on the CPU, for coefficients of the support (m, outputs)."""
        return (self._features @ self.weights_of(coefficients).float()).double().cpu()

    def weights_of(self, coefficients: Tensor) -> Tensor:
        """Weights of the features for coefficients of the support, (m, ...) float64 on the device."""
        flat = coefficients.to(self._mix).flatten(1)
        return (self._mix.T @ flat).reshape(coefficients.shape)

    def coefficients_of(self, weights: Tensor) -> Tensor:
        """Coefficients of the support for weights of the features, (m, ...) float64 on the CPU."""
        flat = weights.to(self._unmix).flatten(1)
        return (self._unmix @ flat).reshape(weights.shape).cpu()


@dataclass(frozen=True, slots=True, eq=False)
class KnownRows:
    """The annotated images that answer the same outputs."""

    features: Tensor
    """(k, m) float32"""

    def values(self, weights: Tensor) -> Tensor:
        """(k, members, outputs) float32 for weights of the features (m, members, outputs)."""
        return (self.features @ weights.flatten(1).float()).reshape(-1, *weights.shape[1:])

    def factor(self, trust: Tensor, *, each: Each = in_turn) -> Tensor:
        """Upper (m, m) float32, whose product with its transpose is the inverse of the system; `trust` (k,) is
        1 / noise."""
        m = self.features.shape[1]
        trust = trust.to(self.features)[:, None]
        system = torch.zeros(m, m, dtype=torch.float64, device=self.features.device)

        def multiply(at: int) -> None:
            inside = slice(at, at + _COLUMNS)
            for start in _starts(self.features):
                where = slice(start, start + _rows_at_once(self.features))
                strip = self.features[where, inside] * trust[where]
                system[at:, inside] += self.features[where, at:].T @ strip

        each(multiply, range(0, m, _COLUMNS))
        system.diagonal().add_(1.0)
        return _inverse(cholesky(system)).T.float().contiguous()

    def fit(self, targets: Tensor, trust: Tensor, factor: Tensor) -> Tensor:
        """Weights of the features (m, outputs) for `targets` (k, outputs)."""
        sums = self.features.T @ (targets.to(self.features) * trust.to(self.features)[:, None])
        return factor @ (factor.T @ sums)

    def leave_out(
        self, targets: Tensor, trust: Tensor, factor: Tensor, blocks: GroupBlocks, *, each: Each = in_turn
    ) -> RidgeFit:
        """The fit, and what each image would be said to be without its group; on the CPU, in float64."""
        targets, trust = targets.to(self.features), trust.to(self.features)
        weights = self.fit(targets, trust, factor)
        fitted = self.features @ weights
        left = torch.empty_like(trust)

        def look(at: int) -> None:
            where = slice(at, at + _rows_at_once(left))
            half = _times_upper(self.features[where], factor)
            left[where] = 1.0 - half.square().sum(1) * trust[where]

        each(look, _starts(left))
        left.clamp_min_(_LEAST_LEFT)
        said = targets + (fitted - targets) / left[:, None]
        for rows in (each_size.to(said.device) for each_size in blocks.blocks):
            half = _times_upper(self.features[rows.flatten()], factor).reshape(*rows.shape, -1)
            said[rows] = _leave_blocks_out(half, trust[rows], targets[rows], fitted[rows])
        return RidgeFit(*(found.double().cpu() for found in (weights, said, 1.0 / (trust * left))))

    def solve(self, targets: Tensor, trust: Tensor, factor: Tensor, *, each: Each = in_turn) -> Tensor:
        """Weights of the features (m, members, outputs) of members that trust each image differently.

        `targets` (k, members, outputs), `trust` (k, members); `factor` is that of a system not unlike theirs.
        """
        members, outputs = targets.shape[1:]
        trust = trust.to(self.features)[:, :, None]
        step, starts = _rows_at_once(trust), _starts(trust)
        sums = torch.empty(len(starts), factor.shape[0], members * outputs, device=factor.device)

        def multiply(see: Callable[[slice], Tensor]) -> Tensor:
            def one(at: int) -> None:
                where = slice(at, at + step)
                seen = see(where).reshape(-1, members, outputs) * trust[where]
                torch.mm(self.features[where].T, seen.flatten(1), out=sums[at // step])

            each(one, starts)
            return sums.sum(0)

        def apply(columns: Tensor) -> Tensor:
            turned = factor @ columns
            return factor.T @ (multiply(lambda where: self.features[where] @ turned) + turned)

        given = targets.to(self.features).flatten(1)
        found = _conjugate_gradients(apply, factor.T @ multiply(lambda where: given[where]))
        return (factor @ found).reshape(-1, members, outputs)


def _conjugate_gradients(apply: Callable[[Tensor], Tensor], wanted: Tensor) -> Tensor:
    """Columns (m, c) that `apply` turns into `wanted`, each by a positive definite system of its own."""
    found = torch.zeros_like(wanted)
    rest = wanted.clone()
    way = rest.clone()
    length = rest.square().sum(0)
    enough = (length * _TOLERANCE**2).clamp_min(torch.finfo(wanted.dtype).tiny)
    for _ in range(_MOST_STEPS):
        if bool((length <= enough).all()):
            break
        turned = apply(way)
        step = length / (way * turned).sum(0).clamp_min(torch.finfo(wanted.dtype).tiny)
        found += step * way
        rest -= step * turned
        before, length = length, rest.square().sum(0)
        way = rest + (length / before.clamp_min(torch.finfo(wanted.dtype).tiny)) * way
    return found


def _leave_blocks_out(half: Tensor, trust: Tensor, targets: Tensor, fitted: Tensor) -> Tensor:
    """Remove whole groups at once: (I - H_gg)^-1 applied to the residuals; shapes (groups, size, ...)."""
    hat = (half @ half.transpose(1, 2) * trust[:, None, :]).double()  # (groups, size, size)
    rest = torch.eye(hat.shape[1], dtype=hat.dtype, device=hat.device) * (1.0 + _LEAST_LEFT) - hat
    return targets + cast(Tensor, torch.linalg.solve(rest, (fitted - targets).double())).float()


def _inverse(lower: Tensor) -> Tensor:
    one = torch.eye(len(lower), dtype=lower.dtype, device=lower.device)
    return cast(Tensor, torch.linalg.solve_triangular(lower, one, upper=False))


def _times_upper(rows: Tensor, upper: Tensor) -> Tensor:
    """(k, m) times an upper triangle (m, m)."""
    found = torch.empty_like(rows)
    for at in range(0, upper.shape[1], _COLUMNS):
        end = min(at + _COLUMNS, upper.shape[1])
        found[:, at:end] = rows[:, :end] @ upper[:end, at:end]
    return found


def _rows_at_once(rows: Tensor) -> int:
    """The same whatever the number of cores, so that sums are."""
    return _ROWS["cuda" if rows.is_cuda else "cpu"]


def _starts(rows: Tensor) -> range:
    return range(0, len(rows), _rows_at_once(rows))
