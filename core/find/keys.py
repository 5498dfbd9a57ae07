"""The words before the colon: what each goes by, what may follow it, and one line that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.values import BRACKETS, HeadKind


class Key(StrEnum):
    """`WORD` is what stands without a key: a part of the path."""

    WORD = ""
    PATH = "path"
    ANNOTATION = "annotation"
    TAG = "tag"
    ANSWER = "answer"
    PREDICTION = "prediction"
    SCORE = "score"
    CONFIDENCE = "confidence"
    DISAGREEMENT = "disagreement"
    CONFLICT = "conflict"
    VERSION = "version"
    DATE = "date"
    FILE_DATE = "file-date"
    IS = "is"
    SIMILAR = "similar"
    TEXT = "text"


class State(StrEnum):
    """What follows `is:`."""

    ANSWERED = "answered"
    OPEN = "open"
    FLAGGED = "flagged"
    PINNED = "pinned"
    EXCLUDED = "excluded"
    SKIPPED = "skipped"
    SYNTHETIC = "synthetic"
    DUPLICATE = "duplicate"


class Takes(StrEnum):
    """What follows a key."""

    WORDS = "a name"
    NUMBER = "a number"
    WHOLE = "a version"
    DAYS = "a day"
    STATE = "a state"


@dataclass(frozen=True, slots=True)
class KeyInfo:
    takes: Takes
    tip: str
    examples: tuple[str, ...] = ()
    kinds: frozenset[HeadKind] = frozenset(HeadKind)
    """Of heads that it says something of."""
    most: float = float("inf")
    """The highest number that it can be, where 0 is the lowest."""


_SCORE = frozenset({HeadKind.SCORE})
_NAMED = frozenset({HeadKind.CLASS, HeadKind.TAGS})
_TAGS = frozenset({HeadKind.TAGS})
SAME_AS: Mapping[str, Key] = {"label": Key.ANNOTATION, "file": Key.PATH, "predicted": Key.PREDICTION}
"""Other words for the same."""
KEYS: Mapping[Key, KeyInfo] = {
    Key.PATH: KeyInfo(Takes.WORDS, "part of the path; * for any letters", ("path:cats/*", "path:*.png")),
    Key.ANNOTATION: KeyInfo(Takes.WORDS, "the answer; none where there is none", kinds=_NAMED),
    Key.TAG: KeyInfo(Takes.WORDS, "a tag that is yes; tag:-sky for no", kinds=_TAGS),
    Key.ANSWER: KeyInfo(Takes.NUMBER, "the score that was given", ("answer:>=7", "answer:5..7.5"), _SCORE, BRACKETS),
    Key.PREDICTION: KeyInfo(Takes.WORDS, "what the head says; none where it says nothing", kinds=_NAMED),
    Key.SCORE: KeyInfo(Takes.NUMBER, "the predicted score", ("score:>7", "score:5..7.5", "score:<3"), _SCORE, BRACKETS),
    Key.CONFIDENCE: KeyInfo(
        Takes.NUMBER, "how sure the head is, 0 to 1", ("confidence:<0.6", "confidence:>95%"), _NAMED, 1.0
    ),
    Key.DISAGREEMENT: KeyInfo(Takes.NUMBER, "how split the committee is", ("disagreement:>0.5",)),
    Key.CONFLICT: KeyInfo(
        Takes.NUMBER, "how strongly heads that have not seen the image contradict its answer", ("conflict:>0.8",)
    ),
    Key.VERSION: KeyInfo(
        Takes.WHOLE, "the version that first learned the answer", ("version:3", "version:>3", "version:<=3")
    ),
    Key.DATE: KeyInfo(
        Takes.DAYS, "when it was answered", ("date:today", "date:yesterday", "date:2026-11", "date:2026-11-01..")
    ),
    Key.FILE_DATE: KeyInfo(Takes.DAYS, "when the file was written", ("file-date:today", "file-date:..2025")),
    Key.IS: KeyInfo(Takes.STATE, "a mark or state"),
    Key.SIMILAR: KeyInfo(Takes.WORDS, "the images most like this one", ("similar:cats/one.jpg",)),
    Key.TEXT: KeyInfo(Takes.WORDS, "the images that words describe best", ('text:"red car"',)),
}
STATES: Mapping[State, str] = {
    State.ANSWERED: "has an answer",
    State.OPEN: "has no answer",
    State.FLAGGED: "marked with F",
    State.PINNED: "of the regression set",
    State.EXCLUDED: "kept out of training",
    State.SKIPPED: "passed over",
    State.SYNTHETIC: "a degraded copy",
    State.DUPLICATE: "has a copy or a near-duplicate",
}
NEAREST = frozenset({Key.SIMILAR, Key.TEXT})
"""Orders of all images rather than conditions on each."""


def key_of(word: str) -> Key | None:
    """The key that a word before a colon names."""
    lowered = word.casefold()
    if lowered in SAME_AS:
        return SAME_AS[lowered]
    return next((key for key in KEYS if key.value == lowered), None)
