"""Score heads learn from scores cleared of noise: each person's score is drawn towards what the live head says of it.

The live head's answer for an image is left out of what it learned (leave one group out), so it does not repeat the
score. With half-step scores of a noisy hand that took an eighth off the error of a head trained on the scores alone,
down to the live head's own; class heads gained nothing and lost on hard sets, so they learn from the answers as given.
Of open images the teacher of a class or tags head says what two heads say together: one sees each image by itself, the
other its surroundings (core.heads.two_views). Of tags that no answer of any fold speaks of it says nothing.
The seed of the idea: Hinton, Vinyals & Dean, "Distilling the knowledge in a neural network" (2015).

Letters: n = annotated images, m = open images, dim = values of an embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.kernel import fit_kernel
from core.heads.lesson import Lesson
from core.heads.surroundings import Surroundings
from core.heads.two_views import fit_two_views
from core.query.clustering import mean_tile
from core.recipes.recipe import Recipe
from core.values import HeadKind


def softened_targets(
    lesson: Lesson,
    taught: Sequence[NDArray[np.int64]],
    groups: NDArray[np.int64],
    others: Tensor,
    recipe: Recipe,
    *,
    surroundings: Surroundings | None = None,
    seed: int,
    watch: Callable[[], None],
) -> tuple[list[Tensor] | None, list[Tensor]]:
    """Targets (n, outputs) for each entry of `taught`, each from a teacher that knows no more; None: as given.

    With them what each teacher says of `others` (m, tiles, features): (m, outputs).

    `watch` is called before each teacher and raises Cancelled to stop.
    """
    trust = recipe.teacher if lesson.kind is HeadKind.SCORE else 0.0
    if trust == 0 and not len(others):
        return None, []
    rows = mean_tile(lesson.rows.cpu().numpy())  # (n, dim)
    targets, weights = lesson.targets.cpu().numpy(), lesson.weights.cpu().numpy()
    vectors = mean_tile(others.cpu().numpy())  # (m, dim)
    silent = np.isnan(targets).all(axis=0)
    around = None
    if lesson.kind is not HeadKind.SCORE and surroundings:
        around = surroundings.of(rows), surroundings.of(vectors)
    softened, said = [], []
    for some in taught:
        watch()
        soft, asked = targets.copy(), (targets[some], weights[some])
        if around is None:
            teacher = fit_kernel(rows[some], *asked, lesson.kind, groups=groups[some], seed=seed)
            soft[some] += trust * (teacher.loo - targets[some])
            word = teacher.predict(vectors)
        else:
            views = fit_two_views(rows[some], around[0][some], *asked, lesson.kind, groups=groups[some], seed=seed)
            word = views.predict(vectors, around[1])
        word[:, silent] = np.nan
        softened.append(torch.from_numpy(soft).to(lesson.targets.device))
        said.append(torch.from_numpy(word).to(lesson.targets))
    return softened, said
