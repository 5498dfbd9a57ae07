"""Pictures drawn by the program itself, for the demo: seeded, varied, and with detail down to the pixel.

What a camera leaves in a picture is drawn too (soft lens, faint grain), so that telling a clean picture from a degraded
one is as hard as with photographs.
"""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator
from PIL import Image

from core.media.draw.canvas import Pixels
from core.media.draw.city import city
from core.media.draw.develop import develop
from core.media.draw.foliage import foliage
from core.media.draw.landscape import landscape
from core.media.draw.page import page
from core.media.draw.still_life import still_life
from core.media.draw.strokes import strokes

Scene = Callable[[Generator, int, int], Pixels]

SCENES: tuple[Scene, ...] = (landscape, still_life, foliage, city, strokes, page)


def draw_scene(rng: Generator, width: int = 960, height: int = 720) -> Image.Image:
    """One picture of a scene chosen by `rng`. The same state of `rng` and the same size give the same picture."""
    scene = SCENES[int(rng.integers(len(SCENES)))]
    return develop(scene(rng, width, height), rng)
