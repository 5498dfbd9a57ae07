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
from core.heads.kernel import AnsweredRows, System, system_of
from core.heads.live_fit import LiveFit
from core.heads.members import Each, Response
from core.heads.ridge import fit_exact, group_blocks
from core.heads.similarity import rbf
from core.heads.squash import probabilities
from core.heads.subset_system import SubsetSystem
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
    values, members = said.astype(np.float16), votes.astype(np.float16)
    return HeldOut(annotated.hashes, values, members, annotated.targets, annotated.groups)


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
    whole = fit.system if len(support) == len(answers.rows) else None
    system = whole or system_of(answers, support, fit.shape, each=each)
    functions = anchors(anchor_factor(system), members, answers.residuals.shape[1], seed)
    values = torch.stack([system.values(function) for function in functions])
    known = patterns(answers.residuals, answers.weights)

    def leave_out(member: int) -> None:
        before = values[member].clone()
        for pattern in known:
            weights = answers.weights * fit.draws[:, member]
            _add_left_out(values[member], before, answers, pattern, system, fit.shape.ridge / weights)

    each(leave_out, range(members))
    return values


def _add_left_out(
    values: Tensor,
    before: Tensor,
    answers: AnsweredRows,
    pattern: Pattern,
    system: System,
    noise: NDArray[np.float64],
) -> None:
    """Writes into `values` (n, outputs) what the answers of `pattern` add to `before`, each without its own group."""
    known, columns = torch.from_numpy(pattern.rows), torch.from_numpy(pattern.outputs)
    start = before[:, columns]
    rest = torch.from_numpy(answers.residuals[np.ix_(pattern.rows, pattern.outputs)]) - start[known]
    coefficients, left_out = _fit(answers, pattern.rows, system, rest, torch.from_numpy(noise[pattern.rows]))
    values[:, columns] = start + system.values(coefficients)
    values[known[:, None], columns] = start[known] + left_out


def _fit(
    answers: AnsweredRows, rows: NDArray[np.int64], system: System, targets: Tensor, noise: Tensor
) -> tuple[Tensor, Tensor]:
    """Coefficients (m, some outputs) and left-out values (known, some outputs); `noise` (known,) of one member."""
    blocks = group_blocks(None if answers.groups is None else answers.groups[rows])
    if isinstance(system, SubsetSystem):
        known = system.known(rows)
        fit = known.leave_out(targets, 1.0 / noise, known.factor(1.0 / noise), blocks)
        return system.coefficients_of(fit.coefficients), fit.left_out
    fit = fit_exact(system.kernel[rows][:, rows], targets, noise, blocks)
    solved = torch.zeros(len(system), targets.shape[1], dtype=torch.float64)
    solved[rows] = fit.coefficients
    return solved, fit.left_out


def _unlike(fit: LiveFit, support: NDArray[np.int64], each: Each) -> Tensor:
    """Values (members, n, 1) without the mean."""
    answers = fit.answers
    carriers = answers.rows[support]
    kinds = unlike_members((carriers @ carriers.T).cpu().double(), fit.shape, fit.draws.shape[1])
    values = torch.zeros(len(kinds), len(answers.rows), 1, dtype=torch.float64)
    known = patterns(answers.residuals, answers.weights)

    def leave_out(number: int) -> None:
        kind = kinds[number]
        if kind.member.response is Response.SMOOTHER:
            near = rbf(answers.rows @ carriers.T, kind.member.width)
            values[number] = _smooth_without(answers, support, near.cpu().double())
            return
        nothing = torch.zeros_like(values[number])
        noise = kind.shape.ridge / _weights(answers, fit, kind, number)
        _add_left_out(values[number], nothing, answers, known[0], system_of(answers, support, kind.shape), noise)

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
