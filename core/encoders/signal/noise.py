"""What is left in calm places: noise per channel, and how far the channels share it.

Shapes: regions, h, w as in `regions`; blocks = 16 x 16 pixel squares of all regions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 16
QUANTILES = (0.05, 0.2, 0.5)
FLOOR = 0.05


def noise_features(planes: NDArray[np.int16]) -> NDArray[np.float32]:
    """Residual deviation in the calmest blocks, and how far the channels share it there.  # (12,)

    `planes` are red, green and blue  # (3, regions, h, w)
    """
    blocks = _blocks(diagonal_residual(planes))  # (3, blocks, pixels)
    variance = np.einsum("cbp,cbp->cb", blocks, blocks) / blocks.shape[-1]
    calm = np.quantile(np.log2(np.sqrt(variance) + FLOOR), QUANTILES, axis=1)  # (quantiles, 3)
    few = max(1, variance.shape[1] // 5)
    calmest = blocks[:, np.argpartition(variance.sum(axis=0), few - 1)[:few]].reshape(3, -1)
    shared = calmest @ calmest.T / calmest.shape[1]
    scale = np.sqrt(np.diag(shared)) + FLOOR
    shared = (shared / np.outer(scale, scale))[np.triu_indices(3, 1)]
    return np.concatenate([calm.ravel() / 4, shared]).astype(np.float32)


def diagonal_residual(planes: NDArray[np.int16]) -> NDArray[np.int16]:
    """Second difference along both axes, six times too large: blind to slopes and to edges along an axis."""
    across = planes[..., 2:] - 2 * planes[..., 1:-1] + planes[..., :-2]
    both: NDArray[np.int16] = across[..., 2:, :] - 2 * across[..., 1:-1, :] + across[..., :-2, :]
    return both


GAIN = np.float32(6)
"""What the residual makes of the deviation of white noise."""


def _blocks(residual: NDArray[np.int16]) -> NDArray[np.float32]:
    """# (3, regions, h, w) -> (3, blocks, pixels), in levels of white noise"""
    channels, regions, h, w = residual.shape
    side = min(BLOCK, h, w)
    rows, columns = h // side, w // side
    cut = residual[:, :, : rows * side, : columns * side]
    cut = cut.reshape(channels, regions, rows, side, columns, side).swapaxes(3, 4)
    return cut.reshape(channels, regions * rows * columns, side * side).astype(np.float32) / GAIN
