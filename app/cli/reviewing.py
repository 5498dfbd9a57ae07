"""The queues of `winnow rank` over annotated images, each with its reason, and the images most like a given one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.cli.options import suggestion
from app.cli.progress import UNSHOWN, Show
from app.cli.ranking import Ranked, RankedImage
from app.cli.words import label_names, value_json
from core.answers import answer_from
from core.errors import UserError
from core.project import Project
from core.project.content_twins import USUAL, regroup_by_content
from core.project.reviewing import gather, look_again
from core.project.similar import likeness, vector_of
from core.project.twins import bits_of, regroup
from core.review.orders import BY_LABEL, NEED_A_VERSION, ReviewOrder
from core.review.second_look import Asked, SecondLook
from core.review.telling import untold
from core.scoring.words import prediction_json, prediction_text
from core.values import BRACKETS, Head, HeadKind, ImageId

SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list."""

    by: str
    label: str | None = None
    threshold: float | None = None
    """A probability; of a score head a score; of duplicates how alike they look."""
    to: str | None = None
    limit: int | None = None
    seed: int = 0
    where: str | None = None
    """A query that the images must answer."""
    by_embedding: bool = False
    """Duplicates are alike to the encoder, and not in their pixels."""
    until: int | None = None
    """So many end a hunt; None: as many as usual."""
    device: str = "cpu"
    """Where answers are learned while there is no version."""
    show: Show = UNSHOWN
    """Told how far what takes long is."""

    @property
    def order(self) -> ReviewOrder:
        return ReviewOrder(self.by)


def rank_again(project: Project, name: str, version: int | None, wish: Wish) -> Ranked:
    """Raises UserError where the label is unknown, the threshold means nothing, or a version is needed first."""
    head = project.heads.get(name)
    asked = Asked(wish.order, _output(head, wish), _threshold(head, wish))
    material = gather(project, head, version)
    if wish.by_embedding:
        material = regroup_by_content(project, material, USUAL if wish.threshold is None else wish.threshold)
    elif wish.order is ReviewOrder.DUPLICATES and wish.threshold is not None:
        material = regroup(project, material, bits_of(wish.threshold))
    if material.version is None and wish.order in NEED_A_VERSION:
        raise UserError(f"{head.name} has no version to look again with", "`winnow train` makes one")
    look = look_again(material)
    found = look.find(asked)
    chosen = found[: wish.limit]
    images = project.images.get([ImageId(int(material.ids[one.row])) for one in chosen])
    rows = tuple(
        _described(head, look, one.row, image.path, one.strength, look.reason(asked, one))
        for one, image in zip(chosen, images, strict=True)
    )
    silent = untold(head, material.told)
    return Ranked(material.version.number if material.version else None, "out-of-fold", len(found), rows, untold=silent)


def rank_similar(project: Project, name: str, path: str | None, limit: int | None) -> Ranked:
    """Every image by the cosine of its embedding to that of the image at `path`, that one first."""
    head = project.heads.get(name)
    if path is None:
        raise UserError("--by similar needs the image to go by", "name it with --to PATH")
    table = project.images.all()
    alike = likeness(project, head, vector_of(project, head, image_at(project, path)), table.hashes)
    order = np.argsort(-alike, kind="stable")[: np.count_nonzero(~np.isnan(alike))]
    return Ranked(head.version, "embeddings", len(order), _alike(project, head, table.ids, alike, order[:limit]))


def image_at(project: Project, path: str) -> ImageId:
    wanted = project.images.by_path(path)
    if wanted is None:
        raise UserError(f"{path} is no image of this project", "name a file below its image folders, or scan first")
    return wanted


def _alike(
    project: Project, head: Head, ids: NDArray[np.int64], alike: NDArray[np.float32], order: NDArray[np.int64]
) -> tuple[RankedImage, ...]:
    wanted = [ImageId(int(one)) for one in ids[order]]
    names = label_names(head)
    standings = project.annotations.standing_of(head.head_id, wanted)
    return tuple(
        RankedImage(image.path, float(alike[row]), None, value_json(standing.answer, names), f"{alike[row]:.3f}")
        for row, image, standing in zip(order, project.images.get(wanted), standings, strict=True)
    )


def _described(head: Head, look: SecondLook, row: int, path: str, strength: float | None, reason: str) -> RankedImage:
    labels = [label.name for label in head.labels]
    evidence = look.evidence
    annotation = value_json(answer_from(evidence.targets[row].tolist(), head), label_names(head))
    if not evidence.judged()[row]:
        return RankedImage(path, strength, None, annotation, "", reason=reason)
    values = evidence.probabilities[row].astype(np.float64).tolist()
    said, text = prediction_json(head.kind, labels, values), prediction_text(head.kind, labels, values)
    return RankedImage(path, strength, said, annotation, text, reason=reason)


def _output(head: Head, wish: Wish) -> int | None:
    if wish.label is None:
        return None
    if wish.order not in BY_LABEL:
        raise UserError(
            f"--label means nothing for --by {wish.order.value}", "use it with --by false-positive or false-negative"
        )
    names = [label.name for label in head.labels]
    if wish.label not in names:
        listed = f"it has {', '.join(names)}" if names else "a score head has none"
        raise UserError(f"{head.name} has no label {wish.label!r}", suggestion(wish.label, names, listed))
    return names.index(wish.label)


def _threshold(head: Head, wish: Wish) -> float | None:
    if wish.threshold is None or wish.order is ReviewOrder.DUPLICATES:
        return None
    if wish.order not in BY_LABEL:
        raise UserError(f"--threshold means nothing for --by {wish.order.value}", "leave it out")
    most = BRACKETS if head.kind is HeadKind.SCORE else 1
    if not 0 <= wish.threshold <= most:
        raise UserError(f"--threshold cannot be {wish.threshold:g}", f"give a number from 0 to {most}")
    return wish.threshold / most
