"""From painted pixels to a picture as a camera would hand it over: tone, falling light, soft lens, faint grain."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from PIL import Image

from core.media.draw.canvas import Pixels, grid

_GRAIN_LEVELS = 0.5, 1.1
"""Deviation of the grain in levels of 255: well below the weakest noise that counts as a defect."""
_SHOULDER, _WHITE, _BLACK = 0.8, 0.975, 0.018


def develop(pixels: Pixels, rng: Generator) -> Image.Image:
    height, width, _ = pixels.shape
    toned = _toned(np.clip(pixels, 0, 1.15), rng)
    columns, rows = grid(width, height)
    away = ((columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2) * 2  # 0 in the centre, 1 in the corners
    toned *= (1 - rng.uniform(0.03, 0.16) * away)[..., None]
    levels = _softened(toned, rng.uniform(0.06, 0.13)) * np.float32(255)
    grain = rng.standard_normal(levels.shape, np.float32) * np.float32(rng.uniform(*_GRAIN_LEVELS))
    return Image.fromarray(np.clip(np.rint(levels + grain), 0, 255).astype(np.uint8))


def _toned(pixels: Pixels, rng: Generator) -> Pixels:
    """Exposure, white balance and a gentle S-curve that keeps the lights from breaking off."""
    balance = np.array([1 + 0.05 * rng.standard_normal(), 1, 1 + 0.05 * rng.standard_normal()], np.float32)
    exposed = pixels * balance * np.float32(rng.uniform(0.92, 1.1))
    rolled = 1 - np.exp(-1.9 * np.maximum(exposed, 0))
    contrast = np.float32(rng.uniform(0.0, 0.35))
    blended: Pixels = (exposed * 0.55 + rolled * 0.5).astype(np.float32)
    curved: Pixels = blended + contrast * (blended * blended * (3 - 2 * np.clip(blended, 0, 1)) - blended)
    return _within_film(curved)


def _within_film(pixels: Pixels) -> Pixels:
    """Lights and shadows run out softly: grain stays visible even in the sun."""
    lights = _SHOULDER + (_WHITE - _SHOULDER) * (1 - np.exp((_SHOULDER - pixels) / (_WHITE - _SHOULDER)))
    held: Pixels = np.where(pixels > _SHOULDER, lights, np.maximum(pixels, 0) * (1 - _BLACK) + _BLACK).astype(
        np.float32
    )
    return held


def _softened(pixels: Pixels, share: float) -> Pixels:
    """A lens spreads each point over its neighbours; `share` of the light goes to each side."""
    across = pixels * np.float32(1 - 2 * share)
    across[:, 1:] += np.float32(share) * pixels[:, :-1]
    across[:, :-1] += np.float32(share) * pixels[:, 1:]
    across[:, 0] += np.float32(share) * pixels[:, 0]
    across[:, -1] += np.float32(share) * pixels[:, -1]
    down = across * np.float32(1 - 2 * share)
    down[1:] += np.float32(share) * across[:-1]
    down[:-1] += np.float32(share) * across[1:]
    down[0] += np.float32(share) * across[0]
    down[-1] += np.float32(share) * across[-1]
    return down
