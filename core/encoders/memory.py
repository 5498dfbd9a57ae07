"""Encoding in batches that fit: halves the batch when memory runs out, down to one, then goes on on the CPU.

Shapes: n = crops, dim = values of one vector, images = pictures of one call, tiles = crops of a picture.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.encoders.base import Encoder, Prepared
from core.encoders.crops import FIVE
from core.encoders.devices import CPU
from core.errors import EnvironmentProblem
from core.values import Tiles


class FittingBatches:
    """Remembers the batch size that fitted, so that memory runs out once and not with every batch."""

    def __init__(self, encoder: Encoder, size: int, notice: Callable[[str], None]) -> None:
        self._encoder = encoder
        self._notice = notice
        self.size = size

    def encode_images(self, images: Sequence[Sequence[Prepared]]) -> NDArray[np.float16]:
        """(images, dim), or (images, tiles, dim) of cut pictures, where one too small to be cut stands five times."""
        vectors = self.encode([part for parts in images for part in parts])
        if self._encoder.signature.tiles is not Tiles.FIVE_CROP:
            return vectors
        times = [FIVE // len(parts) for parts in images for _ in parts]
        return np.repeat(vectors, times, axis=0).reshape(len(images), FIVE, -1)

    def encode(self, prepared: Sequence[Prepared]) -> NDArray[np.float16]:  # -> (n, dim)
        done: list[NDArray[np.float16]] = []
        start = 0
        while start < len(prepared):
            vectors = self._try(prepared[start : start + self.size])
            if vectors is None:
                self._retreat()
            else:
                done.append(vectors)
                start += len(vectors)
        return np.concatenate(done)

    def _try(self, batch: Sequence[Prepared]) -> NDArray[np.float16] | None:
        """None where memory ran out; returned, not raised, so that no traceback holds on to the tensors."""
        try:
            return self._encoder.encode(batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            return None

    def _retreat(self) -> None:
        _release_cached_memory()
        if self.size > 1:
            self.size //= 2
            self._notice(f"memory ran out on {self._encoder.device}: batch halved to {self.size}")
        elif self._encoder.device != CPU:
            self._notice(f"memory ran out on {self._encoder.device} with one image: going on on the CPU, slower")
            self._encoder.to(CPU)
            self.size = self._encoder.batch_size
        else:
            raise EnvironmentProblem("memory ran out while encoding a single image; close other programs")


def is_out_of_memory(error: BaseException) -> bool:
    """torch says it in three ways; asked by name because not every encoder loads torch."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return "out of memory" in text or "DefaultCPUAllocator" in text


def _release_cached_memory() -> None:
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
