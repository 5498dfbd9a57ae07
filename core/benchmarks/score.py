"""Scoring a folder: with vectors at hand against the seed's loop, and without against the encoder's own rate.

The seed's loop opens, prepares, embeds and scores one image at a time. All rows use one encoder, one head and files of
one folder, in one run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
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


def run(options: BenchOptions) -> list[BenchRow]:
    with tempfile.TemporaryDirectory() as place:
        encoder, files, name = _material(options, Path(place))
        eyes = Eyes(encoder, Tiles.NONE, "auto")
        judge = Judge("bench", _head(eyes.signature.dim, eyes.device, options.seed), eyes, Combine.MEAN)
        memory = Memory(cache=Path(place) / "cache")
        some = files[: max(4, len(files) // 5)]
        _loop(eyes.encoder, judge, some[:2])  # the first call of a network is slow
        alone = len(some) / _seconds(lambda: _loop(eyes.encoder, judge, some))
        encoded, prepared = _own_rates(eyes.encoder, some, repeats=1 if options.quick else 3)
        cold = len(files) / _seconds(lambda: _judged(judge, files, memory))
        warm = len(files) / median_seconds(lambda: _judged(judge, files, memory))
    note = f"n = {len(files)} {name}, {device_name(eyes.device)}{'; quick' if options.quick else ''}"
    rows = [
        _row("score a folder, vectors at hand", warm, alone, f"{note}; baseline: the seed's loop, one at a time"),
        _row("score a folder, nothing at hand", cold, alone, f"{note}; baseline: the seed's loop, one at a time"),
        _row("score a folder beside its encoder", cold, prepared, f"{note}; baseline: batches of decoded images"),
    ]
    if encoder != signal.ID:  # which has no network: making ready is all it does
        rows.append(
            _row("score a folder beside its network", cold, encoded, f"{note}; baseline: batches ready in memory")
        )
    return rows


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


def _loop(encoder: Encoder, judge: Judge, files: Sequence[str]) -> list[float]:
    """As the seed's folder tool goes through a folder."""
    scores = []
    for path in files:
        with Image.open(path) as image:
            vectors = encoder.encode([encoder.prepare(image.convert("RGB"))])
        scores.append(float(judge.head.predict(vectors)[0, 0]))
    return scores


def _judged(judge: Judge, files: Sequence[str], memory: Memory) -> None:
    judged = judge_files([judge], files, memory, lambda event: None, lambda: False)
    assert len(judged.images) == len(files)


def _own_rates(encoder: Encoder, files: Sequence[str], *, repeats: int) -> tuple[float, float]:
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

    encode()
    return (
        len(files) / median_seconds(encode, repeats=repeats),
        len(files) / median_seconds(prepare_and_encode, repeats=repeats),
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
