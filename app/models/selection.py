"""Which places of a queue are selected: runs, single places, everything; quick at a million."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Selection:
    """A mask over the queue, the current place, and the anchor that Shift extends from."""

    def __init__(self) -> None:
        self._mask: NDArray[np.bool_] = np.zeros(0, np.bool_)  # (images,)
        self._anchor = 0
        self.current = -1

    def __contains__(self, position: int) -> bool:
        return 0 <= position < len(self._mask) and bool(self._mask[position])

    @property
    def positions(self) -> NDArray[np.int64]:
        return np.flatnonzero(self._mask)

    def reset(self, mask: NDArray[np.bool_], current: int) -> None:
        """Another queue: what is selected in it already, and where the person stands."""
        self._mask = mask
        self.current = min(current, len(mask) - 1)
        self._anchor = max(self.current, 0)

    def move_to(self, position: int) -> None:
        """Stand there with nothing selected."""
        self._mask[:] = False
        self.current = self._anchor = position

    def only(self, position: int) -> None:
        self.move_to(position)
        self._mask[position] = True

    def toggle(self, position: int) -> None:
        self._mask[position] = not self._mask[position]
        self.current = self._anchor = position

    def extend_to(self, position: int) -> None:
        """Everything from the anchor to there, and nothing else."""
        low, high = sorted((self._anchor, position))
        self._mask[:] = False
        self._mask[low : high + 1] = True
        self.current = position

    def select_all(self) -> None:
        self._mask[:] = True

    def clear(self) -> None:
        self._mask[:] = False
