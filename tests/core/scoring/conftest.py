"""A picture to be put elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "from").mkdir()
    file = tmp_path / "from" / "a.png"
    file.write_bytes(b"picture")
    os.utime(file, (1_000_000, 1_000_000))
    return file
