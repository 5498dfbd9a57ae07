"""Folds for figures out of sample: images of one group always share a fold, every label is spread over the folds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.values import HeadKind

_SCORE_STRATA = 5


def assign_folds(
    targets: NDArray[np.floating], groups: NDArray[np.int64], kind: HeadKind, *, folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each image (n,), 0 to `folds` - 1 and fewer where there are fewer groups.

    Groups are dealt largest first, each to the fold that lacks most of its commonest stratum (label, part of the
    scale, or rarest yes), ties to the emptiest fold.
    """
    _, member = np.unique(groups, return_inverse=True)
    count = int(member.max()) + 1 if len(member) else 0
    folds = max(1, min(folds, count))
    strata = _strata(targets, kind)
    table = np.zeros((count, int(strata.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(table, (member, strata), 1)
    chance = np.random.default_rng(seed).permutation(count)
    order = chance[np.argsort(-table[chance].sum(axis=1), kind="stable")]
    return np.asarray(_deal(table, order, folds)[member], dtype=np.int64)


def _deal(table: NDArray[np.int64], order: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """The fold of each group; `table` (groups, strata) counts images."""
    fold_of = np.zeros(len(table), dtype=np.int64)
    filled = np.zeros((folds, table.shape[1]), dtype=np.int64)
    sizes = np.zeros(folds, dtype=np.int64)
    commonest = table.argmax(axis=1)
    for group in order:
        stratum = commonest[group]
        fold = int(np.lexsort((sizes, filled[:, stratum]))[0])
        fold_of[group] = fold
        filled[fold] += table[group]
        sizes[fold] += table[group].sum()
    return fold_of


def _strata(targets: NDArray[np.floating], kind: HeadKind) -> NDArray[np.int64]:
    """(n,)"""
    if len(targets) == 0:
        return np.empty(0, dtype=np.int64)
    match kind:
        case HeadKind.CLASS:
            return np.asarray(np.nan_to_num(targets).argmax(axis=1), dtype=np.int64)
        case HeadKind.SCORE:
            scores = np.nan_to_num(targets[:, 0], nan=0.5)
            return np.asarray(np.minimum(scores * _SCORE_STRATA, _SCORE_STRATA - 1), dtype=np.int64)
        case HeadKind.TAGS:
            yes = targets == 1
            rarity = np.where(yes, yes.sum(axis=0), len(targets) + 1)
            return np.asarray(np.where(yes.any(axis=1), rarity.argmin(axis=1) + 1, 0), dtype=np.int64)
