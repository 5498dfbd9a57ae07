"""What each member of the committee would say of an annotated image, had it not seen it nor one of its group.

In closed form: a member is a ridge regression from its random function, so its left-out answers come with its own
system (see core.heads.ridge). A smoother is asked without the group's own answers.

Letters: n = annotated images, m = support images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.held_out import HeldOut
from core.heads.committee import anchor_factor, anchors
from core.heads.evidence import Pattern, patterns
from core.heads.kernel import AnsweredRows, kernel_to
from core.heads.live_fit import LiveFit
from core.heads.members import Each, Response
from core.heads.ridge import RidgeFit, fit_exact, fit_subset, group_blocks
from core.heads.similarity import rbf
from core.heads.squash import probabilities
from core.heads.unlike import UnlikeMember, smoother_of, unlike_members
from core.values import Annotated, HeadKind

_EXACT_UP_TO, _SUPPORT = 1000, 384
"""Above so many annotated images the votes are those of members on a smaller support: each has a system to solve."""


def held_out(annotated: Annotated, fit: LiveFit, *, seed: int, each: Each) -> HeldOut:
    """Votes of the committee of `fit`, and its kernel head's answer, of the images that it was fitted to."""
    kind = fit.committee.kind
    votes = left_out_votes(fit, kind, seed=seed, each=each).transpose(1, 0, 2)
    said = fit.left_out.copy()
    if kind is HeadKind.TAGS:
        unlearned = np.isnan(annotated.targets).all(axis=0)
        said[:, unlearned], votes[:, :, unlearned] = np.nan, np.nan
    return HeldOut(annotated.hashes, said.astype(np.float16), votes.astype(np.float16), annotated.targets)


def left_out_votes(fit: LiveFit, kind: HeadKind, *, seed: int, each: Each) -> NDArray[np.float32]:
    """(members, n, outputs)"""
    answers, support = fit.answers, fit.support
    if len(support) > _SUPPORT and len(answers.rows) > _EXACT_UP_TO:
        support = np.sort(np.random.default_rng(seed).choice(support, _SUPPORT, replace=False))
    values = _unlike(fit, support, each) if kind is HeadKind.SCORE else _alike(fit, support, seed, each)
    said = probabilities(values + torch.from_numpy(answers.mean), kind, fit.sharpness)
    return np.asarray(said.float().numpy())


def _alike(fit: LiveFit, support: NDArray[np.int64], seed: int, each: Each) -> Tensor:
    """Values (members, n, outputs) without the mean."""
    answers, members = fit.answers, fit.draws.shape[1]
    system = fit.system if len(support) == len(answers.rows) else None
    cross = system.kernel if system is not None else kernel_to(answers, support, fit.shape)  # (n, m)
    functions = anchors(anchor_factor(cross, support, system), members, answers.residuals.shape[1], seed)
    values = cross @ functions
    known = patterns(answers.residuals, answers.weights)

    def leave_out(member: int) -> None:
        before = values[member].clone()
        for pattern in known:
            weights = answers.weights * fit.draws[:, member]
            _add_left_out(values[member], before, answers, pattern, cross, support, fit.shape.ridge / weights)

    each(leave_out, range(members))
    return values


def _add_left_out(
    values: Tensor,
    before: Tensor,
    answers: AnsweredRows,
    pattern: Pattern,
    cross: Tensor,
    support: NDArray[np.int64],
    noise: NDArray[np.float64],
) -> None:
    """Writes into `values` (n, outputs) what the answers of `pattern` add to `before`, each without its own group."""
    known, columns = torch.from_numpy(pattern.rows), torch.from_numpy(pattern.outputs)
    start = before[:, columns]
    rest = torch.from_numpy(answers.residuals[np.ix_(pattern.rows, pattern.outputs)]) - start[known]
    fit = _fit(answers, pattern.rows, cross, support, rest, noise)
    solved = fit.coefficients
    if len(support) == len(cross):
        solved = torch.zeros(len(support), len(columns), dtype=torch.float64)
        solved[known] = fit.coefficients
    values[:, columns] = start + cross @ solved
    values[known[:, None], columns] = start[known] + fit.left_out


def _fit(
    answers: AnsweredRows,
    known: NDArray[np.int64],
    kernel: Tensor,
    support: NDArray[np.int64],
    targets: Tensor,
    noise: NDArray[np.float64],
) -> RidgeFit:
    """`kernel` (n, m) of all rows to the support; `targets` (known, some outputs); `noise` (n,)."""
    blocks = group_blocks(None if answers.groups is None else answers.groups[known])
    own_noise = torch.from_numpy(noise[known])
    if len(support) == len(kernel):
        return fit_exact(kernel[known][:, known], targets, own_noise, blocks)
    return fit_subset(kernel[known], kernel[support], targets, own_noise, blocks)


def _unlike(fit: LiveFit, support: NDArray[np.int64], each: Each) -> Tensor:
    """Values (members, n, 1) without the mean."""
    answers = fit.answers
    cross = (answers.rows @ answers.rows[support].T).cpu().double()  # (n, m)
    kinds = unlike_members(cross[support], fit.shape, fit.draws.shape[1])
    values = torch.zeros(len(kinds), len(cross), 1, dtype=torch.float64)
    known = patterns(answers.residuals, answers.weights)

    def leave_out(number: int) -> None:
        kind = kinds[number]
        if kind.member.response is Response.SMOOTHER:
            values[number] = _smooth_without(answers, support, rbf(cross, kind.member.width))
            return
        kernel = cross if kind.member.response is Response.LINEAR else rbf(cross, kind.member.width)
        noise = kind.ridge / _weights(answers, fit, kind, number)
        nothing = torch.zeros_like(values[number])
        _add_left_out(values[number], nothing, answers, known[0], kernel, support, noise)

    each(leave_out, range(len(kinds)) if known else ())
    return values


def _weights(answers: AnsweredRows, fit: LiveFit, kind: UnlikeMember, number: int) -> NDArray[np.float64]:
    return answers.weights * (fit.draws[:, number] if kind.resampled else 1.0)


def _smooth_without(answers: AnsweredRows, support: NDArray[np.int64], response: Tensor) -> Tensor:
    """The average answer of near support images (n, 1), those of the image's own group left out."""
    groups = np.arange(len(answers.rows)) if answers.groups is None else answers.groups
    kin = torch.from_numpy(groups[:, None] == groups[support][None, :])  # (n, m)
    near = response.masked_fill(kin, 0.0)
    mass, weighted = smoother_of(answers, support, answers.weights)
    return near @ torch.from_numpy(weighted) / (near @ torch.from_numpy(mass)[:, None] + 1e-9)
