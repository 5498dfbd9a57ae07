"""What scikit-activeml and modAL would ask, given the same embeddings and the live head as their classifier.

Both are development tools: without them there are no rivals, and `rivals_source` says so. A strategy that needs a
classifier begins with images drawn by chance, as the examples of both libraries do; `TypiClust, then margin` is what
one who knows the field would put together.

Letters: images = the pool's, dim = values of an embedding, outputs = labels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.benchmarks.learning_curves import BATCH, Ask, Round, ask_randomly
from core.values import HeadKind

ACTIVEML, MODAL = "scikit-activeml", "modAL-python"


def rivals(kind: HeadKind) -> Mapping[str, Ask]:
    """Name -> strategy, of the libraries that are at hand."""
    found: dict[str, Ask] = {}
    if installed(ACTIVEML):
        found |= _activeml_for_labels() if kind is HeadKind.CLASS else _activeml_for_scores()
    if installed(MODAL) and kind is HeadKind.CLASS:
        found["modAL margin"] = ask_as_modal
    return found


def rivals_source() -> str:
    """Which libraries took part, and in which version."""
    there = [f"{name} {version(name)}" for name in (ACTIVEML, MODAL) if installed(name)]
    absent = [f"{name} is not installed" for name in (ACTIVEML, MODAL) if not installed(name)]
    return ", ".join(there + absent)


def installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _activeml_for_labels() -> dict[str, Ask]:
    from skactiveml import pool

    with_head: dict[str, Callable[[int], Any]] = {
        "margin": lambda seed: pool.UncertaintySampling(method="margin_sampling", random_state=seed),
        "BADGE": lambda seed: pool.Badge(random_state=seed),
        "DropQuery": lambda seed: pool.DropQuery(random_state=seed, cluster_algo_dict={"random_state": seed}),
        "FALCUN": lambda seed: pool.Falcun(random_state=seed),
    }
    found: dict[str, Ask] = {name: partial(_ask_with_head, make) for name, make in with_head.items()}
    typical = partial(_ask_without_head, lambda seed: pool.TypiClust(random_state=seed))
    margin = found["margin"]
    found["TypiClust"] = typical
    found["TypiClust, then margin"] = lambda now: (typical if now.says is None else margin)(now)
    found["query by committee"] = _ask_by_committee
    return {f"skactiveml {name}": ask for name, ask in found.items()}


def _activeml_for_scores() -> dict[str, Ask]:
    from skactiveml import pool

    return {
        "skactiveml TypiClust": partial(_ask_without_head, lambda seed: pool.TypiClust(random_state=seed)),
        "skactiveml greedy sampling": partial(_ask_without_head, lambda seed: pool.GreedySamplingX(random_state=seed)),
    }


def _ask_with_head(make: Callable[[int], Any], now: Round) -> NDArray[np.int64]:
    says = now.says
    if says is None:
        return ask_randomly(now)
    head = _as_classifier(partial(_mean_answer, says), now.answers.shape[1])
    return _query(make, now, clf=head, fit_clf=False)


def _ask_without_head(make: Callable[[int], Any], now: Round) -> NDArray[np.int64]:
    return _query(make, now)


def _ask_by_committee(now: Round) -> NDArray[np.int64]:
    """Each member of our committee is one of the library's."""
    from skactiveml.pool import QueryByCommittee

    members = now.situation.members
    if members is None:
        return ask_randomly(now)
    open_rows = ~now.situation.annotated
    said = [_as_classifier(partial(_whatever_is_asked, own[open_rows]), members.shape[2]) for own in members]
    return _query(lambda seed: QueryByCommittee(random_state=seed), now, ensemble=said, fit_ensemble=False)


def _whatever_is_asked(known: NDArray[np.floating], rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """The library asks about the open images in their order, and of them we know the votes."""
    return known


def _query(make: Callable[[int], Any], now: Round, **more: object) -> NDArray[np.int64]:
    answered = int(now.situation.annotated.sum())
    batch = min(BATCH, len(now.situation.annotated) - answered)
    given = now.answers.argmax(axis=1) if now.situation.kind is HeadKind.CLASS else now.answers[:, 0]
    y = np.where(now.situation.annotated, given, np.nan)
    rows = now.embeddings.astype(np.float64)
    with _quiet():
        asked = make(1000 * now.situation.seed + answered).query(X=rows, y=y, batch_size=batch, **more)
    return np.asarray(asked, dtype=np.int64)


def _as_classifier(answer: Callable[[NDArray[np.floating]], NDArray[np.floating]], outputs: int) -> Any:
    """A fitted classifier of scikit-activeml whose probabilities (rows, outputs) are those of `answer`."""
    from skactiveml.base import SkactivemlClassifier

    class Answering(SkactivemlClassifier):  # type: ignore[misc]  # untyped library
        def fit(self, X: object, y: object, sample_weight: object = None) -> Answering:  # noqa: N803
            return self

        def predict_proba(self, X: NDArray[np.floating], **kwargs: object) -> NDArray[np.floating]:  # noqa: N803
            return np.asarray(answer(X), dtype=np.float64)

        def predict(self, X: NDArray[np.floating], **kwargs: object) -> NDArray[np.floating]:  # noqa: N803
            return np.asarray(self.predict_proba(X).argmax(axis=1), dtype=np.float64)

    head = Answering(classes=np.arange(outputs, dtype=np.float64))
    head.classes_ = head.classes
    return head


def _mean_answer(
    says: Callable[[NDArray[np.float32]], NDArray[np.float32]], rows: NDArray[np.floating]
) -> NDArray[np.float32]:
    return np.asarray(says(rows.astype(np.float32)).mean(axis=0))


def ask_as_modal(now: Round) -> NDArray[np.int64]:
    """modAL's margin sampling."""
    from modAL.uncertainty import margin_sampling

    if now.says is None:
        return ask_randomly(now)
    open_rows = np.flatnonzero(~now.situation.annotated)
    learner = SimpleNamespace(predict_proba=partial(_mean_answer, now.says))
    with _quiet():
        asked = margin_sampling(learner, now.embeddings[open_rows], n_instances=min(BATCH, len(open_rows)))
    return open_rows[np.asarray(asked[0] if isinstance(asked, tuple) else asked, dtype=np.int64)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Both libraries warn of versions to come, which is not ours to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
