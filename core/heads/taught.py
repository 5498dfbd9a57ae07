"""Which annotated images a training learns from, and which judge it alone.

Letters: n = annotated images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_keys
from core.jobs.spec import TrainSpec
from core.recipes.recipe import Method, Recipe
from core.values import Annotated


def judges_alone(spec: TrainSpec, recipe: Recipe) -> NDArray[np.bool_]:  # (n,)
    """The seed's loop never learns from evaluation files; to the default recipe they are answers like any other."""
    if recipe.method is not Method.SEED_LOOP:
        return np.zeros(len(spec.annotated), dtype=np.bool_)
    return np.isin(hash_keys(spec.annotated.hashes), hash_keys(spec.evaluation))


def split(spec: TrainSpec, recipe: Recipe, store: EmbeddingStore) -> tuple[Annotated, Annotated]:
    """What teaches and what judges alone, of the images that are answered, embedded and not excluded.

    Nothing judges of which a copy or near-duplicate teaches: that head would have seen nearly the same picture.
    """
    annotated = spec.annotated
    excluded = np.isin(hash_keys(annotated.hashes), hash_keys(spec.excluded))
    answered = ~np.isnan(annotated.targets).all(axis=1)
    here = (store.positions(annotated.hashes) >= 0) & ~excluded & answered & (annotated.weights > 0)
    judging = judges_alone(spec, recipe)
    taught = here & ~judging
    strange = ~np.isin(annotated.groups, annotated.groups[taught])
    return _some(annotated, taught), _some(annotated, here & judging & strange)


def _some(annotated: Annotated, kept: NDArray[np.bool_]) -> Annotated:
    return Annotated(annotated.hashes[kept], annotated.targets[kept], annotated.weights[kept], annotated.groups[kept])
