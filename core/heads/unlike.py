"""Unlike members for score heads: Gaussian processes of three widths, linear ridge, and near neighbours.

Where such members differ, the answer hangs on how one looks at it; the spread of like members, resampled, was measured
to teach less than random order. Krogh & Vedelsby, "Neural network ensembles, cross validation, and active learning"
(1995); Nadaraya, "On estimating regression" (1964) for the smoothers.

Letters: n = annotated images, m = support images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.evidence import KernelShape, patterns
from core.heads.kernel import AnsweredRows, system_of
from core.heads.members import Each, Member, Response
from core.heads.ridge import cholesky, solve_factored, with_noise
from core.heads.subset_system import SubsetSystem

_LINEAR_RIDGE = 0.1
_WIDTHS = (1.0, 0.6, 2.0)
"""Of the three Gaussian processes, in units of the head's own."""
_NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class UnlikeMember:
    """What a member is, and whether it sees bootstrap weights."""

    member: Member
    ridge: float
    resampled: bool

    @property
    def shape(self) -> KernelShape:
        return KernelShape(None if self.member.response is Response.LINEAR else self.member.width, self.ridge)


OwnAnswers = Callable[[UnlikeMember, int], AnsweredRows]
"""What a member by its number learns from, its bootstrap weights taken in."""


def unlike_members(similarities: Tensor, shape: KernelShape, count: int) -> list[UnlikeMember]:
    """`similarities` (m, m) of the support. Eight unlike ones; from the ninth on they come again, resampled."""
    width = shape.width or 1.0
    near = Member(Response.SMOOTHER, neighbour_width(similarities, _NEIGHBOURS))
    all_kinds = [UnlikeMember(Member(Response.RBF, width * scale), shape.ridge, False) for scale in _WIDTHS]
    all_kinds += [UnlikeMember(Member(Response.LINEAR, 1.0), _LINEAR_RIDGE, resampled) for resampled in (False, True)]
    all_kinds += [UnlikeMember(Member(Response.RBF, width * scale), shape.ridge, True) for scale in _WIDTHS[::2]]
    all_kinds += [UnlikeMember(near, 1.0, False)]
    again = [UnlikeMember(each.member, each.ridge, True) for each in all_kinds]
    return [(all_kinds + again)[i % (2 * len(all_kinds))] for i in range(count)]


def neighbour_width(similarities: Tensor, neighbours: int) -> float:
    """The width at which an RBF falls to exp(-1) at the k-th neighbour of the median support image."""
    m = len(similarities)
    if m < 2:
        return 0.5
    nearest = similarities.topk(min(neighbours + 1, m), dim=1).values[:, -1]
    return float((1.0 - nearest).clamp_min(1e-4).median().sqrt())


def solve_unlike(
    answers: AnsweredRows,
    support: NDArray[np.int64],
    shape: KernelShape,
    draws: NDArray[np.float64],
    each: Each,
    own: OwnAnswers | None = None,
) -> tuple[tuple[Member, ...], NDArray[np.float32], NDArray[np.float32]]:
    """Members, their coefficients (members, m, 1) and the smoothers' masses (members, m)."""
    carriers = answers.rows[support]
    kinds = unlike_members((carriers @ carriers.T).cpu().double(), shape, draws.shape[1])
    coefficients = np.zeros((len(kinds), len(support), 1), dtype=np.float32)
    mass = np.zeros((len(kinds), len(support)), dtype=np.float32)
    known = patterns(answers.residuals, answers.weights)

    def solve(number: int) -> None:
        kind = kinds[number]
        mine = answers if own is None else own(kind, number)
        weights = mine.weights * (draws[:, number] if kind.resampled and own is None else 1.0)
        if kind.member.response is Response.SMOOTHER:
            mass[number], coefficients[number] = smoother_of(mine, support, weights)
        else:
            coefficients[number] = _solve_one(mine, support, kind, weights, known[0].rows)

    each(solve, range(len(kinds)) if known else ())
    return tuple(kind.member for kind in kinds), coefficients, mass


def smoother_of(
    answers: AnsweredRows, support: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Masses (m,) and masses times answers (m, 1) of the support."""
    targets = answers.residuals[support]
    mass = np.where(np.isnan(targets[:, 0]), 0.0, weights[support])
    return mass, mass[:, None] * np.nan_to_num(targets)


def _solve_one(
    answers: AnsweredRows,
    support: NDArray[np.int64],
    kind: UnlikeMember,
    weights: NDArray[np.float64],
    known: NDArray[np.int64],
) -> NDArray[np.float32]:
    """(m, 1)"""
    targets = torch.from_numpy(answers.residuals[known])  # (n, 1)
    noise = torch.from_numpy(kind.shape.ridge / weights[known])
    system = system_of(answers, support, kind.shape)
    if isinstance(system, SubsetSystem):
        rows = system.known(known)
        fit = rows.fit(targets, 1.0 / noise, rows.factor(1.0 / noise))
        return system.coefficients_of(fit).float().numpy()
    solved = torch.zeros(len(support), 1, dtype=torch.float64)
    solved[known] = solve_factored(cholesky(with_noise(system.kernel[known][:, known], noise)), targets)
    return solved.float().numpy()
