"""The seed's network: its names, its shapes, its answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.heads.checkpoint import save_head
from core.heads.head_config import HeadConfig
from core.heads.network import SeedNetwork, default_hidden, squash
from core.values import HeadKind
from tests.core.heads.seed_forward import run_seed


def drawn_network(*, features: int = 12, hidden: int = 20, outputs: int = 3) -> SeedNetwork:
    torch.manual_seed(3)
    return SeedNetwork(features=features, hidden=hidden, outputs=outputs)


def test_that_tensors_have_the_names_and_shapes_of_a_released_head():
    shapes = {name: tuple(value.shape) for name, value in drawn_network(features=768, hidden=1024).state_dict().items()}
    assert shapes["up.0.weight"] == (1024, 768)
    assert all(shapes[f"up.1.long.{place}.weight"] == (1024, 1024) for place in (0, 2, 4))
    assert shapes["down.0.weight"] == (128, 1024)
    assert shapes["down.1.weight"] == (64, 128)
    assert shapes["down.4.weight"] == (32, 64)
    assert shapes["down.5.weight"] == (3, 32)
    assert len(shapes) == 16


@pytest.mark.parametrize(("outputs", "kind"), [(1, HeadKind.SCORE), (4, HeadKind.CLASS)])
def test_that_answers_are_those_of_the_seed(tmp_path: Path, outputs: int, kind: HeadKind):
    network = drawn_network(outputs=outputs).eval()
    rows = np.random.default_rng(0).normal(0, 3, (9, 12)).astype(np.float32)
    file, _ = save_head(
        tmp_path, "drawn", network, HeadConfig("drawn", "v1", kind, tuple("abcd")[: outputs * (outputs > 1)])
    )
    ours = squash(network(torch.from_numpy(rows)), kind).detach().numpy()
    np.testing.assert_allclose(ours, run_seed(file, rows), atol=1e-6)


def test_that_dropout_is_off_when_judging():
    network = drawn_network().eval()
    rows = torch.randn(5, 12)
    assert torch.equal(network(rows), network(rows))


def test_that_the_short_way_answers_the_same_where_the_branch_adds_nothing():
    network = drawn_network().eval()
    assert not network.is_shallow()
    torch.nn.init.zeros_(network.last_of_long.weight)
    torch.nn.init.zeros_(network.last_of_long.bias)
    rows = torch.randn(5, 12)
    assert network.is_shallow()
    torch.testing.assert_close(network.shallow(rows), network(rows))


def test_that_the_usual_width_is_the_seeds():
    assert default_hidden(768) == 1024
    assert default_hidden(1024) == 1280
