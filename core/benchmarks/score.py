"""Scoring a folder: with vectors at hand against the seed's loop, and without against the encoder's own rate.

The seed's loop opens, prepares, embeds and scores one image at a time. All rows use one encoder, one head and files of
one folder, in one run.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.encoders.base import Encoder
from core.encoders.devices import device_name
from core.encoders.signal import encoder as signal
from core.heads.checkpoint import LoadedHead
from core.heads.head_config import HeadConfig
from core.heads.network import SeedNetwork
from core.media.draw import draw_scene
from core.scoring.eyes import Eyes
from core.scoring.judging import Judge, Memory, judge_files
from core.values import Combine, HeadKind, Tiles

HIDDEN = 1024
LAPS = 10


@dataclass(frozen=True, slots=True)
class Lap:
    """Images a second over one part of the folder; what is compared is measured within minutes of each other."""

    alone: float
    """The seed's loop."""
    prepared: float
    """The encoder on decoded images."""
    encoded: float
    """The encoder on images made ready."""
    cold: float
    """The folder, with nothing at hand."""


def run(options: BenchOptions) -> list[BenchRow]:
    with tempfile.TemporaryDirectory() as place:
        encoder, files, name = _material(options, Path(place))
        eyes = Eyes(encoder, Tiles.NONE, options.device)
        judge = Judge("bench", _head(eyes.signature.dim, eyes.device, options.seed), eyes, Combine.MEAN)
        memory = Memory(cache=Path(place) / "cache")
        _loop(judge, files[:2])  # the first call of a network is slow
        size = max(1, len(files) // LAPS)
        laps = [_lap(judge, files[start : start + size], memory) for start in range(0, len(files), size)]
        warm = len(files) / median_seconds(lambda: _judged(judge, files, memory))
    lap = Lap(*(statistics.median(getattr(one, field.name) for one in laps) for field in fields(Lap)))
    note = f"n = {len(files)} {name}, {device_name(eyes.device)}{'; quick' if options.quick else ''}"
    rows = [
        _row("score a folder, vectors at hand", warm, lap.alone, f"{note}; baseline: the seed's loop, one at a time"),
        _row("score a folder, nothing at hand", lap.cold, lap.alone, f"{note}; baseline: the seed's loop"),
        _row(
            "score a folder beside its encoder", lap.cold, lap.prepared, f"{note}; baseline: decoded images in batches"
        ),
    ]
    if encoder != signal.ID:  # which has no network: making ready is all it does
        text = f"{note}; baseline: batches made ready in memory"
        rows.append(_row("score a folder beside its network", lap.cold, lap.encoded, text))
    return rows


def _lap(judge: Judge, files: Sequence[str], memory: Memory) -> Lap:
    some = files[: max(2, len(files) // 4)]
    alone = len(some) / _seconds(lambda: _loop(judge, some))
    encoded, prepared = _own_rates(judge.eyes.encoder, files)
    cold = len(files) / _seconds(lambda: _judged(judge, files, memory))
    return Lap(alone, prepared, encoded, cold)


def _row(name: str, value: float, baseline: float, note: str) -> BenchRow:
    return BenchRow(name, value, "images/s", baseline, value / baseline, note)


def _material(options: BenchOptions, place: Path) -> tuple[str, list[str], str]:
    """Encoder, files, and what they are: drawn ones and the built-in encoder where nothing is shared."""
    if options.data is not None and not options.quick and (options.data / "encoder" / "mobilenet_v2").is_dir():
        photographs = sorted((options.data / "flowers5").rglob("*.jpg"))[::2]
        return str(options.data / "encoder" / "mobilenet_v2"), list(map(str, photographs)), "photographs"
    drawn = [place / f"{number}.jpg" for number in range(8)]
    for number, path in enumerate(drawn):
        draw_scene(np.random.default_rng(options.seed + number), 320, 240).save(path)
    return signal.ID, list(map(str, drawn)), "drawn pictures"


def _head(dim: int, device: str, seed: int) -> LoadedHead:
    """A score head of the seed's shape with weights as they are drawn: what they are makes no difference to time."""
    torch.manual_seed(seed)
    network = SeedNetwork(features=dim, hidden=HIDDEN, outputs=1).eval().to(device)
    return LoadedHead(HeadConfig("bench", "1", HeadKind.SCORE, ()), network, device)


def _loop(judge: Judge, files: Sequence[str]) -> list[float]:
    """As the seed's folder tool goes through a folder."""
    encoder = judge.eyes.encoder
    scores = []
    for path in files:
        with Image.open(path) as image:
            vectors = encoder.encode([encoder.prepare(image.convert("RGB"))])
        scores.append(float(judge.head.predict(vectors)[0, 0]))
    return scores


def _judged(judge: Judge, files: Sequence[str], memory: Memory) -> None:
    judged = judge_files([judge], files, memory, lambda event: None, lambda: False)
    assert len(judged.images) == len(files)


def _own_rates(encoder: Encoder, files: Sequence[str]) -> tuple[float, float]:
    """Images a second of the encoder: encoding what is ready, and making decoded images ready too."""
    images = []
    for path in files:
        with Image.open(path) as image:
            images.append(image.convert("RGB"))
    ready = [encoder.prepare(image) for image in images]

    def encode() -> None:
        for start in range(0, len(ready), encoder.batch_size):
            encoder.encode(ready[start : start + encoder.batch_size])

    def prepare_and_encode() -> None:
        for start in range(0, len(images), encoder.batch_size):
            encoder.encode([encoder.prepare(image) for image in images[start : start + encoder.batch_size]])

    return len(files) / _seconds(encode), len(files) / _seconds(prepare_and_encode)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
