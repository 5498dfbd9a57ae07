"""The queue of `winnow rank`: the open images in the order of a strategy, with what the head says of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.cli.blind import BLIND, to_be_asked_blind
from app.cli.options import suggestion
from app.cli.progress import UNSHOWN, Show
from app.cli.words import label_names, value_json
from app.models.orders import needs_target
from app.queue.asking import pool_of, question_of
from app.queue.board import Board, read_board
from app.queue.hunting import Hunt, enough_for, hunt_of, outputs_of
from app.queue.likeness import embedded, likely, unjudged
from app.queue.opinion import opinion_of, told_by
from app.queue.ranking import Pool, Question, Ranking, match, order_pool
from app.queue.reasons import BY_CHANCE, NOT_EMBEDDED, SKIPPED, Asking, of_example, of_mark, of_order
from core.arrays.predictions import Predictions
from core.errors import UserError
from core.jobs.events import JobNotice
from core.jobs.pace import Pace
from core.project import Project
from core.project.outputs import check_version
from core.query.family import FAMILY
from core.query.situation import Situation
from core.query.strategy import Need
from core.review.telling import silenced, untold
from core.scoring.words import prediction_json, prediction_text
from core.values import BRACKETS, ENOUGH_FOUND, ChosenOrder, Head, HeadKind, ImageId, Standing, Strategy

_RANKING = "rank"
_WORTH_TELLING = 10_000
"""Images: fewer are looked at in a moment."""
_BY_LABEL = {Strategy.BEST, Strategy.WORST} | {name for name, each in FAMILY.items() if Need.TARGET in each.needs}
"""Orders that --label belongs to."""


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
    """Why an annotated image is looked at again, or an open one is hunted."""
    blind: bool = False
    """Of the audit set and open: to be answered without knowing what the head says, which `text` does not tell."""


@dataclass(frozen=True, slots=True)
class Ranked:
    version: int | None
    source: str
    """"version", "live" (all answers so far, where there is no version), "text" (the labels' own words, before any
    answer), "heads" (those that the head was made from), "out-of-fold", "embeddings" (likeness alone), or "" where
    nothing is predicted."""
    total: int
    images: tuple[RankedImage, ...]
    hunt: Hunt | None = None
    """How far a hunt is."""
    device: str | None = None
    """Where the answers so far were learned, where there is no version."""
    untold: tuple[str, ...] = ()
    """Tags of which nothing is told, for no answer says no to them."""


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
    like: ImageId | None = None,
    until: int | None = None,
    device: str = "cpu",
    show: Show = UNSHOWN,
) -> Ranked:
    """Raises UserError where the head, the version or the label is unknown, or a version is needed first.

    `among`: of these images only. A hunt is over when `until` are known, else as one of the window that begins now.
    `like`: until then it goes by likeness to this one, which it does not ask, whatever the head says. Without a version
    the answers so far are learned on `device`, and `show` is told how far that is.
    """
    head = project.heads.get(name)
    check_kind(head, strategy)
    output = label_output(head, strategy, label)
    number = version if version is not None else head.version
    pool = pool_of(project)
    board = read_board(project, head, pool)
    hunt = _hunt(board, head, strategy, output, until)
    example = None if hunt is None or hunt.over else like
    learned = partial(_predictions, project, head, number, strategy, seed, device, show)
    predictions = learned() if example is None else likely(project, head, output, example)
    judged = _judged(project, head, pool, predictions, strategy)
    chosen = ChosenOrder(strategy, output, hunt.enough if hunt is not None else ENOUGH_FOUND)
    question = question_of(project, head, board, pool, chosen, seed=seed)
    order = order_pool(_narrowed(question, among, like, by_example=example is not None), judged)
    said = _said(project, head, board, pool, predictions, number)
    asking = Asking(head, strategy, output, hunt, by_text=said.source == "text")
    why = None if hunt is None else partial(_reason, asking, said, judged, by_example=example is not None)
    images = _described(project, head, order[:limit], said, strategy, output, why)
    shown = hunt if strategy is Strategy.HUNT else None
    return Ranked(number, said.source, len(order), images, shown, said.device, said.untold)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What is said of the pool, and what may be told of it."""

    source: str
    ranking: Ranking | None
    told: NDArray[np.bool_] | None = None
    """(tags,) None: all"""
    untold: tuple[str, ...] = ()
    device: str | None = None


def _said(
    project: Project, head: Head, board: Board, pool: Pool, predictions: Predictions | None, number: int | None
) -> _Said:
    about = dict(predictions.metadata) if predictions is not None else {"source": ""}
    source = about.get("source", "version")
    if predictions is None or source == "embeddings":  # likeness is no prediction
        return _Said(source, None, device=about.get("device"))
    told = told_by(board, head, source, None if number is None else project.versions.get(head.head_id, number))
    return _Said(source, match(pool, predictions, f"v{number}"), told, untold(head, told), about.get("device"))


def _hunt(board: Board, head: Head, strategy: Strategy, output: int | None, until: int | None) -> Hunt | None:
    """Of an order that goes for a label or for high scores."""
    if output is None or not needs_target(strategy):
        return None
    return hunt_of(board, head, output, until or enough_for(board, head, output))


def _narrowed(
    question: Question, among: NDArray[np.int64] | None, like: ImageId | None, *, by_example: bool
) -> Question:
    """An image to go by (`like`) is not asked itself: whoever names it knows what it is. Answers count wherever they
    are, but where an order asks for what they left open."""
    left_out = question.left_out.copy()
    answered = question.answered if question.overlap is None else np.zeros_like(question.answered)
    if among is not None:
        left_out |= ~np.isin(np.arange(len(left_out)), among) & ~answered
    if like is not None and not answered[like]:
        left_out[like] = True
    return replace(question, left_out=left_out, by_example=by_example)


def _reason(
    asking: Asking,
    said: _Said,
    judged: Ranking | None,
    image_id: ImageId,
    *,
    by_example: bool,
) -> str:
    """Why an open image is asked, as the window tells it; `judged` is what the order goes by."""
    if by_example:
        return of_example(asking.hunt)
    if judged is not None and judged.row_of(image_id) is None:
        return NOT_EMBEDDED
    return of_order(asking, opinion_of(said.ranking, image_id, said.told))


def rank_marked(
    project: Project, name: str, version: int | None, limit: int | None, among: NDArray[np.int64] | None
) -> Ranked:
    """Images that were marked as wrong on a page and got no other answer since, those marked first first.

    Of tags it is said which ones wait.
    """
    head = project.heads.get(name)
    number = version if version is not None else head.version
    check_version(project, head, number)
    predictions, pool = project.predictions(head, number), pool_of(project)
    waiting = project.annotations.marked_wrong(head.head_id)
    marked = np.array(list(waiting), np.int64)
    marked = marked[np.isin(marked, pool.ids)]
    marked = marked if among is None else marked[np.isin(marked, among)]
    said = _said(project, head, read_board(project, head, pool), pool, predictions, number)
    why = (lambda image: of_mark(head, waiting[image])) if head.kind is HeadKind.TAGS else None
    images = _described(project, head, marked[:limit], said, Strategy.RANDOM, None, why)
    return Ranked(number, said.source, len(marked), images, untold=said.untold)


def check_kind(head: Head, strategy: Strategy) -> None:
    """Raises UserError where a strategy is not defined for this kind of head."""
    if strategy in FAMILY and head.kind not in FAMILY[strategy].kinds:
        kinds = " and ".join(sorted(FAMILY[strategy].kinds))
        raise UserError(f"--by {strategy.value} is for {kinds} heads", "`winnow strategies` lists the others")


def label_output(head: Head, strategy: Strategy, label: str | None) -> int | None:
    """Which output an order goes by; of a hunt under a score head the lowest bracket that counts."""
    hunts = strategy in _BY_LABEL - {Strategy.BEST, Strategy.WORST}
    if label is None:
        if hunts:
            raise UserError(f"--by {strategy.value} needs --label", _choices(head))
        return None
    if strategy not in _BY_LABEL:
        orders = ", ".join(sorted(_BY_LABEL))
        raise UserError(f"--label means nothing for --by {strategy.value}", f"use it with --by {orders}")
    names = list(outputs_of(head).values()) if hunts else [each.name for each in head.labels]
    if hunts and head.kind is HeadKind.SCORE:
        if not (label.isascii() and label.isdecimal()) or int(label) not in outputs_of(head):
            raise UserError(f"--label cannot be {label!r}", _choices(head))
        return int(label)
    if label not in names:
        listed = f"it has {', '.join(names)}" if names else "a score head has none"
        raise UserError(f"{head.name} has no label {label!r}", suggestion(label, names, listed))
    return names.index(label)


def _choices(head: Head) -> str:
    if head.kind is HeadKind.SCORE:
        return f"give the lowest bracket that counts, 1 to {BRACKETS}"
    return f"choose one of {', '.join(label.name for label in head.labels)}"


def _predictions(
    project: Project, head: Head, number: int | None, strategy: Strategy, seed: int, device: str, show: Show
) -> Predictions | None:
    if number is not None:
        numbers = [info.number for info in project.versions.of(head.head_id)]
        if number not in numbers:
            known = f"it has {', '.join(f'v{one}' for one in numbers)}" if numbers else "`winnow train` makes one"
            raise UserError(f"{head.name} has no version {number}", known)
        check_version(project, head, number)
        return project.predictions(head, number)
    needed = FAMILY[strategy].needs if strategy in FAMILY else {Need.PREDICTIONS}
    return _of_live_head(project, head, strategy, seed, device, show) if Need.PREDICTIONS in needed else None


def _of_live_head(
    project: Project, head: Head, strategy: Strategy, seed: int, device: str, show: Show
) -> Predictions | None:
    """What the answers so far say, or before any the labels' own words.

    Where neither says anything disagreement still covers the pool and a hunt looks around (None); for other orders
    UserError is raised, as where nothing is embedded.
    """
    lacking = f"{head.name} has no version to rank by"
    without = [name for name, each in FAMILY.items() if Need.PREDICTIONS not in each.needs] + [Strategy.HUNT]
    remedy = f"`winnow train` makes one; --by {', '.join(without[:-1])} and {without[-1]} need none"
    try:
        if not len(embedded(project, head)):
            raise UserError(f"nothing is embedded with {head.encoder}", "`winnow embed` does that")
        from core.heads.live import LiveSession

        if (images := len(embedded(project, head))) >= _WORTH_TELLING:
            show(
                JobNotice(
                    _RANKING, f"{head.name} has no version: learning from the answers so far, for {images:,} images"
                )
            )
        session = LiveSession(project.live_open(_RANKING, head, device, seed))
        pace = Pace(_RANKING, "looking at what surrounds the images", show)
        predictions, remark = session.look(partial(_tell_of_many, pace))
    except UserError as problem:
        if strategy is Strategy.HUNT:
            return None
        raise UserError(f"{lacking}, and {problem.problem}", remedy) from None
    if not np.isnan(predictions.probabilities).all():
        return replace(predictions, metadata={"source": "live", "device": session.device} | dict(predictions.metadata))
    if strategy is Strategy.HUNT:
        return None
    if strategy is Strategy.DISAGREEMENT:
        return replace(predictions, metadata={"source": "embeddings"} | dict(predictions.metadata))
    raise UserError(f"{lacking}, {remark.removeprefix('no answers yet, ')}", remedy)


def _tell_of_many(pace: Pace, done: int, total: int) -> None:
    if total >= _WORTH_TELLING:
        pace.report(done, total)


def _judged(
    project: Project, head: Head, pool: Pool, predictions: Predictions | None, strategy: Strategy
) -> Ranking | None:
    """What the strategy orders: predicted images, or embedded ones of which nothing is said."""
    if predictions is not None:
        return match(pool, predictions, "version")
    if strategy not in FAMILY or Need.EMBEDDINGS not in FAMILY[strategy].needs:
        return None
    return match(pool, unjudged(embedded(project, head), head), "embeddings")


def _described(
    project: Project,
    head: Head,
    ids: NDArray[np.int64],
    said: _Said,
    strategy: Strategy,
    output: int | None,
    why: Callable[[ImageId], str] | None = None,
) -> tuple[RankedImage, ...]:
    wanted = [ImageId(int(one)) for one in ids]
    images = project.images.get(wanted)
    names, labels = label_names(head), [label.name for label in head.labels]
    standings = project.annotations.standing_of(head.head_id, wanted)
    blind = to_be_asked_blind(standings, images, project.audits.share(head.head_id))
    ranking, told = said.ranking, said.told
    tells = told is None or output is None or head.kind is not HeadKind.TAGS or bool(told[output])
    found: list[RankedImage] = []
    for image, standing, hidden in zip(images, standings, blind, strict=True):
        row = ranking.row_of(image.image_id) if ranking is not None else None
        reason = None if why is None else _standing_reason(standing, hidden=hidden) or why(image.image_id)
        answer, text = value_json(standing.answer, names), BLIND if hidden else ""
        one = RankedImage(image.path, None, None, answer, text, reason=reason, blind=hidden)
        if ranking is not None and row is not None:
            values = silenced(ranking.predictions.probabilities[row].astype(np.float64), told).tolist()
            utility = _utility(ranking.predictions, row, head.kind, strategy, output) if tells else None
            text = text or prediction_text(head.kind, labels, values)
            one = replace(one, utility=utility, prediction=prediction_json(head.kind, labels, values), text=text)
        found.append(one)
    return tuple(found)


def _standing_reason(standing: Standing, *, hidden: bool) -> str:
    """What comes before all that an order goes by."""
    return SKIPPED if standing.skipped else BY_CHANCE if hidden else ""


def _utility(
    predictions: Predictions, row: int, kind: HeadKind, strategy: Strategy, output: int | None
) -> float | None:
    """The number that the strategy goes by, for one image."""
    if strategy in FAMILY and Need.PREDICTIONS not in FAMILY[strategy].needs:
        return None
    one = Situation(
        kind,
        np.zeros(1, np.bool_),
        members=predictions.members[row][:, None, :],
        probabilities=predictions.probabilities[row][None],
        target=output,
        utility=predictions.utility[row][None],
    )
    values = FAMILY[strategy].values(one) if strategy in FAMILY else one.wanted()
    return float(values[0]) if math.isfinite(values[0]) else None
