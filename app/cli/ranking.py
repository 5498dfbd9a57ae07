"""The queue of `winnow rank`: the open images in the order of a strategy, with what the head says of each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.cli.options import suggestion
from app.cli.words import label_names, value_json
from app.queue.board import Board
from app.queue.ranking import Pool, Ranking, match, order_pool
from core.arrays.predictions import Predictions
from core.errors import UserError
from core.project import Project
from core.query.utilities import entropy, margin
from core.scoring.words import prediction_json, prediction_text
from core.values import MEMBERS, Head, HeadKind, ImageId, Strategy

_WITHOUT_VERSION = (Strategy.RANDOM, Strategy.DIVERSE)


@dataclass(frozen=True, slots=True)
class RankedImage:
    path: str
    utility: float | None
    """None for orders that go by no number."""
    prediction: object
    """JSON; None where the version says nothing of the image."""
    annotation: object
    text: str
    """The prediction in a few characters."""
    tag: str | None = None
    """The open tag that an overlap is ranked by."""
    reason: str | None = None
    """Why an annotated image is looked at again."""


@dataclass(frozen=True, slots=True)
class Ranked:
    version: int | None
    source: str
    """"version", "text" (the labels' own words, before any answer), "heads" (those that the head was made from),
    "out-of-fold", "embeddings" (likeness alone), or ""
    where nothing is predicted."""
    total: int
    images: tuple[RankedImage, ...]


def rank_pool(
    project: Project,
    name: str,
    version: int | None,
    strategy: Strategy,
    *,
    label: str | None,
    limit: int | None,
    seed: int,
    among: NDArray[np.int64] | None = None,
) -> Ranked:
    """Raises UserError where the head, the version or the label is unknown, or a version is needed first.

    `among`: of these images only.
    """
    head = project.heads.get(name)
    output = label_output(head, strategy, label)
    number = version if version is not None else head.version
    predictions = _predictions(project, head, number, strategy, seed)
    table = project.images.all()
    pool = Pool(table.ids, table.hashes)
    order = _order(project, head, pool, predictions, strategy, output, seed)
    order = order if among is None else order[np.isin(order, among)]
    chosen = order[:limit]
    ranking = match(pool, predictions, f"v{number}") if predictions is not None else None
    source = predictions.metadata.get("source", "version") if predictions is not None else ""
    return Ranked(number, source, len(order), _described(project, head, chosen, ranking, strategy, output))


def label_output(head: Head, strategy: Strategy, label: str | None) -> int | None:
    """Which output best and worst go by."""
    if label is None:
        return None
    if strategy not in (Strategy.BEST, Strategy.WORST):
        raise UserError(f"--label means nothing for --by {strategy.value}", "use it with --by best or --by worst")
    names = [each.name for each in head.labels]
    if label not in names:
        listed = f"it has {', '.join(names)}" if names else "a score head has none"
        raise UserError(f"{head.name} has no label {label!r}", suggestion(label, names, listed))
    return names.index(label)


def _predictions(project: Project, head: Head, number: int | None, strategy: Strategy, seed: int) -> Predictions | None:
    if number is not None:
        numbers = [info.number for info in project.versions.of(head.head_id)]
        if number not in numbers:
            known = f"it has {', '.join(f'v{one}' for one in numbers)}" if numbers else "`winnow train` makes one"
            raise UserError(f"{head.name} has no version {number}", known)
        return project.predictions(head, number)
    return None if strategy in _WITHOUT_VERSION else _from_text(project, head, seed)


def _from_text(project: Project, head: Head, seed: int) -> Predictions:
    """What the live head says before any answer, where its encoder can read the labels. Raises UserError."""
    lacking = f"{head.name} has no version to rank by"
    remedy = "`winnow train` makes one; --by diverse and random need none"
    if project.annotations.count(head.head_id):
        raise UserError(lacking, remedy)
    from core.heads.live import LiveSession

    try:
        return LiveSession(project.live_open("rank", head, "cpu", seed)).from_text()
    except UserError as problem:
        raise UserError(f"{lacking}, and {problem.problem}", remedy) from None


def _order(
    project: Project,
    head: Head,
    pool: Pool,
    predictions: Predictions | None,
    strategy: Strategy,
    output: int | None,
    seed: int,
) -> NDArray[np.int64]:
    """Ids of all open images, as the window asks them."""
    board = Board(pool, project.annotations.standing(head.head_id), audit_share=project.audits.share(head.head_id))
    question = board.question(pool, head.kind, strategy, seed=seed, output=output)
    judged, embeddings = _judged(project, head, pool, predictions, strategy)
    return order_pool(question, judged, embeddings=embeddings)


def _judged(
    project: Project, head: Head, pool: Pool, predictions: Predictions | None, strategy: Strategy
) -> tuple[Ranking | None, NDArray[np.float32] | None]:
    """What the strategy orders: predicted images, or embedded ones with their vectors."""
    if strategy is Strategy.DIVERSE:
        hashes, vectors = embedded(project, head)
        return match(pool, _unjudged(hashes, head), "embeddings"), vectors
    return (match(pool, predictions, "version") if predictions is not None else None), None


def _unjudged(hashes: NDArray[np.uint8], head: Head) -> Predictions:
    """Images of which nothing is said."""
    count = len(hashes)
    return Predictions(
        hashes=hashes,
        probabilities=np.zeros((count, head.outputs), np.float16),
        members=np.broadcast_to(np.float16(0), (count, MEMBERS, head.outputs)),
        utility=np.zeros(count, np.float32),
        order=np.zeros(0, np.int64),
    )


def embedded(project: Project, head: Head) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Hashes and vectors of every embedded image, the tiles of one as their mean.  # (n, 32), (n, dim)"""
    signature = project.encoders.signature(head.encoder, head.tiles)
    if signature is None:
        raise UserError(f"nothing is embedded with {head.encoder}", "`winnow embed` does that")
    store = project.embeddings(signature)
    vectors = store.load().astype(np.float32)
    return store.index().hashes, vectors.mean(axis=1) if vectors.ndim == 3 else vectors


def _described(
    project: Project,
    head: Head,
    ids: NDArray[np.int64],
    ranking: Ranking | None,
    strategy: Strategy,
    output: int | None,
) -> tuple[RankedImage, ...]:
    wanted = [ImageId(int(one)) for one in ids]
    images = project.images.get(wanted)
    names, labels = label_names(head), [label.name for label in head.labels]
    standings = project.annotations.standing_of(head.head_id, wanted)
    found: list[RankedImage] = []
    for image, standing in zip(images, standings, strict=True):
        row = ranking.row_of(image.image_id) if ranking is not None else None
        annotation = value_json(standing.answer, names)
        if ranking is None or row is None:
            found.append(RankedImage(image.path, None, None, annotation, ""))
            continue
        values = ranking.predictions.probabilities[row].astype(np.float64)
        utility = _utility(ranking.predictions, row, head.kind, strategy, output)
        said, text = prediction_json(head.kind, labels, values), prediction_text(head.kind, labels, values)
        found.append(RankedImage(image.path, utility, said, annotation, text))
    return tuple(found)


def _utility(
    predictions: Predictions, row: int, kind: HeadKind, strategy: Strategy, output: int | None
) -> float | None:
    """The number that the strategy goes by, for one image."""
    members = predictions.members[row][:, None, :]  # (members, 1, outputs)
    match strategy:
        case Strategy.DISAGREEMENT:
            return float(predictions.utility[row])
        case Strategy.MARGIN:
            return float(margin(members, kind)[0])
        case Strategy.ENTROPY:
            return float(entropy(members, kind)[0])
        case Strategy.BEST | Strategy.WORST:
            values = predictions.probabilities[row]
            best = float(np.fmax.reduce(values) if output is None else values[output])
            return None if math.isnan(best) else best
        case _:
            return None
