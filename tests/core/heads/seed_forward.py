"""The seed's forward pass as SEED.md describes it, written without the code under test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file


def run_seed(file: Path, rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Answers (n, outputs) of a head file for raw embeddings (n, features)."""
    t = {name: value.astype(np.float64) for name, value in load_file(file).items()}

    def linear(name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return x @ t[f"{name}.weight"].T + t[f"{name}.bias"]

    def leaky(x: NDArray[np.float64], slope: float) -> NDArray[np.float64]:
        return np.where(x > 0, x, slope * x)

    x = linear("up.0", rows.astype(np.float64))
    branch = leaky(linear("up.1.long.0", x), 0.1)
    branch = leaky(linear("up.1.long.2", branch), 0.1)
    x = np.maximum(linear("up.1.long.4", branch) + x, 0.0)
    x = linear("down.1", linear("down.0", x))
    x = leaky(x, 0.01)
    z = linear("down.5", linear("down.4", x))
    if z.shape[1] == 1:
        return (np.tanh(z) + 1) / 2
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
