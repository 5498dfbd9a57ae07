"""Answered collections with their embeddings, split once into a pool to ask from and a test that is never asked.

Letters: images = rows, dim = values of an embedding, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.benchmarks.defects import PER_PHOTOGRAPH, degraded, halved
from core.values import HeadKind

_TEST_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class LabelSet:
    name: str
    kind: HeadKind
    embeddings: NDArray[np.float32]
    """(images, dim)"""
    targets: NDArray[np.float32]
    """(images, outputs) one-hot, 0/1 tags, or score / 10"""
    groups: NDArray[np.int64]
    """(images,) never split between pool and test"""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    pool: NDArray[np.int64]
    test: NDArray[np.int64]


def split(data: LabelSet) -> Split:
    """One fixed split by group: every seed and every strategy is judged on the same images."""
    names = np.unique(data.groups)
    drawn = np.random.default_rng(20).permutation(names)[: max(int(len(names) * _TEST_SHARE), 1)]
    inside = np.isin(data.groups, drawn)
    return Split(np.flatnonzero(~inside), np.flatnonzero(inside))


def without_a_tenth(parts: Split, seed: int) -> Split:
    """Each seed asks from another nine tenths of the pool: an order that knows no chance would else be tried once."""
    keep = len(parts.pool) - len(parts.pool) // 10
    return Split(np.sort(np.random.default_rng(seed).permutation(parts.pool)[:keep]), parts.test)


def label_sets(data: Path | None) -> list[LabelSet]:
    """Class sets; those whose files or packages are not at hand are left out."""
    found = [digits()]
    if data is not None:
        found += [_mobilenet(data, "flowers5"), _mobilenet(data, "trashnet"), _aesthetic(data)]
    return [each for each in found if each is not None]


def defect_set(data: Path) -> LabelSet:
    """Photographs degraded as the demo does it, through `signal`; each photograph with all that became of it is one
    group. Takes a minute or two to make."""
    made = degraded(halved(data / "hires", every=1), PER_PHOTOGRAPH, seed=0)
    return LabelSet("defects", HeadKind.CLASS, made.signal, one_hot(made.labels), made.photographs)


def score_sets(data: Path | None) -> list[LabelSet]:
    """Score heads have no shared set of useful size: two are made from class sets."""
    return [each for each in (_ink(), _taste(data)) if each is not None]


def digits() -> LabelSet | None:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return None
    pixels, labels = load_digits(return_X_y=True)
    n = np.arange(len(labels))
    return LabelSet("digits", HeadKind.CLASS, pixels.astype(np.float32), one_hot(labels), n)


def one_hot(labels: NDArray[np.generic]) -> NDArray[np.float32]:
    """(images,) names or numbers -> (images, labels) in sorted order."""
    names, numbers = np.unique(labels, return_inverse=True)
    return np.eye(len(names), dtype=np.float32)[numbers]


def _mobilenet(data: Path, name: str) -> LabelSet | None:
    file, index = data / "embeddings" / f"mnv2_{name}.npz", data / "index.csv"
    if not file.is_file() or not index.is_file():
        return None
    with index.open(newline="", encoding="utf-8") as lines:
        group_of = {row["path"].removeprefix(f"{name}/"): row["group"] for row in csv.DictReader(lines)}
    with np.load(file) as arrays:
        groups = np.unique([group_of.get(path) or path for path in map(str, arrays["path"])], return_inverse=True)[1]
        embeddings = arrays["X"].astype(np.float32)
        return LabelSet(name, HeadKind.CLASS, embeddings, one_hot(arrays["y"]), groups.astype(np.int64))


def _aesthetic(data: Path) -> LabelSet | None:
    file = data / "embeddings" / "dinov2_small_aesthetic_710.npz"
    if not file.is_file():
        return None
    with np.load(file) as arrays:
        n = np.arange(len(arrays["y"]))
        return LabelSet("aesthetic", HeadKind.CLASS, arrays["X"].astype(np.float32), one_hot(arrays["y"]), n)


def _ink() -> LabelSet | None:
    """Digits scored by how far their ink lies from the middle: a smooth score that is no label."""
    source = digits()
    if source is None:
        return None
    image = source.embeddings.reshape(-1, 8, 8)
    places = np.arange(8, dtype=np.float32) - 3.5
    distance = np.sqrt(places[:, None] ** 2 + places[None, :] ** 2)
    value = (image * distance).sum((1, 2)) / image.sum((1, 2))
    return LabelSet("ink", HeadKind.SCORE, source.embeddings, _as_score(value, seed=1), source.groups)


def _taste(data: Path | None) -> LabelSet | None:
    """Photographs of flowers and waste scored by a hidden taste: a random smooth function of their embeddings."""
    parts = [_mobilenet(data, name) for name in ("flowers5", "trashnet")] if data is not None else []
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        return None
    embeddings = np.concatenate([part.embeddings for part in known])
    groups = np.concatenate([part.groups + 100_000 * i for i, part in enumerate(known)])
    rng = np.random.default_rng(3)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    hidden = np.tanh((unit - unit.mean(0)) @ rng.normal(0.0, 12.0, (embeddings.shape[1], 24)) / 4.0)
    return LabelSet("taste", HeadKind.SCORE, embeddings, _as_score(hidden @ rng.normal(size=24), seed=2), groups)


def _as_score(values: NDArray[np.floating], *, seed: int) -> NDArray[np.float32]:
    """Half brackets from 0 to 10 as a person would give them, off by one bracket (one deviation), divided by 10."""
    standard = (values - values.mean()) / values.std()
    noisy = 5.0 + 2.0 * standard + np.random.default_rng(seed).normal(0.0, 1.0, len(values))
    brackets = np.clip(np.round(noisy * 2.0) / 2.0, 0.0, 10.0)
    return np.asarray(brackets / 10.0, dtype=np.float32)[:, None]
