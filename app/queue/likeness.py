"""A hunt by an example: likeness to one image in the place of what a head says of what is hunted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.queue.ranking import Pool, Ranking, match
from core.arrays.embeddings import EmbeddingIndex
from core.arrays.predictions import Predictions
from core.errors import UserError
from core.project import Project
from core.project.similar import likeness, vector_of
from core.values import MEMBERS, Head, HeadKind, ImageId

SOURCE = "embeddings"


def likely_reader(
    project: Project, head: Head, pool: Pool, output: int | None, like: ImageId
) -> Callable[[], Ranking | None]:
    """Reads every vector, once for one example, in any thread; None where it has none under this encoder."""
    return partial(_read, project, head, pool, output, like)


def _read(project: Project, head: Head, pool: Pool, output: int | None, like: ImageId) -> Ranking | None:
    try:
        return match(pool, likely(project, head, output, like), SOURCE)
    except UserError:
        return None


def likely(project: Project, head: Head, output: int | None, like: ImageId) -> Predictions:
    """Likeness to an example in the place of what is hunted. Raises UserError where nothing is embedded."""
    index = _index(project, head)

    def read() -> NDArray[np.float32]:
        return likeness(project, head, vector_of(project, head, like), index.hashes)

    nothing = unjudged(index.hashes, head)
    column = 0 if head.kind is HeadKind.SCORE or output is None else output
    nothing.probabilities[:, column] = project.kept_likeness.of(index, like, read)
    return replace(nothing, metadata={"source": SOURCE})


def unjudged(hashes: NDArray[np.uint8], head: Head) -> Predictions:
    """Images of which nothing is said."""
    count = len(hashes)
    return Predictions(
        hashes=hashes,
        probabilities=np.full((count, head.outputs), np.nan, np.float16),
        members=np.broadcast_to(np.float16(0), (count, MEMBERS, head.outputs)),
        utility=np.zeros(count, np.float32),
        order=np.zeros(0, np.int64),
    )


def embedded(project: Project, head: Head) -> NDArray[np.uint8]:  # (n, 32)
    """Hashes of every embedded image."""
    return _index(project, head).hashes


def _index(project: Project, head: Head) -> EmbeddingIndex:
    signature = project.encoders.signature(head.encoder, head.tiles)
    if signature is None:
        raise UserError(f"nothing is embedded with {head.encoder}", "`winnow embed` does that")
    return project.embeddings(signature).index()
