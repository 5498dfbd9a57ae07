"""Near-duplicates by content: images whose embeddings are nearly the same, whatever their pixels look like.

Letters: n = images, dim = values of an embedding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.errors import NotEmbedded, UserError
from core.project.facade import Project
from core.project.listing import Listing, copies_made
from core.project.reviewing import Material
from core.project.similar import unit_vectors
from core.project.twins import Twins, grouped, groups_of
from core.values import Head

LOOSEST: Final = 0.5
"""Of a cosine: below it nothing is a near-duplicate."""
USUAL: Final = 0.95
_BLOCK: Final = 2048
_MOST_EACH: Final = 50
"""Pairs for each image, above which groups would hold half of the pool."""


Watch = Callable[[float], object]
"""Told now and then which share is done; raises Cancelled to stop."""


def _ignore(share: float) -> None:
    """Nobody waits for it."""


def find_content_twins(
    project: Project, listing: Listing, head: Head, least: float, left_out: NDArray[np.int64], watch: Watch = _ignore
) -> Twins:
    """As core.project.twins.find_twins, by the embeddings that the head goes by."""
    table = listing.table
    try:
        known, vectors = unit_vectors(project, head, table.hashes)
    except NotEmbedded:
        return Twins((), 0)
    kept = ~np.isin(table.ids, left_out) & (find_hashes(copies_made(project, listing), table.hashes) < 0)
    some = kept[known]
    try:
        pairs = pairs_alike(vectors[some], least, watch)
    except UserError as error:
        return Twins((), len(known), error.problem)
    alike = np.minimum(np.einsum("kd,kd->k", *(vectors[some][side] for side in pairs.T)), 1.0)
    return Twins(groups_of(project, table.ids[known[some]], pairs, alike), len(known))


def regroup_by_content(project: Project, material: Material, least: float) -> Material:
    """The annotated images in groups of those whose embeddings have at least this cosine.

    Raises UserError outside of what can be told apart, and where nearly all are that alike.
    """
    if not LOOSEST <= least <= 1:
        raise UserError(f"embeddings cannot be {least:g} alike", f"give a number from {LOOSEST:g} to 1")
    rows, vectors = unit_vectors(project, material.head, material.annotated.hashes)
    return grouped(project, material, rows[pairs_alike(vectors, least)])


def pairs_alike(
    vectors: NDArray[np.float32], least: float, watch: Watch = _ignore
) -> NDArray[np.int64]:  # (n, dim) -> (pairs, 2)
    """Of vectors of length 1; each pair once, the lower position first. Raises UserError where there are too many."""
    found: list[NDArray[np.int64]] = []
    count, most = 0, _MOST_EACH * max(len(vectors), 1)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        watch(1 - ((len(vectors) - start) / len(vectors)) ** 2)
        for other in range(start, len(vectors), _BLOCK):
            alike = block @ vectors[other : other + _BLOCK].T >= least - _ROUNDING
            near = np.argwhere(alike) + np.array([start, other])
            near = near[near[:, 0] < near[:, 1]]
            count += len(near)
            if count > most:
                raise UserError(f"nearly all images are {least:g} alike to this encoder", "go by a larger number")
            found.append(near)
    return np.concatenate(found) if found else np.empty((0, 2), np.int64)


_ROUNDING: Final = 1e-3
"""Of float16 vectors."""
