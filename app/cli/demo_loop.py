"""The demo's simulated annotator: the whole loop played through the engine's own calls, against random order.

Shapes: pictures = held-out pictures, dim = values of a vector, outputs = labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.cli.ranking import rank_pool
from app.cli.session import new_job, run
from app.cli.terminal import Terminal
from core.heads.checkpoint import load_head
from core.jobs.events import Event, JobProgress, TrainResult
from core.project import Project
from core.values import AnswerValue, ClassValue, Combine, Head, HeadKind, ImageId, Source, Strategy, Tiles

ROUNDS = 8
BATCH = 20
"""Annotations of a round, after which the head is trained again; as the window does by itself."""
QUEUE_HEAD = "played by the queue"
RANDOM_HEAD = "played at random"


@dataclass(frozen=True, slots=True)
class Round:
    """Accuracy on the held-out pictures after so many annotations."""

    annotations: int
    accuracy: float
    random_accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Pictures that neither annotator is ever asked about."""

    vectors: NDArray[np.float16]
    """(pictures, dim)"""
    labels: tuple[str, ...]
    """(pictures,)"""


class Annotator:
    """Answers truthfully whatever the queue asks, under a head of its own."""

    def __init__(self, project: Project, head_name: str, truth: Mapping[str, str], terminal: Terminal) -> None:
        self._project = project
        self._name = head_name
        self._truth = truth
        self._terminal = terminal

    def begin(self, labels: Sequence[str], encoder: str) -> None:
        """A fresh head; one that an earlier demo left is put away."""
        for head in self._project.heads.all():
            if head.name == self._name:
                self._project.heads.remove(head.head_id)
        self._project.heads.add(self._name, HeadKind.CLASS, labels, encoder, Tiles.NONE, Combine.MEAN)

    def answer(self, strategy: Strategy, count: int, seed: int) -> None:
        """Annotate the first `count` images of the queue, as one person would, image by image."""
        asked = rank_pool(self._project, self._name, None, strategy, label=None, limit=count, seed=seed)
        head = self._head
        ids = {label.name: label.label_id for label in head.labels}
        for image in asked.images:
            image_id = self._project.images.by_path(image.path)
            assert image_id is not None
            values: dict[ImageId, AnswerValue | None] = {image_id: ClassValue(ids[self._truth[Path(image.path).name]])}
            self._project.annotations.annotate(head.head_id, values, source=Source.SYNTHETIC)

    def train(self, seed: int) -> Path:
        """Make a version; returns its folder."""
        spec = self._project.training_spec(new_job(), self._head, "cpu", seed)
        result = run(self._project, spec, self._terminal)
        assert isinstance(result, TrainResult)
        version = self._project.versions.in_force(self._head.head_id)
        assert version is not None
        return self._project.folder / version.folder

    @property
    def _head(self) -> Head:
        return self._project.heads.get(self._name)


def play(
    project: Project,
    truth: Mapping[str, str],
    held_out: HeldOut,
    labels: Sequence[str],
    encoder: str,
    seed: int,
    show: Callable[[Event], None],
) -> list[Round]:
    """Both annotators, round by round, from nothing."""
    silent = Terminal(json=True, quiet=True)
    queue = Annotator(project, QUEUE_HEAD, truth, silent)
    chance = Annotator(project, RANDOM_HEAD, truth, silent)
    for annotator in (queue, chance):
        annotator.begin(labels, encoder)
    rounds: list[Round] = []
    for number in range(1, ROUNDS + 1):
        queue.answer(Strategy.DISAGREEMENT if rounds else Strategy.DIVERSE, BATCH, seed)
        chance.answer(Strategy.RANDOM, BATCH, seed)
        figures = [accuracy(annotator.train(seed), held_out) for annotator in (queue, chance)]
        rounds.append(Round(number * BATCH, *figures))
        show(JobProgress("demo", "annotating and training", number, ROUNDS))
    return rounds


def accuracy(version: Path, held_out: HeldOut) -> float:
    """Share of held-out pictures that the version names rightly."""
    head = load_head(version)
    answers = head.predict(held_out.vectors).argmax(axis=1)
    right = [head.labels[answer] == label for answer, label in zip(answers, held_out.labels, strict=True)]
    return float(np.mean(right))
