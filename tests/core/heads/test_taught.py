"""Which annotated images teach and which judge alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.arrays.embeddings import EmbeddingStore
from core.heads.taught import split
from core.recipes.recipe import parse_recipe
from tests.core.heads.material import QUICK, blobs, lay_ground, one_hot


def test_that_no_evaluation_file_judges_of_which_a_copy_teaches(tmp_path: Path):
    vectors, given = blobs(8)
    ground = lay_ground(tmp_path, vectors)
    groups = np.array([0, 1, 2, 0, 4, 5, 6, 6])
    spec = replace(ground.spec(one_hot(given), groups=groups), evaluation=ground.hashes[[3, 5, 6, 7]])
    store = EmbeddingStore(tmp_path / "embeddings" / ground.signature.folder)
    taught, judging = split(spec, parse_recipe(QUICK | {"method": "seed-loop"}), store)
    assert taught.hashes.tolist() == ground.hashes[[0, 1, 2, 4]].tolist()
    assert judging.hashes.tolist() == ground.hashes[[5, 6, 7]].tolist()
