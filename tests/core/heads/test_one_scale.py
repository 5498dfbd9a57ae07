"""A version, its committee and the live head after it say scores of one scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.arrays.predictions import read_predictions
from core.heads.live import LiveSession
from core.jobs.spec import LiveOpen
from core.values import HeadKind
from tests.core.heads.conftest import train
from tests.core.heads.material import lay_ground


def test_that_a_version_its_votes_and_the_live_head_keep_one_scale(tmp_path: Path):
    rng = np.random.default_rng(3)
    vectors = rng.normal(0.0, 1.0, (500, 24)) * np.linspace(2.0, 0.3, 24)
    truth = 0.5 + 0.06 * vectors[:, :3].sum(axis=1)
    given = (truth + rng.normal(0.0, 0.15, 500)).clip(0, 1).astype(np.float32)
    ground = lay_ground(tmp_path, vectors)
    spec = ground.spec(given[:80, None], HeadKind.SCORE, labels=(), recipe={})
    said = read_predictions(Path(train(spec).folder) / "predictions.safetensors")
    order = LiveOpen(
        "live", spec.project, spec.head, spec.signature, spec.annotated, spec.excluded, spec.hidden,
        str(tmp_path / "live"), "cpu",
    )  # fmt: skip
    live, _ = LiveSession(order).look()
    head, votes = said.probabilities[80:, 0].astype(float), said.members[80:, :, 0].astype(float)
    outside = (head < votes.min(axis=1)) | (head > votes.max(axis=1))
    assert outside.mean() < 0.15
    np.testing.assert_allclose(votes.mean(axis=1), live.probabilities[80:, 0], atol=0.02)
    assert 0.85 < live.probabilities[80:, 0].astype(float).std() / head.std() < 1.15
