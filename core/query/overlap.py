"""The overlap order: where a tag is still open, by what the head it came from says of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def open_tag(
    probabilities: NDArray[np.floating], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The highest probability of a tag that is not `known`, and which tag that is.  # (images,) (images,)

    Both arguments are (images, tags). NaN and -1 where no open tag is judged: there is nothing to review.
    """
    values = np.where(known, np.nan, np.asarray(probabilities, dtype=np.float32))
    judged = ~np.isnan(values)
    ranked = np.where(judged, values, -1.0)
    if not values.shape[1]:
        return np.full(len(values), np.nan, np.float32), np.full(len(values), -1, np.int64)
    tag = ranked.argmax(axis=1)
    found = judged.any(axis=1)
    highest = ranked[np.arange(len(ranked)), tag]
    return np.where(found, highest, np.nan).astype(np.float32), np.where(found, tag, -1).astype(np.int64)


def overlap_utility(
    probabilities: NDArray[np.floating], known: NDArray[np.bool_], answered: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """`open_tag`'s probability, and 1 more for images (images,) that have an answer already.

    An image that one head's labels were given to and that another head wants too is what nobody was ever asked; the
    images without any answer come after those.
    """
    values, _ = open_tag(probabilities, known)
    return np.asarray(values + answered, dtype=np.float32)
