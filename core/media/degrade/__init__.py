"""Synthetic defects of stated strength: what the demo and the benchmark tell apart, and what `synth` writes.

Every function takes and returns RGB; the strength is in the unit named by the effect. Random choices come from `rng`.
"""

from core.media.degrade.channels import chromatic_aberration
from core.media.degrade.coding import jpeg, webp
from core.media.degrade.effects import EFFECTS, Drawn, Effect, Range, apply, encode
from core.media.degrade.grain import noise
from core.media.degrade.softening import blur, resize

__all__ = [
    "EFFECTS",
    "Drawn",
    "Effect",
    "Range",
    "apply",
    "blur",
    "chromatic_aberration",
    "encode",
    "jpeg",
    "noise",
    "resize",
    "webp",
]
