"""What coding in blocks leaves: emptied frequencies, steps between the values that are left, seams.

Every figure compares the grid of the blocks with the same grid moved by half a block, so that texture cancels out.

Shapes: regions, h, w as in `regions`; blocks = 8 x 8 squares of all regions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

BLOCK = 8
OCCUPIED = (1.2, 3.6)
"""Levels above which a coefficient counts as occupied; rounding to whole RGB leaves a deviation of 0.34."""
BANDS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 7), (8, 10), (11, 14))
"""First and last u + v of the groups of frequencies."""
FEW = 8.0
"""Added to counts before their ratio is taken."""
ROWS = 7
"""Every so many rows are enough to find the grid; no divisor of a block, so that all of its rows are met."""
SEAM_PERIOD = 16
SEAM_CAP = 8.0

_BASIS = dct(np.eye(BLOCK), norm="ortho", axis=0).astype(np.float32)  # (frequency, place)
_BASIS_2D = np.kron(_BASIS, _BASIS)  # (64 frequencies, 64 places)
_ORDER = np.add.outer(np.arange(BLOCK), np.arange(BLOCK)).ravel()
_LOW = np.flatnonzero((_ORDER >= 1) & (_ORDER <= 3))
COMB_RANGE, COMB_BINS, COMB_LENGTH = 64.0, 256, 512


def block_features(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Occupancy by band and threshold, steps, certainty of the grid.  # (2 * 7 + 3 + 2,)"""
    down, certain_down = grid_phase(luma.swapaxes(1, 2))
    across, certain_across = grid_phase(luma)
    on_grid = coefficients(luma, down, across)
    off_grid = coefficients(luma, (down + BLOCK // 2) % BLOCK, (across + BLOCK // 2) % BLOCK)
    occupancy = _occupancy_ratios(on_grid, off_grid)
    return np.concatenate([occupancy, _steps(on_grid, off_grid), [certain_down, certain_across]]).astype(np.float32)


def grid_phase(luma: NDArray[np.float32]) -> tuple[int, float]:
    """Column (modulo 8) at which blocks begin, and how much emptier the high frequencies are there than elsewhere."""
    windows = np.lib.stride_tricks.sliding_window_view(luma[:, ::ROWS], BLOCK, axis=2)
    high = windows @ np.ascontiguousarray(_BASIS[5:].T)  # (regions, h / ROWS, w - 7, 3)
    occupied = (np.abs(high) > OCCUPIED[0]).sum(axis=(0, 1, 3))
    usable = len(occupied) // BLOCK * BLOCK
    by_phase = np.log2(occupied[:usable].reshape(-1, BLOCK).sum(axis=0) + FEW)
    phase = int(by_phase.argmin())
    return phase, float(np.median(by_phase) - by_phase[phase]) / 4


def coefficients(luma: NDArray[np.float32], down: int, across: int) -> NDArray[np.float32]:
    """Orthonormal DCT of the blocks of the grid that begins at (down, across).  # (blocks, 64)"""
    moved = luma[:, down:, across:]
    regions, h, w = moved.shape
    rows, columns = h // BLOCK, w // BLOCK
    cut = moved[:, : rows * BLOCK, : columns * BLOCK].reshape(regions, rows, BLOCK, columns, BLOCK)
    return np.asarray(cut.swapaxes(2, 3).reshape(-1, BLOCK * BLOCK) @ _BASIS_2D.T)


def _occupancy_ratios(on_grid: NDArray[np.float32], off_grid: NDArray[np.float32]) -> NDArray[np.float32]:
    sizes = (np.abs(on_grid), np.abs(off_grid))
    counts = [[np.count_nonzero(size > level, axis=0) for level in OCCUPIED] for size in sizes]
    bands = np.stack([(first <= _ORDER) & (last >= _ORDER) for first, last in BANDS], axis=1)  # (64, bands)
    on, off = np.array(counts, np.float32) @ bands.astype(np.float32)  # (levels, bands)
    share = len(on_grid) / max(1, len(off_grid))
    return np.asarray(np.clip(np.log2((off * share + FEW) / (on + FEW)) / 4, -1, 1).ravel(), np.float32)


def _steps(on_grid: NDArray[np.float32], off_grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """How strongly low frequencies keep to multiples of a step (mean, most), and the step.  # (3,)"""
    strength = _comb(on_grid) - _comb(off_grid)  # (low frequencies, teeth)
    first = COMB_LENGTH // 64
    best = strength[:, first:].argmax(axis=1)
    peak = strength[np.arange(len(strength)), first + best].clip(0)
    step = np.log2(COMB_LENGTH * (2 * COMB_RANGE / COMB_BINS) / (first + best))
    return np.array([peak.mean(), peak.max(), (peak * step).sum() / (peak.sum() + 0.5) / 4], np.float32)


def _comb(coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fourier transform of the histogram of each low frequency, zeros left out: a comb of step q peaks at 1 / q."""
    spectra = []
    for values in coefficients[:, _LOW].T:
        away = values[np.abs(values) > 1.0]
        bins = np.rint(away * (COMB_BINS / (2 * COMB_RANGE))).astype(np.int64)
        counts = np.bincount(np.abs(bins[np.abs(bins) < COMB_BINS // 2]), minlength=COMB_BINS // 2)
        spectra.append(np.fft.rfft(counts, COMB_LENGTH).real / (len(away) + 100.0))
    return np.array(spectra, np.float32)


def seam_features(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Strength of periods 16, 8, 16/3, 4 ... 2 in the steps between neighbours, along both axes.  # (8,)"""
    profile = _profile(planes) + _profile(planes.swapaxes(1, 2))
    return np.asarray(np.abs(np.fft.rfft(profile)[1:]) / SEAM_PERIOD, np.float32)


def _profile(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = plane[:, ::2]
    steps = np.minimum(np.abs(rows[..., 1:] - rows[..., :-1]), SEAM_CAP).mean(axis=(0, 1))
    usable = len(steps) // SEAM_PERIOD * SEAM_PERIOD
    if not usable:
        return np.zeros(SEAM_PERIOD, np.float32)
    return np.asarray(np.log2(steps[:usable].reshape(-1, SEAM_PERIOD).mean(axis=0) + 0.05), np.float32)
