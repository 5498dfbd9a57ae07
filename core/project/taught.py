"""Which answers of today a version has seen, itself or as good as: nothing it says of those is unswayed.

Letters: n = annotated images, k = images that a version kept out of its training in turn.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.arrays.held_out import HeldOut, read_held_out
from core.arrays.learned import read_learned
from core.names import head_config
from core.project.folder import held_out_file, learned_file
from core.values import Annotated


def taught(folder: Path, annotated: Annotated) -> NDArray[np.bool_]:  # (n,)
    """The version in `folder` learned from the image: here, or before it came here."""
    learned = read_learned(learned_file(folder)).holds(annotated.hashes)
    if held_out_file(folder).is_file():
        learned |= find_hashes(read_held_out(held_out_file(folder)).hashes, annotated.hashes) >= 0
    return learned


def lesson_mark(folder: Path, number: int) -> str | None:
    """Alike of versions that learned the same answers and pairs; None where the version in `folder` does not say."""
    for file in folder.glob(f"*-v{number}.safetensors"):
        try:
            found = json.loads(head_config(file).read_text(encoding="utf-8")).get("data")
        except (OSError, ValueError, AttributeError, RecursionError):
            return None
        return found if isinstance(found, str) else None
    return None


def of_their_group(rows: NDArray[np.bool_], groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Those that share a group with one of `rows`, and these. (n,)"""
    return np.isin(groups, groups[rows])


def swayed(unseen: HeldOut, annotated: Annotated) -> NDArray[np.bool_]:  # (n,)
    """Judged out of fold by a head that learned from a copy: the two were found to be kin after the training only.

    Nothing is known of versions that did not note their groups.
    """
    found = find_hashes(unseen.hashes, annotated.hashes)
    rows = np.flatnonzero(found >= 0)
    apart = np.zeros(len(annotated), dtype=np.bool_)
    if unseen.groups is None or not len(rows):
        return apart
    _, now = np.unique(annotated.groups[rows], return_inverse=True)
    _, then = np.unique(unseen.groups[found[rows]], return_inverse=True)
    pairs = np.unique(np.stack([now.ravel(), then.ravel()], axis=1), axis=0)
    parts = np.bincount(pairs[:, 0], minlength=int(now.max()) + 1)
    apart[rows] = parts[now.ravel()] > 1
    return apart
