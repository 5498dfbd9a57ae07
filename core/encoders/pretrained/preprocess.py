"""From a picture to the pixels that a network wants, as the model's folder says.

The common image processors are one recipe: resize, centre crop, scale, normalise. It is done here with Pillow, in a
decoding thread, to uint8; scaling and normalising follow on the device. That equals the library's own Pillow processor
value for value (tested on photographs) and needs no torchvision import. A GPU would wait for Pillow, so there torch
resizes. Any other processor is the library's own.

Shapes: h, w = the network's input size.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn.functional import interpolate

from core.errors import UserError
from core.model_folder import read_json

CONFIG = "preprocessor_config.json"
_ONE_RECIPE = {
    f"{family}{kind}"
    for family in ("CLIP", "Siglip", "ViT", "DeiT", "Bit", "MobileNetV1", "MobileNetV2")
    for kind in ("ImageProcessor", "FeatureExtractor", "ImageProcessorFast")
}
_NEVER_CROPPING = ("Siglip", "ViT")
_UNKNOWN_STEPS = ("do_pad", "do_flip_channel_order", "do_thumbnail", "do_align_long_axis", "crop_pct")
_RESIZED_WHOLE = 1 << 24
"""Pixels. Of a picture that is larger after its resize (a ribbon), only what the crop keeps is resized: equal up to
rounding, where the whole would take gigabytes."""
_WIDEST_FILTER = 3
"""Pixels to each side: Lanczos."""
_TORCH_MODES = {int(Image.Resampling.BILINEAR): "bilinear", int(Image.Resampling.BICUBIC): "bicubic"}


class Preprocessing(Protocol):
    @property
    def canonical(self) -> str:
        """JSON stored with every vector."""

    @property
    def side(self) -> int:
        """Shorter side of the network's input."""

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """uint8 (h, w, 3) still to be scaled and normalised, or float32 (3, h, w) that is ready."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Resize, centre crop, then (value * scale - mean) / deviation. None leaves a step out."""

    shortest_edge: int | None
    square: tuple[int, int] | None
    crop: tuple[int, int] | None
    resample: int
    scale: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @property
    def canonical(self) -> str:
        steps = {"crop": self.crop, "deviation": self.deviation, "mean": self.mean, "resample": self.resample}
        size = {"scale": self.scale, "shortest_edge": self.shortest_edge, "square": self.square}
        return json.dumps(steps | size, sort_keys=True)

    @property
    def side(self) -> int:
        return min(self.crop or self.square or (self.shortest_edge or 0,))

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        target, resample = self._target(image.size), Image.Resampling(self.resample)
        if self.crop is None:
            return np.asarray(image.resize(target, resample))
        high, wide = self.crop
        left, top = (target[0] - wide) // 2, (target[1] - high) // 2
        if target[0] * target[1] <= _RESIZED_WHOLE:
            return np.asarray(image.resize(target, resample).crop((left, top, left + wide, top + high)))
        x, y = max(left, 0), max(top, 0)
        seen = _part_of_resized(
            image, target, resample, (x, y, min(left + wide, target[0]), min(top + high, target[1]))
        )
        return np.asarray(seen.crop((left - x, top - y, left - x + wide, top - y + high)))

    def prepare_quickly(self, image: Image.Image) -> NDArray[Any]:
        """As `prepare` in a third of the time: in under 1 % of the values a level of 255 away, or two.

        Torch resizes and nothing more: copies in torch start a team of threads for each decoding thread.
        """
        target, mode = self._target(image.size), _TORCH_MODES.get(self.resample)
        high, wide = self.crop or (target[1], target[0])
        if mode is None or target[0] * target[1] > _RESIZED_WHOLE or high > target[1] or wide > target[0]:
            return self.prepare(image)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None]
        resized = interpolate(pixels, size=(target[1], target[0]), mode=mode, antialias=True)[0]
        left, top = (target[0] - wide) // 2, (target[1] - high) // 2
        return np.ascontiguousarray(resized.numpy()[:, top : top + high, left : left + wide].transpose(1, 2, 0))

    def _target(self, size: tuple[int, int]) -> tuple[int, int]:
        if self.square is not None:
            return self.square[1], self.square[0]
        if self.shortest_edge is None:
            return size
        short, long = min(size), max(size)
        other = int(self.shortest_edge * long / short)
        return (self.shortest_edge, other) if size[0] <= size[1] else (other, self.shortest_edge)


def _part_of_resized(
    image: Image.Image, target: tuple[int, int], resample: Image.Resampling, part: tuple[int, int, int, int]
) -> Image.Image:
    """`part` of what `image` would be at the size `target`; the rest is never made."""
    spans = [_span(image.size[axis], target[axis], part[axis], part[axis + 2]) for axis in (0, 1)]
    (left, right, x0, x1), (top, bottom, y0, y1) = spans
    near = image.crop((left, top, right, bottom))  # first, because the box is in float32: exact for small numbers only
    return near.resize((part[2] - part[0], part[3] - part[1]), resample, box=(x0, y0, x1, y1))


def _span(length: int, target: int, start: int, end: int) -> tuple[int, int, float, float]:
    """Which pixels of a side the outputs `start` to `end` look at, and where they lie among those."""
    scale = length / target
    margin = math.ceil(_WIDEST_FILTER * max(scale, 1)) + 1
    first, last = max(math.floor(start * scale) - margin, 0), min(math.ceil(end * scale) + margin, length)
    return first, last, start * scale - first, min(end * scale, length) - first


class LibraryProcessor:
    """A processor with steps of its own, as the library does it (torchvision where it has the choice)."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoImageProcessor

        try:
            self._processor = AutoImageProcessor.from_pretrained(folder, trust_remote_code=False)
        except (OSError, ValueError, ImportError) as error:
            reason = str(error).strip().split("\n")[0]
            raise UserError(
                f"{folder / CONFIG} names no usable image processor ({reason})", "fetch the model again"
            ) from None
        self.canonical = json.dumps(self._processor.to_dict(), sort_keys=True, default=str)
        self.side = min(self.prepare(Image.new("RGB", (640, 480))).shape[1:])

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        ready = self._processor(images=image, return_tensors="np")["pixel_values"][0]
        return np.asarray(ready, np.float32)


def read_preprocessing(folder: Path) -> Preprocessing:
    config = read_json(folder, CONFIG)
    recipe = recipe_from(config)
    return recipe if recipe is not None else LibraryProcessor(folder)


def recipe_from(config: dict[str, Any]) -> Recipe | None:
    """The recipe that a configuration spells out in full, None where it has other steps or leaves things unsaid."""
    kind = config.get("image_processor_type") or config.get("feature_extractor_type")
    if kind not in _ONE_RECIPE or any(config.get(step) for step in _UNKNOWN_STEPS):
        return None
    try:
        return _spelt_out(config)
    except (KeyError, TypeError, ValueError):
        return None


def _spelt_out(config: dict[str, Any]) -> Recipe | None:
    steps = ("do_resize", "do_normalize")
    if "do_center_crop" not in config and not str(config.get("image_processor_type")).startswith(_NEVER_CROPPING):
        return None
    if not all(config[step] is True for step in steps) or config.get("do_rescale", True) is not True:
        return None
    size = config["size"]
    size = {"shortest_edge": size} if isinstance(size, int) and config.get("do_center_crop") else size
    shortest = size.get("shortest_edge")
    if set(size) not in ({"shortest_edge"}, {"height", "width"}):
        return None
    return Recipe(
        shortest_edge=shortest,
        square=None if shortest else (size["height"], size["width"]),
        crop=_crop(config),
        resample=int(config["resample"]),
        scale=float(config.get("rescale_factor", 1 / 255)),
        mean=tuple(float(value) for value in config["image_mean"]),
        deviation=tuple(float(value) for value in config["image_std"]),
    )


def _crop(config: dict[str, Any]) -> tuple[int, int] | None:
    if not config.get("do_center_crop"):
        return None
    crop = config["crop_size"]
    return (crop, crop) if isinstance(crop, int) else (int(crop["height"]), int(crop["width"]))
