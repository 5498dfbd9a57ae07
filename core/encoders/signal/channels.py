"""Misregistration of the colour channels: where red and blue lie, seen from green.

Shapes: regions, h, w as in `regions`; windows = regions that are looked at, down and across = shifts of -4..4 pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

REACH = 4
WINDOWS = 8
"""Regions with the most detail: without detail nothing can be seen to be shifted."""
RINGS = 5
PAIRS = ((0, 1), (2, 1), (0, 2))
ROUNDING_POWER = 1 / 12


def channel_features(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """For red-green, blue-green and red-blue: correlation by distance of the shift, and the shift.  # (3 * 9,)

    `planes` are red, green and blue  # (3, regions, h, w)
    """
    spectra, window = _spectra(planes)
    shape = window.shape
    return np.concatenate([_pair(spectra[one], spectra[other], shape, window) for one, other in PAIRS])


def _spectra(planes: NDArray[np.float32]) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """# (3, windows, h, w // 2 + 1), (h, w)"""
    h, w = planes.shape[2:]
    window = np.outer(np.hanning(h + 2)[1:-1], np.hanning(w + 2)[1:-1]).astype(np.float32)
    cut = planes[:, most_detailed(planes[1])]
    return fft.rfft2((cut - cut.mean(axis=(2, 3), keepdims=True)) * window), window


def most_detailed(plane: NDArray[np.float32]) -> NDArray[np.int64]:
    """Numbers of the regions with the strongest steps between neighbours, at most WINDOWS of them."""
    steps = np.abs(plane[:, ::4, 1:] - plane[:, ::4, :-1]).mean(axis=(1, 2))
    return np.argsort(-steps, kind="stable")[:WINDOWS]


def _pair(
    one: NDArray[np.complex64], other: NDArray[np.complex64], shape: tuple[int, ...], window: NDArray[np.float32]
) -> NDArray[np.float32]:
    cross = one * np.conj(other)
    rounding = np.float32(4 * ROUNDING_POWER * (window**2).sum())
    local = cross / (np.abs(cross) + rounding)
    power = np.sqrt(_power(one) * _power(other))
    coherent = cross.sum(axis=0) / (power + rounding * len(one))
    together = _near(coherent[None], shape)[0]
    apart = _near(local, shape).mean(axis=0)
    return np.concatenate([_rings(together), _rings(apart)[:2], _shift(together)]).astype(np.float32)


def _power(spectra: NDArray[np.complex64]) -> NDArray[np.float32]:
    return np.asarray((spectra.real**2 + spectra.imag**2).sum(axis=0), np.float32)


def _near(spectrum: NDArray[np.complex64], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Inverse transform at small shifts alone.  # (n, h, w // 2 + 1) -> (n, down, across)"""
    h, w = shape
    shifts = np.arange(-REACH, REACH + 1)
    down = np.exp(2j * np.pi * np.outer(shifts, np.arange(h)) / h).astype(np.complex64)
    across = np.exp(2j * np.pi * np.outer(np.arange(w // 2 + 1), shifts) / w).astype(np.complex64)
    across[1 : (w + 1) // 2] *= 2
    return np.asarray((down @ spectrum @ across).real / (h * w), np.float32)


_STEPS = np.arange(-REACH, REACH + 1)
_DISTANCE = np.hypot(*np.meshgrid(_STEPS, _STEPS))  # (down, across)


def _rings(surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """Correlation by distance, whatever its sign: red may well fade where green grows.  # (RINGS,)"""
    ring = np.rint(_DISTANCE).astype(int)
    return np.array([np.sqrt((surface[ring == distance] ** 2).sum()) for distance in range(RINGS)])


def _shift(surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distance of the peak, and how far it stands above the correlation in place.  # (2,)"""
    strength = np.abs(surface)
    peak = np.unravel_index(strength.argmax(), surface.shape)
    above = strength[peak] - strength[REACH, REACH]
    return np.array([_DISTANCE[peak] / REACH * min(1.0, above * 10), above])
