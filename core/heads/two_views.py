"""Two kernel heads on the same answers, one on vectors and one on their surroundings, mixed by how each foresees.

Few answers are told best by the surroundings, many by the vectors themselves, and where neighbours share no label they
say nothing; left-out answers tell which it is. Each head's share is the one under which the mixture makes them
likeliest: Yao, Vehtari, Simpson & Gelman, "Using stacking to average Bayesian predictive distributions" (2018).
But answers that were asked for lie further from each other than from the rest of the pool, so left out they make the
vectors look worse than they are. So of a live head, whose next answers hang on what it says, the surroundings have to
tell the more, the more answers there are: they pay a toll. What release heads are taught pays none (docs/learning.md).

Letters: n = annotated images, k = images asked about, dim = values of an embedding, outputs = labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.heads.kernel import KernelHead, fit_kernel
from core.values import HeadKind

_SHARES = np.linspace(0.025, 0.975, 39)
_EVEN = 2.0
"""Answers' worth that hold both shares near a half: a Beta distribution of 3 and 3."""
_TOLL, _FULL_TOLL = 0.2, 100
"""Log likelihood that the surroundings have to bring for each answered image from so many on; of fewer less, evenly."""
_LEAST = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class TwoViews:
    plain: KernelHead
    around: KernelHead
    share: float
    """Of the head on surroundings"""

    def predict(self, vectors: NDArray[np.floating], surroundings: NDArray[np.floating]) -> NDArray[np.float32]:
        """Probabilities (k, outputs) for vectors and their surroundings, both (k, dim)."""
        plain, around = self.plain.predict(vectors), self.around.predict(surroundings)
        return np.asarray(plain + self.share * (around - plain), dtype=np.float32)


def fit_two_views(
    vectors: NDArray[np.floating],
    surroundings: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    kind: HeadKind,
    *,
    groups: NDArray[np.int64],
    seed: int,
) -> TwoViews:
    """Of labels: vectors and surroundings (n, dim), targets (n, outputs; NaN = unknown), weights and groups (n,)."""
    plain, around = (
        fit_kernel(rows, targets, weights, kind, groups=groups, seed=seed) for rows in (vectors, surroundings)
    )
    return TwoViews(plain, around, share_of_second(plain.loo, around.loo, targets, weights, kind))


def share_of_second(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    kind: HeadKind,
    *,
    toll: bool = False,
) -> float:
    """By left-out probabilities of two heads, (n, outputs) each; a half where they tell nothing."""
    tags = kind is HeadKind.TAGS
    of, output = np.nonzero(~np.isnan(targets) if tags else targets > 0)  # of labels the one that was given tells all
    one, other, wanted = first[of, output], second[of, output], targets[of, output][:, None]
    mixed = one[:, None] + (other - one)[:, None] * _SHARES  # (told, shares)
    likely = np.log(np.maximum(mixed, _LEAST)) * wanted
    if tags:
        likely += np.log(np.maximum(1.0 - mixed, _LEAST)) * (1.0 - wanted)
    likely *= weights[of][:, None]
    answered = weights[np.unique(of)].sum()
    paid = _TOLL * answered * min(answered / _FULL_TOLL, 1.0) * _SHARES if toll else 0.0
    even = _EVEN * (np.log(_SHARES) + np.log1p(-_SHARES))
    return float(_SHARES[int((likely.sum(axis=0) + even - paid).argmax())])
