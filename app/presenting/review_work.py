"""What a second look works out beside the window's thread: the answers gathered, held against heads, and queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.project import Project
from core.project.reviewing import Material, gather, look_again
from core.review.orders import NEED_A_VERSION, ReviewOrder
from core.review.second_look import Asked, Finding, SecondLook
from core.values import Head


@dataclass(frozen=True, slots=True, eq=False)
class ReviewQueue:
    findings: list[Finding]
    ids: NDArray[np.int64]
    """(findings,) of their images"""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    material: Material
    look: SecondLook
    queues: Mapping[ReviewOrder, ReviewQueue]
    """Those that can be made."""


def look_through(project: Project, head: Head, asked: Asked) -> Looked | UserError:
    """Reads only, in any thread; what is answered meanwhile has it asked for again."""
    material = gather(project, head)
    try:
        look = look_again(material)
    except UserError as error:
        return error
    return Looked(material, look, queues_of(material, look, asked))


def queues_of(material: Material, look: SecondLook, asked: Asked) -> dict[ReviewOrder, ReviewQueue]:
    """All of them, by the label and threshold that are asked for: beside each stands how many wait in it."""
    found = {}
    for order in ReviewOrder:
        if material.version is not None or order not in NEED_A_VERSION:
            findings = look.find(Asked(order, asked.output, asked.threshold))
            rows = np.fromiter((one.row for one in findings), np.int64, len(findings))
            found[order] = ReviewQueue(findings, material.ids[rows])
    return found
