"""What every encoder is, whatever stands behind it.

Shapes: batch = images or crops encoded together, dim = values of one vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.values import EncoderSignature

Prepared: TypeAlias = NDArray[Any]
"""One image made ready on the CPU; its shape and number format are the encoder's own affair."""


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """An encoder as `winnow encoders` lists it."""

    id: str
    dim: int | None
    """None where it cannot be known without the weights."""
    available: bool
    reason: str
    """Why it is not available, or where its weights are."""


class Encoder(Protocol):
    """Frozen; the same pixels give the same vector. `prepare` may run in many threads at once, `encode` in one."""

    @property
    def signature(self) -> EncoderSignature: ...

    @property
    def input_size(self) -> int | None:
        """Side of the square that the network sees; None reads native resolution."""

    @property
    def device(self) -> str:
        """As `devices.resolve_device` returns it."""

    @property
    def batch_size(self) -> int:
        """Images that are worth encoding together on the present device."""

    def prepare(self, image: Image.Image) -> Prepared:
        """Everything that the CPU does for one RGB image."""

    def encode(self, batch: Sequence[Prepared]) -> NDArray[np.float16]:
        """Vectors of prepared images, not normalised.  # (batch, dim)"""

    def to(self, device: str) -> None:
        """Move to another resolved device, for example after memory ran out."""
