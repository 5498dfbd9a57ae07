"""Which part of a picture lies behind its subject, told by colours: those of the border are the background's.

No network is asked: a defect has to lie somewhere plausible, not on an exact outline. Shapes: height, width = pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_SIDE = 96
_BINS = 8
"""Steps of each channel; 512 colours."""
_BORDER = 0.12
"""Share of the side that counts as border."""
_LEAST, _MOST = 0.2, 0.8
"""The background is at least and at most this much of the picture."""


def background(image: Image.Image) -> NDArray[np.float32]:
    """(height, width): 1 behind the subject, 0 on it, soft in between."""
    small = image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    likeness = _likeness(np.asarray(small)) + 0.5 * _distance_from_centre()  # (_SIDE, _SIDE)
    low, high = np.quantile(likeness, (1 - _MOST, 1 - _LEAST))
    mask = likeness >= np.clip(0.75, low, high)
    plane = Image.fromarray(np.where(mask, 255, 0).astype(np.uint8))
    whole = plane.filter(ImageFilter.MedianFilter(5)).resize(image.size, Image.Resampling.BICUBIC)
    return np.asarray(whole, dtype=np.float32) / np.float32(255)


def _likeness(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:  # (_SIDE, _SIDE, 3) -> (_SIDE, _SIDE)
    """How much commoner each pixel's colour is along the border than inside, 0 to 1, smoothed."""
    steps = pixels.astype(np.int64) * _BINS // 256
    colour = (steps[..., 0] * _BINS + steps[..., 1]) * _BINS + steps[..., 2]
    edge = _distance_from_centre() > 1 - 2 * _BORDER
    outside = np.bincount(colour[edge], minlength=_BINS**3) / edge.sum()
    inside = np.bincount(colour[~edge], minlength=_BINS**3) / (~edge).sum()
    share = (outside + 1e-4) / (outside + inside + 2e-4)
    plane = Image.fromarray(np.rint(share[colour] * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return np.asarray(plane, dtype=np.float32) / np.float32(255)


def _distance_from_centre() -> NDArray[np.float32]:
    """(_SIDE, _SIDE): 0 in the centre, 1 at the border."""
    along = np.abs(np.linspace(-1, 1, _SIDE, dtype=np.float32))
    return np.maximum(along[:, None], along[None, :])
