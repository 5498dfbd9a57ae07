"""The queues over annotated images, each image with its reason. An answer that was confirmed stays out of them.

Letters: n = annotated images, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from core.review.conflicts import conflict, conflicting
from core.review.evidence import EVEN, Evidence, decided, still_confirmed
from core.review.mistakes import false_negatives, false_positives
from core.review.orders import ReviewOrder
from core.review.reasons import again_reason, conflict_reason, copy_reason, mistake_reason, twin_reason
from core.review.twins import answered_differently, told_apart_otherwise
from core.values import HeadKind

_ALL: Final = slice(None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which queue. False positives and negatives go by a label and a threshold."""

    order: ReviewOrder = ReviewOrder.CONFLICT
    output: int | None = None
    """The label's column; None: of any"""
    threshold: float | None = None
    """0..1; None: what is decided"""


@dataclass(frozen=True, slots=True)
class Finding:
    row: int
    strength: float | None
    """What the queue goes by; None where it goes by no number."""
    other: int | None = None
    """The row it is held against."""
    output: int = 0
    """The column of the label it is about"""


@dataclass(frozen=True, slots=True, eq=False)
class SecondLook:
    """Rows (n,) of every array speak of the same images."""

    evidence: Evidence
    groups: NDArray[np.int64]
    """(n,) images that show nearly the same share one"""
    confirmed: NDArray[np.bool_]
    """(n, outputs) the answer was looked at before and stands; of tags each by itself, else all or none of a row"""
    against: NDArray[np.float32]
    """(n, outputs) what was decided then"""
    sources: Mapping[int, int]
    """Copy -> its source, -1 where that is not annotated"""
    effects: Mapping[int, str]
    labels: Sequence[str]
    names: Mapping[int, str]
    """Row -> file name, of images that share a group"""
    given_before: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)
    """Row -> the first answer (outputs,) of those that were answered otherwise when they were asked again"""

    def find(self, asked: Asked) -> list[Finding]:
        """First to be looked at first."""
        match asked.order:
            case ReviewOrder.CONFLICT:
                return self._conflicts()
            case ReviewOrder.FALSE_POSITIVE | ReviewOrder.FALSE_NEGATIVE:
                return self._mistakes(asked)
            case ReviewOrder.CONTRADICTIONS:
                return self._contradictions()
            case ReviewOrder.DUPLICATES:
                return self._twins()
            case ReviewOrder.SYNTHETIC:
                return self._copies()
            case _:
                assert_never(asked.order)

    def reason(self, asked: Asked, finding: Finding) -> str:
        evidence, row, labels = self.evidence, finding.row, self.labels
        if finding.other is not None:
            name = self.names.get(finding.other, "another picture")
            if self.sources.get(row) == finding.other:
                return copy_reason(evidence, row, finding.other, name, self.effects[row], labels)
            return twin_reason(evidence.targets, row, finding.other, name, evidence.kind, labels)
        if asked.order is ReviewOrder.CONTRADICTIONS:
            return again_reason(self.given_before[row], evidence.targets[row], evidence.kind, labels)
        if asked.order is ReviewOrder.CONFLICT:
            return conflict_reason(self._open(slice(row, row + 1)), 0, labels)
        return mistake_reason(evidence, row, finding.output, asked.threshold, labels)

    def opinion(self, row: int) -> NDArray[np.float32]:
        """What a confirmation stands against: (outputs,), NaN where nothing is said."""
        one = slice(row, row + 1)
        evidence = self.evidence
        alone = Evidence(evidence.kind, evidence.targets[one], evidence.probabilities[one], evidence.members[one])
        return np.asarray(decided(alone)[0])

    def _open(self, part: slice = _ALL) -> Evidence:
        """Some rows, without what is said of answers that stand."""
        whole = self.evidence
        targets, said, members = whole.targets[part], whole.probabilities[part], whole.members[part]
        evidence = Evidence(whole.kind, targets, said, members)
        stands = still_confirmed(evidence, self.against[part], self.confirmed[part])
        return Evidence(whole.kind, targets, np.where(stands, np.nan, said), np.where(stands[:, None], np.nan, members))

    def _conflicts(self) -> list[Finding]:
        """How far scores usually lie apart is told by all of them."""
        still_open = self._open()
        evidence = self.evidence if self.evidence.kind is HeadKind.SCORE else still_open
        rows, strength = conflicting(evidence), conflict(evidence)
        return [Finding(int(row), float(strength[row])) for row in rows[still_open.judged()[rows]]]

    def _mistakes(self, asked: Asked) -> list[Finding]:
        """Of several labels the one by which an image comes first."""
        positive = asked.order is ReviewOrder.FALSE_POSITIVE
        find = false_positives if positive else false_negatives
        said, still_open = self.evidence.probabilities, self._open()
        found: dict[int, Finding] = {}
        for output in range(said.shape[1]) if asked.output is None else (asked.output,):
            for row in find(still_open, output, asked.threshold).tolist():
                one, before = Finding(row, float(said[row, output]), output=output), found.get(row)
                if before is None or _comes_first(one, before, positive=positive):
                    found[row] = one
        return sorted(found.values(), key=lambda one: -(one.strength or 0.0) if positive else (one.strength or 0.0))

    def _contradictions(self) -> list[Finding]:
        """What was answered twice first; each image once."""
        found = {row: Finding(row, None) for row in self.given_before}
        for one in (*self._twins(), *self._copies()):
            found.setdefault(one.row, one)
        return list(found.values())

    def _twins(self) -> list[Finding]:
        """Copies differ from their source on purpose."""
        natural = np.setdiff1d(np.arange(len(self.groups)), np.array(list(self.sources), dtype=np.int64))
        targets = self.evidence.targets[natural]
        rows, others = answered_differently(targets, self.groups[natural], self.evidence.kind)
        pairs = zip(natural[rows].tolist(), natural[others].tolist(), strict=True)
        return [
            Finding(row, None, other) for row, other in pairs if not self._stands(row, other, self.evidence.targets)
        ]

    def _copies(self) -> list[Finding]:
        pairs = [(copy, source) for copy, source in self.sources.items() if source >= 0]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        copies, sources = told_apart_otherwise(self.evidence, table[:, 0], table[:, 1])
        found = zip(copies.tolist(), sources.tolist(), strict=True)
        targets = self.evidence.targets
        sides = (targets, np.where(np.isnan(targets), np.float32(np.nan), decided(self.evidence)))
        return [Finding(copy, None, source) for copy, source in found if not self._stands(copy, source, *sides)]

    def _stands(self, row: int, other: int, *sides: NDArray[np.float32]) -> bool:
        """Whether the answer of `row` was confirmed beside another one; of tags where a side tells the two apart."""
        stands = self.confirmed[row]
        if self.evidence.kind is HeadKind.TAGS:
            stands = stands[np.any([np.abs(side[row] - side[other]) > EVEN for side in sides], axis=0)]
        return bool(stands.all())


def _comes_first(one: Finding, other: Finding, *, positive: bool) -> bool:
    mine, theirs = one.strength or 0.0, other.strength or 0.0
    return mine > theirs if positive else mine < theirs
