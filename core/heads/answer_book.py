"""What holds between two updates of the live head: the answers by image, and the images kept out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.jobs.spec import LiveChange
from core.values import Annotated


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    targets: NDArray[np.float32]
    """(outputs,)"""
    weight: float
    group: int


class AnswerBook:
    """Answers in the order in which the images were first answered; the last answer of an image holds."""

    def __init__(self, annotated: Annotated, excluded: NDArray[np.uint8]) -> None:
        self._outputs = annotated.targets.shape[1]
        self._answers: dict[bytes, _Answer] = {}
        self._excluded: set[bytes] = {row.tobytes() for row in excluded}
        self._take(annotated)

    def apply(self, change: LiveChange) -> None:
        """Rows whose targets are all NaN take the answer back."""
        self._take(change.changed)
        self._excluded |= {row.tobytes() for row in change.excluded}
        self._excluded -= {row.tobytes() for row in change.included}

    def _take(self, annotated: Annotated) -> None:
        for i, row in enumerate(annotated.hashes):
            if np.isnan(annotated.targets[i]).all():
                self._answers.pop(row.tobytes(), None)
            else:
                answer = _Answer(annotated.targets[i], float(annotated.weights[i]), int(annotated.groups[i]))
                self._answers[row.tobytes()] = answer

    def __len__(self) -> int:
        return len(self._answers)

    def answered_hashes(self) -> NDArray[np.uint8]:
        """(images, 32), excluded ones too"""
        return _rows(self._answers)

    def excluded_hashes(self) -> NDArray[np.uint8]:
        """(images, 32)"""
        return _rows(self._excluded)

    def to_learn_from(self) -> Annotated:
        """Every answer whose image is not excluded."""
        kept = {key: answer for key, answer in self._answers.items() if key not in self._excluded}
        targets = [answer.targets for answer in kept.values()]
        return Annotated(
            _rows(kept),
            np.stack(targets).astype(np.float32) if targets else np.empty((0, self._outputs), dtype=np.float32),
            np.array([answer.weight for answer in kept.values()], dtype=np.float32),
            np.array([answer.group for answer in kept.values()], dtype=np.int64),
        )


def _rows(keys: dict[bytes, _Answer] | set[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), 32).copy()
