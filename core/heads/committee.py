"""The committee: eight members solved as one batch on one kernel; their mean is the answer, their spread the votes.

Class and tags: members see bootstrap weights (Rubin, "The Bayesian bootstrap", 1981) and are pulled towards random
functions instead of zero (Pearce et al., "Uncertainty in neural networks: approximately Bayesian ensembling", 2020).
Score: members of unlike kinds, whose spread taught more than that of like ones (see core.heads.unlike).

Letters: n = annotated images, m = support images, k = images asked about, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.evidence import KernelShape, Pattern, patterns
from core.heads.kernel import AnsweredRows, System
from core.heads.kernel_system import KernelSystem
from core.heads.members import Each, Member, Response, in_turn
from core.heads.ridge import cholesky, solve_factored, with_noise
from core.heads.similarity import rbf, unit_rows
from core.heads.squash import probabilities
from core.heads.subset_system import SubsetSystem
from core.heads.unlike import OwnAnswers, solve_unlike
from core.query.clustering import mean_tile
from core.values import HeadKind

_BLOCK = 2048
_ANCHOR_SCALE = 0.15
"""Deviation of the random functions, in units of the targets (0 to 1)."""
_ANCHOR_JITTER = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Committee:
    """Members that share their support: predictions for new images need its similarities once."""

    kind: HeadKind
    support: NDArray[np.float32]
    """(m, dim) unit rows"""
    members: tuple[Member, ...]
    coefficients: NDArray[np.float32]
    """(members, m, outputs)"""
    mass: NDArray[np.float32]
    """(members, m) weight of each support image for smoothers, 0 elsewhere"""
    mean: NDArray[np.float32]
    """(outputs,)"""
    sharpness: float

    def predict(self, embeddings: NDArray[np.floating], *, device: str = "cpu") -> NDArray[np.float32]:
        """Probabilities (members, k, outputs) for embeddings (k, dim) or (k, tiles, dim)."""
        reader = CommitteeReader(self, device)
        support = torch.as_tensor(self.support, device=device)
        found = np.empty((len(self.members), len(embeddings), len(self.mean)), dtype=np.float32)
        for start in range(0, len(embeddings), _BLOCK):
            rows = unit_rows(mean_tile(embeddings[start : start + _BLOCK]), device)
            said = reader.read((rows @ support.T,))
            found[:, start : start + _BLOCK] = said.cpu().numpy()
        return found


class CommitteeReader:
    """A committee laid out on one device for reading many blocks of similarities.

    Of labels only differences count, so each is read less the last one: a column less for every member.
    """

    def __init__(self, committee: Committee, device: str = "cpu") -> None:
        self._committee = committee
        self._relative = committee.kind is HeadKind.CLASS
        self._mean = self._told(torch.from_numpy(committee.mean)).to(device)
        self._widths: dict[Member, list[int]] = {}
        for number, member in enumerate(committee.members):
            self._widths.setdefault(member, []).append(number)
        self._tables = {member: self._table(numbers).to(device) for member, numbers in self._widths.items()}

    def _told(self, values: Tensor) -> Tensor:
        """(..., outputs) -> (..., told): without the last label."""
        return values[..., :-1] - values[..., -1:] if self._relative else values

    def _table(self, numbers: list[int]) -> Tensor:
        """(m, told * some): coefficients of these members, output by output; then for smoothers their masses."""
        coefficients = self._told(torch.from_numpy(self._committee.coefficients[numbers]))  # (some, m, told)
        flat = coefficients.permute(1, 2, 0).flatten(1)
        if self._committee.members[numbers[0]].response is not Response.SMOOTHER:
            return flat.contiguous()
        mass = torch.from_numpy(self._committee.mass[numbers]).T
        return torch.cat([flat, mass], dim=1).contiguous()

    @property
    def width(self) -> float | None:
        """The one width of all members, where each is an RBF of that width."""
        first, *others = self._tables
        return None if others or first.response is not Response.RBF else first.width

    def read(self, similarities: tuple[Tensor, ...], *, width: float | None = None) -> Tensor:
        """Probabilities (members, k, outputs) from blocks of columns (k, some of m), in the order of the support.

        Columns are dot products of unit vectors, or with a `width` the values of that RBF.
        """
        committee, told = self._committee, len(self._mean)
        shape = (len(similarities[0]), len(committee.mean), len(committee.members))
        values = torch.zeros(shape, device=self._mean.device)  # (k, outputs, members)
        for member, table in self._tables.items():
            numbers = self._widths[member]
            total = _respond(similarities, table, member, width)  # (k, told * some, and some for smoothers)
            said = total[:, : told * len(numbers)].reshape(-1, told, len(numbers))
            if member.response is Response.SMOOTHER:
                said = said / (total[:, None, told * len(numbers) :] + 1e-9)
            if len(numbers) == shape[2]:
                values[:, :told] = said
            else:
                values[:, :told, numbers] = said
        values[:, :told] += self._mean[:, None]
        return probabilities(values, committee.kind, committee.sharpness, dim=1).permute(2, 0, 1)


def _respond(similarities: tuple[Tensor, ...], table: Tensor, member: Member, width: float | None) -> Tensor:
    total = torch.zeros(len(similarities[0]), table.shape[1], device=table.device)
    as_it_is = member.response is Response.LINEAR or member == Member(Response.RBF, width or 0.0)
    start = 0
    for block in similarities:
        response = block if as_it_is else rbf(block, member.width)
        total.addmm_(response, table[start : start + block.shape[1]])
        start += block.shape[1]
    return total


def solve_committee(
    answers: AnsweredRows,
    support: NDArray[np.int64],
    system: System,
    sharpness: float,
    kind: HeadKind,
    draws: NDArray[np.float64],
    seed: int,
    *,
    each: Each = in_turn,
    own: OwnAnswers | None = None,
) -> Committee:
    """Members for the kernel of `system` and a chosen sharpness; `draws` (n, members) are their bootstrap weights.

    `own` are the answers of each member of a score head, where they differ by more than that.
    """
    shape = system.shape
    if kind is HeadKind.SCORE:
        members, coefficients, mass = solve_unlike(answers, support, shape, draws, each, own)
    else:
        members = tuple(member_of(shape) for _ in range(draws.shape[1]))
        coefficients = solve_alike(answers, system, draws, seed, each=each)
        mass = np.zeros((len(members), len(support)), dtype=np.float32)
    rows = answers.rows[support].cpu().numpy()
    return Committee(kind, rows, members, coefficients, mass, answers.mean.astype(np.float32), sharpness)


def member_of(shape: KernelShape) -> Member:
    return Member(Response.LINEAR, 1.0) if shape.width is None else Member(Response.RBF, shape.width)


def solve_alike(
    answers: AnsweredRows, system: System, draws: NDArray[np.float64], seed: int, *, each: Each = in_turn
) -> NDArray[np.float32]:
    """Coefficients (members, m, outputs) of members that differ by bootstrap weights and random function."""
    found = anchors(anchor_factor(system), draws.shape[1], answers.residuals.shape[1], seed)
    for pattern in patterns(answers.residuals, answers.weights):
        if isinstance(system, SubsetSystem):
            _add_subset(answers, pattern, system, draws, found, each)
        else:
            _add_exact(answers, pattern, system, draws, found, each)
    return found.float().numpy()


def _add_exact(
    answers: AnsweredRows,
    pattern: Pattern,
    system: KernelSystem,
    draws: NDArray[np.float64],
    found: Tensor,
    each: Each,
) -> None:
    """Adds to `found` (members, n, outputs), which holds the random functions, what the known answers ask for."""
    rows, columns = torch.from_numpy(pattern.rows), torch.from_numpy(pattern.outputs)
    whole = len(rows) == len(system)
    kernel = system.kernel if whole else system.kernel[rows]  # (known, n)
    functions = found[:, :, columns].transpose(0, 1)  # (n, members, some outputs)
    values = (kernel @ functions.flatten(1)).reshape(len(rows), *functions.shape[1:])
    rest = torch.from_numpy(answers.residuals[np.ix_(pattern.rows, pattern.outputs)])[:, None] - values
    inner = kernel if whole else kernel[:, rows]

    def solve(member: int) -> None:
        noise = torch.from_numpy(system.shape.ridge / draws[pattern.rows, member] / answers.weights[pattern.rows])
        factor = system.factor(member, noise) if whole else cholesky(with_noise(inner, noise))
        found[member, rows[:, None], columns] += solve_factored(factor, rest[:, member])

    each(solve, range(len(found)))


def _add_subset(
    answers: AnsweredRows,
    pattern: Pattern,
    system: SubsetSystem,
    draws: NDArray[np.float64],
    found: Tensor,
    each: Each,
) -> None:
    """As `_add_exact` for every member at once, where fewer carry the head: `found` (members, m, outputs)."""
    columns = torch.from_numpy(pattern.outputs)
    known = system.known(pattern.rows)
    trust = answers.weights[pattern.rows] / system.shape.ridge
    factor = system.factor(pattern.rows, torch.from_numpy(trust), each=each)
    functions = system.weights_of(found[:, :, columns].transpose(0, 1))  # (m, members, outputs)
    targets = torch.from_numpy(answers.residuals[np.ix_(pattern.rows, pattern.outputs)])[:, None]
    rest = targets.to(known.features) - known.values(functions)  # (known, members, outputs)
    own_trust = torch.from_numpy(trust[:, None] * draws[pattern.rows])
    solved = system.coefficients_of(known.solve(rest, own_trust, factor, each=each))
    found[:, :, columns] += solved.transpose(0, 1)


def anchor_factor(system: System) -> Tensor:
    """Lower factor (m, m) of the support's kernel, float32 on the CPU."""
    if isinstance(system, SubsetSystem):
        return cholesky(system.kernel.cpu(), jitter=_ANCHOR_JITTER)
    return system.factor("anchors", torch.full((len(system),), _ANCHOR_JITTER, dtype=torch.float64)).float()


def anchors(factor: Tensor, members: int, outputs: int, seed: int) -> Tensor:
    """Coefficients (members, m, outputs) of random functions with the kernel as covariance, from its `factor` (m, m).

    Their values at the first rows do not depend on how many rows follow: members stay themselves as answers come.
    """
    m = len(factor)
    noise = np.random.default_rng(seed + 1).standard_normal((m, members, outputs), dtype=np.float32)
    drawn = torch.from_numpy(_ANCHOR_SCALE * noise).reshape(m, members * outputs)
    solved = cast(Tensor, torch.linalg.solve_triangular(factor.T, drawn, upper=True))
    return solved.reshape(m, members, outputs).permute(1, 0, 2).double().contiguous()
