"""The photographs of the key benchmark are what its figures say they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image

from app.benchmarks._photographs import make_photographs


def test_that_every_photograph_is_another_one_of_12_megapixels(tmp_path: Path) -> None:
    make_photographs(tmp_path, 3, data=None, seed=1)
    files = sorted(tmp_path.iterdir())
    assert len({hashlib.sha256(file.read_bytes()).digest() for file in files}) == 3
    for file in files:
        with Image.open(file) as picture:
            assert picture.width * picture.height >= 12_000_000
