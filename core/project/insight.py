"""Everything that the pictures of a head are drawn from: answers, what is said of them unseen, the rest of the pool.

Letters: n = annotated images, m = images without an answer, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes, hash_keys
from core.errors import UserError
from core.project.asking_again import pairs_of
from core.project.outputs import for_outputs
from core.project.progress import Progress, gather_progress
from core.project.reviewing import Material, answered_beyond, find_evidence, gather
from core.query.audit_draw import audit_mask
from core.review.agreement import Pairs
from core.review.evidence import Evidence, contested
from core.review.telling import silenced
from core.store.columns import ImageTable
from core.values import Head, VersionInfo

if TYPE_CHECKING:
    from core.project.facade import Project


@dataclass(frozen=True, slots=True, eq=False)
class Insight:
    head: Head
    version: VersionInfo | None
    versions: tuple[VersionInfo, ...]
    """Of the head, the oldest first."""
    ids: NDArray[np.int64]
    """(n,)"""
    targets: NDArray[np.float32]
    """(n, outputs) the answers of today, as in core.values.Annotated"""
    evidence: Evidence | None
    """Of the annotated images, by heads that have not seen them; None without a version that can tell."""
    missing: str
    """What to do where there is no evidence."""
    open_ids: NDArray[np.int64]
    """(m,) images that nobody answered and the version predicts; those that are asked blind are left out."""
    open_said: NDArray[np.floating]
    """(m, outputs)"""
    asked_blind: int
    """Images that nobody answered and of which nothing is told before: the open ones of the audit set."""
    wrong: Mapping[int, NDArray[np.int64]]
    """Version -> ids of the images that its figure counts as wrong, by the answers of today."""
    progress: Progress
    """How the head comes on, on the audit set of today"""
    twice: Pairs
    """What was answered twice"""
    again_share: float
    """Of the answers, that are asked again"""


def gather_insight(project: Project, head: Head, images: ImageTable) -> Insight:
    """`images` are those that can be opened."""
    material = gather(project, head)
    evidence, missing = _evidence(material)
    versions = tuple(project.versions.of(head.head_id))
    open_ids, open_said, asked_blind = _open(project, head, material, images)
    return Insight(
        head=head,
        version=material.version,
        versions=versions,
        ids=material.ids,
        targets=material.annotated.targets,
        evidence=evidence,
        missing=missing,
        open_ids=open_ids,
        open_said=open_said,
        asked_blind=asked_blind,
        wrong=_wrong(project, head, material, versions),
        progress=gather_progress(project, head),
        twice=pairs_of(project, head),
        again_share=project.repeats.share(head.head_id),
    )


def _evidence(material: Material) -> tuple[Evidence | None, str]:
    if material.version is None:
        return None, "it needs a version: Ctrl+R makes one from every answer"
    try:
        evidence = find_evidence(material)
    except UserError as error:
        return None, str(error)
    if not evidence.judged().any():
        return None, f"v{material.version.number} says nothing of what is answered: Ctrl+R makes a version that does"
    return evidence, ""


def _open(
    project: Project, head: Head, material: Material, images: ImageTable
) -> tuple[NDArray[np.int64], NDArray[np.floating], int]:
    """Ids and what is said of them, and how many are left out as they are to be asked blind."""
    said = project.predictions(head)
    if said is None:
        return np.empty(0, np.int64), np.empty((0, head.outputs), np.float32), 0
    rows = find_hashes(images.hashes, said.hashes)
    ids = np.where(rows >= 0, images.ids[np.maximum(rows, 0)], -1) if len(images) else rows
    excluded = find_hashes(project.annotations.excluded_hashes(head.head_id), said.hashes) >= 0
    blind = audit_mask(hash_keys(said.hashes), project.audits.share(head.head_id))
    unanswered = (ids >= 0) & ~np.isin(ids, material.ids) & ~excluded
    keep = unanswered & ~blind
    return ids[keep], silenced(said.probabilities[keep], material.told), int(np.count_nonzero(unanswered & blind))


def _wrong(
    project: Project, head: Head, material: Material, versions: tuple[VersionInfo, ...]
) -> dict[int, NDArray[np.int64]]:
    """By the answers that each version kept out of its training; nothing of versions without them."""
    from core.arrays.held_out import read_held_out
    from core.project.folder import held_out_file
    from core.project.taught import swayed

    found = {}
    for version in versions:
        file = held_out_file(project.folder / version.folder)
        if not file.is_file():
            continue
        unseen = read_held_out(file)
        rows = find_hashes(unseen.hashes, material.annotated.hashes)
        trained = project.versions.labels(head.head_id, version.number)
        unfit = answered_beyond(head, material.annotated, trained) | swayed(unseen, material.annotated)
        known = np.flatnonzero((rows >= 0) & ~unfit)
        said = silenced(for_outputs(unseen.probabilities[rows[known]], head, trained), material.told)
        members = np.empty((len(known), 0, head.outputs), np.float32)
        judged = Evidence(head.kind, material.annotated.targets[known], said.astype(np.float32), members)
        found[version.number] = material.ids[known[contested(judged).any(axis=1)]]
    return found
