"""Logistic regression, the baseline that heads are held against; standardised inputs, one fixed penalty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax


@dataclass(frozen=True, slots=True, eq=False)
class LogisticRegression:
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    weights: NDArray[np.float64]
    """(dim + 1, labels), the last row is the bias"""

    def predict(self, inputs: NDArray[np.floating]) -> NDArray[np.float64]:  # (n, dim) -> (n, labels)
        return np.asarray(softmax(_with_bias((inputs - self.centre) / self.spread) @ self.weights, axis=1))


def fit_logistic(
    inputs: NDArray[np.floating], targets: NDArray[np.floating], *, penalty: float = 1.0, standardise: bool = True
) -> LogisticRegression:
    """Minimises summed cross-entropy + penalty / 2 x squared weights.

    `inputs` (n, dim), `targets` (n, labels) one-hot.
    """
    centre = inputs.mean(axis=0, dtype=np.float64) if standardise else np.zeros(inputs.shape[1])
    spread = inputs.std(axis=0, dtype=np.float64) + 1e-6 if standardise else np.ones(inputs.shape[1])
    rows = _with_bias((inputs - centre) / spread)
    shape = (rows.shape[1], targets.shape[1])
    decay = np.full((shape[0], 1), penalty)
    decay[-1] = 0.0

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        logits = rows @ weights
        log_probabilities = logits - logsumexp(logits, axis=1, keepdims=True)
        value = -(targets * log_probabilities).sum() + 0.5 * (decay * weights**2).sum()
        slope = rows.T @ (np.exp(log_probabilities) - targets) + decay * weights
        return float(value), slope.ravel()

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return LogisticRegression(centre, spread, np.asarray(found.x).reshape(shape))


def _with_bias(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
