"""Answers, a version that contradicts some of them, and what stands."""

from __future__ import annotations

import numpy as np

from app.bootstrap import Shell
from core.arrays.held_out import HeldOut, write_held_out
from core.jobs.events import JobFinished, TrainResult
from core.values import MEMBERS, ClassValue, ImageId, Metrics

CAT, DOG, BIRD = range(3)


def answer(shell: Shell, **animals: int) -> None:
    """By place of the image: a=CAT answers the first one."""
    project, head = shell.workspace.opened()
    values = {ImageId(ord(place) - 96): ClassValue(head.labels[row].label_id) for place, row in animals.items()}
    shell.workspace.announce(project.annotations.annotate(head.head_id, values))


def adopt(shell: Shell, said: np.ndarray, metrics: Metrics | None = None) -> None:
    """A version whose heads, without having seen them, say of the answered images `said` (images, outputs)."""
    project, head = shell.workspace.opened()
    annotated = project.annotations.annotated_set(head)
    number = project.versions.next_number(head.head_id)
    folder = project.folder / "heads" / project.heads.folder(head.head_id) / f".v{number}.part"
    folder.mkdir(parents=True)
    values = said.astype(np.float16)
    votes = np.repeat(values[:, None], MEMBERS, axis=1)
    write_held_out(folder / "out_of_fold.safetensors", HeldOut(annotated.hashes, values, votes, annotated.targets))

    result = TrainResult(
        folder=str(folder),
        number=number,
        head_id=head.head_id,
        annotations=len(annotated),
        last_annotation=project.annotations.last_id(),
        metrics=metrics or Metrics(len(annotated), "out-of-fold"),
        seconds=0.0,
        device="cpu",
        seed=0,
    )
    shell.workspace.announce(project.adopt(JobFinished("job", result)))


def likely(*rows: int) -> np.ndarray:
    """Nine to one for these labels, one image each."""
    return np.where(np.eye(3)[list(rows)] == 1, 0.9, 0.05)


def standing(shell: Shell, image_id: ImageId) -> str:
    head = shell.workspace.head
    value = shell.workspace.board.answers.get(image_id)
    assert head is not None
    assert isinstance(value, ClassValue)
    return next(label.name for label in head.labels if label.label_id == value.label)
