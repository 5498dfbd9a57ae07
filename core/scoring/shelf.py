"""Vectors that are at hand: of a project, and of earlier calls, which keep theirs in the user's cache folder.

What a call embeds is put on the shelf as it goes, so a call that was stopped goes on where it was, and another head of
the same encoder looks at no picture again. Shapes: n = pictures asked for, tiles = crops of a picture, dim = values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes
from core.errors import EnvironmentProblem, UserError
from core.store.lock import WriterLock
from core.values import ContentHash, EncoderSignature


class Shelf:
    """Stores of one encoder's vectors, the last of which may take new ones. For one thread, but `holds` for any."""

    def __init__(
        self,
        signature: EncoderSignature | None,
        projects: Sequence[Path] = (),
        cache: Path | None = None,
        files: Mapping[str, ContentHash] | None = None,
    ) -> None:
        """`cache` is the folder of all encoders' kept vectors; `files` are known to hold what a project has scanned.

        Without a signature nothing is at hand, and nothing is kept.
        """
        self.files = files or {}
        self._signature = signature
        self._kept: EmbeddingStore | None = None
        self._stores: list[EmbeddingStore] = []
        if signature is not None:
            self._kept = EmbeddingStore(cache / signature.folder) if cache is not None else None
            stores = [EmbeddingStore(project / "embeddings" / signature.folder) for project in projects]
            stores += [self._kept] if self._kept is not None else []
            self._stores = [store for store in stores if _fits(store, signature)]
        self._lock: WriterLock | None = None
        self._writer: EmbeddingWriter | None = None

    def __len__(self) -> int:
        return sum(len(store) for store in self._stores)

    def holds(self, content_hash: ContentHash) -> bool:
        one = hash_bytes([content_hash])
        return any(bool((store.positions(one) >= 0).all()) for store in self._stores)

    def find(self, hashes: Sequence[ContentHash]) -> tuple[NDArray[np.bool_], NDArray[np.float16]]:
        """Which of the pictures have a vector (n,), and the vectors of those (m, dim) or (m, tiles, dim)."""
        rows = hash_bytes(hashes)
        has = np.zeros(len(rows), np.bool_)
        found: dict[int, NDArray[np.float16]] = {}
        for store in self._stores:
            positions = store.positions(rows)
            new = np.flatnonzero((positions >= 0) & ~has)
            found |= dict(zip(new.tolist(), store.gather(positions[new]), strict=True))
            has[new] = True
        vectors = [found[place] for place in sorted(found)]
        dim = self._signature.dim if self._signature is not None else 0
        return has, np.stack(vectors) if vectors else np.empty((0, dim), np.float16)

    def keep(self, hashes: Sequence[ContentHash], vectors: NDArray[np.float16]) -> None:
        if self._writer is not None and self._writer.add(hash_bytes(hashes), vectors):
            self._compact(self._writer)

    def __enter__(self) -> Self:
        """From here on new vectors are kept, unless another program keeps some at this moment or nothing can be."""
        if self._kept is not None and self._signature is not None:
            with suppress(OSError, UserError, EnvironmentProblem):
                self._kept.folder.mkdir(parents=True, exist_ok=True)
                self._lock = WriterLock(self._kept.folder / "lock")
                self._writer = self._kept.writer(self._signature)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None:
                self._writer.flush()
                self._compact(self._writer)
        finally:
            if self._lock is not None:
                self._lock.release()

    def _compact(self, writer: EmbeddingWriter) -> None:
        """Every call and every few seconds of a slow one add a shard."""
        if self._kept is not None:
            with suppress(OSError, EnvironmentProblem):  # it is for speed alone
                self._kept.compact(writer)


def _fits(store: EmbeddingStore, signature: EncoderSignature) -> bool:
    held = store.signature()
    return held is not None and (held.revision, held.preprocessing, held.dim, held.tiles) == (
        signature.revision,
        signature.preprocessing,
        signature.dim,
        signature.tiles,
    )


def scanned_files(project_folder: Path, paths: Sequence[str]) -> dict[str, ContentHash]:
    """Of `paths`, those that lie in the project and look as they did when it was scanned, with their content."""
    from core.project import Project

    with Project.open(project_folder, read_only=True) as project:
        stamps = {
            os.path.abspath(f"{root}/{relative}"): stamp  # noqa: PTH100 - text, for each of a million files
            for root in project.roots
            for relative, stamp in project.images.known(root).items()
        }
        whole = [os.path.abspath(path) for path in paths]  # noqa: PTH100
        inside = [place for place, path in enumerate(whole) if path in stamps and _stamp(path) == stamps[path]]
        ids = project.images.by_paths([whole[place] for place in inside])
        known = [(paths[place], image) for place, image in zip(inside, ids, strict=True) if image is not None]
        files = project.images.get([image for _, image in known])
    return {path: file.content_hash for (path, _), file in zip(known, files, strict=True)}


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def cache_folder() -> Path:
    """Where vectors of files outside any project are kept between calls; it may be removed at any time."""
    if chosen := os.environ.get("WINNOW_CACHE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("winnow", appauthor=False)) / "embeddings"
