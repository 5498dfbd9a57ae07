"""Images that are still to be asked blind: no table tells what a head says of them, and JSON marks them."""

from __future__ import annotations

from collections.abc import Sequence

from core.arrays.hashes import hash_bytes, hash_keys
from core.query.audit_draw import audit_mask
from core.values import ImageFile, Standing

BLIND = "blind"
"""Stands in a table where what the head says would stand."""


def to_be_asked_blind(standings: Sequence[Standing], images: Sequence[ImageFile], share: float) -> list[bool]:
    """For each of these images: of the audit set, a `share` of all, and without an answer, which must not be swayed.

    An image is in it or not by its content alone, so that the pool need not be read.
    """
    drawn = audit_mask(hash_keys(hash_bytes([image.content_hash for image in images])), share).tolist()
    return [one.answer is None and audited for one, audited in zip(standings, drawn, strict=True)]
