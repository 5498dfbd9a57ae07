"""The live head: kernel ridge regression with an RBF on L2-normalised embeddings, solved in closed form.

Letters: n = annotated images, m = support images (n, or fewer in the Nystrom form), k = images asked about,
outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.evidence import SELECTION_ROWS, KernelShape, Pattern, choose_shape, patterns
from core.heads.kernel_system import KernelSystem
from core.heads.members import Each, in_turn
from core.heads.ridge import RidgeFit, fit_exact, fit_inverse, group_blocks
from core.heads.similarity import unit_rows
from core.heads.squash import choose_sharpness, probabilities
from core.heads.subset_system import SubsetSystem
from core.query.clustering import mean_tile
from core.values import HeadKind

EXACT_LIMIT = 3000
"""Above this many annotated images the Nystrom form takes over."""
SUPPORT_LIMIT = 1500
"""Support images of the Nystrom form."""
_BLOCK = 4096

System = KernelSystem | SubsetSystem
"""Of all annotated images for one kernel: the first where each of them is support."""


@dataclass(frozen=True, slots=True, eq=False)
class KernelHead:
    """Support, coefficients and sharpness; `loo` is what it says of each annotated image without its group."""

    kind: HeadKind
    support: NDArray[np.float32]
    """(m, dim) unit rows"""
    coefficients: NDArray[np.float32]
    """(m, outputs)"""
    mean: NDArray[np.float32]
    """(outputs,) what is said far from every annotated image"""
    shape: KernelShape
    sharpness: float
    loo: NDArray[np.float32]
    """(n, outputs) probabilities, leave-one-group-out; for unknown tags plain predictions"""

    def predict(self, embeddings: NDArray[np.floating], *, device: str = "cpu") -> NDArray[np.float32]:
        """Probabilities (k, outputs) for embeddings (k, dim) or (k, tiles, dim)."""
        support = torch.as_tensor(self.support, device=device)
        coefficients = torch.as_tensor(self.coefficients, device=device)
        mean = torch.as_tensor(self.mean, device=device)
        found = np.empty((len(embeddings), len(self.mean)), dtype=np.float32)
        for start in range(0, len(embeddings), _BLOCK):
            rows = unit_rows(mean_tile(embeddings[start : start + _BLOCK]), device)
            values = self.shape.kernel(rows @ support.T) @ coefficients + mean
            found[start : start + _BLOCK] = probabilities(values, self.kind, self.sharpness).cpu().numpy()
        return found


def fit_kernel(
    embeddings: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    kind: HeadKind,
    *,
    groups: NDArray[np.int64] | None = None,
    seed: int = 0,
    device: str = "cpu",
    shape: KernelShape | None = None,
) -> KernelHead:
    """Fit embeddings (n, dim) to targets (n, outputs; NaN = unknown). `shape` spares the choice of width and ridge."""
    if len(embeddings) == 0:
        raise ValueError("a kernel head needs at least one annotated image")
    rows = unit_rows(mean_tile(embeddings), device)
    answers = AnsweredRows.of(rows, targets, weights, kind, groups)
    chosen = shape or answers.choose_shape(seed)
    support = answers.draw_support(seed)
    coefficients, left_out = solve_left_out(answers, system_of(answers, support, chosen))
    sharpness = choose_sharpness(left_out, answers.known_targets(), torch.from_numpy(answers.weights), kind)
    said = probabilities(left_out, kind, sharpness).float().cpu().numpy()
    return KernelHead(
        kind,
        rows[support].cpu().numpy(),
        coefficients.float().cpu().numpy(),
        answers.mean.astype(np.float32),
        chosen,
        sharpness,
        said,
    )


@dataclass(frozen=True, slots=True, eq=False)
class AnsweredRows:
    """Annotated images ready to be solved for: unit rows, targets less their mean, weights, groups."""

    rows: Tensor
    """(n, dim) float32 on the device"""
    residuals: NDArray[np.float64]
    """(n, outputs) NaN = unknown"""
    mean: NDArray[np.float64]
    """(outputs,)"""
    weights: NDArray[np.float64]
    """(n,)"""
    groups: NDArray[np.int64] | None

    @classmethod
    def of(
        cls,
        rows: Tensor,
        targets: NDArray[np.floating],
        weights: NDArray[np.floating],
        kind: HeadKind,
        groups: NDArray[np.int64] | None,
    ) -> AnsweredRows:
        values = np.asarray(targets, dtype=np.float64)
        trusted = np.maximum(np.nan_to_num(np.asarray(weights, dtype=np.float64)), 0.0)
        mean = prior_mean(values, trusted, kind)
        return cls(rows, values - mean, mean, trusted, groups)

    def known_targets(self) -> Tensor:
        """(n, outputs), NaN = unknown"""
        return torch.from_numpy(self.residuals + self.mean)

    def choose_shape(self, seed: int, *, linear: bool = False) -> KernelShape:
        """Width and ridge by the likelihood of left-out answers, on at most SELECTION_ROWS of them."""
        n = len(self.rows)
        some = np.arange(n)
        if n > SELECTION_ROWS:
            some = np.sort(np.random.default_rng(seed).choice(n, SELECTION_ROWS, replace=False))
        rows = self.rows[some]
        groups = None if self.groups is None else self.groups[some]
        return choose_shape((rows @ rows.T).cpu(), self.residuals[some], self.weights[some], groups, linear=linear)

    def draw_support(self, seed: int) -> NDArray[np.int64]:
        """Every annotated image, or a seeded draw of them above EXACT_LIMIT."""
        n = len(self.rows)
        if n <= EXACT_LIMIT:
            return np.arange(n)
        return np.sort(np.random.default_rng(seed).choice(n, SUPPORT_LIMIT, replace=False))


def prior_mean(targets: NDArray[np.float64], weights: NDArray[np.float64], kind: HeadKind) -> NDArray[np.float64]:
    """What holds far from every answer, (outputs,): every label alike; else the weighted mean of the known answers.

    For labels the mean of the answers was measured up to 15 points of accuracy worse at 10 answers: whichever label
    came first won everywhere.
    """
    if kind is HeadKind.CLASS:
        return np.full(targets.shape[1], 1.0 / targets.shape[1])
    counted = np.where(np.isnan(targets), 0.0, weights[:, None])  # (n, outputs)
    total: NDArray[np.float64] = (counted * np.nan_to_num(targets)).sum(0) + 0.5
    mean: NDArray[np.float64] = total / (counted.sum(0) + 1.0)
    return mean


def system_of(
    answers: AnsweredRows,
    support: NDArray[np.int64],
    shape: KernelShape,
    *,
    before: KernelSystem | None = None,
    each: Each = in_turn,
) -> System:
    """What `before` solved is used where nothing but answers were added to it."""
    if len(support) == len(answers.rows):
        return KernelSystem(answers.rows, shape, before)
    return SubsetSystem(answers.rows, support, shape, each=each)


def solve_left_out(answers: AnsweredRows, system: System, *, each: Each = in_turn) -> tuple[Tensor, Tensor]:
    """Coefficients (m, outputs) and left-out values (n, outputs) in float64 on the CPU."""
    n, outputs = answers.residuals.shape
    coefficients = torch.zeros(len(system), outputs, dtype=torch.float64)
    left_out = torch.zeros(n, outputs, dtype=torch.float64)
    for pattern in patterns(answers.residuals, answers.weights):
        known, columns = torch.from_numpy(pattern.rows), torch.from_numpy(pattern.outputs)
        solved, fit = _fit_pattern(answers, pattern, system, each)
        coefficients[:, columns] = solved
        left_out[:, columns] = system.values(solved)
        left_out[known[:, None], columns] = fit.left_out
    return coefficients, left_out + torch.from_numpy(answers.mean)


def _fit_pattern(answers: AnsweredRows, pattern: Pattern, system: System, each: Each) -> tuple[Tensor, RidgeFit]:
    """Coefficients (m, outputs), and the fit of the known answers."""
    known = pattern.rows
    targets = torch.from_numpy(answers.residuals[np.ix_(known, pattern.outputs)])
    noise = torch.from_numpy(system.shape.ridge / answers.weights[known])
    blocks = group_blocks(None if answers.groups is None else answers.groups[known])
    if isinstance(system, SubsetSystem):
        factor = system.factor(known, 1.0 / noise, each=each)
        fit = system.known(known).leave_out(targets, 1.0 / noise, factor, blocks, each=each)
        return system.coefficients_of(fit.coefficients), fit
    if len(known) == len(system):
        fit = fit_inverse(system.inverse("left out", noise), targets, blocks)
        return fit.coefficients, fit
    fit = fit_exact(system.kernel[known][:, known], targets, noise, blocks)
    solved = torch.zeros(len(system), len(pattern.outputs), dtype=torch.float64)
    solved[known] = fit.coefficients
    return solved, fit
