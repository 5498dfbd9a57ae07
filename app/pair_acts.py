"""The acts of comparing: images side by side, and pairs under a score head."""

from __future__ import annotations

from app.acts import ALL_VIEWS, CARDS, COMPARE, PAIRS, Act, Group
from core.values import HeadKind

_SCORE = frozenset({HeadKind.SCORE})

PAIR_ACTS = (
    Act(
        "compare",
        "Compare",
        ("C",),
        "Beside its nearest answered images and an example of its answer; of two to four selected ones, these",
        Group.LOOK,
        views=CARDS | COMPARE,
    ),
    Act(
        "judge_pairs",
        "Judge pairs",
        ("Shift+C",),
        "Which of two images is the better one; the head learns it beside the scores",
        Group.LOOK,
        views=ALL_VIEWS,
        meaning="Judge pairs (score head)",
    ),
    Act(
        "pair_left",
        "The left one is better",
        ("Left", "1"),
        "Of four the first",
        Group.PAIRS,
        _SCORE,
        PAIRS,
        meaning="The left one is better (pairs)",
    ),
    Act(
        "pair_right",
        "The right one is better",
        ("Right", "2"),
        "Of four the second",
        Group.PAIRS,
        _SCORE,
        PAIRS,
        meaning="The right one is better (pairs)",
    ),
    Act("pair_third", "The third is best", ("3",), "Of four", Group.PAIRS, _SCORE, PAIRS),
    Act("pair_fourth", "The fourth is best", ("4",), "Of four", Group.PAIRS, _SCORE, PAIRS),
    Act("pair_tie", "As good", ("Down",), "A tie", Group.PAIRS, _SCORE, PAIRS, meaning="As good (pairs)"),
    Act(
        "pair_skip",
        "Skip the pair",
        ("S",),
        "It teaches nothing and is not asked again",
        Group.PAIRS,
        _SCORE,
        PAIRS,
        meaning="Skip the pair (pairs)",
    ),
    Act(
        "pair_four",
        "Best of four",
        ("Q",),
        "Four images, one key for the best; again for two",
        Group.PAIRS,
        _SCORE,
        PAIRS,
        meaning="Best of four (pairs)",
    ),
)
