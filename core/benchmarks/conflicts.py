"""Finding wrong annotations: the conflict queue against cleanlab's order and the seed's list of highest training loss.

Errors are planted in labelled photographs: some answers become another label, drawn evenly. The value is the average
precision of the queue: 1 where every wrong answer comes before every right one, the share of errors by chance.

Letters: n = annotated images, outputs = labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.benchmarks import BenchOptions, BenchRow
from core.benchmarks.label_sets import LabelSet, digits, label_sets
from core.benchmarks.seed_baseline import QUICKENED_STEPS, quickened_network
from core.heads.checkpoint import predict
from core.heads.live_fit import refit
from core.heads.similarity import unit_rows
from core.review.conflicts import conflict
from core.review.evidence import Evidence
from core.values import Annotated, HeadKind
from core.workers import Workers

SETS = ("flowers5", "trashnet")
SHARES = (0.02, 0.05, 0.10)
_SEED_SHARE = 0.05
"""The seed's network is taught at this one alone: it takes longer than all the rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """Answers of which some are wrong."""

    given: NDArray[np.int64]
    """(n,)"""
    wrong: NDArray[np.bool_]
    """(n,)"""


@dataclass(frozen=True, slots=True)
class _Found:
    """Average precision of each order."""

    ours: float
    issues: float
    quality: float
    loss: float | None


def run(options: BenchOptions) -> list[BenchRow]:
    """No rows without the shared photographs, save in the quick run, which takes drawn digits."""
    if options.quick:
        drawn = digits()
        sets = [drawn] if drawn is not None else []
        return [row for each in sets for row in _rows(_first(each, 240), (0.05,), 1, options.seed, steps=40)]
    sets = [each for each in label_sets(options.data) if each.name in SETS]
    return [row for each in sets for row in _rows(each, SHARES, 5, options.seed, steps=QUICKENED_STEPS)]


def _rows(data: LabelSet, shares: Sequence[float], seeds: int, seed: int, *, steps: int) -> list[BenchRow]:
    workers = Workers()
    try:
        return [_row(data, share, seeds, seed, steps, workers) for share in shares]
    finally:
        workers.close()


def _row(data: LabelSet, share: float, seeds: int, seed: int, steps: int, workers: Workers) -> BenchRow:
    found = [
        _find(data, share, seed + number, steps if number == 0 and share == _SEED_SHARE else 0, workers)
        for number in range(seeds)
    ]
    ours, issues, quality = (float(np.mean([getattr(one, name) for one in found])) for name in _ORDERS)
    first, loss = found[0].ours, found[0].loss
    seeds_list = (
        "" if loss is None else f"; highest training loss of the seed's loop {loss:.3f} where this has {first:.3f}"
    )
    note = (
        f"{len(data.targets):,} images, {seeds} seeds; baseline: find_label_issues of cleanlab by self-confidence on "
        f"the same answers; its label quality scores {quality:.3f}{seeds_list}; {cleanlab_source()}"
    )
    name = f"{data.name}: {share:.0%} wrong labels, conflict queue"
    return BenchRow(name, ours, "average precision", issues, ours / issues, note)


_ORDERS = ("ours", "issues", "quality")


def _find(data: LabelSet, share: float, seed: int, steps: int, workers: Workers) -> _Found:
    planted = plant_errors(data.targets.argmax(axis=1), data.targets.shape[1], share, seed)
    said = _out_of_sample(data, planted.given, seed, workers)
    nobody = np.empty((len(said), 0, said.shape[1]), dtype=np.float32)
    strength = conflict(Evidence(HeadKind.CLASS, _one_hot(planted.given, said), said, nobody))
    probabilities = said.astype(np.float64) / said.sum(axis=1, keepdims=True, dtype=np.float64)
    return _Found(
        average_precision(planted.wrong, strength),
        average_precision(planted.wrong, label_issues_first(planted.given, probabilities)),
        average_precision(planted.wrong, -label_quality(planted.given, probabilities)),
        average_precision(planted.wrong, _training_loss(data, planted.given, seed, steps)) if steps else None,
    )


def plant_errors(labels: NDArray[np.integer], outputs: int, share: float, seed: int) -> Planted:
    """`share` of the answers become another label, each other one as likely."""
    rng = np.random.default_rng(seed + 100)
    wrong = np.zeros(len(labels), dtype=np.bool_)
    wrong[rng.choice(len(labels), round(share * len(labels)), replace=False)] = True
    given = labels.astype(np.int64)
    given[wrong] = (given[wrong] + rng.integers(1, outputs, int(wrong.sum()))) % outputs
    return Planted(given, wrong)


def average_precision(wrong: NDArray[np.bool_], strength: NDArray[np.floating]) -> float:
    """Mean precision at each wrong answer, strongest first; ties in the order they come."""
    ranked = wrong[np.argsort(-strength, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def label_quality(given: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """cleanlab's score of each answer, low = look first; its published formula where the package is not there."""
    try:
        from cleanlab.rank import get_label_quality_scores
    except ImportError:
        return np.asarray(probabilities[np.arange(len(given)), given], dtype=np.float64)
    return np.asarray(get_label_quality_scores(given, probabilities, method="self_confidence"), dtype=np.float64)


def label_issues_first(given: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """What cleanlab's filter flags, in its order, then the rest by label quality; high = look first.

    Without the package the filter is written out from the paper: off the diagonal of the confident joint.
    """
    strength = -label_quality(given, probabilities)
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        flagged = _confidently_wrong(given, probabilities)
        strength[flagged] += 2.0
        return strength
    ranked = find_label_issues(given, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    strength[ranked] = 1.0 + np.arange(len(ranked), 0, -1)
    return strength


def cleanlab_source() -> str:
    try:
        from importlib.metadata import version

        return f"cleanlab {version('cleanlab')}"
    except ImportError:
        return "cleanlab's published formulas"


def _confidently_wrong(given: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Northcutt, Jiang & Chuang (2021), section 3.1: above the mean self-confidence of a label that was not given."""
    outputs = probabilities.shape[1]
    given_to = [given == label for label in range(outputs)]
    bars = np.array([probabilities[rows, label].mean() if rows.any() else 1.0 for label, rows in enumerate(given_to)])
    above = np.where(probabilities >= bars, probabilities, -1.0)
    return np.asarray((above.max(axis=1) >= 0) & (above.argmax(axis=1) != given))


def _one_hot(given: NDArray[np.int64], said: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.eye(said.shape[1], dtype=np.float32)[given]


def _out_of_sample(data: LabelSet, given: NDArray[np.int64], seed: int, workers: Workers) -> NDArray[np.float32]:
    """What a version keeps of the images it learned from, to the precision it keeps. (n, outputs)"""
    n = len(given)
    hashes = np.random.default_rng(seed).integers(0, 256, (n, 32)).astype(np.uint8)
    targets = np.eye(data.targets.shape[1], dtype=np.float32)[given]
    annotated = Annotated(hashes, targets, np.ones(n, np.float32), data.groups)
    keys, support = np.arange(n, dtype=np.uint64), np.arange(n)
    rows = unit_rows(data.embeddings)
    fit = workers.run(refit, rows, annotated, keys, HeadKind.CLASS, support, before=None, seed=seed, each=workers.each)
    return fit.left_out.astype(np.float16).astype(np.float32)


def _training_loss(data: LabelSet, given: NDArray[np.int64], seed: int, steps: int) -> NDArray[np.float32]:
    """Of each image that the network was taught on, in the end."""
    n, outputs = data.targets.shape
    network = quickened_network(data.embeddings, given, outputs, seed=seed, steps=steps)
    said = predict(network, HeadKind.CLASS, data.embeddings)
    return np.asarray(-np.log(np.maximum(said[np.arange(n), given], 1e-9)), dtype=np.float32)


def _first(data: LabelSet, count: int) -> LabelSet:
    return LabelSet(data.name, data.kind, data.embeddings[:count], data.targets[:count], data.groups[:count])
