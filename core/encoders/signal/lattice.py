"""Could a decoder have made these colours?

A JPEG or WebP decoder turns whole numbers of luma and chroma into RGB, rounding once. Only about a quarter (JPEG, full
range of BT.601) or a sixth (WebP, limited range) of all RGB colours can come out of it. A picture that was decoded and
stored without change consists of nothing else; in any other picture most colours are out of reach. The test needs no
blocks, no edges and no low quality: it sees the last decoding before the pixels were stored.

A grey lies on every colour lattice, so greys are judged apart: limited range leaves 36 of 256 levels of grey empty.

Shapes: colours = distinct colours of the image, greys left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

JPEG = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32)
WEBP = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]], np.float32) / 255
SAMPLES = 12_000
PRIOR = 2.0
"""Colours out of reach are counted as if this many more had been seen, at the rate of a picture no decoder made."""
JPEG_PRIOR, WEBP_PRIOR, GREY_PRIOR = 0.76, 0.84, 0.14
"""Shares of all colours, and of all greys, that a decoder cannot make."""
BITS = 8.0


def lattice_features(regions: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Evidence of a JPEG decoder and of a WebP decoder, then how near the colours lie to each lattice.  # (4,)"""
    seen = distinct_colours(regions)
    grey = (seen[:, 0] == seen[:, 1]) & (seen[:, 1] == seen[:, 2])
    colours, levels = seen[~grey], seen[grey][:, 0]
    jpeg = _evidence(~reachable_by_jpeg(colours), JPEG_PRIOR)
    webp = _evidence(~reachable_by_webp(colours), WEBP_PRIOR)
    greys = _evidence(~np.isin(levels, LIMITED_GREYS), GREY_PRIOR)
    return np.concatenate([np.array([jpeg, max(webp, greys)], np.float32), nearness(colours)])


def distinct_colours(regions: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Each colour of a sample once, without the clipped ones: a large flat sky then counts no more than a leaf.

    # (colours + greys, 3)
    """
    pixels = regions.reshape(-1, 3)
    pixels = pixels[:: max(1, len(pixels) // SAMPLES)]
    pixels = pixels[(pixels.min(axis=1) > 0) & (pixels.max(axis=1) < 255)].astype(np.int32)
    packed = np.unique(pixels[:, 0] << 16 | pixels[:, 1] << 8 | pixels[:, 2])
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1)


def reachable_by_jpeg(colours: NDArray[np.int32]) -> NDArray[np.bool_]:  # (colours, 3) -> (colours,)
    """Whether the nearest whole luma and chroma decode to exactly this colour (ITU-T T.871)."""
    y, cb, cr = np.rint(colours.astype(np.float32) @ JPEG.T).T
    red = y + np.floor(1.402 * cr + 0.5)
    green = y + np.floor(0.5 - 0.344136 * cb - 0.714136 * cr)
    blue = y + np.floor(1.772 * cb + 0.5)
    return _equal(colours, red, green, blue)


def reachable_by_webp(colours: NDArray[np.int32]) -> NDArray[np.bool_]:  # (colours, 3) -> (colours,)
    """The same with the fixed-point arithmetic of VP8 decoders (limited range)."""
    offset = np.array([16, 128, 128], np.float32)
    y, u, v = np.rint(colours.astype(np.float32) @ WEBP.T + offset).astype(np.int32).T
    return _equal(colours, *_vp8_decoded(y, u, v))


def nearness(colours: NDArray[np.int32]) -> NDArray[np.float32]:
    """Mean cosine of the distance to either lattice: survives arithmetic that differs in the last bit.  # (2,)"""
    waves = np.cos(np.float32(2 * np.pi) * (colours.astype(np.float32) @ np.concatenate([JPEG, WEBP]).T))
    return np.asarray(waves.sum(axis=0).reshape(2, 3).mean(axis=1) / (len(colours) + 50.0), np.float32)


def _vp8_decoded(
    y: NDArray[np.int32], u: NDArray[np.int32], v: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    luma = y * 19077 >> 8
    red = luma + (v * 26149 >> 8) - 14234 >> 6
    green = luma - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708 >> 6
    blue = luma + (u * 33050 >> 8) - 17685 >> 6
    return red, green, blue


_LUMA = np.arange(16, 236, dtype=np.int32)
LIMITED_GREYS = _vp8_decoded(_LUMA, np.full_like(_LUMA, 128), np.full_like(_LUMA, 128))[1]


def _equal(colours: NDArray[np.int32], *channels: NDArray[np.floating] | NDArray[np.int32]) -> NDArray[np.bool_]:
    same = [colours[:, i] == channel for i, channel in enumerate(channels)]
    return np.asarray(same[0] & same[1] & same[2])


def _evidence(out_of_reach: NDArray[np.bool_], prior: float) -> float:
    """Bits by which fewer colours are out of reach than chance would have it, 0..1."""
    rate = (out_of_reach.sum() + prior * PRIOR) / (len(out_of_reach) + PRIOR)
    return float(np.clip(-np.log2(rate / prior) / BITS, -0.1, 1))
