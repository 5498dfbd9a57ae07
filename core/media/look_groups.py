"""Which looks go together: groups linked by pairs that look alike, found without looking at every pair.

Of eight parts of the bits of two alike looks at least one agrees, or is one bit off where more than seven may differ.
So looks are compared where a part is equal, and where that leaves too many, within those once more by other parts or by
colour and shape. What these do not tell apart is walked: from one look to all that are like it and on from them, each
group leaving those that are still compared. Letters: n = looks, k, m = some of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.media.looks import MOST_BITS, SAME_SHAPE, SAME_TINT, Looks

Watch = Callable[[], object]
"""Called now and then; raises Cancelled to stop."""
Rows = NDArray[np.int64]

_PARTS: Final = 8
_BITS: Final = 128
_FEW: Final = 32
"""Looks with an equal part that are compared with each other one step apart at a time, for all parts at once."""
_SOME: Final = 512
"""Looks that are compared all with all."""
_AT_ONCE: Final = 1 << 18
"""Comparisons."""
_SAMPLE: Final = 4096
_SORTING: Final = 40
"""Comparisons that take as long as sorting in one look."""
_STEP: Final = 10_000
"""Comparisons that take as long as beginning some."""
_TRIAL: Final = 256
"""Comparisons of each look by which it is seen whether walking joins most of them."""


def ignore() -> None:
    """Nobody waits for it."""


def groups_alike(looks: Looks, most: int = MOST_BITS, watch: Watch = ignore, since: int = 0) -> Rows:  # (n,)
    """The lowest position of each look's group: all that are linked by pairs of which at most `most` bits differ (15).

    Pairs of two looks before `since` may be passed over.
    """
    shaped = np.flatnonzero(~np.isnan(looks.shapes))  # flat pictures are like no other
    search = _Search(looks, most, since, watch)
    if len(shaped):
        search.compare(search.without_equals(shaped))
    return search.roots(np.arange(len(looks)))


def links(groups: Rows) -> Rows:  # (n,) -> (pairs, 2)
    """As few pairs as hold the groups together, the lower position first."""
    order = np.argsort(groups, kind="stable")
    same = groups[order][:-1] == groups[order][1:]
    return np.stack((order[:-1][same], order[1:][same]), axis=1)


def most_apart(looks: Looks, pairs: Rows, most: int, watch: Watch = ignore) -> Rows:  # (pairs, 2) -> (pairs,)
    """Of the group that each of the `links` is of: the most bits that differ of two in it that are alike."""
    search = _Search(looks, most, 0, watch)
    search.join(*pairs.T)
    roots = search.roots(pairs[:, 1])
    starts = np.flatnonzero(np.diff(roots, prepend=-1))
    sizes = np.diff(np.append(starts, len(pairs)))
    found = [
        search.most_apart(np.append(pairs[start, 0], pairs[start : start + size, 1]))
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)
    ]
    return np.repeat(np.array(found, np.int64), sizes)


@dataclass(slots=True, eq=False)
class _Search:
    looks: Looks
    most: int
    since: int
    watch: Watch
    words: NDArray[np.uint64] = field(init=False)
    """(n, 2) the bits"""
    above: Rows = field(init=False)
    """(n,) a lower position of the same group, or its own"""

    def __post_init__(self) -> None:
        self.words = np.ascontiguousarray(self.looks.bits).view(np.uint64)
        self.above = np.arange(len(self.looks))

    def roots(self, rows: Rows) -> Rows:  # (k,) -> (k,)
        found = self.above[rows]
        while not np.array_equal(further := self.above[found], found):
            found = further
        self.above[rows] = found
        return found

    def join(self, first: Rows, second: Rows) -> None:  # (k,) each
        first, second = self.roots(first), self.roots(second)
        while (apart := first != second).any():
            low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
            np.minimum.at(self.above, high, low)
            first, second = self.roots(low), self.roots(high)

    def without_equals(self, rows: Rows) -> Rows:  # (k,) -> (m,)
        """The first of each that are wholly equal, the others joined to it."""
        whole = np.concatenate(
            (self.looks.bits[rows], self.looks.tints[rows], self.looks.shapes[rows, None].view(np.uint8)), axis=1
        )
        keys = whole.view(np.dtype((np.void, whole.shape[1]))).ravel()
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        self.join(rows, rows[first[which]])
        return np.asarray(rows[np.sort(first)])

    def compare(self, rows: Rows) -> None:  # (k,) rising
        """Joins those of them that are alike."""
        self.watch()
        if rows[-1] < self.since or (self.roots(rows) == self.above[rows[0]]).all():
            return
        if len(rows) <= _SOME:
            self.join(*self.near(rows, rows))
            return
        fresh = rows[int(np.searchsorted(rows, self.since)) :]
        if len(fresh) * 2 < min(len(rows), _PARTS * _SORTING):
            self._compare_with(fresh, rows)
            return
        waiting, left = self._walk(rows[:0], rows, _TRIAL * len(rows))
        rest = np.union1d(waiting, left)
        if not len(rest):
            return
        ways = (self._by_bits, self._by_cells)
        costs = [self._cost(way(rest), len(rest)) for way in ways]
        all_pairs = len(rest) * (min(len(rest), 2 * len(fresh)) / 2)
        if len(rest) * len(left) < min(*costs, all_pairs):
            self._walk(waiting, left)
        elif all_pairs < 2 * min(costs):
            self._compare_all(rest)
        else:
            for keys in ways[int(np.argmin(costs))](rest):
                self._compare_equal(rest, keys)

    def most_apart(self, group: Rows) -> int:  # (k,)
        """The most bits that differ of two in it that are alike."""
        varied = np.bitwise_or.reduce(self.words[group] ^ self.words[group[0]], axis=0)
        limit, found = min(self.most, int(np.bitwise_count(varied).sum())), 0
        step = max(1, _AT_ONCE // len(group))
        for start in range(0, len(group), step):
            first, second = self.near(group[start : start + step], group[start:])
            apart = np.bitwise_count(self.words[first] ^ self.words[second]).sum(axis=1)
            found = max(found, int(apart.max(initial=0)))
            if found == limit:
                break
        return found

    def near(self, some: Rows, others: Rows) -> tuple[Rows, Rows]:  # (k,), (m,) -> (pairs,), (pairs,)
        """All pairs of them that are alike, by position."""
        self.watch()
        apart = np.bitwise_count(self.words[some, 0, None] ^ self.words[others, 0])
        apart += np.bitwise_count(self.words[some, 1, None] ^ self.words[others, 1])
        left, right = np.nonzero(apart <= self.most)
        first, second = some[left], others[right]
        same = self._same_tint_and_shape(first, second)
        return first[same], second[same]

    def _same_tint_and_shape(self, first: Rows, second: Rows) -> NDArray[np.bool_]:  # (k,) each
        same = np.abs(self.looks.shapes[first] - self.looks.shapes[second]) <= SAME_SHAPE
        for tint in self.looks.tints.T:
            same &= np.abs(tint[first].astype(np.int16) - tint[second]) <= SAME_TINT
        return np.asarray(same)

    def _cost(self, keys: Iterator[NDArray[np.uint16]], count: int) -> float:
        """Comparisons where only looks with an equal key are compared."""
        return sum(float((np.bincount(key).astype(np.float64) ** 2).sum()) + _SORTING * count for key in keys)

    def _by_bits(self, rows: Rows) -> Iterator[NDArray[np.uint16]]:
        """Keys (k,), of which one at least is equal where looks are alike. Each part has as many bits that tell."""
        sample = np.unpackbits(self.looks.bits[rows[:: 1 + len(rows) // _SAMPLE]], axis=1, bitorder="little")
        order = np.argsort(np.abs(sample.mean(axis=0) - 0.5), kind="stable")
        for part in range(_PARTS):
            key = np.zeros(len(rows), np.uint16)
            for place, bit in enumerate(order[part::_PARTS].tolist()):
                word = self.words[rows, bit // 64]
                key |= ((word >> np.uint64(bit % 64)) & np.uint64(1)).astype(np.uint16) << np.uint16(place)
            if self.most < _PARTS:
                yield key
            else:
                yield from (key & ~np.uint16(1 << place) for place in range(_BITS // _PARTS))

    def _by_cells(self, rows: Rows) -> Iterator[NDArray[np.uint16]]:
        """The same by colour and shape: cells of twice what may differ, each way half a cell further as well."""
        values = [(tint[rows].astype(np.float64), SAME_TINT + 1.0) for tint in self.looks.tints.T]
        values.append((self.looks.shapes[rows].astype(np.float64), 1.1 * SAME_SHAPE))
        cells = [
            [np.floor(value / (2 * width) + half).astype(np.int64) & 15 for half in (0, 0.5)] for value, width in values
        ]
        for further in range(1 << len(cells)):
            key = np.zeros(len(rows), np.int64)
            for place, either in enumerate(cells):
                key |= either[further >> place & 1] << 4 * place
            yield key.astype(np.uint16)

    def _compare_equal(self, rows: Rows, keys: NDArray[np.uint16]) -> None:  # (k,) each
        """Those with one key with each other."""
        self.watch()
        order = np.argsort(keys, kind="stable")
        rows, ranked = rows[order], keys[order]
        starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
        sizes = np.diff(np.append(starts, len(rows)))
        ends = np.repeat(starts + sizes, np.where(sizes <= _FEW, sizes, 0))
        places = np.flatnonzero(np.repeat(sizes <= _FEW, sizes))
        for step in range(1, _FEW):
            left = places + step < ends
            places, ends = places[left], ends[left]
            self._join_alike(rows[places], rows[places + step])
        for start, size in zip(starts[sizes > _FEW].tolist(), sizes[sizes > _FEW].tolist(), strict=True):
            self.compare(rows[start : start + size])

    def _join_alike(self, first: Rows, second: Rows) -> None:  # (k,) each
        """Those of the pairs that are alike."""
        new = second >= self.since
        first, second = first[new], second[new]
        near = np.bitwise_count(self.words[first] ^ self.words[second]).sum(axis=1) <= self.most
        first, second = first[near], second[near]
        same = self._same_tint_and_shape(first, second)
        self.join(first[same], second[same])

    def _compare_all(self, rows: Rows) -> None:
        """Each with those after it."""
        done = 0
        while done < len(rows):
            step = max(1, _AT_ONCE // (len(rows) - done))
            self.join(*self.near(rows[done : done + step], rows[done:]))
            done += step

    def _compare_with(self, some: Rows, others: Rows) -> None:
        step = max(1, _AT_ONCE // len(others))
        for start in range(0, len(some), step):
            self.join(*self.near(some[start : start + step], others))

    def _walk(self, waiting: Rows, left: Rows, budget: float = math.inf) -> tuple[Rows, Rows]:
        """From each to all that are like it, and on from these; then what still waits, and is left.

        All that wait are of one group; what neither waits nor is left has been compared with all others.
        """
        while len(left) and budget > 0:
            if not len(waiting):
                waiting, left = left[:1], left[1:]
            step = max(1, _AT_ONCE // max(len(left), 1))
            first, second = self.near(waiting[:step], left)
            self.join(first, second)
            reached = np.zeros(len(left), np.bool_)
            reached[np.searchsorted(left, second)] = True
            budget -= _STEP + len(left) * len(waiting[:step])
            waiting, left = np.concatenate((waiting[step:], left[reached])), left[~reached]
        return waiting, left
