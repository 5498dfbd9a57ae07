"""Which judged images pass: limits on what each head says, and of those within all of them the highest few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.scoring.answers import Judged, JudgedImage
from core.scoring.tile_answers import AskedHead

Said = Sequence[NDArray[np.floating]]
"""For each judge (images, outputs)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of one head. Limits are inclusive, in brackets for a score head, else as a probability."""

    judge: int
    """Which judge it is about."""
    outputs: tuple[int, ...]
    """The outputs of which the highest counts."""
    scale: float
    labels: tuple[str, ...] = ()
    """Those that were asked for by name; none: all count."""
    at_least: float | None = None
    at_most: float | None = None

    @classmethod
    def of(
        cls,
        heads: Sequence[AskedHead],
        judge: int = 0,
        *,
        labels: Sequence[str] = (),
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> Choice:
        """Raises UserError for labels that the head does not have, and for empty bands."""
        head = heads[judge]
        outputs = _outputs(head, labels)
        for end, limit in (("lowest", at_least), ("highest", at_most)):
            if limit is not None and not 0 <= limit <= head.scale:
                raise _out_of_range(end, limit, head)
        if at_least is not None and at_most is not None and at_least > at_most:
            raise UserError(f"the lowest value {at_least:g} is over the highest {at_most:g}", "nothing could pass")
        return cls(judge, outputs, head.scale, tuple(labels), at_least, at_most)

    @property
    def asks(self) -> bool:
        """Whether anything is asked of the head at all."""
        return bool(self.labels) or self.at_least is not None or self.at_most is not None

    def value(self, image: JudgedImage) -> float:
        """In the unit of the limits; NaN where nothing was learned of any of the labels."""
        said = (image.values[self.judge][output] for output in self.outputs)
        return max((value for value in said if not math.isnan(value)), default=math.nan) * self.scale

    def values(self, said: Said) -> NDArray[np.float64]:  # (images,)
        """The same of many images."""
        asked = np.asarray(said[self.judge], np.float64)[:, list(self.outputs)]
        highest: NDArray[np.float64] = np.fmax.reduce(asked, axis=1)
        return highest * self.scale

    def within(self, said: Said) -> NDArray[np.bool_]:  # (images,)
        values = self.values(said)
        passed = np.ones(len(values), np.bool_)
        if self.at_least is not None:
            passed &= values >= self.at_least
        if self.at_most is not None:
            passed &= values <= self.at_most
        return passed


@dataclass(frozen=True, slots=True)
class Sieve:
    """Any number of heads may have limits: what is within all of them passes, on the command line as in the window."""

    choices: tuple[Choice, ...]
    """One for each head."""
    lead: Choice
    """What is best: `top`, and what is shown best first, go by its values."""
    top: int | None = None

    @classmethod
    def of(cls, choices: Sequence[Choice], *, by: int | None = None, top: int | None = None) -> Sieve:
        """Led by head `by`; else by the first that something is asked of, else by the first."""
        first = next((choice for choice in choices if choice.asks), choices[0])
        return cls(tuple(choices), first if by is None else choices[by], top)

    def passed(self, said: Said, left_out: NDArray[np.bool_]) -> NDArray[np.bool_]:  # (images,)
        """Which are within all limits; what is `left_out` is not, and is none of the `top`."""
        passed = ~left_out
        for choice in self.choices:
            if choice.asks:
                passed &= choice.within(said)
        if self.top is not None:
            values = self.lead.values(said)
            passed &= ~np.isnan(values)  # nothing is best of what nothing was learned of
            order = descending(values)
            passed[order[passed[order]][self.top :]] = False
        return passed

    def apply(self, judged: Judged) -> Judged:
        """The same images, each with whether it passed; with `top` the highest come first."""
        if not judged.images:
            return judged
        heads = len(judged.images[0].values)
        said = [np.array([image.values[judge] for image in judged.images]) for judge in range(heads)]
        passed = self.passed(said, np.array([image.path in judged.left_out for image in judged.images]))
        order = descending(self.lead.values(said)) if self.top is not None else np.arange(len(passed))
        images = tuple(replace(judged.images[place], passed=bool(passed[place])) for place in order.tolist())
        return replace(judged, images=images)


def descending(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places, the highest first, equals in their order; what was never learned comes last."""
    return np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")


def _out_of_range(end: str, limit: float, head: AskedHead) -> UserError:
    """With the same limit in the head's own unit, where it looks like percent."""
    unit = "a score" if not head.labels else "a probability"
    same = f", such as {limit * head.scale / 100:g} for {limit:g} %" if head.scale < limit <= 100 else ""
    return UserError(
        f"the {end} value {limit:g} is out of range: {head.name} answers with {unit} from 0 to {head.scale:g}",
        f"choose 0 to {head.scale:g}{same}",
    )


def _outputs(head: AskedHead, labels: Sequence[str]) -> tuple[int, ...]:
    for name in labels:
        if name not in head.labels:
            known = f"it has {', '.join(head.labels)}" if head.labels else "a score head has none"
            raise UserError(f"{head.name} has no label {name!r}", known)
    return tuple(head.labels.index(name) for name in labels) or tuple(range(max(len(head.labels), 1)))
