"""Which judged images pass: a band of one head's values, its labels, the highest few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import UserError
from core.scoring.judging import Judge, Judged, JudgedImage


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
        judges: Sequence[Judge],
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        label: str | None = None,
        top: int | None = None,
    ) -> Choice:
        """By the first head that has the labels. Raises UserError for labels none has, and for empty bands."""
        place, outputs = _outputs(judges, label)
        scale = judges[place].scale
        for option, limit in (("--min", at_least), ("--max", at_most)):
            if limit is not None and not 0 <= limit <= scale:
                raise UserError(f"{option} {limit:g} is out of range", f"choose 0 to {scale:g}")
        if at_least is not None and at_most is not None and at_least > at_most:
            raise UserError(f"--min {at_least:g} is over --max {at_most:g}", "nothing could pass; swap them")
        return cls(place, outputs, scale, at_least, at_most, top)

    def value(self, image: JudgedImage) -> float:
        """In the unit of the limits."""
        return max(image.values[self.judge][output] for output in self.outputs) * self.scale

    def apply(self, judged: Judged) -> Judged:
        """The same images, each with whether it passed; with `top` the highest come first."""
        images = tuple(replace(image, passed=self._within(self.value(image))) for image in judged.images)
        if self.top is None:
            return replace(judged, images=images)
        ranked = sorted(images, key=self.value, reverse=True)
        kept = {id(image) for image in [image for image in ranked if image.passed][: self.top]}
        return replace(judged, images=tuple(replace(image, passed=id(image) in kept) for image in ranked))

    def _within(self, value: float) -> bool:
        over = self.at_least is None or value >= self.at_least
        return over and (self.at_most is None or value <= self.at_most)


def _outputs(judges: Sequence[Judge], label: str | None) -> tuple[int, tuple[int, ...]]:
    if label is None:
        return 0, tuple(range(max(len(judges[0].head.labels), 1)))
    wanted = [name.strip() for name in label.split(",")]
    for place, judge in enumerate(judges):
        if all(name in judge.head.labels for name in wanted):
            return place, tuple(judge.head.labels.index(name) for name in wanted)
    missing = next((name for name in wanted if name not in judges[0].head.labels), wanted[0])
    names = [name for judge in judges for name in judge.head.labels]
    known = f"it has {', '.join(names)}" if names else "a score head has none; leave --label out"
    raise UserError(f"the head has no label {missing!r}", known)
