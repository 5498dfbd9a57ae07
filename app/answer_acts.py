"""The acts that answer an image, and those that take answers back."""

from __future__ import annotations

from collections.abc import Iterable

from app.acts import (
    ALL_KINDS,
    ANSWERED,
    CARDS,
    COMPARE,
    DIGITS,
    PROJECT,
    SINGLE,
    Act,
    Group,
    View,
)
from core.values import HeadKind

_SCORE = frozenset({HeadKind.SCORE})
_TAGS = frozenset({HeadKind.TAGS})


def _digit_acts() -> Iterable[Act]:
    plain = "score 0–9 · class 1–10 · tag 1–10 yes"
    shifted = "score + 0.5 · class 11–20 · tag no"
    for number, digit in enumerate(DIGITS, start=1):
        tip = f"Score {digit}, class {number}, or tag {number} yes; then the next image (tags stay)"
        yield Act(f"answer_{digit}", f"Answer {digit}", (digit,), tip, Group.ANSWER, views=ANSWERED, line=plain)
        tip = f"Score {digit}.5, class {number + 10}, or tag {number} no"
        keys = (f"Shift+{digit}",)
        yield Act(f"second_{digit}", f"Answer ⇧{digit}", keys, tip, Group.ANSWER, views=ANSWERED, line=shifted)


ANSWER_ACTS = (
    *_digit_acts(),
    Act(
        "top_score",
        "Score 10",
        ("-", "Num+", "T"),
        "Score 10 in one stroke",
        Group.ANSWER,
        _SCORE,
        ANSWERED,
        meaning="Score 10 (score head)",
    ),
    Act(
        "toggle_tag",
        "Turn the marked tag",
        ("T",),
        "The tag that Up and Down marked, or that the order asks of",
        Group.ANSWER,
        _TAGS,
        SINGLE,
        meaning="Turn the marked tag (tags head)",
    ),
    Act(
        "nudge_up", "Nudge up", ("Up",), "Half a step up; class or tag above", Group.ANSWER, views=SINGLE, repeats=True
    ),
    Act(
        "nudge_down",
        "Nudge down",
        ("Down",),
        "Half a step down; class or tag below",
        Group.ANSWER,
        ALL_KINDS,
        SINGLE,
        True,
    ),
    Act(
        "confirm",
        "Confirm the proposal",
        ("Space", "Enter"),
        "Take what the head proposes; of tags only what you ticked, once you ticked any: the others stay open",
        Group.ANSWER,
        views=CARDS,
    ),
    Act(
        "refuse_rest",
        "These, and no others",
        ("O", "Shift+Enter"),
        "What you ticked is yes, every other tag no; then the next image. With nothing ticked: none of the tags",
        Group.ANSWER,
        _TAGS,
        CARDS | COMPARE,
        meaning="These, and no others (tags head)",
    ),
    Act(
        "stands",
        "The answer stands",
        ("Space", "Enter"),
        "Out of the queues of second looks until the answer, or what is said of it, changes",
        Group.ANSWER,
        views=frozenset({View.REVIEW}),
        meaning="The answer stands (second look)",
    ),
    Act(
        "undo",
        "Undo",
        ("Backspace", "Ctrl+Z"),
        "Take back the last act, whatever it was, and show what it was about; also after a restart",
        Group.ANSWER,
        views=PROJECT,
    ),
    Act("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do again what was undone", Group.ANSWER, views=PROJECT),
)
