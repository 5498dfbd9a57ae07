"""What the label view and the grid show for one image: every look-up is done before these are built."""

from __future__ import annotations

from dataclasses import dataclass

from core.values import AnswerValue, Head, ImageFile

UNSEEN = "unseen"
"""Source of a prediction by heads that have not seen the image."""
AS_LEFT = "as left"
"""Source of a prediction by the live head as it was when the head was left."""
BY_LIVE = ("live", AS_LEFT)
"""Sources that are the live head's own, of now or as it was left."""
EVEN = 0.5
"""Beyond this a tag counts as proposed, and a member as voting for it; at it nothing is said."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """One label of a class or tags head."""

    key_text: str
    """The key that answers it, as painted beside it: "3", "⇧3", or "" beyond the keys."""
    name: str
    probability: float | None = None
    """None until the head predicts, and where it has learned nothing of this label yet."""
    votes: tuple[float, ...] = ()
    """Each member's probability for this label."""
    chosen: bool = False
    """The standing answer (tags: an explicit yes)."""
    refused: bool = False
    """Tags only: an explicit no."""
    proposed: bool = False
    """What Space would confirm."""
    focused: bool = False
    """Tags: the row that Up and Down stand on."""
    unlearned: bool = False
    """The head predicts, but nobody has answered this label yet, or has said no to this tag."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Of a tags head: what would be written by the keys that end an image."""

    confirms: str
    """ "Space: macro yes, 9 stay open"."""
    refuses: str
    """ "O: macro yes, 9 no"."""
    proposes: bool = False
    """What `confirms` says is the head's."""


@dataclass(frozen=True, slots=True)
class Card:
    """One image under one head. Scores run from 0 to 10."""

    image: ImageFile
    head: Head
    rows: tuple[CardRow, ...] = ()
    score: float | None = None
    spread: float | None = None
    """Standard deviation of the members, in brackets."""
    members: tuple[float, ...] = ()
    proposed_score: float | None = None
    """What Space would confirm, after nudges."""
    answer: AnswerValue | None = None
    answer_text: str = ""
    flagged: bool = False
    excluded: bool = False
    skipped: bool = False
    pinned: bool = False
    utility: float | None = None
    reason: str = ""
    """Why this image is asked now, in one short line."""
    commit: Commit | None = None
    source: str = ""
    """Where the prediction is from: "live", AS_LEFT, "text", "v3" or UNSEEN; empty while there is none."""
    blind: bool = False
    """Of the audit set: the prediction is kept back until it is answered."""
    position: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What the grid shows below one thumbnail."""

    caption: str = ""
    answer_text: str = ""
    flagged: bool = False
    excluded: bool = False
    skipped: bool = False
    pinned: bool = False
    probability: float | None = None
    blind: bool = False
    """Of the audit set and open"""
    remark: str = ""
    """What it was found by"""

    @property
    def spoken(self) -> str:
        """In full, for the tip."""
        answer = f"answered {self.answer_text}" if self.answer_text else ""
        guess = f"predicted {self.caption}" if self.caption else ""
        marks = (
            ("skipped", self.skipped),
            ("flagged", self.flagged),
            ("pinned", self.pinned),
            ("excluded", self.excluded),
            ("asked blind", self.blind),
        )
        return " · ".join(text for text in (self.remark, answer, guess, *(name for name, on in marks if on)) if text)
