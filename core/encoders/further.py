"""Embeds crops at places of chance of images that are to be learned from: batch by batch, stopped anywhere, kept.

Shapes: images = pictures of a batch, crops = crops of each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from core.arrays.embedding_writer import EmbeddingWriter
from core.arrays.hashes import hash_bytes
from core.encoders.base import Encoder
from core.encoders.crops import random_crops
from core.encoders.memory import FittingBatches
from core.encoders.reading import PixelBudget, Read, Unreadable, new_budget, read_ahead, read_one, threads
from core.values import ImageFile


def embed_random_crops(
    images: Sequence[ImageFile],
    encoder: Encoder,
    writer: EmbeddingWriter,
    *,
    count: int,
    watch: Callable[[int, int], None],
    notice: Callable[[str], None],
    is_cancelled: Callable[[], bool],
) -> list[Unreadable]:
    """`count` crops of each image that is large enough; returns what could not be read. Raises Cancelled.

    What was encoded by then is kept. `watch` is told how many images are done of how many.
    """
    at_once = max(1, encoder.batch_size // count)
    batches = FittingBatches(encoder, encoder.batch_size, notice)
    read = partial(_read, encoder=encoder, budget=new_budget(), count=count)
    unreadable: list[Unreadable] = []
    batch: list[Read] = []
    try:
        for done, one in enumerate(read_ahead(images, read, is_cancelled, ahead=2 * at_once + threads())):
            watch(done, len(images))
            match one:
                case Unreadable():
                    unreadable.append(one)
                case Read() if len(one.prepared) == count:
                    batch.append(one)
            if len(batch) >= at_once:
                _encode(batches, writer, batch)
                batch = []
        _encode(batches, writer, batch)
    finally:
        writer.flush()
    return unreadable


def _read(image: ImageFile, *, encoder: Encoder, budget: PixelBudget, count: int) -> Read | Unreadable:
    cut = partial(random_crops, input_size=encoder.input_size, content_hash=image.content_hash, count=count)
    return read_one(image, encoder, budget, cut)


def _encode(batches: FittingBatches, writer: EmbeddingWriter, batch: Sequence[Read]) -> None:
    if not batch:
        return
    vectors = batches.encode([part for read in batch for part in read.prepared])
    hashes = hash_bytes([read.image.content_hash for read in batch])
    writer.add(hashes, vectors.reshape(len(batch), -1, vectors.shape[-1]))  # (images, crops, dim)
