"""The answers that hold under one head, by image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.values import AnswerValue, ImageId


class Answers(Mapping[ImageId, AnswerValue]):
    """Answers are many and different ones few: each image has a number, which is kept current act by act."""

    def __init__(self, size: int) -> None:
        """`size`: of the pool."""
        self._numbers: dict[AnswerValue | None, int] = {None: 0}
        self._values: list[AnswerValue | None] = [None]
        self._number_of = np.zeros(size, np.int32)
        """(ids,)"""

    def __getitem__(self, image_id: ImageId) -> AnswerValue:
        number = int(self._number_of[image_id]) if 0 <= image_id < len(self._number_of) else 0
        value = self._values[number]
        if value is None:
            raise KeyError(image_id)
        return value

    def __iter__(self) -> Iterator[ImageId]:
        return map(ImageId, np.flatnonzero(self._number_of).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._number_of))

    def put(self, image_id: ImageId, answer: AnswerValue | None) -> None:
        self._number_of[image_id] = self._number(answer)

    def load(
        self, ids: NDArray[np.int64], distinct: Sequence[AnswerValue | None], which: NDArray[np.int32]
    ) -> dict[AnswerValue | None, int]:
        """`which` (images,) of `distinct` holds for each of `ids`; returns how many each of these holds for."""
        numbers = np.array([self._number(value) for value in distinct], np.int32)
        self._number_of[ids] = numbers[which]
        return dict(zip(distinct, np.bincount(which, minlength=len(distinct)).tolist(), strict=True))

    def which(self, counts: Callable[[AnswerValue], bool]) -> NDArray[np.bool_]:
        """Images with an answer that counts. (ids,)"""
        wanted = np.array([value is not None and counts(value) for value in self._values], np.bool_)
        found: NDArray[np.bool_] = wanted[self._number_of]
        return found

    def _number(self, answer: AnswerValue | None) -> int:
        if answer not in self._numbers:
            self._numbers[answer] = len(self._values)
            self._values.append(answer)
        return self._numbers[answer]
