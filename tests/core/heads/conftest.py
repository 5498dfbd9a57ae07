"""Ground on which versions are trained with the answers to its images, and files that are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.heads.checkpoint import load_head
from core.heads.version import train_version
from core.jobs.events import TrainResult
from core.jobs.spec import TrainSpec
from tests.core.heads.material import Ground, Recorder, blobs, lay_ground, never


def train(spec: TrainSpec) -> TrainResult:
    return train_version(spec, Recorder(), never)


def refusal(path: Path) -> str:
    """Why the head in this file is not loaded, in one line."""
    with pytest.raises(UserError) as refused:
        load_head(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return lay_ground(tmp_path_factory.mktemp("ground"), blobs(400)[0])


@pytest.fixture(scope="module")
def given() -> np.ndarray:
    return blobs(400)[1]
