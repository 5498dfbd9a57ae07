"""The defects of the demo: each of any kind, at the strengths that `synth` draws by itself."""

from __future__ import annotations

from numpy.random import Generator
from PIL import Image

from core.media.degrade.effects import EFFECTS

CLEAN = "clean"
LABELS = (CLEAN, "chromatic-aberration", "jpeg", "webp", "noise")


def demonstrate(label: str, image: Image.Image, rng: Generator) -> Image.Image:
    """The picture as the label says it is."""
    if label == CLEAN:
        return image
    effect = EFFECTS[label]
    degraded = effect.render(image.convert("RGB"), effect.draw(rng, effect.kinds), rng)
    degraded.info = {}
    return degraded
