"""How much an answer would teach, one number for each image, higher = ask first.

members: probabilities (members, images, outputs), softmax for class, sigmoid each for tags, value / 10 for score; NaN
where nothing was learned of a tag, which then does not count.
Raw spread (vote entropy, BALD, entropy) taken top k was measured below random order on hard sets: these are orders to
look at; the default queue weighs coverage by `margin` or `spread` (core.query.coverage).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.values import HeadKind

_TINY = 1e-7


def utility(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """The utility behind `disagreement`: margin of the mean vote, or for scores the members' spread."""
    return spread(members) if kind is HeadKind.SCORE else margin(members, kind)


def margin(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """1 less the lead of the first label of the mean vote over the second; tags: the mean over labels of yes over no.

    Scheffer, Decomain & Wrobel, "Active hidden Markov models for information extraction" (2001). A score has no
    margin: its spread stands in.
    """
    if kind is HeadKind.SCORE:
        return spread(members)
    mean = _mean_vote(members)
    if kind is HeadKind.TAGS:
        return 1.0 - _mean_known(np.abs(2.0 * mean - 1.0), unknown=0.0)
    if mean.shape[1] < 2:
        return np.ones(len(mean), dtype=np.float32)
    first_two = np.partition(mean, mean.shape[1] - 2, axis=1)[:, -2:]
    return np.asarray(1.0 - (first_two[:, 1] - first_two[:, 0]), dtype=np.float32)


def entropy(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """Shannon entropy of the mean vote in units of its maximum (Shannon, 1948); tags: the mean over labels."""
    if kind is HeadKind.SCORE:
        return spread(members)
    return _entropy(_mean_vote(members), kind)


def vote_entropy(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """Entropy of the members' hard votes: Dagan & Engelson, "Committee-based sampling" (1995)."""
    if kind is HeadKind.SCORE:
        return spread(members)
    if kind is HeadKind.TAGS:
        said = np.where(np.isnan(members), np.nan, np.asarray(members) >= 0.5)
        return _entropy(said.mean(axis=0, dtype=np.float32), kind)
    outputs = members.shape[2]
    winners = np.asarray(members).argmax(axis=2)  # (members, images)
    votes = np.stack([(winners == label).mean(axis=0, dtype=np.float32) for label in range(outputs)], axis=1)
    return _entropy(votes, kind)


def bald(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """What the members do not share: Houlsby et al., "Bayesian active learning by disagreement" (2011)."""
    if kind is HeadKind.SCORE:
        return spread(members)
    own = np.mean([_entropy(np.asarray(member), kind) for member in members], axis=0)
    return np.asarray(np.maximum(_entropy(_mean_vote(members), kind) - own, 0.0), dtype=np.float32)


def spread(members: NDArray[np.floating]) -> NDArray[np.float32]:
    """Standard deviation of the members' answers: Seung, Opper & Sompolinsky, "Query by committee" (1992)."""
    return np.asarray(np.std(members, axis=0, dtype=np.float32).mean(axis=1), dtype=np.float32)


def apart(members: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """`spread`, whatever the head; of tags those count that something is known of."""
    if kind is HeadKind.TAGS:
        return _mean_known(np.std(members, axis=0, dtype=np.float32), unknown=0.0)
    return spread(members)


def _mean_vote(members: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(np.mean(members, axis=0, dtype=np.float32), dtype=np.float32)  # (images, outputs)


def _mean_known(values: NDArray[np.float32], *, unknown: float) -> NDArray[np.float32]:
    """Mean over outputs (images, outputs) -> (images,), `unknown` where there is none to go by."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=1, dtype=np.float32)
    count = known.sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), unknown), dtype=np.float32)


def _entropy(probabilities: NDArray[np.floating], kind: HeadKind) -> NDArray[np.float32]:
    """(images, outputs) -> (images,), 1 where nothing is known."""
    p = np.clip(np.asarray(probabilities, dtype=np.float32), _TINY, 1.0 - _TINY)
    if kind is HeadKind.TAGS:
        bits = -(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p))
        return _mean_known(bits, unknown=1.0)
    if p.shape[1] < 2:
        return np.ones(len(p), dtype=np.float32)
    return np.asarray(-(p * np.log(p)).sum(axis=1) / np.log(p.shape[1]), dtype=np.float32)
