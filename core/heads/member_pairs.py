"""What each member of a score head's committee learns from brackets and pairs: its own draw of both, its own kernel.

Letters: n = images, p = pairs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.heads.kernel import AnsweredRows
from core.heads.members import Response, bootstrap_weights
from core.heads.pair_rows import PairRows
from core.heads.pairs import learn_pairs
from core.heads.unlike import OwnAnswers, UnlikeMember

OWN_UP_TO = 400
"""With more pairs than this members share what the head made of them: each would have a system of them to solve."""


def resampled_pairs(
    given: AnsweredRows,
    taught: AnsweredRows,
    pairs: PairRows,
    keys: NDArray[np.uint64],
    draws: NDArray[np.float64],
    seed: int,
) -> OwnAnswers:
    """`given` answers are the brackets alone, `taught` what the head learns; `draws` (n, members), `keys` (n,)."""
    both = keys[pairs.left] * np.uint64(3) + keys[pairs.right]
    pair_draws = bootstrap_weights(both, draws.shape[1], seed)  # (p, members)

    def own(kind: UnlikeMember, number: int) -> AnsweredRows:
        if kind.member.response is Response.SMOOTHER or len(pairs) > OWN_UP_TO:
            weights = taught.weights * draws[:, number] if kind.resampled else taught.weights
            return replace(taught, weights=weights)
        if not kind.resampled:
            return learn_pairs(given, pairs, kind.shape)
        drawn = replace(given, weights=given.weights * draws[:, number])
        return learn_pairs(drawn, pairs.weighed(pair_draws[:, number]), kind.shape)

    return own
