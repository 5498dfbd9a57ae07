"""All embeddings of one encoder: a folder of shards, read as one array.

Shapes: images = distinct content hashes, tiles = crops of an image embedded apart, dim = values of a vector.

A *position* numbers an image within a store. Positions stay valid while shards are added and compacted: an image keeps
the place where it first appeared and takes the vector that was written last.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.hashes import HASH_BYTES, hash_keys, places_of
from core.arrays.runs import is_run
from core.arrays.shards import Shard, file_stamp, read_shard, same_vectors, shard_paths
from core.arrays.tensor_file import map_tensors, read_tensor_into
from core.errors import Bug, EnvironmentProblem, Unreadable
from core.values import EncoderSignature

_MANY_SHARDS = 16
_COMPACT_BYTES = 64 << 20
"""What one compaction reads and writes at most."""
_CHUNK = 4096
"""Vectors that are in memory at once while others are taken out."""


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingIndex:
    """Which images have a vector; row i is position i."""

    hashes: NDArray[np.uint8]
    """(images, 32)"""
    keys: NDArray[np.uint64]
    """(images,)"""

    def __len__(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class ShardProblem:
    """A shard that is skipped; its images are embedded anew."""

    name: str
    reason: str
    readable: bool = True
    """False where its content could not be looked at: it may be whole."""


@dataclass(frozen=True, slots=True, eq=False)
class _Contents:
    """The folder as it was looked at once; replaced whole, so that threads never see a half of it."""

    shards: tuple[Shard, ...]
    problems: tuple[ShardProblem, ...]
    index: EmbeddingIndex
    by_key: NDArray[np.int64]
    """(images,) positions in order of their keys."""
    sorted_keys: NDArray[np.uint64]
    shard_of: NDArray[np.int64]
    """(images,) which shard holds the vector, and its row there."""
    row_of: NDArray[np.int64]

    @property
    def rows_on_disk(self) -> int:
        return sum(len(shard) for shard in self.shards)


class EmbeddingStore:
    """Reads from any thread; one writer at a time in one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._contents: _Contents | None = None

    def signature(self) -> EncoderSignature | None:
        """None for a store that holds nothing yet."""
        shards = self._now().shards
        return shards[0].signature if shards else None

    def index(self) -> EmbeddingIndex:
        return self._now().index

    def problems(self) -> tuple[ShardProblem, ...]:
        return self._now().problems

    def __len__(self) -> int:
        return len(self._now().index)

    def refresh(self) -> None:
        """Looks at the folder again; shards known already are not read again."""
        before = self._contents
        known = {shard.path: shard for shard in before.shards} if before else {}
        shards, problems = _look(self.folder, known)
        if not all((self.folder / problem.name).exists() for problem in problems):  # compacted while it was looked at
            shards, problems = _look(self.folder, {shard.path: shard for shard in shards})
        if before is None or shards != before.shards:
            self._contents = _contents(shards, problems)
        else:  # nothing to sort anew: of a million images that takes a third of a second
            self._contents = replace(before, problems=problems)

    def positions(self, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (m, 32) -> (m,)
        """-1 where an image has no vector."""
        return _find(self._now(), hashes)

    def gather(self, positions: NDArray[np.int64]) -> NDArray[np.float16]:  # (m,) -> (m, ..., dim)
        """The vectors at `positions`, in that order; none may be -1."""
        return self._twice(lambda now: _gather(now, np.asarray(positions, np.int64)))

    def load(self) -> NDArray[np.float16]:  # (images, ..., dim)
        """All vectors in the order of the index."""
        return self._twice(_load)

    def writer(self, signature: EncoderSignature) -> EmbeddingWriter:
        held = self.signature()
        if held is not None and not same_vectors(held, signature):
            raise EnvironmentProblem(
                f"{self.folder} holds embeddings of {held.encoder} at {held.revision}; move it away"
            )
        return EmbeddingWriter(self.folder, signature)

    def compact(self, writer: EmbeddingWriter) -> int:
        """Rewrites the last shards as one where many small ones have come to lie there. Returns how many files went.

        `writer` is the one of this folder. Raises EnvironmentProblem where the disk is full; then all stays as it was.
        """
        if _last_small([path.stat().st_size for path in shard_paths(self.folder)]) < _MANY_SHARDS:
            return 0
        self.refresh()
        now = self._now()
        number = _last_small([size for size, _ in (shard.stamp for shard in now.shards)])
        if number < _MANY_SHARDS:
            return 0
        rows = np.flatnonzero(now.shard_of >= len(now.shards) - number)
        writer.write(now.index.hashes[rows], _gather(now, rows))
        # From the end: who looks meanwhile, or after a kill, finds every image at its place.
        for shard in reversed(now.shards[-number:]):
            try:
                shard.path.unlink(missing_ok=True)
            except OSError:  # Windows, while somebody reads it: twice is no harm
                break
        self.refresh()
        return number

    def keep_only(self, keep: NDArray[np.bool_]) -> None:  # (images,) in the order of the index
        """Writes these anew; the shards they were read from go once the new ones are whole, and no other does.

        Raises EnvironmentProblem where one of them can be read no more or the disk is full; then all of them stay.
        """
        now = self._now()
        rows = np.flatnonzero(keep)
        with self.writer(now.shards[0].signature) as writer:
            for start in range(0, len(rows), _CHUNK):
                chunk = rows[start : start + _CHUNK]
                writer.add(now.index.hashes[chunk], _gather(now, chunk))
        for shard in now.shards:
            shard.path.unlink(missing_ok=True)
        self.refresh()

    def _now(self) -> _Contents:
        if self._contents is None:
            self.refresh()
        assert self._contents is not None
        return self._contents

    def _twice(self, read: Callable[[_Contents], NDArray[np.float16]]) -> NDArray[np.float16]:
        """Looks again once where another process has compacted the shards meanwhile: positions stay the same."""
        try:
            return read(self._now())
        except EnvironmentProblem:
            self.refresh()
            return read(self._now())


def _last_small(sizes: Sequence[int]) -> int:
    """How many at the end fit into one shard."""
    return sum(total <= _COMPACT_BYTES for total in itertools.accumulate(reversed(sizes)))


def _look(folder: Path, known: dict[Path, Shard]) -> tuple[tuple[Shard, ...], tuple[ShardProblem, ...]]:
    shards: list[Shard] = []
    problems: list[ShardProblem] = []
    for path in shard_paths(folder):
        try:
            shard = known.get(path)
            if shard is None or shard.stamp != file_stamp(path):
                shard = read_shard(path)
        except EnvironmentProblem as problem:
            problems.append(ShardProblem(path.name, problem.problem, readable=not isinstance(problem, Unreadable)))
            continue
        if shards and not _belong_together(shard, shards[0]):
            problems.append(ShardProblem(path.name, f"{path.name} was made by another encoder"))
        else:
            shards.append(shard)
    return tuple(shards), tuple(problems)


def _belong_together(one: Shard, other: Shard) -> bool:
    return same_vectors(one.signature, other.signature) and one.place.shape[1:] == other.place.shape[1:]


def _contents(shards: tuple[Shard, ...], problems: tuple[ShardProblem, ...]) -> _Contents:
    """Shards are told apart as objects: one that is still the same on the disk is not read again."""
    lengths = [len(shard) for shard in shards]
    hashes = np.concatenate([shard.hashes for shard in shards]) if shards else np.empty((0, HASH_BYTES), np.uint8)
    shard_of = np.repeat(np.arange(len(shards), dtype=np.int64), lengths)
    row_of = np.concatenate([np.arange(length) for length in lengths]) if shards else np.empty(0, np.int64)
    keys = hash_keys(hashes)
    by_key = np.argsort(keys, kind="stable")
    if (keys[by_key][1:] == keys[by_key][:-1]).any():
        first, last = _first_and_last(hashes)
        hashes, keys, shard_of, row_of = hashes[first], keys[first], shard_of[last], row_of[last]
        by_key = np.argsort(keys, kind="stable")
    return _Contents(shards, problems, EmbeddingIndex(hashes, keys), by_key, keys[by_key], shard_of, row_of)


def _first_and_last(hashes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each distinct hash stands first and last, in the order of the first."""
    texts = np.ascontiguousarray(hashes).view(f"S{HASH_BYTES}").reshape(-1)
    _, first, which = np.unique(texts, return_index=True, return_inverse=True)
    last = np.zeros(len(first), np.int64)
    np.maximum.at(last, which, np.arange(len(hashes)))
    order = np.argsort(first)
    return first[order], last[order]


def _find(now: _Contents, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (m, 32) -> (m,)
    wanted = hash_keys(hashes)
    places = places_of(now.sorted_keys, wanted)
    found = np.full(len(hashes), -1, np.int64)
    asked = np.arange(len(hashes))
    while len(asked):  # once, unless two hashes share their first eight bytes
        asked = asked[places[asked] < len(now.sorted_keys)]
        asked = asked[now.sorted_keys[places[asked]] == wanted[asked]]
        candidates = now.by_key[places[asked]]
        same = (now.index.hashes[candidates] == hashes[asked]).all(axis=1)
        found[asked[same]] = candidates[same]
        asked = asked[~same]
        places[asked] += 1
    return found


def _gather(now: _Contents, positions: NDArray[np.int64]) -> NDArray[np.float16]:  # (m,) -> (m, ..., dim)
    if len(positions) and (positions.min() < 0 or positions.max() >= len(now.index)):
        raise Bug("an image without a vector was asked for its vector")
    out = np.empty((len(positions), *_row_shape(now)), np.float16)
    by_shard = np.argsort(now.shard_of[positions], kind="stable")
    counts = np.bincount(now.shard_of[positions], minlength=len(now.shards))
    start = 0
    for shard, count in zip(now.shards, counts, strict=True):
        if count:
            targets = by_shard[start : start + count]
            rows = now.row_of[positions[targets]]
            if is_run(targets) and is_run(rows):  # read in one piece: a map is paid for page by page
                place = shard.place.rows(int(rows[0]), count)
                read_tensor_into(shard.path, place, out[targets[0] : targets[0] + count])
            else:
                vectors = map_tensors(shard.path, {"embeddings": shard.place})["embeddings"]
                out[targets] = vectors[rows]
            start += count
    return out


def _load(now: _Contents) -> NDArray[np.float16]:  # (images, ..., dim)
    if now.rows_on_disk != len(now.index):
        return _gather(now, np.arange(len(now.index)))
    out = np.empty((len(now.index), *_row_shape(now)), np.float16)
    start = 0
    for shard in now.shards:
        read_tensor_into(shard.path, shard.place, out[start : start + len(shard)])
        start += len(shard)
    return out


def _row_shape(now: _Contents) -> tuple[int, ...]:
    return now.shards[0].place.shape[1:] if now.shards else (0,)
