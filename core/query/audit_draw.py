"""The audit set: images drawn by chance from the pool, by their content alone, so that figures on them are honest.

An image is in it or not whatever the pool, the project, the head or the state of the work: nothing is remembered, and
a pool that grows, moves or is scanned again keeps its set. A larger share adds images after those of a smaller one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.query.random_share import RANDOM_SHARE, random_keys

AUDIT_SHARE = RANDOM_SHARE
"""Of the pool, and of the places in a queue: so the set and the pool run out together."""
ENOUGH = 20
"""Answered images below which a figure on them says too little to stand for a version."""
_SHARES = (0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
_AMPLE = 1.5
"""Some are skipped, and some cannot be judged: a larger share is to draw so many times enough."""
_SEED = 271_828
"""Apart from those of queues and committees: the draw must not follow any of them."""


def audit_mask(keys: NDArray[np.uint64], share: float = AUDIT_SHARE) -> NDArray[np.bool_]:
    """Which images are in the set; `keys` (images,) are core.arrays.hashes.hash_keys."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    chance = random_keys(len(keys), _SEED, keys).astype(np.float64)
    return np.asarray(chance < share * 2.0**64)


def in_order_of_draw(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(images,) positions in the order in which the set is asked."""
    return np.argsort(random_keys(len(keys), _SEED, keys), kind="stable")


def counted(passed: NDArray[np.bool_]) -> int:
    """How many images of the set count, `passed` (drawn,) saying in order of draw which were answered or skipped.

    Only those before the first open one: what was answered beyond it was chosen by something else than chance.
    """
    return len(passed) if passed.all() else int(np.argmin(passed))


def enough_share(keys: NDArray[np.uint64], share: float, wanted: int = ENOUGH) -> float | None:
    """A share of the pool `keys` (images,) above `share` that draws `wanted`; None where even all are too few."""
    larger = [one for one in _SHARES if one > share]
    drawn = {one: int(audit_mask(keys, one).sum()) for one in larger}
    ample = [one for one in larger if drawn[one] >= _AMPLE * wanted]
    return next(iter(ample), 1.0 if drawn.get(1.0, 0) >= wanted else None)


def mix_in_audit(
    queue: NDArray[np.int64], audit: NDArray[np.int64], places: NDArray[np.bool_]
) -> NDArray[np.int64]:  # (len(queue) + len(audit),)
    """`queue` with the images of `audit` at `places` (both together,); those for which there is no place come last."""
    here = np.flatnonzero(places)[: len(audit)]
    mixed = np.empty(len(queue) + len(audit), dtype=np.int64)
    taken = np.zeros(len(mixed), dtype=np.bool_)
    taken[here] = True
    free = np.flatnonzero(~taken)
    taken[free[len(free) - (len(audit) - len(here)) :]] = True
    mixed[taken], mixed[~taken] = audit, queue
    return mixed
