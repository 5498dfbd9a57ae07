"""Fewer support than annotated images: what is left out and what members say, against systems solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.heads.evidence import KernelShape
from core.heads.members import bootstrap_weights
from core.heads.ridge import group_blocks
from core.heads.similarity import unit_rows
from core.heads.subset_system import SubsetSystem
from core.workers import Workers
from tests.core.heads.material import blobs

N, SUPPORT = 1300, np.sort(np.random.default_rng(5).choice(1300, 150, replace=False))
EVERY_SHAPE = pytest.mark.parametrize(
    "shape", [KernelShape(0.5, 0.05), KernelShape(0.7, 0.001), KernelShape(None, 0.1)]
)
EVERYONE = np.arange(N)


def _ground(shape: KernelShape) -> tuple[Tensor, SubsetSystem, Tensor]:
    """Unit rows, their system, and targets (n, 2) with some noise."""
    rows = unit_rows(blobs(N, noise=3.0)[0])
    targets = torch.from_numpy(np.random.default_rng(7).standard_normal((N, 2)))
    return rows, SubsetSystem(rows, SUPPORT, shape), targets + 3.0 * rows[:, :2]


def _by_hand(rows: Tensor, shape: KernelShape, targets: Tensor, trust: Tensor) -> Tensor:
    """Values (n, 2) of every row by the subset of regressors in float64, with `trust` (n,); 0 leaves a row out."""
    cross = shape.kernel(rows @ rows[SUPPORT].T).double()
    inner = shape.kernel(rows[SUPPORT] @ rows[SUPPORT].T).double() + 1e-6 * torch.eye(len(SUPPORT))
    scaled = (cross * trust[:, None]).T
    return cross @ torch.linalg.solve(scaled @ cross + inner, scaled @ targets)


@EVERY_SHAPE
def test_that_a_group_is_left_out_as_if_it_had_never_been_there(shape: KernelShape):
    rows, system, targets = _ground(shape)
    trust = torch.full((N,), 1.0 / shape.ridge, dtype=torch.float64)
    known = system.known(EVERYONE)
    groups = np.maximum(EVERYONE // 2, 3)  # the first eight are one group
    fit = known.leave_out(targets, trust, known.factor(trust), group_blocks(groups))
    for group in (np.arange(8), np.array([100, 101])):
        without = trust.clone()
        without[group] = 0.0
        expected = _by_hand(rows, shape, targets, without)[group]
        torch.testing.assert_close(fit.left_out[group], expected, atol=2e-3, rtol=1e-3)


@EVERY_SHAPE
def test_that_members_solved_side_by_side_are_those_solved_alone(shape: KernelShape):
    rows, system, targets = _ground(shape)
    trust = torch.full((N,), 1.0 / shape.ridge, dtype=torch.float64)
    own = trust[:, None] * torch.from_numpy(bootstrap_weights(EVERYONE.astype(np.uint64), 3, 0))
    known = system.known(EVERYONE)
    solved = known.solve(targets[:, None].expand(-1, 3, -1), own, known.factor(trust))
    for member in range(3):
        said = system.values(system.coefficients_of(solved)[:, member])
        expected = _by_hand(rows, shape, targets, own[:, member])
        assert float((said - expected).square().mean().sqrt()) < 1e-3 * float(expected.std())


def test_that_the_number_of_cores_changes_nothing():
    _, system, targets = _ground(KernelShape(0.5, 0.05))
    known, trust = system.known(EVERYONE), torch.full((N,), 20.0)
    own = torch.rand(N, 3, generator=torch.Generator().manual_seed(1)) * 40.0
    factor = known.factor(trust)
    alone = known.solve(targets[:, None].expand(-1, 3, -1), own, factor)
    workers = Workers(3)
    try:
        beside = known.solve(targets[:, None].expand(-1, 3, -1), own, factor, each=workers.each)
        assert torch.equal(known.factor(trust, each=workers.each), factor)
    finally:
        workers.close()
    assert torch.equal(alone, beside)
