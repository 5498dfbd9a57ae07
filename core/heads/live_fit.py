"""The live head's state after one refit: left-out answers, sharpness and committee, all in closed form.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.committee import Committee, solve_committee
from core.heads.evidence import KernelShape
from core.heads.kernel import AnsweredRows, solve_left_out, system_of
from core.heads.kernel_system import KernelSystem
from core.heads.member_pairs import resampled_pairs
from core.heads.members import Each, bootstrap_weights, in_turn
from core.heads.pair_rows import PairRows
from core.heads.pairs import choose_shape_with_pairs, learn_pairs
from core.heads.squash import choose_sharpness, probabilities
from core.values import MEMBERS, Annotated, HeadKind

REFIT_SHAPE_ALWAYS = 100
"""Up to this many answers width and ridge are chosen at every refit; above, when answers grew by a tenth."""
_GROWTH = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class LiveFit:
    answers: AnsweredRows
    support: NDArray[np.int64]
    """(m,) rows of `answers`"""
    draws: NDArray[np.float64]
    """(n, members) bootstrap weights"""
    shape: KernelShape
    shape_chosen_at: int
    """Number of answers when width and ridge were chosen"""
    sharpness: float
    left_out: NDArray[np.float32]
    """(n, outputs) probabilities, leave-one-group-out"""
    committee: Committee
    system: KernelSystem | None
    """What the next refit goes on from, where every answer is support"""


def refit(
    rows: Tensor,
    annotated: Annotated,
    keys: NDArray[np.uint64],
    kind: HeadKind,
    support: NDArray[np.int64],
    *,
    before: LiveFit | None,
    seed: int,
    each: Each = in_turn,
    pairs: PairRows | None = None,
) -> LiveFit:
    """`rows` (n, dim) are unit rows, `keys` (n,) the images' keys; at least one row. `pairs` are of a score head."""
    given = AnsweredRows.of(rows, annotated.targets, annotated.weights, kind, annotated.groups)
    n = len(rows) + (len(pairs) if pairs is not None else 0)
    if before is None or not _still_good(before.shape_chosen_at, n):
        shape, chosen_at = given.choose_shape(seed) if pairs is None else choose_shape_with_pairs(given, pairs, seed), n
    else:
        shape, chosen_at = before.shape, before.shape_chosen_at
    answers = given if pairs is None else learn_pairs(given, pairs, shape)
    system = system_of(answers, support, shape, before=before.system if before else None, each=each)
    _, values = solve_left_out(answers, system, each=each)
    sharpness = choose_sharpness(values, answers.known_targets(), torch.from_numpy(answers.weights), kind)
    draws = bootstrap_weights(keys, MEMBERS, seed)
    own = None if pairs is None else resampled_pairs(given, answers, pairs, keys, draws, seed)
    committee = solve_committee(answers, support, system, sharpness, kind, draws, seed, each=each, own=own)
    left_out = probabilities(values, kind, sharpness).float().numpy()
    kept = system if isinstance(system, KernelSystem) else None
    if kept is not None:
        kept.settle()
    return LiveFit(answers, support, draws, shape, chosen_at, sharpness, left_out, committee, kept)


def _still_good(chosen_at: int, n: int) -> bool:
    return n > REFIT_SHAPE_ALWAYS and chosen_at / _GROWTH < n < chosen_at * _GROWTH
