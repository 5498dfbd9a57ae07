"""Which pairs a person should judge next under a score head, and why these.

Letters: n = images of the pool, c = candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import find_hashes, hash_keys
from core.arrays.predictions import Predictions
from core.errors import UserError
from core.pairs import Comparison
from core.project.specs import signature_of
from core.query.audit_draw import audit_mask
from core.query.clustering import mean_tile
from core.query.pairs import CANDIDATES, choose_four, choose_pairs
from core.values import BRACKETS, Head, HeadKind, ImageId

if TYPE_CHECKING:
    from core.project.facade import Project


@dataclass(frozen=True, slots=True)
class ProposedPair:
    left: ImageId
    right: ImageId
    information: float
    """Bits that the answer is expected to tell; 0 where nothing is known of the images yet."""
    scores: tuple[float, float] | None
    """What the head says of both, 0 to 10; None where it says nothing yet."""
    favour_left: int
    """Members that call the left one better."""
    members: int

    @property
    def why(self) -> str:
        if self.scores is None:
            return "nothing is known of either yet"
        most = max(self.favour_left, self.members - self.favour_left)
        side = "left" if 2 * self.favour_left >= self.members else "right"
        return f"{most} of {self.members} members say {side}; {self.scores[0]:.1f} against {self.scores[1]:.1f}"


@dataclass(frozen=True, slots=True, eq=False)
class PairMaterial:
    """What pairs are chosen by; plain data, so that it can be worked on beside the window's thread."""

    ids: NDArray[np.int64]
    """(n,) images that can be shown and are not excluded"""
    hashes: NDArray[np.uint8]
    """(n, 32)"""
    answered: NDArray[np.bool_]
    """(n,) with a bracket"""
    held: tuple[Comparison, ...]
    """Judged and skipped pairs"""
    predictions: Predictions | None
    store: EmbeddingStore | None


def pair_material(project: Project, head: Head, predictions: Predictions | None) -> PairMaterial:
    """Of a project as it is now. Raises UserError where the head compares nothing."""
    if head.kind is not HeadKind.SCORE:
        raise UserError(f"{head.name} is a {head.kind.value} head", "pairs are judged under a score head")
    table = project.images.all()
    standing = project.annotations.standing(head.head_id)
    answered = standing.ids[[value is not None for value in standing.values]]
    shown = ~np.isin(table.ids, standing.ids[standing.excluded])
    drawn = audit_mask(hash_keys(table.hashes), project.audits.share(head.head_id))
    shown &= ~drawn | np.isin(table.ids, answered)  # what is to judge the head is asked in its turn alone
    try:
        store = project.embeddings(signature_of(project, head))
    except UserError:
        store = None
    return PairMaterial(
        table.ids[shown],
        table.hashes[shown],
        np.isin(table.ids[shown], answered),
        tuple(project.pairs.holding(head.head_id)),
        predictions,
        store,
    )


def propose_pairs(material: PairMaterial, count: int, *, seed: int) -> list[ProposedPair]:
    """Those that teach most first."""
    ids, points, scores, times = _candidates(material, seed)
    place = {image: row for row, image in enumerate(ids.tolist())}
    judged = [(place.get(one.left), place.get(one.right)) for one in material.held]
    known = np.array([pair for pair in judged if None not in pair], np.int64).reshape(-1, 2)
    chosen = choose_pairs(points, scores, times, known, count, seed=seed)
    found = [
        _proposed(ids, scores, row, told) for row, told in zip(chosen.rows, chosen.information.tolist(), strict=True)
    ]
    return sorted(found, key=lambda pair: -pair.information)


def propose_four(material: PairMaterial, *, seed: int) -> tuple[ImageId, ...]:
    """Four images of which the best is asked."""
    ids, points, scores, times = _candidates(material, seed)
    return tuple(ImageId(int(ids[row])) for row in choose_four(points, scores, times, seed=seed))


def _candidates(
    material: PairMaterial, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Ids (c,), vectors (c, dim), members' scores (members, c) and how often each was asked (c,)."""
    n = len(material.ids)
    some = np.sort(np.random.default_rng(seed).choice(n, min(CANDIDATES, n), replace=False))
    hashes = material.hashes[some]
    points = np.zeros((len(some), 1), np.float32)
    if material.store is not None:
        rows = material.store.positions(hashes)
        some, hashes, rows = some[rows >= 0], hashes[rows >= 0], rows[rows >= 0]
        points = np.asarray(mean_tile(material.store.gather(rows)), np.float32)
    ids = material.ids[some]
    times = np.zeros(len(ids), np.int64) + material.answered[some]
    compared = np.array([image for one in material.held for image in one.images], np.int64)
    times += (ids[:, None] == compared[None, :]).sum(axis=1) if len(compared) else 0
    return ids, points, _scores(material.predictions, hashes), times


def _scores(predictions: Predictions | None, hashes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(members, c), NaN where nothing is said."""
    if predictions is None:
        return np.full((1, len(hashes)), np.nan, np.float32)
    rows = find_hashes(predictions.hashes, hashes)
    said = predictions.members[np.maximum(rows, 0), :, 0].astype(np.float32)  # (c, members)
    said[rows < 0] = np.nan
    return said.T


def _proposed(
    ids: NDArray[np.int64], scores: NDArray[np.float32], pair: Sequence[int], information: float
) -> ProposedPair:
    left, right = (int(row) for row in pair)
    said = scores[:, [left, right]] * BRACKETS  # (members, 2)
    told = None if np.isnan(said).any() else (float(said[:, 0].mean()), float(said[:, 1].mean()))
    favour = int((said[:, 0] > said[:, 1]).sum())
    return ProposedPair(ImageId(int(ids[left])), ImageId(int(ids[right])), information, told, favour, len(said))
