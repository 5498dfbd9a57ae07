"""What pages of many images need of a project: who shares an answer, and who looks like whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.media.synthetic_table import copies_of
from core.project.facade import Project
from core.project.reviewing import folders_with_tables
from core.project.specs import signature_of
from core.query.seriation import side_by_side
from core.values import ContentHash, Head, ImageId

_BLOCK = 2_000


def sharing_groups(project: Project, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Images that show nearly the same share a number, and may share an answer. (n,) -> (n,)

    A degraded copy is in its source's group as well, but was made to differ: it stands alone.
    """
    group_of = project.groups.of([ImageId(int(one)) for one in ids])
    groups = np.array([group_of[ImageId(int(one))] for one in ids], np.int64)
    if not len(groups):
        return groups
    _, which, counts = np.unique(groups, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts[which.ravel()] > 1)
    copies = _copies(project, ids[shared])
    groups[shared[copies]] = -ids[shared[copies]]
    return groups


def by_look(project: Project, head: Head, ids: NDArray[np.int64], hashes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Look-alikes side by side, by the vectors that the head learns from; images without one come last. (n,) ids"""
    try:
        store = project.embeddings(signature_of(project, head))
    except UserError:
        return ids
    places = store.positions(hashes)
    known = np.flatnonzero(places >= 0)
    if not len(known):
        return ids
    blocks = [store.gather(places[known[start : start + _BLOCK]]) for start in range(0, len(known), _BLOCK)]
    vectors = np.concatenate([_whole(block) for block in blocks])
    return np.concatenate([ids[known[side_by_side(vectors)]], ids[places < 0]])


def _whole(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """(n, ..., dim) -> (n, dim): the mean of an image's tiles."""
    rows = vectors.astype(np.float32)
    return rows if rows.ndim == 2 else rows.mean(axis=1)


def _copies(project: Project, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these were made of another picture, by the tables that lie beside them. (n,)"""
    images = []
    for start in range(0, len(ids), _BLOCK):
        images += project.images.get([ImageId(int(one)) for one in ids[start : start + _BLOCK]])
    made = {
        ContentHash(row.sha256)
        for folder in folders_with_tables(image.path for image in images)
        for row in copies_of(folder)
    }
    return np.array([image.content_hash in made for image in images], np.bool_)
