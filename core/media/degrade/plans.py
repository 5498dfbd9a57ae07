"""A wish for degraded copies, checked before any work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import UserError
from core.media.degrade.copies import CopyPlan
from core.media.degrade.effects import EFFECTS, Effect, Range


def plan_copies(
    source: Path,
    target: Path,
    effect: str,
    *,
    per_image: int,
    seed: int,
    strength: tuple[float, float] | None = None,
    kinds: Sequence[str] | None = None,
) -> CopyPlan:
    """`strength` and `kinds` None: those that the effect has. Raises UserError for what cannot be done."""
    if effect not in EFFECTS:
        raise UserError(f"there is no effect {effect!r}", f"choose one of {', '.join(EFFECTS)}")
    chosen = EFFECTS[effect]
    check_folders(source, target)
    wanted = chosen.kinds if kinds is None else _kinds(chosen, kinds)
    return CopyPlan(source.as_posix(), target, chosen, _range(chosen, strength), wanted, per_image, seed)


def check_folders(source: Path, target: Path) -> None:
    """Raises UserError where there is nothing to copy, or the copies would be copied again."""
    if not source.is_dir():
        raise UserError(f"there is no folder {source}", "name a folder of pictures")
    if target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file", "name a folder for the copies")
    inside, outside = target.resolve(), source.resolve()
    if inside == outside or outside in inside.parents:
        raise UserError(f"{target} lies in {source}", "the copies would be copied again; name a folder beside it")


def _range(effect: Effect, wanted: tuple[float, float] | None) -> Range:
    if wanted is None:
        return effect.strength
    low, high = wanted
    least, most = effect.limits
    if not least <= low <= high <= most:
        raise UserError(
            f"{low:g} to {high:g} is no range of {effect.name}",
            f"choose a lower and a higher strength from {least:g} to {most:g}",
        )
    if effect.strength.whole and not (low.is_integer() and high.is_integer()):
        raise UserError(f"strengths from {low:g} to {high:g} are not whole", f"{effect.name} takes whole numbers")
    return replace(effect.strength, low=low, high=high)


def _kinds(effect: Effect, wanted: Sequence[str]) -> tuple[str, ...]:
    for kind in wanted:
        if kind not in effect.kinds:
            raise UserError(f"{effect.name} has no kind {kind!r}", f"it has {', '.join(effect.kinds)}")
    return tuple(dict.fromkeys(wanted))
