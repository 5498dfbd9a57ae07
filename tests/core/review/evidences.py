"""Answers beside what heads that had not seen them say."""

from __future__ import annotations

import numpy as np

from core.review.evidence import Evidence
from core.values import HeadKind

CLEAN, JPEG, WEBP = range(3)


def seen(kind: HeadKind, targets, probabilities, members=8) -> Evidence:
    """Every member says what the probabilities say."""
    said = np.array(probabilities, np.float32)
    return Evidence(kind, np.array(targets, np.float32), said, np.repeat(said[:, None], members, axis=1))


def classes(given, probabilities) -> Evidence:
    return seen(HeadKind.CLASS, np.eye(3)[given], probabilities)
