"""Folds for figures out of sample: images of one group always share a fold, every label is spread over the folds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.random_share import random_keys
from core.values import HeadKind

_SCORE_STRATA = 5


def assign_folds(
    targets: NDArray[np.floating], groups: NDArray[np.int64], kind: HeadKind, *, folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each image (n,), 0 to `folds` - 1 and fewer where there are fewer groups.

    Groups are dealt largest first, each to the fold that its own number likes best of those that lack its commonest
    stratum (label, part of the scale, or rarest yes): that lack what each of them must have, then an emptier one. So
    most stay in their fold when an answer comes or goes, and figures of two versions differ by what was learned.
    Rendezvous hashing: Thaler & Ravishankar, "Using name-based mappings to increase hit rates" (1998).
    """
    numbers, member = np.unique(groups, return_inverse=True)
    folds = max(1, min(folds, len(numbers)))
    strata = _strata(targets, kind)
    table = np.zeros((len(numbers), int(strata.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(table, (member, strata), 1)
    apart = seed * (folds + 1)  # no key of one seed is one of the next
    turn, *likings = (random_keys(len(numbers), apart + place, numbers.astype(np.uint64)) for place in range(folds + 1))
    order = np.lexsort((turn, -table.sum(axis=1)))
    return np.asarray(_deal(table, order, np.stack(likings, axis=1))[member], dtype=np.int64)


def _deal(table: NDArray[np.int64], order: NDArray[np.int64], likings: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The fold of each group; `table` (groups, strata) counts images, `likings` (groups, folds) least is best."""
    folds = likings.shape[1]
    fold_of = np.zeros(len(table), dtype=np.int64)
    filled = np.zeros((folds, table.shape[1]), dtype=np.int64)
    sizes = np.zeros(folds, dtype=np.int64)
    commonest, due = table.argmax(axis=1), table.sum(axis=0) // folds
    for left, group in zip(range(len(order), 0, -1), order, strict=True):
        stratum = commonest[group]
        has, empty = filled[:, stratum], sizes == 0
        lacks = has < due[stratum]
        if empty.sum() >= left:
            open_to = empty
        elif lacks.any():
            open_to = lacks
        else:
            least = has == has.min()
            open_to = least & (sizes == sizes[least].min())
        fold = int(np.flatnonzero(open_to)[likings[group][open_to].argmin()])
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
