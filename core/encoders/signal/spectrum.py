"""Energy by scale and direction, and tone: what says blur, scaling and exposure rather than coding.

Shapes: regions, h, w as in `regions`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVELS = 4


def scale_features(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail of each scale, relative to the next coarser one, and direction of the finest.  # (2 * LEVELS,)"""
    energies, directions = [], []
    plane = luma
    for _ in range(LEVELS):
        across, down = _steps(plane)
        energies.append(np.log2(across + down + 0.02))
        directions.append(np.log2((across + 0.02) / (down + 0.02)))
        plane = _halved(plane)
    finest = [energies[0] / 16, *np.diff(energies) / 8]
    values = [*finest, *(value / 8 for value in directions)]
    return np.asarray(np.clip(values, -1, 1), np.float32)


def tone_features(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean, deviation and clipping of the tone, and strength of colour.  # (5,)

    `planes` are red, green and blue  # (3, regions, h, w)
    """
    thin = planes[:, :, ::4, ::4]
    tone = thin.mean(axis=0)
    colour = thin.max(axis=0) - thin.min(axis=0)
    clipped = np.array([(tone < 2).mean(), (tone > 253).mean()])
    rest = np.array([tone.mean() / 255, tone.std() / 128, colour.mean() / 128])
    return np.asarray(np.clip(np.concatenate([clipped, rest]), 0, 1), np.float32)


def _steps(plane: NDArray[np.float32]) -> tuple[float, float]:
    """Mean square of the steps between neighbours, across and down."""
    across = plane[..., 1:] - plane[..., :-1]
    down = plane[:, 1:] - plane[:, :-1]
    return float(np.vdot(across, across)) / max(1, across.size), float(np.vdot(down, down)) / max(1, down.size)


def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    h, w = (size // 2 * 2 for size in plane.shape[1:])
    if not h or not w:
        return plane
    pairs = plane[:, :h:2] + plane[:, 1:h:2]
    return np.asarray((pairs[..., :w:2] + pairs[..., 1:w:2]) / 4, np.float32)
