"""The demo's pictures: scenes drawn by the program, each with one defect or none, and the answers to them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.errors import Cancelled
from core.jobs.events import Event
from core.jobs.pace import Pace
from core.media.degrade import EFFECTS, Range
from core.media.draw import draw_scene

CLEAN = "clean"
LABELS = (CLEAN, "chromatic-aberration", "jpeg", "webp", "noise")
WIDTH, HEIGHT = 640, 480
STRENGTHS: Mapping[str, Range] = {
    "chromatic-aberration": Range(0.3, 1.2, "px"),
    "jpeg": Range(85, 98, "quality", whole=True),
    "webp": Range(85, 98, "quality", whole=True),
    "noise": Range(0.5, 2.5, "sigma"),
}
"""Weak: from what is seen at 1:1 down to what is hard to tell from clean, so that there is something left to learn."""
ANSWERS = ".answers.csv"
"""Hidden, as it is no picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawn file and what is wrong with it."""

    path: Path
    label: str


def draw_pictures(
    folder: Path,
    numbers: Sequence[int],
    *,
    seed: int,
    show: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> list[Picture]:
    """One picture of each scene number below `folder`; those that an earlier call drew are kept.

    All are saved without loss and under neutral names, so that nothing but their pixels tells them apart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [Picture(folder / f"scene-{number:04}.png", LABELS[number % len(LABELS)]) for number in numbers]
    pace = Pace("demo", "drawing", show)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        drawn = pool.map(_draw, pictures, [seed] * len(pictures), numbers)
        for done, _ in enumerate(drawn, start=1):
            pace.report(done, len(pictures))
            if is_cancelled():
                pool.shutdown(cancel_futures=True)
                raise Cancelled
    return pictures


def _draw(picture: Picture, seed: int, number: int) -> None:
    if picture.path.exists():
        return
    rng = np.random.default_rng([seed, number])
    image = degraded(draw_scene(rng, WIDTH, HEIGHT), picture.label, rng)
    unfinished = picture.path.with_name(f".{picture.path.name}.part")
    image.save(unfinished, format="PNG", compress_level=1)
    unfinished.replace(picture.path)


def degraded(image: Image.Image, label: str, rng: np.random.Generator) -> Image.Image:
    """The scene as the label says it is, by any kind of that defect."""
    if label == CLEAN:
        return image
    effect = EFFECTS[label]
    return effect.render(image, effect.draw(rng, effect.kinds, STRENGTHS[label]), rng)


def write_answers(folder: Path, pictures: Sequence[Picture]) -> Path:
    """The truth as a file that `winnow annotate` reads."""
    path = folder / ANSWERS
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "value"))
        writer.writerows((picture.path.name, picture.label) for picture in pictures)
    return path
