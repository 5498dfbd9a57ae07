"""A second look at what is annotated: the answers of today beside what heads say that did not see the image.

An image that a version learned from is judged by that version's out-of-fold answers; one that was answered later by
the version itself, which never saw it. Where it learned from a copy or near-duplicate of that one, nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.answers import target_of
from core.arrays.hashes import find_hashes, hash_text
from core.errors import UserError
from core.media.synthetic_table import copies_of
from core.names import SYNTHETIC_TABLE
from core.project.asking_again import contradicted
from core.project.folder import held_out_file, predictions_file
from core.project.outputs import for_outputs, lost_version
from core.project.telling import told_by_version
from core.review.evidence import Evidence
from core.review.second_look import SecondLook
from core.review.telling import silenced
from core.values import MEMBERS, Annotated, ContentHash, Head, HeadKind, ImageId, LabelId, VersionInfo

if TYPE_CHECKING:
    from core.project.facade import Project


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that the project says of the annotated images of a head. Rows (n,) are those of `annotated`."""

    head: Head
    version: VersionInfo | None
    trained: tuple[LabelId, ...]
    """The labels that the version's outputs stand for"""
    folder: Path | None
    """Of the version"""
    ids: NDArray[np.int64]
    annotated: Annotated
    told: NDArray[np.bool_] | None
    """(outputs,) those that may be told; None: all"""
    confirmed: NDArray[np.bool_]
    """(n, outputs) a confirmation of the answer of today; of tags each by itself, else of all of a row or none"""
    against: NDArray[np.float32]
    """(n, outputs) what was said when it was confirmed"""
    files: Mapping[int, str]
    """Row -> file, of images that share a group with another annotated one"""
    lost: UserError | None = None
    """What is wrong with the version whose files are not there"""
    given_before: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)
    """Row -> its first answer, where the second one says otherwise"""


@dataclass(frozen=True, slots=True)
class Copy:
    source: int
    """Row of the picture it was made of, -1 where that is not annotated."""
    effect: str


def gather(project: Project, head: Head, number: int | None = None) -> Material:
    """By the version in force, or another. Raises UserError for a version that is not there."""
    wanted = head.version if number is None else number
    version = None if wanted is None else project.versions.get(head.head_id, wanted)
    annotated = project.annotations.annotated_set(head)
    table = project.images.all()
    rows = find_hashes(table.hashes, annotated.hashes)
    ids, annotated = table.ids[rows[rows >= 0]], _some(annotated, rows >= 0)
    confirmed, against = _confirmed(project, head, ids, annotated)
    row_of = {ImageId(one): row for row, one in enumerate(ids.tolist())}
    return Material(
        head=head,
        version=version,
        trained=project.versions.labels(head.head_id, version.number) if version else (),
        folder=project.folder / version.folder if version else None,
        ids=ids,
        annotated=annotated,
        told=told_by_version(project, head, version),
        confirmed=confirmed,
        against=against,
        files=files_of_groups(project, ids, annotated.groups),
        lost=lost_version(project, head, wanted),
        given_before={row_of[one]: first for one, first in contradicted(project, head).items() if one in row_of},
    )


def find_evidence(material: Material) -> Evidence:
    """Reads the version's arrays, and asks the project nothing. Raises UserError for a version without them."""
    head, annotated, n = material.head, material.annotated, len(material.annotated)
    probabilities = np.full((n, head.outputs), np.nan, dtype=np.float32)
    members = np.full((n, MEMBERS, head.outputs), np.nan, dtype=np.float32)
    for hashes, said, votes in reversed(list(_sources(material))):
        found = find_hashes(hashes, annotated.hashes)
        rows, places = np.flatnonzero(found >= 0), found[found >= 0]
        probabilities[rows] = for_outputs(said[places], head, material.trained)
        members[rows] = np.nan
        members[rows, : votes.shape[1]] = for_outputs(votes[places], head, material.trained)
    unjudged = answered_beyond(head, annotated, material.trained) | _nearly_seen(material)
    probabilities[unjudged], members[unjudged] = np.nan, np.nan
    told = material.told
    return Evidence(head.kind, annotated.targets, silenced(probabilities, told), silenced(members, told))


def find_copies(material: Material) -> dict[int, Copy]:
    """Row -> what it was made of, by the tables that lie beside degraded copies."""
    row_of = {hash_text(material.annotated.hashes[row]): row for row in material.files}
    found: dict[int, Copy] = {}
    for folder in folders_with_tables(material.files.values()):
        for made in copies_of(folder):
            row = row_of.get(ContentHash(made.sha256))
            if row is not None:
                found[row] = Copy(row_of.get(ContentHash(made.source_sha256), -1), made.effect)
    return found


def look_again(material: Material) -> SecondLook:
    """Reads arrays and tables beside the pictures, and asks the project nothing."""
    evidence, copies = find_evidence(material), find_copies(material)
    return SecondLook(
        evidence=evidence,
        groups=material.annotated.groups,
        confirmed=material.confirmed,
        against=material.against,
        sources={row: copy.source for row, copy in copies.items()},
        effects={row: copy.effect for row, copy in copies.items()},
        labels=[label.name for label in material.head.labels],
        names={row: file.rsplit("/", 1)[-1] for row, file in material.files.items()},
        given_before=material.given_before,
    )


def _sources(
    material: Material,
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.floating], NDArray[np.floating]]]:
    """Hashes (k, 32), probabilities (k, trained), members (k, members, trained); the first that knows an image counts.

    A version that came from elsewhere speaks of all of them; which ones it has seen is looked at afterwards.
    """
    from core.arrays.held_out import read_held_out
    from core.arrays.predictions import read_predictions

    folder, version = material.folder, material.version
    if folder is None or version is None:
        return
    file = held_out_file(folder)
    if file.is_file():
        unseen = read_held_out(file)
        yield unseen.hashes, unseen.probabilities, unseen.members[:, :MEMBERS]
    elif version.annotations:
        raise material.lost or UserError(
            f"v{version.number} was made without out-of-fold answers", "train again (Ctrl+R)"
        )
    if predictions_file(folder).is_file():
        said = read_predictions(predictions_file(folder))
        yield said.hashes, said.probabilities, said.members[:, :MEMBERS]


def answered_beyond(head: Head, annotated: Annotated, trained: Collection[LabelId]) -> NDArray[np.bool_]:  # (n,)
    """Answered with a label that came after the version, which could not have said it and so contradicts nothing."""
    if head.kind is not HeadKind.CLASS:
        return np.zeros(len(annotated), dtype=np.bool_)
    new = [label.label_id not in trained for label in head.labels]
    return np.asarray((annotated.targets[:, new] == 1).any(axis=1))


def _nearly_seen(material: Material) -> NDArray[np.bool_]:  # (n,)
    """The version has seen as good as the same: a copy or near-duplicate, or the image before the head came here."""
    from core.arrays.held_out import read_held_out
    from core.project.taught import of_their_group, swayed, taught

    annotated, folder = material.annotated, material.folder
    if folder is None:
        return np.zeros(len(annotated), dtype=np.bool_)
    learned = taught(folder, annotated)
    kin = of_their_group(learned, annotated.groups)
    if not held_out_file(folder).is_file():
        return kin
    return np.asarray(kin & ~learned | swayed(read_held_out(held_out_file(folder)), annotated))


def _confirmed(
    project: Project, head: Head, ids: NDArray[np.int64], annotated: Annotated
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Confirmations whose answer is still the one that holds, and what was said against it."""
    confirmed = np.zeros((len(ids), head.outputs), dtype=np.bool_)
    against = np.full((len(ids), head.outputs), np.nan, dtype=np.float32)
    said = project.annotations.confirmations(head.head_id)
    for row in np.flatnonzero(np.isin(ids, np.array(list(said), dtype=np.int64))).tolist():
        one = said[ImageId(int(ids[row]))]
        stands = np.array(target_of(one.stands, head), dtype=np.float32)
        same = stands == annotated.targets[row]
        confirmed[row] = same if head.kind is HeadKind.TAGS else same.all()
        against[row] = target_of(one.against, head)
    return confirmed, against


def files_of_groups(project: Project, ids: NDArray[np.int64], groups: NDArray[np.int64]) -> dict[int, str]:
    """Row -> file, of images that share a group."""
    _, which, counts = np.unique(groups, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(counts[which] > 1)
    images = project.images.get([ImageId(int(one)) for one in ids[rows]])
    return {int(row): image.path for row, image in zip(rows, images, strict=True)}


def folders_with_tables(files: Iterable[str]) -> list[Path]:
    """Copies lie in the table's folder or one below it."""
    folders = {Path(file).parent for file in files}
    around = folders | {folder.parent for folder in folders}
    return sorted(folder for folder in around if (folder / SYNTHETIC_TABLE).is_file())


def _some(annotated: Annotated, keep: NDArray[np.bool_]) -> Annotated:
    return Annotated(annotated.hashes[keep], annotated.targets[keep], annotated.weights[keep], annotated.groups[keep])
