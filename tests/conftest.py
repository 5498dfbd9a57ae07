"""Fixtures that every test may use."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["WINNOW_CACHE"] = tempfile.mkdtemp(prefix="winnow-cache-")  # vectors that scoring keeps between calls

# The machines are noisy: a slow example is no failure.
settings.register_profile("winnow", deadline=None)
settings.load_profile("winnow")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real photographs, encoder and nasty files; beside the checkout, never in it."""
    if not SHARED.is_dir():
        pytest.skip("the shared photographs (../shared/data) are not beside this checkout")
    return SHARED
