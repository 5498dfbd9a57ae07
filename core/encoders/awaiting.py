"""Which images an encoder has not seen yet, looked up without loading it or what it runs on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes, hash_keys
from core.encoders.registry import key_at_hand
from core.jobs.spec import EmbedSpec
from core.values import EncoderSignature, ImageFile


def seen_whole(
    spec: EmbedSpec, images: Sequence[ImageFile], known: Sequence[EncoderSignature]
) -> EncoderSignature | None:
    """The asked-for encoder as it is now, if it has seen every present image; else None.

    `known` are the encoders that the project has vectors of; weights are looked at only of one that may have.
    """
    present = [image for image in images if not image.missing]
    for one in known:
        asked_for = one.encoder == spec.encoder and one.tiles is spec.tiles
        if asked_for and not in_order(present, store_of(spec, one), None) and key_at_hand(one.encoder) == one.key:
            return one
    return None


def store_of(spec: EmbedSpec, signature: EncoderSignature) -> EmbeddingStore:
    return EmbeddingStore(Path(spec.project) / "embeddings" / signature.folder)


def in_order(images: Sequence[ImageFile], store: EmbeddingStore, first: NDArray[np.uint8] | None) -> list[ImageFile]:
    """Images without a vector, each content once, those named in `first` before the others."""
    if not images:
        return []
    hashes = hash_bytes([image.content_hash for image in images])
    missing = store.positions(hashes) < 0
    rank = np.full(len(images), len(first) if first is not None else 0, np.int64)
    if first is not None:
        place = {key: position for position, key in reversed(list(enumerate(hash_keys(first).tolist())))}
        rank = np.array([place.get(key, len(place)) for key in hash_keys(hashes).tolist()], np.int64)
    order = np.argsort(rank, kind="stable")
    chosen = {images[i].content_hash: images[i] for i in order[missing[order]]}
    return list(chosen.values())
