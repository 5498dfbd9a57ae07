"""The demo's simulated annotator: the whole loop played through the engine's own calls, against random order.

The live head and the queue are those of the window. What is measured is measured on pictures that both annotators'
heads exclude, so that neither is ever asked about them nor learns from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.cli.interrupts import PLAYS_ANEW
from app.cli.session import new_job, run
from app.cli.terminal import Terminal
from app.queue.asking import pool_of
from app.queue.ranking import Pool, Question, match, order_pool
from core.arrays.predictions import Predictions, read_predictions
from core.heads.live import LiveSession
from core.jobs.events import Event
from core.jobs.pace import Pace
from core.project import Project
from core.values import (
    AnswerValue,
    ClassValue,
    Combine,
    Field,
    Head,
    HeadKind,
    ImageId,
    LabelId,
    Source,
    Strategy,
    Tiles,
)

ROUNDS = 12
BATCH = 5
"""Annotations of a round."""
QUEUE_HEAD = "played by the queue"
RANDOM_HEAD = "played at random"


@dataclass(frozen=True, slots=True)
class Round:
    """Accuracy on the held-out pictures after so many annotations."""

    annotations: int
    accuracy: float
    random_accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a perfect annotator would say, and the pictures that are kept out of the play."""

    labels: Mapping[str, str]
    """File name -> label."""
    held_out: frozenset[str]
    """File names."""


class Annotator:
    """Answers truthfully whatever a queue asks, under a head of its own."""

    def __init__(self, project: Project, head: Head, truth: Truth, strategy: Strategy, seed: int) -> None:
        self._project = project
        self._head = head
        self._truth = truth
        self._strategy = strategy
        self._seed = seed
        self._pool = pool_of(project)
        self._names = {image.image_id: Path(image.path).name for image in project.images.get(_ids(self._pool.ids))}
        self._labels = {label.name: label.label_id for label in head.labels}
        self._exclude_held_out()
        self._job = new_job()
        self._live = LiveSession(project.live_open(self._job, head, "cpu", seed))
        self._predictions = self._look()

    def annotate(self, count: int) -> None:
        """The next `count` images of the queue, one act each, as a person would; then a new order."""
        asked = _ids(self._order()[:count])
        for image_id in asked:
            answer: dict[ImageId, AnswerValue | None] = {image_id: ClassValue(self._label_of(image_id))}
            self._project.annotations.annotate(self._head.head_id, answer, source=Source.SYNTHETIC)
        self._live.apply(self._project.live_change(self._job, self._head, asked))
        self._predictions = self._look()

    def accuracy(self) -> float:
        """Share of the held-out pictures that the live head names rightly."""
        return _accuracy(self._predictions, self._pool, self._names, self._head, self._truth)

    def train(self, terminal: Terminal) -> float:
        """Make a version, and its share of the held-out pictures."""
        run(
            self._project,
            self._project.training_spec(new_job(), self._head, "cpu", self._seed),
            terminal,
            left=PLAYS_ANEW,
        )
        head = self._project.heads.get(self._head.name)
        predictions = self._project.predictions(head)
        assert predictions is not None
        return _accuracy(predictions, self._pool, self._names, head, self._truth)

    def _order(self) -> NDArray[np.int64]:
        """The queue as the window has it.  # (open images,)"""
        standing = self._project.annotations.standing(self._head.head_id)
        answered, left_out = np.zeros(self._pool.size, np.bool_), np.zeros(self._pool.size, np.bool_)
        answered[standing.ids[standing.answered]] = True
        left_out[standing.ids[standing.excluded]] = True
        nothing = np.zeros(self._pool.size, np.bool_)
        question = Question(self._pool, HeadKind.CLASS, self._strategy, answered, left_out, nothing, self._seed)
        return order_pool(question, match(self._pool, self._predictions, "live"))

    def _look(self) -> Predictions:
        return read_predictions(Path(self._live.update().file))

    def _label_of(self, image_id: ImageId) -> LabelId:
        return self._labels[self._truth.labels[self._names[image_id]]]

    def _exclude_held_out(self) -> None:
        ids = [image_id for image_id, name in self._names.items() if name in self._truth.held_out]
        self._project.annotations.mark(self._head.head_id, ids, Field.EXCLUDED, True, source=Source.SYNTHETIC)


def fresh_head(project: Project, name: str, labels: Sequence[str], encoder: str) -> Head:
    """A head without annotations; one that an earlier demo left is put away."""
    for head in project.heads.all():
        if head.name == name:
            project.heads.remove(head.head_id)
    return project.heads.add(name, HeadKind.CLASS, labels, encoder, Tiles.NONE, Combine.MEAN)[0]


@dataclass(frozen=True, slots=True)
class Played:
    rounds: tuple[Round, ...]
    """By the live head, after every batch."""
    version: Round
    """By the versions that both annotators trained at the end."""


def play(
    project: Project, truth: Truth, labels: Sequence[str], encoder: str, seed: int, show: Callable[[Event], None]
) -> Played:
    """Both annotators, round by round, from nothing."""
    queue = Annotator(project, fresh_head(project, QUEUE_HEAD, labels, encoder), truth, Strategy.DISAGREEMENT, seed)
    chance = Annotator(project, fresh_head(project, RANDOM_HEAD, labels, encoder), truth, Strategy.RANDOM, seed)
    rounds: list[Round] = []
    pace = Pace("demo", "annotating", show)
    for number in range(1, ROUNDS + 1):
        queue.annotate(BATCH)
        chance.annotate(BATCH)
        rounds.append(Round(number * BATCH, queue.accuracy(), chance.accuracy()))
        pace.report(number, ROUNDS)
    silent = Terminal(json=True, quiet=True)
    return Played(tuple(rounds), Round(ROUNDS * BATCH, queue.train(silent), chance.train(silent)))


def _accuracy(predictions: Predictions, pool: Pool, names: Mapping[ImageId, str], head: Head, truth: Truth) -> float:
    ids = pool.ids_of(predictions.hashes)
    said = [head.labels[output].name for output in np.argmax(predictions.probabilities, axis=1)]
    judged = [(names[ImageId(one)], label) for one, label in zip(ids.tolist(), said, strict=True) if one >= 0]
    right = [truth.labels[name] == label for name, label in judged if name in truth.held_out]
    return float(np.mean(right))


def _ids(values: NDArray[np.int64]) -> list[ImageId]:
    return [ImageId(one) for one in values.tolist()]
