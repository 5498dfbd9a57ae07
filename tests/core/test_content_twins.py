"""Pairs of vectors that are alike, whatever block of the pool they lie in."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Cancelled, UserError
from core.project import content_twins
from core.project.content_twins import pairs_alike
from core.query.clustering import unit_rows


@pytest.mark.parametrize("block", [3, 1000])
def test_that_every_pair_from_the_threshold_on_is_found_once(monkeypatch, block):
    monkeypatch.setattr(content_twins, "_BLOCK", block)
    vectors = unit_rows(np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32))
    cosines = vectors @ vectors.T
    wanted = {(a, b) for a in range(40) for b in range(a + 1, 40) if cosines[a, b] >= 0.9 - 1e-3}
    found = [tuple(pair) for pair in pairs_alike(vectors, 0.9).tolist()]
    assert len(found) == len(wanted) and set(found) == wanted


def test_that_a_long_look_is_told_how_far_it_is_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(content_twins, "_BLOCK", 10)
    vectors, told = np.eye(40, dtype=np.float32), []
    pairs_alike(vectors, 0.9, told.append)
    assert told == [0.0, 0.4375, 0.75, 0.9375]

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pairs_alike(vectors, 0.9, stop)


def test_that_a_threshold_that_joins_nearly_all_is_refused():
    with pytest.raises(UserError, match="nearly all images are"):
        pairs_alike(np.ones((200, 1), np.float32), 0.6)


def test_that_no_vector_makes_no_pair():
    assert pairs_alike(np.empty((0, 4), np.float32), 0.9).shape == (0, 2)
