"""Finds the images of a project that a query means: reads what its conditions go by, and nothing else.

Letters: n = images that can be seen, outputs = labels of the head, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.answers import target_of
from core.arrays.hashes import find_hashes, hash_keys
from core.errors import UserError
from core.find.keys import Key, State
from core.find.matching import match
from core.find.terms import All, Query, conditions, write
from core.project.facade import Project
from core.project.listing import Listing, copies_made
from core.project.outputs import check_version
from core.project.reviewing import find_evidence, gather
from core.project.similar import likeness, vector_of
from core.project.telling import told_in
from core.query.audit_draw import audit_mask
from core.review.conflicts import conflict
from core.review.telling import silenced
from core.values import AnnotationId, Head, ImageId

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.review.evidence import Evidence
    from core.store.columns import Standings
    from core.store.search import AnswerFacts

Value = TypeVar("Value")
Placed = Callable[[Head, Key, str], NDArray[np.float32]]
"""The vector (dim,) of words (TEXT) or of a file outside the project (SIMILAR) in the space of the head's embeddings.

Raises UserError where its encoder has no words or the file is no picture.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    ids: NDArray[np.int64]
    """(found,) in their order"""
    by: Key | None
    """What the order goes by; None: as the images lie."""
    strength: NDArray[np.float64] | None
    """(found,) that number"""
    unseen: tuple[NDArray[np.int64], Evidence] | None = None
    """Where conflicts were asked for: annotated images (n,) and what heads that have not seen them say."""
    parts: tuple[tuple[str, int], ...] = ()
    """Where nothing was found: each condition that must hold, with how many images it finds alone."""


def find_images(
    project: Project,
    listing: Listing,
    head: Head | None,
    said: Predictions | None,
    query: Query,
    placed: Placed,
    *,
    version: int | None = None,
) -> Found:
    """Raises UserError with what to do. `said` is what the head says of the pool, by its version or live.

    `version`: which one where it is not that in force.
    """
    facts = ProjectFacts(project, listing, head, said, placed, version=version)
    found = _found(facts, query)
    if len(found.ids):
        return found
    parts = query.parts if isinstance(query, All) else (query,)
    return replace(found, parts=tuple((write(part), len(_found(facts, part).ids)) for part in parts))


def _found(facts: ProjectFacts, query: Query) -> Found:
    found = match(query, facts)
    unseen = facts.unseen if any(one.key is Key.CONFLICT for one in conditions(query)) else None
    return Found(facts.ids[found.rows], found.by, found.strength, unseen)


class ProjectFacts:
    """core.find.matching.Facts of an open project. Reading beside a writer is fine: each part is of one moment."""

    def __init__(
        self,
        project: Project,
        listing: Listing,
        head: Head | None,
        said: Predictions | None,
        placed: Placed,
        *,
        version: int | None = None,
    ) -> None:
        self.head = head
        self._project = project
        self._listing = listing
        self._predictions = said
        self._version = version
        self._placed = placed
        self.ids, self._hashes = listing.table.ids, listing.table.hashes

    def __len__(self) -> int:
        return len(self.ids)

    def paths(self) -> tuple[str, ...]:
        return self._listing.paths(self._project).lowered

    def targets(self) -> NDArray[np.float32]:
        return self._targets

    def said(self) -> NDArray[np.float32]:
        return self._said

    def numbers(self, key: Key) -> NDArray[np.float64]:
        match key:
            case Key.DISAGREEMENT:
                return self._disagreement
            case Key.CONFLICT:
                return self._conflict
            case Key.VERSION:
                return self._first_learned
            case Key.DATE:
                return self._of_images(self._answer_facts.ids, self._answer_facts.seconds)
            case Key.FILE_DATE:
                return self._of_images(*self._project.search.written())
            case _:
                raise AssertionError(f"{key} is no number")

    def state(self, state: State) -> NDArray[np.bool_]:
        match state:
            case State.ANSWERED:
                return self._answered
            case State.OPEN:
                return ~self._answered
            case State.SYNTHETIC:
                return self._synthetic
            case State.DUPLICATE:
                return np.isin(self.ids, self._project.search.twins())
            case State.FLAGGED | State.PINNED | State.EXCLUDED | State.SKIPPED:
                marked: NDArray[np.bool_] = getattr(self._standings, state.value)
                return np.isin(self.ids, self._standings.ids[marked])

    def likeness(self, key: Key, text: str) -> NDArray[np.float64]:
        head = self._asked()
        vector = self._placed(head, key, text) if key is Key.TEXT else self._vector_of(head, text)
        return likeness(self._project, head, vector, self._hashes).astype(np.float64)

    @cached_property
    def _standings(self) -> Standings:
        return self._project.annotations.standing(self._asked().head_id)

    @cached_property
    def _answer_facts(self) -> AnswerFacts:
        return self._project.search.answers(self._asked().head_id)

    @cached_property
    def _answered(self) -> NDArray[np.bool_]:
        return np.isin(self.ids, self._standings.ids[self._standings.answered])

    @cached_property
    def _targets(self) -> NDArray[np.float32]:
        """Each different answer is read once."""
        head, standings = self._asked(), self._standings
        different = {value: place for place, value in enumerate(dict.fromkeys((None, *standings.values)))}
        table = np.array([target_of(value, head) for value in different], np.float32).reshape(-1, head.outputs)
        chosen = np.fromiter((different[value] for value in standings.values), np.int64, len(standings))
        return np.asarray(table[np.append(chosen, 0)[standings.rows(self.ids)]])  # the row -1 is the answer None

    @cached_property
    def _said(self) -> NDArray[np.float32]:
        rows, said = self._said_rows, self._predictions
        found = np.full((len(self.ids), self._asked().outputs), np.nan, np.float32)
        if said is not None and said.probabilities.shape[1] == found.shape[1]:
            found[rows >= 0] = said.probabilities[rows[rows >= 0]]
            found = silenced(found, told_in(self._project, self._asked(), said))
        return found

    @cached_property
    def _disagreement(self) -> NDArray[np.float64]:
        rows, said = self._said_rows, self._predictions
        found = np.full(len(self.ids), np.nan)
        if said is not None:
            found[rows >= 0] = said.utility[rows[rows >= 0]]
        return found

    @cached_property
    def _said_rows(self) -> NDArray[np.int64]:
        """Row of each image in the predictions, -1 where nothing is said or where it must not be told yet."""
        if self._predictions is None:
            check_version(self._project, self._asked(), self._version)
            return np.full(len(self.ids), -1, np.int64)
        rows = find_hashes(self._predictions.hashes, self._hashes)
        share = self._project.audits.share(self._asked().head_id)
        blind = audit_mask(hash_keys(self._hashes), share) & ~self._answered
        return np.where(blind, -1, rows)

    @cached_property
    def unseen(self) -> tuple[NDArray[np.int64], Evidence] | None:
        """Annotated images and what heads that have not seen them say; None without a version."""
        material = gather(self._project, self._asked())
        return None if material.version is None else (material.ids, find_evidence(material))

    @cached_property
    def _conflict(self) -> NDArray[np.float64]:
        if self.unseen is None:
            return np.full(len(self.ids), np.nan)
        ids, evidence = self.unseen
        return self._of_images(ids, conflict(evidence))

    @cached_property
    def _first_learned(self) -> NDArray[np.float64]:
        trained = {one.number: one.last_annotation for one in self._project.versions.of(self._asked().head_id)}
        facts = self._answer_facts
        return self._of_images(facts.ids, first_versions(facts.annotations, trained))

    @cached_property
    def _synthetic(self) -> NDArray[np.bool_]:
        """By the tables that lie beside degraded copies, or by who gave the answer."""
        found = find_hashes(copies_made(self._project, self._listing), self._hashes) >= 0
        if self.head is not None:
            found |= np.isin(self.ids, self._answer_facts.ids[self._answer_facts.synthetic])
        return np.asarray(found)

    def _vector_of(self, head: Head, path: str) -> NDArray[np.float32]:
        """The image at that path, or the only one whose path ends so, or any picture file."""
        image = self._project.images.by_path(path)
        if image is None:
            ending = f"/{path.casefold().lstrip('/')}"
            ends = [row for row, one in enumerate(self.paths()) if f"/{one}".endswith(ending)]
            if not ends and Path(path).is_file():
                return self._placed(head, Key.SIMILAR, path)
            if len(ends) != 1:
                how_many = f"{len(ends):,} images end" if ends else "no image of this project ends"
                raise UserError(f"{how_many} in {path}", "name one, such as similar:cats/one.jpg")
            image = ImageId(int(self.ids[ends[0]]))
        return vector_of(self._project, head, image)

    def _asked(self) -> Head:
        if self.head is None:
            raise UserError("this project asks no question yet", "add a head, or search by path")
        return self.head

    def _of_images(self, ids: NDArray[np.int64], values: NDArray[np.floating]) -> NDArray[np.float64]:
        """`values` (k,) of images `ids` (k,), at the rows of those that can be seen. (n,)"""
        order = np.argsort(ids)
        found = np.full(len(self.ids), np.nan)
        if len(ids):
            places = order[np.minimum(np.searchsorted(ids[order], self.ids), len(ids) - 1)]
            known = ids[places] == self.ids
            found[known] = values[places[known]]
        return found


def first_versions(annotations: NDArray[np.int64], trained: Mapping[int, AnnotationId]) -> NDArray[np.float64]:
    """The first version that knew each annotation; the number after the last for those that none knew yet.

    `trained`: version -> the newest row of the log at that time.
    """
    numbers = sorted(trained)
    newest = np.maximum.accumulate(np.array([trained[number] for number in numbers], np.int64))
    following = [*numbers, (numbers[-1] if numbers else 0) + 1]
    return np.array(following, np.float64)[np.searchsorted(newest, annotations)]
