"""Do the colours lie where a decoder puts them?

A decoder turns whole numbers of luma and chroma into RGB and rounds once. Turned back, the three come out near whole
numbers again (deviation 0.16 to 0.19 of a level), where colours that no decoder made are spread evenly between them.
JPEG uses the full range of BT.601, WebP the limited range, so the two lattices differ. The test needs no blocks, no
edges and no high quality step: it sees the last decoding before the pixels were stored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

JPEG_LUMA_CHROMA = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)
WEBP_LUMA_CHROMA = np.array(
    [[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]], np.float32
) / np.float32(255)
SAMPLES = 60_000
ENOUGH = 200.0
"""Samples at which a mean counts half; fewer say nothing."""


def lattice_features(regions: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean cosine of the distance to the JPEG and the WebP lattice: luma, chroma, chroma each.  # (6,)"""
    colours = telling_colours(regions)
    matrices = np.concatenate([JPEG_LUMA_CHROMA, WEBP_LUMA_CHROMA])
    waves = np.cos(np.float32(2 * np.pi) * (colours.astype(np.float32) @ matrices.T))  # (samples, 6)
    mean = waves.sum(axis=0) / (len(colours) + ENOUGH)
    return np.asarray(mean, np.float32)


def telling_colours(regions: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colours that can tell: not clipped, not grey (a grey lies on every lattice), not a repeat of the left neighbour.

    # (samples, 3)
    """
    here, left = regions[:, ::2, 1::2], regions[:, ::2, :-1:2]
    low, high = here.min(axis=-1), here.max(axis=-1)
    telling = (low > 1) & (high < 254) & (low != high) & (here != left).any(axis=-1)
    colours: NDArray[np.uint8] = here[telling]
    return colours[:: max(1, len(colours) // SAMPLES)]
