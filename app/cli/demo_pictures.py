"""The demo's pictures: scenes drawn by the program, each with one defect or none, and the answers to them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays.text_file import make_folder, replaced
from core.errors import Cancelled
from core.jobs.events import Event
from core.jobs.pace import Pace
from core.media.degrade.demonstrated import LABELS, demonstrate
from core.media.draw import draw_scene

WIDTH, HEIGHT = 640, 480
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
    make_folder(folder)
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
    image = demonstrate(picture.label, draw_scene(rng, WIDTH, HEIGHT), rng)
    with replaced(picture.path, lasting=False) as unfinished:
        image.save(unfinished, format="PNG", compress_level=1)


def write_answers(folder: Path, pictures: Sequence[Picture]) -> Path:
    """The truth as a file that `winnow annotate` reads."""
    path = folder / ANSWERS
    with replaced(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "value"))
        writer.writerows((picture.path.name, picture.label) for picture in pictures)
    return path
