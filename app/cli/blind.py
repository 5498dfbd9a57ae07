"""Images that are still to be asked blind: no table tells what a head says of them, and JSON marks them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.values import Standing

BLIND = "blind"
"""Stands in a table where what the head says would stand."""


def to_be_asked_blind(standings: Iterable[Standing], audit: NDArray[np.bool_]) -> list[bool]:
    """For each: of the audit set (ids,) and without an answer, which must not be swayed."""
    return [one.answer is None and bool(audit[one.image_id : one.image_id + 1].any()) for one in standings]
