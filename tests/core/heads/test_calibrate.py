"""Calibration on images that were not seen, folded into the last layer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.heads.calibrate import Calibration, calibrate_votes, fit_calibration, fold_in
from core.heads.network import SeedNetwork, squash
from core.values import Annotated, Combine, HeadKind


def drawn_class(n: int, sharper: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (n, 1, 3) `sharper` times too sure, and answers drawn from the true ones."""
    rng = np.random.default_rng(0)
    true = rng.normal(0, 1.5, (n, 3))
    chances = np.exp(true) / np.exp(true).sum(1, keepdims=True)
    given = np.array([rng.choice(3, p=row) for row in chances])
    return torch.from_numpy(true * sharper)[:, None].float(), torch.eye(3)[given]


@pytest.mark.parametrize("sharper", [0.5, 1.0, 3.0])
def test_that_the_temperature_undoes_too_much_or_too_little_confidence(sharper: float):
    logits, targets = drawn_class(4000, sharper)
    found = fit_calibration(logits, targets, torch.ones(4000, 3), HeadKind.CLASS, Combine.MEAN)
    assert found.temperature == pytest.approx(sharper, rel=0.1)


def test_that_few_images_do_not_move_the_temperature_far():
    logits, targets = torch.tensor([[[9.0, 0.0]], [[0.0, 9.0]]]), torch.eye(2)
    found = fit_calibration(logits, targets, torch.ones(2, 2), HeadKind.CLASS, Combine.MEAN)
    assert 0.3 < found.scale < 3.0


def test_that_a_score_is_shifted_back_to_its_scale():
    rng = np.random.default_rng(0)
    truth = torch.from_numpy(rng.uniform(0.1, 0.9, (2000, 1))).float()
    logits = (torch.logit(truth) / 2 * 0.5 - 0.4)[:, None]
    found = fit_calibration(logits, truth, torch.ones(2000, 1), HeadKind.SCORE, Combine.MEAN)
    corrected = squash(found.apply(logits), HeadKind.SCORE)[:, 0]
    assert (corrected - truth).abs().mean() < 0.01


def drawn_scores(known: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (2000, 1, 1) that know so much of the answers (2000, 1), as likely as they can be."""
    rng = np.random.default_rng(0)
    truth = rng.normal(0.5, 0.2, 2000)
    said = 0.5 + known**2 * (truth - 0.5) + known * np.sqrt(1 - known**2) * rng.normal(0.0, 0.2, 2000)
    logits = torch.logit(torch.from_numpy(said).clamp(0.01, 0.99)) / 2
    return logits.float()[:, None, None], torch.from_numpy(truth.clip(0, 1)).float()[:, None]


@pytest.mark.parametrize(("spread", "share"), [(0.0, 0.6), (0.5, 0.77), (1.0, 1.0)])
def test_that_scores_are_drawn_apart_towards_the_spread_of_the_answers(spread: float, share: float):
    logits, targets = drawn_scores(0.6)
    found = fit_calibration(logits, targets, torch.ones(2000, 1), HeadKind.SCORE, Combine.MEAN, spread=spread)
    said = squash(found.apply(logits), HeadKind.SCORE)[:, 0]
    assert float(said.std() / targets.std()) == pytest.approx(share, abs=0.03)
    assert float(said.mean() - targets.mean()) == pytest.approx(0.0, abs=0.01)


def test_that_a_head_that_knows_nothing_is_not_made_to_look_sure():
    targets = drawn_scores(0.6)[1]
    noise = torch.from_numpy(np.random.default_rng(1).normal(0, 0.4, (2000, 1, 1))).float()
    found = fit_calibration(noise, targets, torch.ones(2000, 1), HeadKind.SCORE, Combine.MEAN, spread=0.5)
    assert float(squash(found.apply(noise), HeadKind.SCORE).std()) < 0.5 * float(targets.std())


@pytest.mark.parametrize("answers", [[1.0] * 20, [1.0], [0.5] * 7])
def test_that_answers_of_one_score_say_nothing_of_how_far_apart_scores_lie(answers):
    n = len(answers)
    logits = torch.from_numpy(np.random.default_rng(1).normal(0, 1, (n, 1, 1))).float()
    given = logits, torch.tensor(answers)[:, None], torch.ones(n, 1), HeadKind.SCORE, Combine.MEAN
    assert fit_calibration(*given, spread=0.5) == fit_calibration(*given, spread=0.0)


def test_that_labels_and_tags_have_no_spread():
    logits, targets = drawn_class(400, 2.0)
    ways = [
        fit_calibration(logits, targets, torch.ones(400, 3), HeadKind.CLASS, Combine.MEAN, spread=spread)
        for spread in (0.0, 1.0)
    ]
    assert ways[0] == ways[1]


def test_that_unknown_tags_do_not_count():
    logits = torch.tensor([[[2.0, 50.0]]] * 40)
    targets = torch.tensor([[1.0, float("nan")]] * 30 + [[0.0, float("nan")]] * 10)
    known = torch.tensor([[1.0, 0.0]] * 40)
    alone = fit_calibration(logits[..., :1], targets[:, :1], known[:, :1], HeadKind.TAGS, Combine.MEAN)
    assert fit_calibration(logits, targets, known, HeadKind.TAGS, Combine.MEAN).scale == pytest.approx(alone.scale)


def test_that_a_folded_calibration_gives_the_same_answers():
    network = SeedNetwork(features=8, hidden=16, outputs=1).eval()
    rows = torch.randn(6, 8)
    calibration = Calibration(scale=1.7, shift=-0.3)
    wanted = calibration.apply(network(rows)).detach()
    fold_in(calibration, network)
    torch.testing.assert_close(network(rows).detach(), wanted)


def test_that_nothing_judged_leaves_answers_as_they_are():
    empty = fit_calibration(torch.empty(0, 1, 3), torch.empty(0, 3), torch.empty(0, 3), HeadKind.CLASS, Combine.MEAN)
    assert empty == Calibration(1.0, 0.0)


def scored(targets: np.ndarray) -> Annotated:
    n = len(targets)
    return Annotated(np.zeros((n, 32), np.uint8), targets, np.ones(n, np.float32), np.arange(n))


def test_that_a_committee_of_scores_comes_to_the_scale_of_its_release_head():
    logits, targets = drawn_scores(0.6)
    said = squash(logits[:, 0], HeadKind.SCORE)
    beyond = np.concatenate([said.numpy(), np.full((5, 1), 0.9, np.float32)])  # of images that only pairs speak of
    found = calibrate_votes(beyond, scored(targets.numpy()), HeadKind.SCORE, spread=0.5)
    head = fit_calibration(logits, targets, torch.ones(2000, 1), HeadKind.SCORE, Combine.MEAN, spread=0.5)
    assert found is not None
    assert (found.scale, found.shift) == pytest.approx((head.scale, head.shift), abs=0.02)
    redrawn = found.redraw_scores(said)
    assert torch.equal(redrawn[:, 0].argsort(), said[:, 0].argsort())
    assert float(redrawn.std() / targets.std()) == pytest.approx(0.77, abs=0.03)


def test_that_only_scores_with_answers_move_a_committee():
    given = scored(np.full((4, 1), np.nan, np.float32))
    said = torch.tensor([[0.0], [0.2], [0.5], [1.0]])
    nothing = calibrate_votes(said.numpy(), given, HeadKind.SCORE, spread=0.5)
    assert nothing is not None
    assert torch.allclose(nothing.redraw_scores(said), said, atol=1e-3)
    assert calibrate_votes(said.numpy(), given, HeadKind.CLASS, spread=0.5) is None
