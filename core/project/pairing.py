"""Which pairs a person should judge next under a score head, and why these.

Letters: n = images.
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
from core.pairs import Comparison, Outcome
from core.project.specs import signature_of
from core.query.audit_draw import audit_mask
from core.query.clustering import mean_tile
from core.query.pairs import CANDIDATES, TOLD, PairPool, choose_four, choose_pairs
from core.values import BRACKETS, Head, HeadKind, ImageId

if TYPE_CHECKING:
    from core.project.facade import Project


@dataclass(frozen=True, slots=True)
class ProposedPair:
    left: ImageId
    right: ImageId
    settles: float
    """Share of what is open about the scores of the pool that the answer is expected to settle."""
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
    answered = standing.ids[standing.answered]
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
    ids, members, pool = _pool(material, seed)
    chosen = choose_pairs(pool, count, seed=seed)
    return [
        _proposed(ids, members, row, share) for row, share in zip(chosen.rows, chosen.settles.tolist(), strict=True)
    ]


def propose_four(material: PairMaterial, *, seed: int) -> tuple[ImageId, ...]:
    """Four images of which the best is asked."""
    ids, _, pool = _pool(material, seed)
    return tuple(ImageId(int(ids[row])) for row in choose_four(pool, seed=seed))


def _pool(material: PairMaterial, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float32], PairPool]:
    """Ids (n,), members' scores (members, n), and what pairs are chosen by."""
    rng = np.random.default_rng(seed)
    held = [one for one in material.held if one.outcome is not Outcome.SKIPPED][-TOLD:]
    places = _rows_of(material.ids, [image for one in held for image in one.images])
    told = np.concatenate([_some(np.flatnonzero(material.answered), TOLD, rng), places[places >= 0]])
    asked = _some(np.arange(len(material.ids)), CANDIDATES, rng)
    rows = np.union1d(asked, told)
    points = np.zeros((len(rows), 1), np.float32)
    if material.store is not None:
        at = material.store.positions(material.hashes[rows])
        rows, at = rows[at >= 0], at[at >= 0]
        points = np.asarray(mean_tile(material.store.gather(at)), np.float32)
    ids = material.ids[rows]
    members = _scores(material.predictions, material.hashes[rows])
    judged, skipped = (
        _places(ids, [one for one in material.held if (one.outcome is Outcome.SKIPPED) == left_open])
        for left_open in (False, True)
    )
    of = points, members.mean(axis=0), np.isin(rows, asked), material.answered[rows], judged, skipped
    return ids, members, PairPool(*of)


def _some(places: NDArray[np.int64], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return places if len(places) <= most else np.sort(rng.choice(places, most, replace=False))


def _places(ids: NDArray[np.int64], pairs: Sequence[Comparison]) -> NDArray[np.int64]:
    """Rows (j, 2) of those pairs of which both images are among the ids (n,), ascending."""
    found = _rows_of(ids, [image for one in pairs for image in (one.left, one.right)]).reshape(-1, 2)
    return found[(found >= 0).all(axis=1)]


def _rows_of(ids: NDArray[np.int64], wanted: Sequence[ImageId]) -> NDArray[np.int64]:
    """The place of each wanted image among the ids (n,), ascending; -1 where it is not there."""
    asked = np.array(wanted, np.int64)
    places = np.searchsorted(ids, asked).clip(max=max(len(ids) - 1, 0))
    return np.where(ids[places] == asked, places, -1) if len(ids) else np.full(len(asked), -1, np.int64)


def _scores(predictions: Predictions | None, hashes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(members, n), NaN where nothing is said."""
    if predictions is None:
        return np.full((1, len(hashes)), np.nan, np.float32)
    rows = find_hashes(predictions.hashes, hashes)
    said = predictions.members[np.maximum(rows, 0), :, 0].astype(np.float32)  # (n, members)
    said[rows < 0] = np.nan
    return said.T


def _proposed(ids: NDArray[np.int64], scores: NDArray[np.float32], pair: Sequence[int], settles: float) -> ProposedPair:
    left, right = (int(row) for row in pair)
    said = scores[:, [left, right]] * BRACKETS  # (members, 2)
    told = None if np.isnan(said).any() else (float(said[:, 0].mean()), float(said[:, 1].mean()))
    favour = int((said[:, 0] > said[:, 1]).sum())
    return ProposedPair(ImageId(int(ids[left])), ImageId(int(ids[right])), settles, told, favour, len(said))
