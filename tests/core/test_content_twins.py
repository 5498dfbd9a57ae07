"""Near-duplicates by content: what is read of the project, and how it is stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import Cancelled
from core.jobs.events import ShardWritten
from core.project import Project, content_twins, similar
from core.project.content_twins import find_content_twins
from core.project.listing import Listing
from core.project.similar import read_vectors
from core.values import EncoderSignature, HeadKind, Tiles
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project

NONE = np.zeros(0, np.int64)


def test_that_reading_is_told_and_stopped_too(tmp_path, monkeypatch):
    monkeypatch.setattr(similar, "_BLOCK", 16)
    told: list[float] = []

    def stop_while_reading(share: float) -> None:
        told.append(share)
        if len(told) == 3:
            raise Cancelled

    with invented_project(tmp_path, count=100) as project:
        embed_all(project)
        listing, head = Listing(project.images.all()), class_head(project)
        monkeypatch.setattr(content_twins, "pairs_alike", lambda *_: pytest.fail("it went on"))
        with pytest.raises(Cancelled):
            find_content_twins(project, listing, head, 0.99, NONE, stop_while_reading)


@pytest.mark.parametrize(("tiles", "kind"), [(0, np.float16), (5, np.float32)])
def test_that_vectors_are_read_once_as_they_are_stored_and_means_of_tiles_exactly(tmp_path, monkeypatch, tiles, kind):
    monkeypatch.setattr(similar, "_BLOCK", 7)
    rng = np.random.default_rng(2)
    with invented_project(tmp_path, count=30) as project:
        hashes = project.images.all().hashes
        cut = Tiles.FIVE_CROP if tiles else Tiles.NONE
        head = project.heads.add("content", HeadKind.CLASS, ("cat", "dog"), tiles=cut)[0]
        stored = rng.normal(size=(20, *([tiles] if tiles else []), SIGNAL.dim)).astype(np.float16)
        order = rng.permutation(20)
        _store(project, hashes[:20][order], stored[order], replace(SIGNAL, tiles=cut))
        rows, vectors = read_vectors(project, head, hashes[::-1])
    assert rows.tolist() == list(range(10, 30)) and vectors.dtype == kind
    whole = stored.astype(np.float32).mean(axis=1) if tiles else stored
    assert np.array_equal(vectors, whole[::-1])


def _store(project: Project, hashes: np.ndarray, vectors: np.ndarray, signature: EncoderSignature) -> None:
    with project.embeddings(signature).writer(signature) as writer:
        writer.add(hashes, vectors)
    project.adopt(ShardWritten("embed", signature, len(hashes)))
