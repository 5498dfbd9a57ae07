"""Ground on which versions are trained, and the answers to its images."""

from __future__ import annotations

import numpy as np
import pytest

from core.heads.version import train_version
from core.jobs.events import TrainResult
from core.jobs.spec import TrainSpec
from tests.core.heads.material import Ground, Recorder, blobs, lay_ground, never


def train(spec: TrainSpec) -> TrainResult:
    return train_version(spec, Recorder(), never)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return lay_ground(tmp_path_factory.mktemp("ground"), blobs(400)[0])


@pytest.fixture(scope="module")
def given() -> np.ndarray:
    return blobs(400)[1]
