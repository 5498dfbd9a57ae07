"""The orders that a person may choose, in words: a few at once, the others under "More"."""

from __future__ import annotations

from dataclasses import dataclass

from core.query.family import FAMILY
from core.query.strategy import Need, Standing
from core.values import HeadKind, Strategy

TITLES: dict[Strategy, str] = {
    Strategy.DISAGREEMENT: "Disagreement",
    Strategy.HUNT: "Hunt",
    Strategy.MARGIN: "Margin",
    Strategy.MARGIN_CLUSTERED: "Margin, clustered",
    Strategy.MARGIN_FACILITY: "Margin, representative",
    Strategy.COVERAGE: "Coverage",
    Strategy.DROPQUERY: "DropQuery",
    Strategy.TYPICLUST: "TypiClust",
    Strategy.BADGE: "BADGE",
    Strategy.FALCUN: "FALCUN",
    Strategy.DIVERSE: "Diverse",
    Strategy.PROBCOVER: "ProbCover",
    Strategy.CORE_SET: "Core-set",
    Strategy.ENTROPY: "Entropy",
    Strategy.VOTE_ENTROPY: "Vote entropy",
    Strategy.BALD: "BALD",
    Strategy.COMMITTEE: "Query by committee",
    Strategy.TOP: "Likeliest",
    Strategy.TOP_CLUSTERED: "Likeliest, clustered",
    Strategy.MIX: "Likeliest and margin",
    Strategy.NEAREST: "Nearest to found",
    Strategy.RANDOM: "Random",
    Strategy.BEST: "Best first",
    Strategy.WORST: "Worst first",
    Strategy.OVERLAP: "Overlaps",
}
_TIPS = {
    Strategy.BEST: "Highest score, or most surely this label",
    Strategy.WORST: "Lowest score, or least surely this label",
    Strategy.OVERLAP: "Open tags that the head they came from is surest of: no answer is taken from it",
}
_SLOW = "To look at: the head learns slower than from random images"
FEW = (
    Strategy.DISAGREEMENT,
    Strategy.HUNT,
    Strategy.MARGIN,
    Strategy.ENTROPY,
    Strategy.DIVERSE,
    Strategy.RANDOM,
    Strategy.BEST,
    Strategy.WORST,
)


@dataclass(frozen=True, slots=True)
class OrderChoices:
    few: tuple[Strategy, ...] = ()
    more: tuple[Strategy, ...] = ()
    targets: tuple[tuple[int, str], ...] = ()
    """What orders that go for something may go for: the output, or the lowest bracket, and its name"""


def tip(strategy: Strategy) -> str:
    if strategy in _TIPS:
        return _TIPS[strategy]
    each = FAMILY[strategy]
    line = each.line[0].upper() + each.line[1:]
    return f"{line}. {_SLOW}" if each.standing is Standing.TO_LOOK_AT else line


def needs_target(strategy: Strategy) -> bool:
    return strategy in FAMILY and Need.TARGET in FAMILY[strategy].needs


def order_choices(kind: HeadKind, targets: tuple[tuple[int, str], ...], *, overlaps: bool) -> OrderChoices:
    few = (*FEW, Strategy.OVERLAP) if overlaps else FEW
    more = tuple(name for name, each in FAMILY.items() if name not in few and kind in each.kinds)
    return OrderChoices(few, more, targets)
