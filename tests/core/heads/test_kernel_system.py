"""Systems that were grown row by row are those that were solved anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.heads.evidence import KernelShape
from core.heads.kernel_system import KernelSystem
from core.heads.live_fit import LiveFit, refit
from core.heads.similarity import unit_rows
from core.values import Annotated, HeadKind

_SHAPE = KernelShape(0.6, 0.02)


def _rows(n: int, seed: int = 0) -> Tensor:
    return unit_rows(np.random.default_rng(seed).standard_normal((n, 12)).astype(np.float32))


def _noise(n: int, seed: int = 1) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).uniform(0.01, 0.3, 200)[:n].copy())


@given(first=st.integers(1, 40), more=st.integers(0, 30))
def test_that_a_grown_system_is_the_one_solved_anew(first: int, more: int) -> None:
    n = first + more
    before = KernelSystem(_rows(n)[:first], _SHAPE)
    before.factor("member", _noise(first))
    before.inverse("left out", _noise(first))
    grown, anew = KernelSystem(_rows(n), _SHAPE, before), KernelSystem(_rows(n), _SHAPE)
    assert torch.allclose(grown.kernel, anew.kernel, atol=1e-6)
    for solve in ("factor", "inverse"):
        found = getattr(grown, solve)("member" if solve == "factor" else "left out", _noise(n))
        assert torch.allclose(found, getattr(anew, solve)("anything", _noise(n)), atol=1e-4)


@pytest.mark.parametrize("change", ["rows", "noise", "shape", "fewer"])
def test_that_nothing_is_taken_over_where_what_was_known_changed(change: str) -> None:
    before = KernelSystem(_rows(20), _SHAPE)
    before.factor("member", _noise(20))
    rows = _rows(25, seed=5) if change == "rows" else _rows(15 if change == "fewer" else 25)
    noise = _noise(len(rows), seed=7 if change == "noise" else 1)
    shape = KernelShape(0.9, 0.1) if change == "shape" else _SHAPE
    found = KernelSystem(rows, shape, before).factor("member", noise)
    anew = KernelSystem(rows, shape).factor("member", noise)
    assert torch.allclose(found, anew, atol=1e-9)


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS, HeadKind.SCORE])
def test_that_a_refit_that_goes_on_says_what_one_from_nothing_says(kind: HeadKind) -> None:
    rows, n = _rows(160), 160
    targets = np.eye(3, dtype=np.float32)[np.random.default_rng(3).integers(0, 3, n)]
    targets = targets[:, :1] if kind is HeadKind.SCORE else targets
    hashes = np.random.default_rng(4).integers(0, 256, (n, 32)).astype(np.uint8)
    keys = np.arange(n, dtype=np.uint64)

    def fit(count: int, before: LiveFit | None = None) -> LiveFit:
        annotated = Annotated(hashes[:count], targets[:count], np.ones(count, np.float32), np.arange(count))
        return refit(rows[:count], annotated, keys[:count], kind, np.arange(count), before=before, seed=0)

    first = fit(150)
    second = fit(n, first)
    assert second.shape_chosen_at == 150
    anew = fit(n, replace(first, system=None))
    assert np.allclose(second.left_out, anew.left_out, atol=1e-4)
    assert np.allclose(second.committee.coefficients, anew.committee.coefficients, atol=1e-3)
