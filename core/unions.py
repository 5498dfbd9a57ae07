"""Sets that grow together, each named after its lowest number."""

from __future__ import annotations

from collections.abc import Iterator


class Unions:
    """Sets of numbers, each named after its lowest."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def join(self, first: int, second: int) -> None:
        low, high = sorted((self._root(first), self._root(second)))
        if low != high:
            self._above[high] = low

    def renamed(self) -> Iterator[tuple[int, int]]:
        for number in self._above:
            yield number, self._root(number)

    def _root(self, number: int) -> int:
        while (above := self._above.get(number)) is not None:
            self._above[number] = self._above.get(above, above)  # shortens the way for the next
            number = above
        return number
