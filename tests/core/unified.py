"""A project with two defect heads, as the tests of unified heads take it: JPEG and WebP, and shifted colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.arrays.predictions import Predictions, write_predictions
from core.arrays.tensor_file import write_tensors
from core.heads.head_config import HeadConfig, write_config
from core.jobs.events import JobFinished, TrainResult
from core.project import Project
from core.values import (
    MEMBERS,
    AnnotationId,
    AnswerValue,
    ClassValue,
    Head,
    HeadKind,
    ImageId,
    Label,
    Metrics,
    Standing,
    TagsValue,
)


def label(head: Head, name: str) -> Label:
    return next(one for one in head.labels if one.name == name)


def defect_heads(project: Project) -> tuple[Head, Head]:
    compression, _ = project.heads.add("compression", HeadKind.CLASS, ["Pass", "JPEG", "WebP"])
    colours, _ = project.heads.add("colours", HeadKind.CLASS, ["Clean", "Shifted"])
    return compression, colours


def classify(project: Project, head: Head, answers: Mapping[int, str | None]) -> None:
    values = {
        ImageId(image): None if name is None else ClassValue(label(head, name).label_id)
        for image, name in answers.items()
    }
    project.annotations.annotate(head.head_id, values)


def said(project: Project, head: Head, image: int) -> tuple[set[str], set[str]] | None:
    """Names of the tags that are yes, and of those that are no."""
    names = {one.label_id: one.name for one in head.labels}
    (standing,) = project.annotations.standing_of(head.head_id, [ImageId(image)])
    match standing:
        case Standing(answer=TagsValue(yes, no)):
            return {names[one] for one in yes}, {names[one] for one in no}
        case _:
            return None


def judge_pool(project: Project, head: Head, probabilities: Sequence[Sequence[float]]) -> None:
    """A version of the head that says this of each image of the project, in the order of ids."""
    number = project.versions.next_number(head.head_id)
    folder = project.folder / "heads" / project.heads.folder(head.head_id) / f"made-{number}"
    folder.mkdir(parents=True)
    said = np.array(probabilities, np.float16)  # (images, outputs)
    predictions = Predictions(
        hashes=project.images.all().hashes,
        probabilities=said,
        members=np.repeat(said[:, None], MEMBERS, axis=1),
        utility=np.zeros(len(said), np.float32),
        order=np.arange(len(said)),
    )
    write_predictions(folder / "predictions.safetensors", predictions)
    write_tensors(folder / f"head-v{number}.safetensors", {"down.5.bias": np.zeros(head.outputs, np.float32)}, {})
    config = HeadConfig(head.name, "", head.kind, tuple(one.name for one in head.labels))
    write_config(folder / f"head-v{number}.config.json", config)
    result = TrainResult(
        folder=folder.relative_to(project.folder).as_posix(),
        number=number,
        head_id=head.head_id,
        annotations=0,
        last_annotation=AnnotationId(0),
        metrics=Metrics(0, "out-of-fold"),
        seconds=0.0,
        device="cpu",
        seed=0,
        labels=tuple(one.label_id for one in head.labels),
    )
    project.adopt(JobFinished("train", result))


def tags(head: Head, *, yes: Sequence[str] = (), no: Sequence[str] = ()) -> AnswerValue:
    return TagsValue(
        frozenset(label(head, name).label_id for name in yes), frozenset(label(head, name).label_id for name in no)
    )
