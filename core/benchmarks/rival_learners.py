"""scikit-activeml and modAL from end to end: their loop, their margin, and logistic regression as their classifier.

Letters: images = the pool's, rounds = of a learning curve.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.benchmarks.label_sets import LabelSet, Split
from core.benchmarks.learning_curves import BATCH, Curve
from core.benchmarks.rivals import ACTIVEML, MODAL, installed
from core.query.random_share import random_keys

OwnCurve = Callable[..., Curve]
"""(data, parts, *, seed, budget)"""


def own_learners() -> Mapping[str, OwnCurve]:
    found = {}
    if installed(ACTIVEML):
        found["skactiveml margin, logistic regression"] = partial(_own_curve, _Activeml)
    if installed(MODAL):
        found["modAL margin, logistic regression"] = partial(_own_curve, _Modal)
    return found


def _own_curve(make: Callable[[int, int], Any], data: LabelSet, parts: Split, *, seed: int, budget: int) -> Curve:
    """The first round is drawn by chance, as in `ask_randomly`."""
    rows, truth = data.embeddings[parts.pool], data.targets[parts.pool].argmax(axis=1)
    test, wanted = data.embeddings[parts.test], data.targets[parts.test].argmax(axis=1)
    learner = make(data.targets.shape[1], seed)
    given = np.argsort(random_keys(len(rows), seed))[:BATCH]
    labels, quality, seconds = [], [], 0.0
    while True:
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            learner.learn(rows, truth, given)
            labels.append(len(given))
            asked = learner.ask(rows, truth, given) if len(given) < min(budget, len(rows)) else None
        seconds += time.perf_counter() - start
        quality.append(float((learner.answer(test) == wanted).mean()))
        if asked is None:
            return Curve(np.array(labels), np.array(quality), np.full(len(labels), np.nan), seconds / len(labels))
        given = np.concatenate([given, asked])


class _Activeml:
    def __init__(self, outputs: int, seed: int) -> None:
        from skactiveml.classifier import SklearnClassifier
        from skactiveml.pool import UncertaintySampling
        from sklearn.linear_model import LogisticRegression

        head = LogisticRegression(max_iter=500)
        self._head = SklearnClassifier(head, classes=np.arange(outputs, dtype=np.float64), random_state=seed)
        self._strategy = UncertaintySampling(method="margin_sampling", random_state=seed)

    def learn(self, rows: NDArray[np.floating], truth: NDArray[np.int64], given: NDArray[np.int64]) -> None:
        self._head.fit(rows, _known(truth, given))

    def ask(self, rows: NDArray[np.floating], truth: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.int64]:
        batch, known = min(BATCH, len(rows) - len(given)), _known(truth, given)
        asked = self._strategy.query(X=rows, y=known, clf=self._head, fit_clf=False, batch_size=batch)
        return np.asarray(asked, dtype=np.int64)

    def answer(self, rows: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(self._head.predict(rows))


class _Modal:
    """Made anew from all answers, which is what its `teach` does; that fails with scikit-learn 1.8 and later."""

    def __init__(self, outputs: int, seed: int) -> None:
        self._learner: Any = None

    def learn(self, rows: NDArray[np.floating], truth: NDArray[np.int64], given: NDArray[np.int64]) -> None:
        from modAL.models import ActiveLearner
        from modAL.uncertainty import margin_sampling
        from sklearn.linear_model import LogisticRegression

        head = LogisticRegression(max_iter=500)
        self._learner = ActiveLearner(head, margin_sampling, X_training=rows[given], y_training=truth[given])

    def ask(self, rows: NDArray[np.floating], truth: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.int64]:
        open_rows = np.setdiff1d(np.arange(len(rows)), given)
        asked, *_ = self._learner.query(rows[open_rows], n_instances=min(BATCH, len(open_rows)))
        return open_rows[np.asarray(asked, dtype=np.int64)]

    def answer(self, rows: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(self._learner.predict(rows))


def _known(truth: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.float64]:
    known = np.full(len(truth), np.nan)
    known[given] = truth[given]
    return known
