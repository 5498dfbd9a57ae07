"""Labelled photographs with a real image encoder: how good the head is, and whether the encoder ever waits.

Letters: n = photographs, dim = values of an embedding.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import content_hash, hash_bytes
from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.benchmarks.regression import fit_logistic
from core.benchmarks.trained import TrainingGround
from core.encoders.pipeline import EncoderCache, run_embed
from core.jobs.events import EmbedResult
from core.jobs.spec import EmbedSpec
from core.values import ImageFile, ImageId, Tiles

SETS = ("flowers5", "trashnet")
FOLDS = 5
KNOWN = {"flowers5": 0.877, "trashnet": 0.797}
"""Five-fold accuracy of logistic regression on the published embeddings of these sets: the figures to reach."""
PENALTY = 0.03
"""The best for the baseline of those tried on these very folds (0.003 to 1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    images: tuple[ImageFile, ...]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]


def run(options: BenchOptions) -> list[BenchRow]:
    """No rows without the shared photographs and their encoder."""
    if options.data is None or not (options.data / "encoder" / "mobilenet_v2").is_dir():
        return []
    encoders = EncoderCache()
    sets = SETS[:1] if options.quick else SETS
    return [row for name in sets for row in _measure(name, options, options.data, encoders)]


def _measure(name: str, options: BenchOptions, data: Path, encoders: EncoderCache) -> list[BenchRow]:
    photographs = _listed(data, name, every=25 if options.quick else 1)
    encoder_id = str(data / "encoder" / "mobilenet_v2")
    with tempfile.TemporaryDirectory() as place:
        spec = EmbedSpec("bench", place, encoder_id, Tiles.NONE, options.device)
        own = _own_rate(encoders, spec, photographs, repeats=1 if options.quick else 5)
        result = run_embed(spec, photographs.images, lambda event: None, lambda: False, cache=encoders)
        store = EmbeddingStore(Path(place) / "embeddings" / result.signature.folder)
        hashes = hash_bytes([image.content_hash for image in photographs.images])
        embeddings = store.gather(store.positions(hashes)).astype(np.float32)
    note = f"n = {len(photographs.labels)}" + ("; quick: a part of the set" if options.quick else "")
    return [_rate(name, result, own, note), _accuracy(name, embeddings, photographs, options, note)]


def _rate(name: str, result: EmbedResult, own: float, note: str) -> BenchRow:
    text = f"{note}, {result.device}; baseline: the encoder alone, on a batch ready in memory"
    value = result.images_per_second
    return BenchRow(f"embed {name} with MobileNetV2", value, "images/s", own, value / own, text)


def _own_rate(encoders: EncoderCache, spec: EmbedSpec, photographs: Labelled, *, repeats: int) -> float:
    encoder = encoders.get(spec.encoder, spec.tiles, spec.device)
    with Image.open(photographs.images[0].path) as image:
        batch = [encoder.prepare(image.convert("RGB"))] * encoder.batch_size
    encoder.encode(batch)
    return len(batch) / median_seconds(lambda: encoder.encode(batch), repeats=repeats)


def _accuracy(
    name: str, embeddings: NDArray[np.float32], photographs: Labelled, options: BenchOptions, note: str
) -> BenchRow:
    """Of the release head, as the metrics of a version say it; the baseline on folds of its own."""
    labels = tuple(str(label) for label in range(int(photographs.labels.max()) + 1))
    with tempfile.TemporaryDirectory() as place:
        ground = TrainingGround(Path(place), embeddings, options.seed, options.device)
        figures = ground.train(photographs.labels, labels, photographs.groups).metrics
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    targets = np.eye(len(labels), dtype=np.float32)[photographs.labels]
    fold_of = _folds(photographs.groups, options.seed)
    plain = np.zeros(len(unit), bool)
    for fold in range(FOLDS):
        test, train = fold_of == fold, fold_of != fold
        regression = fit_logistic(unit[train], targets[train], penalty=PENALTY, standardise=False)
        plain[test] = regression.predict(unit[test]).argmax(axis=1) == photographs.labels[test]
    value, baseline = figures.accuracy or 0.0, float(plain.mean())
    interval = f"{figures.accuracy_low:.3f} to {figures.accuracy_high:.3f}"
    text = f"{note}, five folds by group, {interval}; to reach: {KNOWN[name]:.3f}; baseline: logistic regression"
    return BenchRow(f"{name}: accuracy with MobileNetV2", value, "share", baseline, value / baseline, text)


def _folds(groups: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """A fold for each row; the rows of a group share theirs."""
    drawn = np.random.default_rng(seed).permutation(int(groups.max()) + 1) % FOLDS
    return np.asarray(drawn[groups])


def _listed(data: Path, name: str, *, every: int) -> Labelled:
    with (data / "index.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["set"] == name][::every]
    labels = np.unique([row["label"] for row in rows], return_inverse=True)[1]
    groups = np.unique([row["group"] or row["path"] for row in rows], return_inverse=True)[1]
    images = tuple(_image(data / row["path"], number, row) for number, row in enumerate(rows))
    return Labelled(images, labels.astype(np.int64), groups.astype(np.int64))


def _image(path: Path, number: int, row: dict[str, str]) -> ImageFile:
    size = int(row["w"]), int(row["h"])
    return ImageFile(ImageId(number), content_hash(path), str(path), *size, "JPEG", path.stat().st_size)
