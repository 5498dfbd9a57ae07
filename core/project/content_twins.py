"""Near-duplicates by content: images whose embeddings are nearly the same, whatever their pixels look like.

Letters: n = images.
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
from core.project.similar import count_embedded, read_vectors
from core.project.twins import Twins, grouped, groups_of
from core.review.alike import Watch, ignore, pairs_alike
from core.values import Head

LOOSEST: Final = 0.5
"""Of a cosine: below it nothing is a near-duplicate."""
USUAL: Final = 0.95


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
