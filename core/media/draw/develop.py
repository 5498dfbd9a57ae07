"""From painted pixels to a picture as a camera would hand it over: tone, falling light, soft lens, faint grain."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from core.media.draw.canvas import Pixels, grid, shade

_GRAIN_LEVELS = 0.5, 1.1
"""Deviation of the grain in levels of 255: well below the weakest noise that counts as a defect."""
_BRIGHTEST, _STEPS = 1.2, 8192
_SHOULDER, _WHITE, _BLACK = 0.8, 0.975, 0.018


def develop(pixels: Pixels, rng: Generator) -> Image.Image:
    height, width, _ = pixels.shape
    toned = _toned(pixels, _film(rng))
    columns, rows = grid(width, height)
    away = ((columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2) * 2  # 0 in the centre, 1 in the corners
    shade(toned, (1 - rng.uniform(0.03, 0.16) * away).astype(np.float32))
    levels = _softened(toned, rng.uniform(0.06, 0.13)) * np.float32(255)
    levels += rng.standard_normal(levels.shape, np.float32) * np.float32(rng.uniform(*_GRAIN_LEVELS))
    return Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def _film(rng: Generator) -> NDArray[np.float32]:  # (steps, 3)
    """What the film makes of each brightness up to `_BRIGHTEST`: exposure, white balance, and an S-curve.

    Lights and shadows run out softly, so that grain stays visible even in the sun.
    """
    balance = np.array([1 + 0.05 * rng.standard_normal(), 1, 1 + 0.05 * rng.standard_normal()])
    exposed = np.linspace(0, _BRIGHTEST, _STEPS)[:, None] * balance * rng.uniform(0.92, 1.1)
    blended = exposed * 0.55 + (1 - np.exp(-1.9 * exposed)) * 0.5
    curved = blended + rng.uniform(0.0, 0.35) * (blended * blended * (3 - 2 * np.clip(blended, 0, 1)) - blended)
    lights = _SHOULDER + (_WHITE - _SHOULDER) * (1 - np.exp((_SHOULDER - curved) / (_WHITE - _SHOULDER)))
    film: NDArray[np.float32] = np.where(curved > _SHOULDER, lights, curved * (1 - _BLACK) + _BLACK).astype(np.float32)
    return film


def _toned(pixels: Pixels, film: NDArray[np.float32]) -> Pixels:
    steps = np.clip(pixels * np.float32((_STEPS - 1) / _BRIGHTEST), 0, _STEPS - 1).astype(np.int16)
    return np.stack([film[:, channel][steps[..., channel]] for channel in range(3)], axis=-1)


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
