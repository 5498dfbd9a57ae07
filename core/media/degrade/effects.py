"""The table of defects: the range that each strength is drawn from, the kinds there are, and how it is rendered."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from numpy.random import Generator
from PIL import Image

from core.media.degrade.channels import chromatic_aberration
from core.media.degrade.coding import SUBSAMPLING, jpeg, jpeg_file, png_file, webp, webp_file
from core.media.degrade.grain import NOISES, noise
from core.media.degrade.softening import BLURS, FILTERS, blur, resize


@dataclass(frozen=True, slots=True)
class Range:
    """What a strength is drawn from, evenly."""

    low: float
    high: float
    unit: str
    whole: bool = False
    """Whether the strength is a whole number."""

    def draw(self, rng: Generator) -> float:
        if self.whole:
            return float(rng.integers(math.ceil(self.low), math.floor(self.high), endpoint=True))
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for one picture."""

    kind: str
    strength: float
    angle: float
    """Radians; 0 where the effect has no direction."""


Render = Callable[[Image.Image, Drawn, Generator], Image.Image]
Write = Callable[[Image.Image, Drawn], bytes]


@dataclass(frozen=True, slots=True)
class Effect:
    """A defect. Drawing from it takes the strength first, then the direction, then the kind."""

    name: str
    title: str
    strength: Range
    limits: tuple[float, float]
    """The strengths that mean anything."""
    kinds: tuple[str, ...]
    """The plainest first."""
    render: Render
    directed: bool = False
    codec: Write | None = None
    """Writes the file itself, where the effect is that of a codec."""
    suffix: str = ".png"

    def draw(self, rng: Generator, kinds: Sequence[str] | None = None, strength: Range | None = None) -> Drawn:
        """Of the plainest kind alone, unless `kinds` names those to choose from."""
        drawn = (strength or self.strength).draw(rng)
        angle = float(rng.uniform(0, 2 * math.pi)) if self.directed else 0.0
        among = kinds or self.kinds[:1]
        return Drawn(among[int(rng.integers(len(among)))] if len(among) > 1 else among[0], drawn, angle)


def apply(effect: Effect | str, image: Image.Image, rng: Generator) -> tuple[Image.Image, Drawn]:
    """The degraded picture, of the plainest kind, and what was drawn. The same `rng` state gives the same bytes."""
    chosen = EFFECTS[effect] if isinstance(effect, str) else effect
    drawn = chosen.draw(rng)
    degraded = chosen.render(image.convert("RGB"), drawn, rng)
    degraded.info = {}
    return degraded, drawn


def encode(effect: Effect, image: Image.Image, drawn: Drawn, rng: Generator) -> bytes:
    """The degraded picture as a file: of the codec whose effect it is, else without loss."""
    plain = image.convert("RGB")
    plain.info = {}
    if effect.codec is not None:
        return effect.codec(plain, drawn)
    return png_file(effect.render(plain, drawn, rng))


def _shifted(image: Image.Image, drawn: Drawn, _: Generator) -> Image.Image:
    return chromatic_aberration(image, drawn.strength, angle=drawn.angle, kind=drawn.kind)


_TABLE = (
    Effect(
        "chromatic-aberration",
        "Chromatic aberration",
        Range(1, 3, "px"),
        (0, 100),
        ("whole", "radial", "background"),
        _shifted,
        directed=True,
    ),
    Effect(
        "jpeg",
        "JPEG",
        Range(50, 95, "quality", whole=True),
        (1, 100),
        tuple(SUBSAMPLING),
        lambda image, drawn, _: jpeg(image, int(drawn.strength), kind=drawn.kind),
        codec=lambda image, drawn: jpeg_file(image, int(drawn.strength), kind=drawn.kind),
        suffix=".jpg",
    ),
    Effect(
        "webp",
        "WebP",
        Range(50, 95, "quality", whole=True),
        (1, 100),
        ("lossy",),
        lambda image, drawn, _: webp(image, int(drawn.strength)),
        codec=lambda image, drawn: webp_file(image, int(drawn.strength)),
        suffix=".webp",
    ),
    Effect(
        "noise",
        "Noise",
        Range(2, 10, "sigma"),
        (0, 255),
        NOISES,
        lambda image, drawn, rng: noise(image, drawn.strength, rng, kind=drawn.kind),
    ),
    Effect(
        "blur",
        "Blur",
        Range(0.8, 3, "px"),
        (0, 100),
        BLURS,
        lambda image, drawn, _: blur(image, drawn.strength, kind=drawn.kind),
    ),
    Effect(
        "resize",
        "Upscaled",
        Range(1.5, 4, "times"),
        (1, 100),
        tuple(FILTERS),
        lambda image, drawn, _: resize(image, drawn.strength, kind=drawn.kind),
    ),
)

EFFECTS: Mapping[str, Effect] = MappingProxyType({effect.name: effect for effect in _TABLE})
"""By the name that the command line uses."""
