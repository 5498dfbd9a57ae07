"""Telling clean, chromatic aberration, JPEG, WebP and noise apart in photographs that were never trained on.

Protocol: the shared high-resolution photographs, scaled down by two (their own coding goes with it), are cut into
pictures, each degraded as the demo does it: by any kind of the effect, at a random strength of its whole range. Half of
the *photographs* train the head, the other half judge it; this is repeated with other halves. Every photograph serves
some splits for training and others for judging, so the spread over splits says how much hangs on which are at hand.

Letters: n = pictures, dim = values of a vector.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import rankdata

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.regression import fit_logistic
from core.benchmarks.trained import TrainingGround
from core.encoders.signal.encoder import LATTICE, analyse
from core.heads.checkpoint import load_head
from core.media.degrade.demonstrated import LABELS, demonstrate
from core.media.draw import draw_scene

SIDE = 640
PER_PHOTOGRAPH = 4
SPLITS = 10
QUICK_NOTE = "quick: drawn pictures, few and small"


@dataclass(frozen=True, slots=True, eq=False)
class Degraded:
    """`signal` and `plain` are the vectors of the encoder and of the baseline, of the same pictures."""

    signal: NDArray[np.float32]
    plain: NDArray[np.float32]
    labels: NDArray[np.int64]
    photographs: NDArray[np.int64]


def run(options: BenchOptions) -> list[BenchRow]:
    if options.data is None or options.quick:
        count, size, splits = (6, (160, 120), 2) if options.quick else (24, (640, 480), SPLITS)
        note = QUICK_NOTE if options.quick else "drawn pictures"
        return _rows("drawn", degraded(_drawn(count, size, options.seed), 1, options.seed), splits, options.seed, note)
    rows = []
    for name, folder in (("photographs", "hires"), ("JPEG photographs of flowers", "flowers5")):
        sources = halved(options.data / folder, every=1 if folder == "hires" else 25)
        pictures = degraded(sources, PER_PHOTOGRAPH, options.seed)
        rows += _rows(name, pictures, SPLITS, options.seed, f"halves by photograph, {SPLITS} times")
    return rows


def degraded(photographs: Iterator[Image.Image], per_photograph: int, seed: int) -> Degraded:
    """Each photograph `per_photograph` times with every label, each time another part of it."""
    rng = np.random.default_rng(seed)
    signal, plain, labels, numbers = [], [], [], []
    for number, photograph in enumerate(photographs):
        for _ in range(per_photograph):
            for label, effect in enumerate(LABELS):
                picture = demonstrate(effect, _part(photograph, rng), rng)
                signal.append(analyse(picture))
                plain.append(plain_statistics(picture))
                labels.append(label)
                numbers.append(number)
    return Degraded(np.stack(signal), np.stack(plain), np.array(labels), np.array(numbers))


def plain_statistics(picture: Image.Image) -> NDArray[np.float32]:
    """The baseline's vector: tone, contrast and detail of each channel, and how alike the channels are.  # (24,)"""
    pixels = np.asarray(picture, np.float32) / 255
    across, down = np.diff(pixels, axis=1), np.diff(pixels, axis=0)
    values = [pixels.mean((0, 1)), pixels.std((0, 1)), np.abs(across).mean((0, 1)), np.abs(down).mean((0, 1))]
    values += [across.std((0, 1)), down.std((0, 1)), np.abs(np.diff(across, axis=1)).mean((0, 1))]
    values.append(_alike(np.asarray(across, np.float32).reshape(-1, 3)))
    return np.concatenate(values).astype(np.float32)


def _alike(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Correlation of the channels' steps.  # (pixels, 3) -> (3,)"""
    centred = steps - steps.mean(axis=0)
    covariance = centred.T @ centred
    scale = np.sqrt(np.diag(covariance)) + 1e-6
    return np.asarray((covariance / np.outer(scale, scale))[np.triu_indices(3, 1)], np.float32)


def _rows(name: str, pictures: Degraded, splits: int, seed: int, note: str) -> list[BenchRow]:
    ours, baseline = zip(*(_judge(pictures, half) for half in _halves(pictures, splits, seed)), strict=True)
    value, plain = np.array(ours), np.array(baseline)  # (splits, accuracy and AUC of each defect)
    titles = ["five-way accuracy", *(f"AUC {label} against clean" for label in LABELS[1:])]
    rows = []
    for i, title in enumerate(titles):
        spread = f"{note}: {value[:, i].min():.3f} to {value[:, i].max():.3f}; n = {len(pictures.labels)}"
        mean, beside = float(value[:, i].mean()), float(plain[:, i].mean())
        text = f"{spread}; baseline: logistic regression on pixel statistics"
        rows.append(BenchRow(f"signal, {name}: {title}", mean, "share", beside, mean / beside, text))
    return [*rows, _without_lattice(name, pictures, splits, seed, rows[0].value)]


def _without_lattice(name: str, pictures: Degraded, splits: int, seed: int, whole: float) -> BenchRow:
    """What is left where a picture was scaled or retouched after decoding, which moves its colours off the lattice."""
    blind = pictures.signal.copy()
    blind[:, LATTICE] = 0
    hidden = replace(pictures, signal=blind)
    value = float(np.mean([_judge(hidden, half)[0][0] for half in _halves(hidden, splits, seed)]))
    title = f"signal, {name}: five-way accuracy by blocks, noise and channels alone"
    return BenchRow(title, value, "share", whole, value / whole, "baseline: the whole vector")


def _halves(pictures: Degraded, splits: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Which pictures train."""
    rng = np.random.default_rng(seed)
    photographs = np.unique(pictures.photographs)
    for _ in range(splits):
        chosen = rng.permutation(photographs)[: (len(photographs) + 1) // 2]
        yield np.isin(pictures.photographs, chosen)


def _judge(pictures: Degraded, train: NDArray[np.bool_]) -> tuple[list[float], list[float]]:
    """Figures of the release head, and of logistic regression on the plain statistics, on what they did not see."""
    given, truth = pictures.labels[train], pictures.labels[~train]
    regression = fit_logistic(pictures.plain[train], np.eye(len(LABELS), dtype=np.float32)[given])
    with tempfile.TemporaryDirectory() as place:
        ground = TrainingGround(Path(place), pictures.signal[train], seed=0)
        head = load_head(Path(ground.train(given, LABELS, pictures.photographs[train]).folder))
    said = head.predict(pictures.signal[~train].astype(np.float16))
    return _figures(said, truth), _figures(regression.predict(pictures.plain[~train]), truth)


def _figures(probabilities: NDArray[np.floating], truth: NDArray[np.int64]) -> list[float]:
    figures = [float((probabilities.argmax(axis=1) == truth).mean())]
    for label in range(1, len(LABELS)):
        pair = (truth == 0) | (truth == label)
        leaning = np.log(probabilities[pair, label] + 1e-9) - np.log(probabilities[pair, 0] + 1e-9)
        figures.append(area_under_curve(leaning, truth[pair] == label))
    return figures


def area_under_curve(values: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Probability that a positive stands above a negative; ties count half."""
    ranks = rankdata(values)
    count = int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(values) - count)))


def _part(photograph: Image.Image, rng: np.random.Generator) -> Image.Image:
    width, height = min(SIDE, photograph.width), min(SIDE, photograph.height)
    left = int(rng.integers(photograph.width - width + 1))
    top = int(rng.integers(photograph.height - height + 1))
    return photograph.crop((left, top, left + width, top + height))


def halved(folder: Path, *, every: int) -> Iterator[Image.Image]:
    """The photographs of a folder, scaled down by two by averaging."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        for path in sorted(path for path in folder.rglob("*") if path.is_file())[::every]:
            with Image.open(path) as image:
                yield image.convert("RGB").reduce(2)


def _drawn(count: int, size: tuple[int, int], seed: int) -> Iterator[Image.Image]:
    for number in range(count):
        yield draw_scene(np.random.default_rng([seed, number]), *size)
