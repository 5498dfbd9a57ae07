"""Brackets and pairs learned together: Bradley-Terry on the output of a Gaussian process.

Bradley & Terry, "Rank analysis of incomplete block designs" (1952): the odds that one image beats another are those of
their difference; a tie is half a win for each. Chu & Ghahramani, "Preference learning with Gaussian processes" (2005):
the most likely function under brackets and pairs, found by Newton steps (Rasmussen & Williams, 2006, algorithm 3.1),
here on the differences of the pairs, with the brackets taken in in closed form first.

What was found is handed on as answers: each image of a pair gets the target and weight with which plain ridge
regression says exactly the same (the gradient and curvature of its pairs). So everything that is solved from answers,
members and all, learns from pairs as well, and without pairs nothing changes. Brackets alone say where the scale lies;
with none of them the function is centred on the middle of the scale.

Letters: n = images, p = pairs, s = images that stand in a pair, b = images with a bracket.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.evidence import KernelShape, strangeness
from core.heads.kernel import AnsweredRows
from core.heads.pair_rows import PairRows
from core.heads.ridge import cholesky, with_noise
from core.heads.similarity import typical_distance

ENOUGH_BRACKETS = 20
"""From so many on brackets choose width and ridge; below, the evidence of the pairs."""
BRACKETS_LIMIT = 1500
"""So many brackets at most say what is known before the pairs are looked at."""
_STEPS, _STILL = 12, 1e-5
_USUAL_DEVIATION, _WORTH = 0.2, 10.0
"""Of the scores over the pool (0 to 1), and how many answers that belief is worth."""
_LOGISTIC = 1.702 / math.sqrt(2.0)
"""The logistic curve that follows the difference of two noisy answers, each of deviation 1."""
_LEAST_STEEP, _MOST_STEEP = 3.0, 60.0
_WIDTHS, _RIDGES = (0.5, 0.7, 1.0, 1.4, 2.0), (0.03, 0.1, 0.3)
_SELECTION_PAIRS = 200
_LEAST_CURVATURE = 1e-6


@dataclass(frozen=True, slots=True)
class Belief:
    """How far scores spread, and how surely a difference of scores decides a comparison."""

    deviation: float
    steepness: float


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    seen: NDArray[np.int64]
    """(s,) rows"""
    values: Tensor
    """(s,) residuals from the prior mean"""
    forces: Tensor
    """(s,) what the pairs add to the coefficients of these images"""
    curvature: Tensor
    """(s,)"""
    evidence: float
    """Log likelihood of the pairs, given the brackets"""


def learn_pairs(answers: AnsweredRows, pairs: PairRows, shape: KernelShape) -> AnsweredRows:
    """Targets and weights that teach ridge regression with this kernel what brackets and pairs say together."""
    if len(pairs) == 0:
        return answers
    found = _solve(answers, pairs, shape, believe(answers, shape))
    bracket = answers.residuals[found.seen, 0]
    trust = np.where(np.isnan(bracket), 0.0, answers.weights[found.seen])
    pull = trust * (np.nan_to_num(bracket) - found.values.numpy()) + shape.ridge * found.forces.numpy()
    weight = trust + shape.ridge * np.maximum(found.curvature.numpy(), _LEAST_CURVATURE)
    residuals, weights = answers.residuals.copy(), answers.weights.copy()
    residuals[found.seen, 0] = found.values.numpy() + pull / weight
    weights[found.seen] = weight
    return replace(answers, residuals=residuals, weights=weights)


def choose_shape_with_pairs(answers: AnsweredRows, pairs: PairRows, seed: int) -> KernelShape:
    """By the brackets where there are enough of them, else by the evidence of the pairs."""
    if len(pairs) == 0 or (~np.isnan(answers.residuals[:, 0])).sum() >= ENOUGH_BRACKETS:
        return answers.choose_shape(seed)
    some = pairs
    if len(pairs) > _SELECTION_PAIRS:
        drawn = np.random.default_rng(seed).choice(len(pairs), _SELECTION_PAIRS, replace=False)
        some = PairRows(pairs.left[drawn], pairs.right[drawn], pairs.share[drawn], pairs.weights[drawn])
    scale = typical_distance((answers.rows @ answers.rows.T).cpu()) ** 0.5
    shapes = [KernelShape(scale * width, ridge) for width in _WIDTHS for ridge in _RIDGES]

    def worth(shape: KernelShape) -> float:
        return _solve(answers, some, shape, believe(answers, shape)).evidence - strangeness(shape, scale)

    return max(shapes, key=worth)


def believe(answers: AnsweredRows, shape: KernelShape) -> Belief:
    """From the brackets, as far as there are any."""
    known = _brackets(answers)
    squares, count = _WORTH * _USUAL_DEVIATION**2, _WORTH
    if len(known):
        targets = torch.from_numpy(answers.residuals[known])
        squares += float((targets * torch.cholesky_solve(targets, _factor(answers, known, shape))).sum())
        count += len(known)
    deviation = math.sqrt(squares / count)
    noise = max(deviation * math.sqrt(shape.ridge), 1e-6)
    return Belief(deviation, min(max(_LOGISTIC / noise, _LEAST_STEEP), _MOST_STEEP))


def _solve(answers: AnsweredRows, pairs: PairRows, shape: KernelShape, belief: Belief) -> _Solved:
    seen, places = np.unique(np.concatenate([pairs.left, pairs.right]), return_inverse=True)
    left, right = (torch.from_numpy(part) for part in np.split(places.ravel(), 2))
    mean, covariance = _after_brackets(answers, seen, shape)
    rows = covariance[left] - covariance[right]
    spread = rows[:, left] - rows[:, right]  # (p, p)
    forces, curvature, evidence = _newton(mean[left] - mean[right], spread, pairs, belief)
    pulled = torch.zeros_like(mean).index_add_(0, left, forces).index_add_(0, right, -forces)
    bent = torch.zeros_like(mean).index_add_(0, left, curvature).index_add_(0, right, curvature)
    return _Solved(seen, mean + covariance @ pulled, pulled, bent, evidence)


def _newton(expected: Tensor, spread: Tensor, pairs: PairRows, belief: Belief) -> tuple[Tensor, Tensor, float]:
    """Forces (p,), curvatures (p,) and log evidence at the most likely differences.

    `expected` (p,) and `spread` (p, p) are mean and covariance of the differences before the pairs were judged.
    """
    share, weights = torch.from_numpy(pairs.share), torch.from_numpy(pairs.weights) * belief.deviation**2
    steep = belief.steepness
    difference = expected.clone()
    for _ in range(_STEPS):
        chance = torch.sigmoid(steep * difference)
        curvature = weights * steep**2 * chance * (1.0 - chance)
        root = curvature.sqrt()
        factor = cholesky(with_noise(root[:, None] * spread * root, torch.ones_like(root)))
        wanted = curvature * (difference - expected) + weights * steep * (share - chance)
        inner = torch.cholesky_solve((root * (spread @ wanted))[:, None], factor)[:, 0]
        found = expected + spread @ (wanted - root * inner)
        # A step that overshoots where the curve is flat is halved by the bound on what one step may say.
        step = (found - difference).clamp(-4.0 / steep, 4.0 / steep)
        difference = difference + step
        if float(step.abs().max()) * steep < _STILL:
            break
    chance = torch.sigmoid(steep * difference)
    forces = weights * steep * (share - chance)
    surprise = torch.nn.functional.binary_cross_entropy_with_logits(steep * difference, share, reduction="none")
    fit = float((weights * surprise).sum() + 0.5 * (forces * (difference - expected)).sum()) / belief.deviation**2
    return forces, weights * steep**2 * chance * (1.0 - chance), -fit - float(factor.diagonal().log().sum())


def _after_brackets(answers: AnsweredRows, seen: NDArray[np.int64], shape: KernelShape) -> tuple[Tensor, Tensor]:
    """Mean (s,) and covariance (s, s) of the images of pairs as the brackets leave them."""
    rows = answers.rows[seen]
    covariance = shape.kernel((rows @ rows.T).cpu()).double()
    known = _brackets(answers)
    if len(known) == 0:
        return torch.zeros(len(seen), dtype=torch.float64), covariance
    shared = shape.kernel((answers.rows[known] @ rows.T).cpu()).double()  # (b, s)
    solved = torch.cholesky_solve(shared, _factor(answers, known, shape))
    mean = solved.T @ torch.from_numpy(answers.residuals[known, 0])
    return mean, covariance - shared.T @ solved


def _factor(answers: AnsweredRows, known: NDArray[np.int64], shape: KernelShape) -> Tensor:
    """Lower factor (b, b) of the brackets' kernel with its noise."""
    rows = answers.rows[known]
    noise = torch.from_numpy(shape.ridge / answers.weights[known])
    return cholesky(with_noise(shape.kernel((rows @ rows.T).cpu()).double(), noise))


def _brackets(answers: AnsweredRows) -> NDArray[np.int64]:
    """(b,) rows, evenly drawn where there are many."""
    known = np.flatnonzero(~np.isnan(answers.residuals[:, 0]) & (answers.weights > 0))
    if len(known) <= BRACKETS_LIMIT:
        return known
    return known[np.linspace(0, len(known) - 1, BRACKETS_LIMIT).astype(np.int64)]
