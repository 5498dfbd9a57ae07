"""Small head files for the built-in encoder, with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from core.encoders.signal.encoder import signature
from core.heads.checkpoint import save_head
from core.heads.head_config import HeadConfig
from core.heads.network import SeedNetwork
from core.values import Combine, HeadKind, Tiles


def write_head(
    folder: Path,
    name: str,
    *,
    kind: HeadKind = HeadKind.CLASS,
    labels: tuple[str, ...] = ("Pass", "JPEG", "WEBP"),
    tiles: Tiles = Tiles.FIVE_CROP,
    combine: Combine = Combine.MEAN,
    seed: int = 0,
) -> Path:
    torch.manual_seed(seed)
    seen = signature(tiles)
    network = SeedNetwork(features=seen.dim, hidden=16, outputs=max(len(labels), 1))
    folder.mkdir(parents=True, exist_ok=True)
    config = HeadConfig(name, "v1", kind, labels, seen.dim, 16, seen, combine)
    file, _ = save_head(folder, name, network, config)
    return file


def draw(path: Path, size: tuple[int, int], *, seed: int = 0) -> Path:
    """A picture of noise, of another strength in each quarter, so that its tiles differ."""
    width, height = size
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, (height, width, 3)) * np.linspace(2, 60, width)[None, :, None]
    noise += np.linspace(0, 90, height)[:, None, None]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(noise + 90, 0, 255).astype(np.uint8)).save(path)
    return path
