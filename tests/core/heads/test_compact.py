"""Heads trained small and written into the seed's layers."""

from __future__ import annotations

import pytest
import torch

from core.heads.compact import CompactHeads, find_rotation, new_heads


def trained_looking(outputs: int, components: int = 6) -> CompactHeads:
    heads = new_heads(2, (components, 16, outputs), device="cpu", seed=1)
    with torch.no_grad():
        for parameter in heads.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(parameter.numel()))
    return heads


@pytest.mark.parametrize("outputs", [1, 3, 40])
def test_that_the_written_network_answers_as_the_trained_one_on_raw_embeddings(outputs: int):
    rows = torch.randn(50, 10, generator=torch.Generator().manual_seed(0)) * 3 + 20
    rotation = find_rotation(rows, 6)
    heads = trained_looking(outputs)
    wanted = heads.logits(rotation.apply(rows)[None].expand(2, -1, -1))
    for head in range(2):
        network = heads.expand(head, rotation, hidden=24)
        torch.testing.assert_close(network(rows), wanted[head], rtol=1e-3, atol=2e-3)


def test_that_the_branch_of_a_written_network_adds_nothing():
    heads = trained_looking(3)
    network = heads.expand(0, find_rotation(torch.randn(30, 10), 6), hidden=24)
    assert network.is_shallow()


def test_that_components_have_a_mean_square_of_one():
    rows = torch.randn(400, 10) * torch.linspace(0.1, 5, 10) + 7
    for components in (4, 10, 64):
        turned = find_rotation(rows, components).apply(rows)
        assert turned.square().mean().item() == pytest.approx(1.0, rel=0.02)
        assert turned.shape == (400, min(components, 10))


def test_that_equal_rows_give_finite_components():
    assert torch.isfinite(find_rotation(torch.ones(5, 10), 4).apply(torch.ones(5, 10))).all()


def test_that_new_heads_say_nothing_and_differ_within():
    heads = new_heads(2, (6, 16, 3), device="cpu", seed=1)
    assert not heads.logits(torch.randn(2, 4, 6)).any()
    first, _ = heads.layers[0]
    assert not torch.equal(first[0], first[1])
