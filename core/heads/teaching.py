"""What a release head is really taught: targets cleared of noise, and beside the answers what is said of open images.

Heads learn what the live head of their own fold says of open images, from all of them as much as from the answers. With
few answers the live head is the better of the two: on photographs that was worth one to thirteen points of accuracy.
With many the release head is, so open images fade (docs/learning.md). Of tiles the live head reads the mean, which may
hide what a release head sees in one of them, so heads on tiles learn no open images.

Letters: n = images of the lesson, m = open images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_keys
from core.heads.lesson import Lesson, rows_with_tiles
from core.heads.pair_lesson import taught_lesson
from core.heads.pair_rows import PairRows
from core.heads.surroundings import Surroundings
from core.heads.teacher import softened_targets
from core.jobs.spec import TrainSpec
from core.query.audit_draw import audit_mask
from core.recipes.recipe import Method, Recipe
from core.values import Tiles

_LEAST = 1_000
"""Open images at least: of fewer a head hears too little to say what its live head says."""
DRAWN = 4_096
_FADING, _GONE = 300, 1000
"""Up to so many answers open images count in full, and from so many on not at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Teaching:
    lesson: Lesson
    taught: tuple[NDArray[np.int64], ...]
    """For each head the rows of the lesson that it may learn from."""
    softened: tuple[Tensor, ...] | None
    """For each head its targets (n, outputs) in place of the lesson's."""
    weights: tuple[Tensor, ...] | None = None
    """For each head its weights (n,) in place of the lesson's."""


def draw_open(spec: TrainSpec, recipe: Recipe, store: EmbeddingStore, known: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(m,) rows of the store by chance: neither `known` (k, 32), excluded, without a picture nor of the audit set."""
    unfit = spec.signature.tiles is not Tiles.NONE
    wanted = max(recipe.open_images * len(known), _LEAST) if recipe.open_images else 0
    if unfit or recipe.method is Method.SEED_LOOP or not wanted or not _counting(len(known)):
        return np.empty(0, np.int64)
    free = ~audit_mask(hash_keys(store.index().hashes), spec.audit_share)
    for hashes in (known, spec.annotated.hashes, spec.excluded, spec.hidden):
        rows = store.positions(hashes)
        free[rows[rows >= 0]] = False
    open_rows = np.flatnonzero(free)
    count = min(len(open_rows), wanted)
    return np.sort(np.random.default_rng(spec.seed).choice(open_rows, count, replace=False))


def drawn_rows(store: EmbeddingStore, seed: int) -> Tensor:
    """Rows (k, features) by chance that stand for the store, every tile for itself."""
    n = len(store)
    chosen = np.sort(np.random.default_rng(seed).choice(n, min(n, DRAWN), replace=False))
    rows = rows_with_tiles(store.gather(chosen))
    tile = torch.arange(len(rows)) % rows.shape[1]
    return rows[torch.arange(len(rows)), tile]


def _counting(answers: int) -> float:
    """What all open images together weigh beside the answers."""
    return min(1.0, max(0.0, (_GONE - answers) / (_GONE - _FADING)))


def teach(
    lesson: Lesson,
    taught: Sequence[NDArray[np.int64]],
    groups: NDArray[np.int64],
    pairs: PairRows | None,
    others: Tensor,
    recipe: Recipe,
    *,
    surroundings: Surroundings | None = None,
    seed: int,
    watch: Callable[[], None],
) -> Teaching:
    """`others` (m, tiles, features) are open images; `surroundings` tell a class or tags head more of them.

    `watch` is called before each teacher and raises Cancelled.
    """
    said: Sequence[Tensor]
    if pairs is not None:
        asked = lesson, taught, groups, pairs, others
        found = taught_lesson(*asked, trust=recipe.teacher, seed=seed, watch=watch)
        known, said = Teaching(found.lesson, tuple(taught), found.targets, found.weights), found.said
    elif recipe.method is Method.SEED_LOOP:
        return Teaching(lesson, tuple(taught), None)
    else:
        softened, said = softened_targets(
            lesson, taught, groups, others, recipe, surroundings=surroundings, seed=seed, watch=watch
        )
        known = Teaching(lesson, tuple(taught), None if softened is None else tuple(softened))
    return _with_open(known, others, said) if known.softened is not None and len(others) else known


def own_lessons(lesson: Lesson, learned: Teaching) -> tuple[Lesson, ...]:
    """For each head the lesson as given; where no answer is, what its own teacher says of its images, and weighs it."""
    if learned.softened is None or learned.weights is None:
        return (learned.lesson,) * len(learned.taught)
    unknown = torch.isnan(lesson.targets[:, 0]).cpu().numpy()
    found = []
    for rows, soft, weights in zip(learned.taught, learned.softened, learned.weights, strict=True):
        mine = torch.from_numpy(rows[unknown[rows]])
        own = learned.lesson.targets.clone()
        own[mine] = soft[mine]
        found.append(replace(learned.lesson, targets=own, weights=weights))
    return tuple(found)


def _with_open(known: Teaching, others: Tensor, said: Sequence[Tensor]) -> Teaching:
    """`said` (m, outputs) for each head by its teacher."""
    assert known.softened is not None
    n, m, lesson = len(known.lesson), len(others), known.lesson

    def with_open(weights: Tensor) -> Tensor:
        each = min(1.0, float(weights.sum()) / m) * _counting(n)
        return torch.cat((weights, torch.full((m,), each).to(weights)))

    longer = replace(
        lesson,
        rows=torch.cat((lesson.rows, others)),
        targets=torch.cat((lesson.targets, said[0])),
        weights=with_open(lesson.weights),
    )
    open_rows = np.arange(n, n + m)
    return Teaching(
        longer,
        tuple(np.concatenate((rows, open_rows)) for rows in known.taught),
        tuple(torch.cat(both) for both in zip(known.softened, said, strict=True)),
        None if known.weights is None else tuple(map(with_open, known.weights)),
    )
