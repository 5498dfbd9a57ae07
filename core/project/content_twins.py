"""Near-duplicates by content: images whose embeddings are nearly the same, whatever their pixels look like.

Letters: n = images, dim = values of an embedding.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.errors import NotEmbedded, UserError
from core.project.facade import Project
from core.project.listing import Listing, copies_made
from core.project.reviewing import Material
from core.project.similar import Watch, count_embedded, ignore, read_vectors
from core.project.twins import Twins, grouped, groups_of
from core.query.clustering import unit_rows
from core.values import Head

LOOSEST: Final = 0.5
"""Of a cosine: below it nothing is a near-duplicate."""
USUAL: Final = 0.95
_BLOCK: Final = 2048
_ROWS: Final = 2
"""Blocks that are compared with one at a time: making vectors of length 1 takes time too."""
_MOST_EACH: Final = 50
"""Pairs for each image, above which groups would hold half of the pool."""
_ROUNDING: Final = 1e-5
"""Of cosines in float32; what is nearer to the threshold is looked at again in float64."""
_SAME: Final = 1e-9
"""Below the threshold: what equal vectors miss of 1 in float64."""


def find_content_twins(
    project: Project, listing: Listing, head: Head, least: float, left_out: NDArray[np.int64], watch: Watch = ignore
) -> Twins:
    """As core.project.twins.find_twins, by the embeddings that the head goes by."""
    table = listing.table
    kept = ~np.isin(table.ids, left_out) & (find_hashes(copies_made(project, listing), table.hashes) < 0)
    try:
        compared = count_embedded(project, head, table.hashes)
        known, vectors = read_vectors(project, head, table.hashes[kept], watch)
        pairs, alike = pairs_alike(vectors, least, watch)
    except NotEmbedded:
        return Twins((), 0)
    except UserError as error:
        return Twins((), compared, error.problem)
    return Twins(groups_of(project, table.ids[kept][known], pairs, alike), compared)


def regroup_by_content(project: Project, material: Material, least: float) -> Material:
    """The annotated images in groups of those whose embeddings have at least this cosine.

    Raises UserError outside of what can be told apart, and where nearly all are that alike.
    """
    if not LOOSEST <= least <= 1:
        raise UserError(f"embeddings cannot be {least:g} alike", f"give a number from {LOOSEST:g} to 1")
    rows, vectors = read_vectors(project, material.head, material.annotated.hashes)
    pairs, _ = pairs_alike(vectors, least)
    return grouped(project, material, rows[pairs])


def pairs_alike(
    vectors: NDArray[np.floating], least: float, watch: Watch = ignore
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, dim) -> (pairs, 2), (pairs,)
    """Each pair with at least this cosine once, the lower position first, and its cosine.

    Raises UserError where there are too many.
    """
    found, cosines = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    blocks = [
        (start, other)
        for start in range(0, len(vectors), _ROWS * _BLOCK)
        for other in range(start, len(vectors), _BLOCK)
    ]
    count, rows = 0, np.empty((0, vectors.shape[1]), np.float32)
    for done, (start, other) in enumerate(blocks):
        watch(done / len(blocks))
        if other == start:
            rows = unit_rows(vectors[start : start + _ROWS * _BLOCK])
        near, alike = _near(rows, unit_rows(vectors[other : other + _BLOCK]), least)
        near += np.array([start, other])
        kept = near[:, 0] < near[:, 1]
        near, alike = _at_least(vectors, near[kept], alike[kept], least)
        count += len(near)
        if count > _MOST_EACH * len(vectors):
            raise UserError(f"nearly all images are {least:g} alike to this encoder", "go by a larger number")
        found.append(near)
        cosines.append(alike)
    return np.concatenate(found), np.minimum(np.concatenate(cosines), 1.0)


def _near(
    rows: NDArray[np.float32], others: NDArray[np.float32], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (a, dim), (b, dim) -> (k, 2), (k,)
    """Pairs whose cosine may reach the threshold."""
    cosines = rows @ others.T
    near = np.flatnonzero(cosines >= least - _ROUNDING)
    return np.stack(np.divmod(near, cosines.shape[1]), axis=1), cosines.reshape(-1)[near]


def _at_least(
    vectors: NDArray[np.floating], pairs: NDArray[np.int64], cosines: NDArray[np.float32], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # (n, dim), (k, 2), (k,) -> (m, 2), (m,)
    """Those that do reach it."""
    kept = np.ones(len(pairs), np.bool_)
    unsure = np.flatnonzero(cosines < least + _ROUNDING)
    for start in range(0, len(unsure), _BLOCK):
        some = unsure[start : start + _BLOCK]
        kept[some] = _exact(vectors[pairs[some, 0]], vectors[pairs[some, 1]]) >= least - _SAME
    return pairs[kept], cosines[kept]


def _exact(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:  # (k, dim) twice -> (k,)
    """Cosines; what is not finite counts as 0."""
    left, right = (np.nan_to_num(side.astype(np.float64), posinf=0.0, neginf=0.0) for side in (left, right))
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return np.asarray(np.einsum("kd,kd->k", left, right) / np.maximum(lengths, 1e-24))
