"""A frozen vision network with its preprocessing, as an encoder.

Shapes: batch = images or crops, h, w = input size, dim = values of one vector.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.encoders.base import Prepared
from core.encoders.devices import CPU, resolve_device, working_dtype
from core.encoders.memory import is_out_of_memory
from core.encoders.pretrained import network
from core.encoders.pretrained.preprocess import Preprocessing, Recipe, read_preprocessing
from core.encoders.pretrained.source import ModelSource, first_line, open_source
from core.errors import UserError
from core.model_folder import INSTEAD
from core.values import EncoderSignature, Tiles
from core.workers import Workers

BATCH_ON_CPU = 8
"""No more, because work that is to stop ends between two of them: at 6 images a second that is 1.3 s."""
BATCH_ON_GPU = 256
AT_ONCE_ON_CPU = 2
"""Images that one core takes through the network together: more of them leave its cache and take longer each."""
PARTS_ON_GPU = 4
"""Of a batch: while the device works on one, the next is copied to it."""
_LAYOUT = torch.channels_last
"""As pictures lie in memory anyway; convolutions run up to half as fast again on it."""


class PretrainedEncoder:
    """`prepare` is Pillow and NumPy; scaling, normalising and the network run on the device."""

    def __init__(
        self, source: ModelSource, preprocessing: Preprocessing, model: torch.nn.Module, *, tiles: Tiles, device: str
    ) -> None:
        self.device = device
        self._workers: Workers | None = None
        self._scaling: tuple[torch.Tensor, torch.Tensor] | None = None
        self._preprocessing = preprocessing
        self._model = model.to(device, working_dtype(device), memory_format=_LAYOUT)  # type: ignore[call-overload]
        self.signature = EncoderSignature(
            encoder=source.name,
            key=source.key,
            revision=source.revision,
            preprocessing=preprocessing.canonical,
            dim=self._probe(source.folder),
            tiles=tiles,
        )

    @classmethod
    def load(cls, name: str, found: Path | str, *, tiles: Tiles, device: str) -> PretrainedEncoder:
        """Raises UserError or EnvironmentProblem, in one line."""
        source = open_source(name, found)
        preprocessing = read_preprocessing(source.folder)
        model = network.load_network(source)
        return cls(source, preprocessing, model, tiles=tiles, device=resolve_device(device))

    @property
    def input_size(self) -> int:
        return self._preprocessing.side

    @property
    def batch_size(self) -> int:
        return BATCH_ON_CPU if self.device == CPU else BATCH_ON_GPU

    def prepare(self, image: Image.Image) -> Prepared:
        if self.device != CPU and isinstance(self._preprocessing, Recipe):
            return self._preprocessing.prepare_quickly(image)
        return self._preprocessing.prepare(image)

    def encode(self, batch: Sequence[Prepared]) -> NDArray[np.float16]:
        if self.device != CPU:
            return self._encode_on_gpu(batch)
        self._workers = self._workers or Workers()
        return np.concatenate(self._workers.gather(self._encode, _parts(batch, AT_ONCE_ON_CPU)))

    def _encode_on_gpu(self, batch: Sequence[Prepared]) -> NDArray[np.float16]:
        """Nothing is waited for before the last part: a device takes its orders long before it has done them."""
        with torch.inference_mode():
            vectors = [self._vectors(part) for part in _parts(batch, math.ceil(len(batch) / PARTS_ON_GPU))]
            return np.asarray(torch.cat(vectors).cpu().numpy(), np.float16)

    def _encode(self, batch: Sequence[Prepared]) -> NDArray[np.float16]:
        with torch.inference_mode():
            return np.asarray(self._vectors(batch).numpy(), np.float16)

    def _vectors(self, batch: Sequence[Prepared]) -> torch.Tensor:  # (batch, dim) float32 on the device
        vectors = network.vectors(self._model, self._pixels(batch))
        # A value beyond float16 would become infinite, and one infinite value spoils every product with it.
        limit = torch.finfo(torch.float16).max
        return vectors.float().clamp(-limit, limit)

    def to(self, device: str) -> None:
        self._model = self._model.to(device, working_dtype(device))
        self._scaling = None
        self.device = device

    def _pixels(self, batch: Sequence[Prepared]) -> torch.Tensor:
        """# each uint8 (h, w, 3) or ready float32 (3, h, w) -> (batch, 3, h, w) on the device"""
        pixels = self._stacked(batch).to(self.device, non_blocking=True)
        if isinstance(self._preprocessing, Recipe):
            mean, deviation = self._colours(self._preprocessing)
            pixels = ((pixels.float() * self._preprocessing.scale - mean) / deviation).permute(0, 3, 1, 2)
        return pixels.to(working_dtype(self.device)).contiguous(memory_format=_LAYOUT)

    def _colours(self, recipe: Recipe) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and deviation, (3,) each, copied to a device once: such a copy waits for all that it was told before."""
        if self._scaling is None:
            mean, deviation = (torch.tensor(values, device=self.device) for values in (recipe.mean, recipe.deviation))
            self._scaling = mean, deviation
        return self._scaling

    def _stacked(self, batch: Sequence[Prepared]) -> torch.Tensor:
        """One tensor; for CUDA in memory that it copies from while this thread goes on."""
        if not self.device.startswith("cuda"):
            return torch.from_numpy(np.stack(batch))
        dtype = torch.uint8 if batch[0].dtype == np.uint8 else torch.float32
        stacked = torch.empty((len(batch), *batch[0].shape), dtype=dtype, pin_memory=True)
        np.stack(batch, out=stacked.numpy())
        return stacked

    def _probe(self, folder: Path) -> int:
        """Length of the vector, from one grey picture. A network that cannot see it fails here, not in the run."""
        picture = Image.new("RGB", (self.input_size, self.input_size), (128, 128, 128))
        try:
            return int(self.encode([self.prepare(picture)]).shape[1])
        except (ValueError, TypeError, RuntimeError, AttributeError) as error:
            if is_out_of_memory(error):
                raise
            raise UserError(
                f"{folder} cannot see what its preprocessing makes ({first_line(error)})", INSTEAD
            ) from None


def _parts(batch: Sequence[Prepared], size: int) -> list[Sequence[Prepared]]:
    return [batch[start : start + size] for start in range(0, len(batch), size)]
