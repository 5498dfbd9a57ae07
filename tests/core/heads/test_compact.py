"""Heads trained small and written into the seed's layers."""

from __future__ import annotations

import pytest
import torch

from core.heads.compact import Parts, find_rotation, new_parts
from core.values import HeadKind

ROWS = torch.randn(50, 10, generator=torch.Generator().manual_seed(0)) * 3 + 20


def trained_looking(outputs: int, *, rank: int | None = None) -> Parts:
    parts = new_parts(3, (6, 40, outputs), device="cpu", seed=1)
    with torch.no_grad():
        for parameter in parts.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(parameter.numel()))
        if rank is not None:
            parts.readout[:] = parts.readout[..., :rank] @ torch.randn(rank, outputs)
    return parts


@pytest.mark.parametrize(("outputs", "rank"), [(1, None), (3, None), (32, None), (50, 20)])
def test_that_the_written_network_answers_as_the_parts_together_on_raw_embeddings(outputs: int, rank: int | None):
    rotation = find_rotation(ROWS, 6)
    parts = trained_looking(outputs, rank=rank)
    wanted = parts.logits(rotation.apply(ROWS).expand(3, -1, -1)).mean(dim=0)
    network = parts.expand(rotation, HeadKind.TAGS, hidden=128)
    torch.testing.assert_close(network(ROWS), wanted, rtol=1e-3, atol=2e-3)


def test_that_class_logits_of_33_labels_keep_their_differences():
    rotation = find_rotation(ROWS, 6)
    parts = trained_looking(33)
    wanted = parts.logits(rotation.apply(ROWS).expand(3, -1, -1)).mean(dim=0)
    said = parts.expand(rotation, HeadKind.CLASS, hidden=128)(ROWS)
    torch.testing.assert_close(said.softmax(1), wanted.softmax(1), rtol=1e-2, atol=1e-3)


def test_that_more_outputs_than_the_narrowest_layer_are_approximated():
    rotation = find_rotation(ROWS, 6)
    parts = trained_looking(50)
    wanted = parts.logits(rotation.apply(ROWS).expand(3, -1, -1)).mean(dim=0)
    said = parts.expand(rotation, HeadKind.CLASS, hidden=128)(ROWS)
    assert (said.argmax(1) == wanted.argmax(1)).float().mean() > 0.5  # by chance 0.02


def test_that_the_branch_of_a_written_network_adds_nothing():
    network = trained_looking(3).expand(find_rotation(ROWS, 6), HeadKind.CLASS, hidden=128)
    assert network.is_shallow()


def test_that_components_have_a_mean_square_of_one():
    rows = torch.randn(400, 10) * torch.linspace(0.1, 5, 10) + 7
    for components in (4, 10, 64):
        turned = find_rotation(rows, components).apply(rows)
        assert turned.square().mean().item() == pytest.approx(1.0, rel=0.02)
        assert turned.shape == (400, min(components, 10))


def test_that_equal_rows_give_finite_components():
    assert torch.isfinite(find_rotation(torch.ones(5, 10), 4).apply(torch.ones(5, 10))).all()


def test_that_new_parts_say_nothing_and_differ():
    parts = new_parts(2, (6, 16, 3), device="cpu", seed=1)
    assert not parts.logits(torch.randn(2, 4, 6)).any()
    assert not torch.equal(parts.first[0], parts.first[1])
