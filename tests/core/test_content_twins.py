"""Pairs of vectors that are alike, whatever block of the pool they lie in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import Cancelled, UserError
from core.jobs.events import ShardWritten
from core.project import Project, content_twins, similar
from core.project.content_twins import find_content_twins, pairs_alike
from core.project.listing import Listing
from core.project.similar import read_vectors
from core.query.clustering import unit_rows
from core.values import EncoderSignature, HeadKind, Tiles
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project

NONE = np.zeros(0, np.int64)


def cosines_of(vectors: np.ndarray) -> np.ndarray:
    rows = vectors.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows @ rows.T


def twins_of_all_degrees(count: int, dim: int) -> np.ndarray:
    """As encoders give them and stores keep them: each second vector is the one before it, more or less turned."""
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(count, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    aside = np.linspace(0.0, 0.2, count // 2)[:, None]
    vectors[1::2] = vectors[::2] + aside * vectors[1::2]
    return (vectors * rng.uniform(0.5, 30, (count, 1))).astype(np.float16)


@pytest.mark.parametrize("block", [3, 1000])
def test_that_every_pair_from_the_threshold_on_is_found_once(monkeypatch, block):
    monkeypatch.setattr(content_twins, "_BLOCK", block)
    vectors = unit_rows(np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32))
    cosines = cosines_of(vectors)
    wanted = {(a, b) for a in range(40) for b in range(a + 1, 40) if cosines[a, b] >= 0.9}
    pairs, alike = pairs_alike(vectors, 0.9)
    found = [tuple(pair) for pair in pairs.tolist()]
    assert len(found) == len(wanted) and set(found) == wanted
    assert alike == pytest.approx(cosines[pairs[:, 0], pairs[:, 1]], abs=1e-6)


@pytest.mark.parametrize("least", [0.998, 0.996, 0.994, 0.99])
def test_that_the_threshold_is_exact_between_the_finest_steps(monkeypatch, least):
    monkeypatch.setattr(content_twins, "_BLOCK", 257)
    vectors = twins_of_all_degrees(4000, 96)
    cosines = np.triu(cosines_of(vectors), 1)
    assert np.count_nonzero(np.abs(cosines - least) < 1e-5) > 0, "some are as near as float32 can tell"
    pairs, _ = pairs_alike(vectors, least)
    assert np.array_equal(pairs[np.lexsort(pairs.T[::-1])], np.argwhere(cosines >= least))


def test_that_equal_vectors_are_wholly_alike_whatever_their_length_and_no_others():
    vectors = np.random.default_rng(1).normal(size=(50, 768)).astype(np.float16)
    vectors[10], vectors[20] = vectors[0], 4 * vectors[0]
    vectors[30] = vectors[0] * np.float16(1.01) + np.float16(0.01)
    assert pairs_alike(vectors, 1.0)[0].tolist() == [[0, 10], [0, 20], [10, 20]]


def test_that_what_is_no_number_counts_as_nothing():
    vectors = np.array([[1, 0], [np.nan, 1], [np.inf, 1], [0, 1], [0, 0], [0, 0]], np.float16)
    assert pairs_alike(vectors, 1.0)[0].tolist() == [[1, 2], [1, 3], [2, 3]]


def test_that_a_long_look_is_told_how_far_it_is_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(content_twins, "_BLOCK", 10)
    vectors, told = np.eye(40, dtype=np.float32), []
    pairs_alike(vectors, 0.9, told.append)
    assert told == pytest.approx(np.arange(6) / 6), "before each product of blocks"

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pairs_alike(vectors, 0.9, stop)


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


def test_that_a_threshold_that_joins_nearly_all_is_refused():
    with pytest.raises(UserError, match="nearly all images are"):
        pairs_alike(np.ones((200, 1), np.float32), 0.6)


def test_that_no_vector_makes_no_pair():
    pairs, alike = pairs_alike(np.empty((0, 4), np.float32), 0.9)
    assert (pairs.shape, alike.shape) == ((0, 2), (0,))
