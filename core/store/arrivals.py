"""Answers from elsewhere, in one write: the images known by their vector alone, the scale, and the act itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.changes import Changes
from core.store.database import Database
from core.store.heads import Heads
from core.store.images import Images
from core.store.log import Annotations
from core.store.unseen import Unseen
from core.values import BRACKETS, AnswerValue, HeadId, ImageId, Source

NOWHERE = ImageId(-1)
"""Of content that the project does not know and that has no vector either."""


class Arrivals:
    """Whoever stops the program in the middle leaves all as it was: no image stays without its answer."""

    def __init__(
        self, database: Database, images: Images, unseen: Unseen, heads: Heads, annotations: Annotations
    ) -> None:
        self._database = database
        self._images = images
        self._unseen = unseen
        self._heads = heads
        self._annotations = annotations

    def take(
        self,
        head_id: HeadId,
        hashes: NDArray[np.uint8],
        values: Sequence[AnswerValue],
        *,
        vectors: Sequence[str] = (),
        evaluation: Collection[int] = (),
        scale: tuple[float, float] | None = None,
    ) -> Changes:
        """`hashes` (n, 32) and the value of each; with `vectors`, their files, images that are not known are made.

        `evaluation`: the places of those that came as evaluation files. A `scale` that is not the one of before is kept
        for the next import.
        """
        with self._database.write():
            ids = self._unseen.add(hashes, vectors) if vectors else self._known(hashes)
            said = {image: value for image, value in zip(ids, values, strict=True) if image != NOWHERE}
            judges = [ids[place] for place in evaluation if ids[place] != NOWHERE]
            if scale is not None and scale != (self._heads.scale(head_id) or (0.0, float(BRACKETS))):
                self._heads.note_scale(head_id, *scale)
            return self._annotations.annotate(head_id, said, Source.IMPORT, judges)

    def _known(self, hashes: NDArray[np.uint8]) -> list[ImageId]:
        return [ImageId(int(one)) for one in self._images.by_hash(hashes)]
