"""Values of the kernel head become probabilities that are as sure as they are right."""

from __future__ import annotations

import pytest
import torch

from core.heads.squash import USUAL_SHARPNESS, choose_sharpness, probabilities
from core.values import HeadKind


def _choose(values: torch.Tensor, targets: torch.Tensor, kind: HeadKind) -> float:
    return choose_sharpness(values, targets, torch.ones(len(values)), kind)


def test_that_labels_sum_to_one():
    said = probabilities(torch.randn(9, 4), HeadKind.CLASS, 5.0)
    assert said.sum(-1) == pytest.approx(torch.ones(9))


def test_that_scores_stay_between_the_ends():
    assert probabilities(torch.tensor([-0.2, 0.4, 1.7]), HeadKind.SCORE, 5.0).tolist() == pytest.approx([0, 0.4, 1])


def test_that_right_values_are_sharpened_and_wrong_ones_blunted():
    generator = torch.Generator().manual_seed(0)
    targets = torch.eye(2)[torch.randint(2, (300,), generator=generator)]
    chance = torch.eye(2)[torch.randint(2, (300,), generator=generator)]
    assert _choose(targets, targets, HeadKind.CLASS) > USUAL_SHARPNESS
    assert _choose(chance, targets, HeadKind.CLASS) < 1


def test_that_few_answers_leave_the_sharpness_near_the_usual():
    right = torch.eye(2)
    assert 4 < _choose(right * 0.3, right, HeadKind.CLASS) < 20


def test_that_unknown_tags_do_not_count():
    values, targets = torch.rand(50, 2), (torch.rand(50, 2) > 0.5).float()
    known = targets.clone()
    known[:, 1] = torch.nan
    alone = _choose(values[:, :1], targets[:, :1], HeadKind.TAGS)
    assert _choose(values, known, HeadKind.TAGS) == alone


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS])
def test_that_confidence_matches_how_often_it_is_right(kind):
    generator = torch.Generator().manual_seed(1)
    truth = torch.rand(4000, 1, generator=generator)
    yes = (torch.rand(4000, 1, generator=generator) < truth).float()
    logits = torch.logit(truth) / 8.0
    values, targets = (logits + 0.5, yes) if kind is HeadKind.TAGS else _two_labels(logits, yes)
    assert _choose(values, targets, kind) == pytest.approx(8.0, rel=0.2)


def _two_labels(logits: torch.Tensor, yes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.cat([logits, torch.zeros_like(logits)], 1), torch.cat([yes, 1 - yes], 1)
