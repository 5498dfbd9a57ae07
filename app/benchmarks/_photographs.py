"""Photographs of 12 megapixels, made from real ones: enlarged, cropped, mirrored, encoded again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.media.decode import decode_rgb
from core.media.draw import draw_scene

WIDTH, HEIGHT = 4240, 2832
_MARGIN = 160
"""Pixels that the crops of one source are moved against each other."""


def make_photographs(folder: Path, count: int, *, data: Path | None, seed: int) -> None:
    """`count` JPEG files in `folder`; without real photographs the sources are drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = sorted((data / "hires").glob("*.jpg")) if data is not None else []
    groups = max(1, len(sources) or 8)
    numbers = np.array_split(np.arange(count), min(groups, count))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        works = [
            pool.submit(_make_group, sources[place] if sources else None, folder, group.tolist(), seed + place)
            for place, group in enumerate(numbers)
        ]
        for work in works:
            work.result()


def _make_group(source: Path | None, folder: Path, numbers: list[int], seed: int) -> None:
    """The variants of one source."""
    rng = np.random.default_rng(seed)
    picture = decode_rgb(source) if source is not None else draw_scene(rng, 1200, 800)
    large = ImageOps.fit(picture, (WIDTH + _MARGIN, HEIGHT + _MARGIN), Image.Resampling.BICUBIC)
    for number in numbers:
        left, top = rng.integers(0, _MARGIN, 2).tolist()
        variant = large.crop((left, top, left + WIDTH, top + HEIGHT))
        if rng.random() < 0.5:
            variant = ImageOps.mirror(variant)
        variant.save(folder / f"photograph-{number:04d}.jpg", quality=int(rng.integers(84, 95)))
