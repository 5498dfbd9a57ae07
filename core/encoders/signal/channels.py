"""Misregistration of the colour channels: how well red and blue lie on green, shifted by whole pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

REACH = 4
SIDE = 128


def channel_features(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Correlation of red and of blue with green along each axis, shifts -4..4.  # (36,)

    `planes` are red, green and blue  # (3, regions, h, w)
    """
    h, w = (min(SIDE, size) for size in planes.shape[2:])
    window = np.outer(np.hanning(h + 2)[1:-1], np.hanning(w + 2)[1:-1]).astype(np.float32)
    cut = planes[:, :, :h, :w]
    spectra = fft.rfft2((cut - cut.mean(axis=(2, 3), keepdims=True)) * window)
    profiles = [_correlation(spectra[side], spectra[1], (h, w)) for side in (0, 2)]
    return np.concatenate(profiles).astype(np.float32)


def _correlation(
    moved: NDArray[np.complex64], still: NDArray[np.complex64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    cross = moved * np.conj(still)
    cross /= np.abs(cross) + 1.0
    plane = fft.irfft2(cross.mean(axis=0), shape)
    reach = min(REACH, min(shape) // 2 - 1)
    steps = np.arange(-REACH, REACH + 1).clip(-reach, reach)
    return np.concatenate([plane[0, steps], plane[steps, 0]])
