"""Which judged images pass: a band of one head's values, its labels, the highest few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.scoring.answers import Judged, JudgedImage
from core.scoring.tile_answers import AskedHead


@dataclass(frozen=True, slots=True)
class Choice:
    """Limits are inclusive, in brackets for a score head, else as a probability."""

    judge: int
    """Which judge it goes by."""
    outputs: tuple[int, ...]
    """The outputs of which the highest counts."""
    scale: float
    at_least: float | None = None
    at_most: float | None = None
    top: int | None = None

    @classmethod
    def of(
        cls,
        heads: Sequence[AskedHead],
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        label: str | None = None,
        top: int | None = None,
    ) -> Choice:
        """By the first head that has the labels. Raises UserError for labels none has, and for empty bands."""
        place, outputs = _outputs(heads, label)
        scale = heads[place].scale
        for option, limit in (("--min", at_least), ("--max", at_most)):
            if limit is not None and not 0 <= limit <= scale:
                raise _out_of_range(option, limit, heads[place])
        if at_least is not None and at_most is not None and at_least > at_most:
            raise UserError(f"--min {at_least:g} is over --max {at_most:g}", "nothing could pass; swap them")
        return cls(place, outputs, scale, at_least, at_most, top)

    def value(self, image: JudgedImage) -> float:
        """In the unit of the limits."""
        return max(image.values[self.judge][output] for output in self.outputs) * self.scale

    def values(self, said: NDArray[np.floating]) -> NDArray[np.float64]:  # (images, outputs) of its judge -> (images,)
        """The same of many images."""
        highest: NDArray[np.float64] = np.asarray(said, np.float64)[:, list(self.outputs)].max(axis=1)
        return highest * self.scale

    def apply(self, judged: Judged) -> Judged:
        """The same images, each with whether it passed; with `top` the highest come first."""
        if not judged.images:
            return judged
        said = np.array([image.values[self.judge] for image in judged.images])
        passed = passing((self,), (said,))
        order = descending(self.values(said)) if self.top is not None else np.arange(len(passed))
        images = tuple(replace(judged.images[place], passed=bool(passed[place])) for place in order.tolist())
        return replace(judged, images=images)

    def _within(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        passed = np.ones(len(values), np.bool_)
        if self.at_least is not None:
            passed &= values >= self.at_least
        if self.at_most is not None:
            passed &= values <= self.at_most
        return passed


def passing(choices: Sequence[Choice], said: Sequence[NDArray[np.floating]]) -> NDArray[np.bool_]:  # (images,)
    """Which images are within the limits of every choice, and of those the `top` of the first.

    `said`: what the judge of each choice says, (images, outputs).
    """
    values = [choice.values(answers) for choice, answers in zip(choices, said, strict=True)]
    passed = np.ones(len(values[0]), np.bool_)
    for choice, one in zip(choices, values, strict=True):
        passed &= choice._within(one)
    top = choices[0].top
    if top is not None:
        order = descending(values[0])
        passed[order[passed[order]][top:]] = False
    return passed


def descending(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places, the highest first, equals in their order; what was never learned comes last."""
    return np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")


def _out_of_range(option: str, limit: float, head: AskedHead) -> UserError:
    """With the same limit in the head's own unit, where it looks like percent."""
    unit = "a score" if not head.labels else "a probability"
    same = f", such as {option} {limit * head.scale / 100:g} for {limit:g} %" if head.scale < limit <= 100 else ""
    return UserError(
        f"{option} {limit:g} is out of range: {head.name} answers with {unit} from 0 to {head.scale:g}",
        f"choose 0 to {head.scale:g}{same}",
    )


def _outputs(heads: Sequence[AskedHead], label: str | None) -> tuple[int, tuple[int, ...]]:
    if label is None:
        return 0, tuple(range(max(len(heads[0].labels), 1)))
    wanted = [name.strip() for name in label.split(",")]
    for place, head in enumerate(heads):
        if all(name in head.labels for name in wanted):
            return place, tuple(head.labels.index(name) for name in wanted)
    missing = next((name for name in wanted if name not in heads[0].labels), wanted[0])
    names = [name for head in heads for name in head.labels]
    known = f"it has {', '.join(names)}" if names else "a score head has none; leave --label out"
    raise UserError(f"the head has no label {missing!r}", known)
