"""Similarities of L2-normalised embeddings and the responses that kernel members read off them.

Letters: n = annotated images, m = support images, k = any images, dim = values of an embedding.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def unit_rows(embeddings: NDArray[np.floating] | Tensor, device: str = "cpu") -> Tensor:
    """Rows of length 1 as float32; values that are not finite count as 0, and so do rows without length."""
    given = torch.as_tensor(embeddings, device=device)  # (k, dim)
    rows = given.float() if given.dtype != torch.float32 else given.clone()
    lengths = rows.norm(dim=1, keepdim=True)
    if not bool(torch.isfinite(lengths).all()):
        rows = torch.nan_to_num(rows, nan=0.0, posinf=0.0, neginf=0.0)
        lengths = rows.norm(dim=1, keepdim=True)
    return rows.div_(lengths.clamp_min(1e-12))


def rbf(similarities: Tensor, width: float) -> Tensor:
    """exp(-|x - y|^2 / (2 width^2)) from dot products of unit vectors, where |x - y|^2 = 2 - 2 xy."""
    sharpness = 1.0 / width**2
    shifted = torch.tensor(-sharpness, dtype=similarities.dtype, device=similarities.device)
    return torch.add(shifted, similarities, alpha=sharpness).exp_()


def typical_distance(similarities: Tensor) -> float:
    """Median of 1 - xy over distinct pairs: the scale on which widths are tried. 0.5 where there is no pair."""
    n = len(similarities)
    upper = similarities[torch.triu_indices(n, n, offset=1).unbind()]
    distinct = (1.0 - upper)[upper < 1.0 - 1e-6]
    return float(distinct.median()) if len(distinct) else 0.5
