"""What an act is: something a person can do, on which keys, for which kinds of head, and in which views."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.values import HeadKind


class View(StrEnum):
    """What fills the middle of the window."""

    LABEL = "label"
    GRID = "grid"
    PAGES = "pages"
    TWINS = "twins"
    COMPARE = "compare"
    PAIRS = "pairs"
    TRY = "try"
    APPLY = "apply"
    FOLDERS = "folders"
    VERSIONS = "versions"
    REVIEW = "review"
    INSIGHT = "insight"
    EMPTY = "empty"


class Group(StrEnum):
    """Headings of the key overlay and of the menus."""

    ANSWER = "Answer"
    MOVE = "Move"
    MARK = "Mark"
    LOOK = "Look"
    PAGES = "Pages"
    PAIRS = "Pairs"
    FIND = "Find"
    WORK = "Work"
    PROJECT = "Project"


ALL_KINDS = frozenset(HeadKind)
ALL_VIEWS = frozenset(View)
CARDS = frozenset({View.LABEL, View.GRID})
ONE_BY_ONE = CARDS | {View.REVIEW, View.PAGES, View.APPLY}
COMPARE = frozenset({View.COMPARE})
PAIRS = frozenset({View.PAIRS})
BESIDE = COMPARE | PAIRS
"""Several pictures side by side."""
ANSWERED = ONE_BY_ONE | {View.TWINS} | COMPARE
"""Where a key answers an image."""
SINGLE = frozenset({View.LABEL})
TILED = frozenset({View.LABEL, View.TRY})
PICTURE = TILED | {View.REVIEW, View.APPLY} | BESIDE
"""One picture, large."""
SIZED = PICTURE | {View.PAGES, View.INSIGHT}
"""Where pictures are made larger and smaller."""
PROJECT = ALL_VIEWS - {View.TRY, View.FOLDERS}
"""What belongs to the project: nothing of it changes unseen."""
LISTS = frozenset({View.GRID, View.PAGES, View.VERSIONS, View.APPLY, View.FOLDERS, View.INSIGHT})
"""Where the arrow keys are for what is shown."""
NOT_LISTS = ALL_VIEWS - LISTS
"""Left leads back from the end of the queue."""
SEEN = PROJECT - {View.VERSIONS, View.INSIGHT}
"""Where the queue is in sight."""
UNANSWERED = SEEN - {View.REVIEW, View.PAGES, View.TWINS, View.APPLY, View.PAIRS}
VERSIONS = frozenset({View.VERSIONS})
PAGES = frozenset({View.PAGES})
TWINS = frozenset({View.TWINS})
INSIGHT = frozenset({View.INSIGHT})
APPLY = frozenset({View.APPLY})
DIGITS = "1234567890"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person can do. `repeats`: goes on while the key is held down."""

    act_id: str
    text: str
    keys: tuple[str, ...]
    tip: str
    group: Group
    kinds: frozenset[HeadKind] = ALL_KINDS
    views: frozenset[View] = ALL_VIEWS
    repeats: bool = False
    line: str = ""
    """Acts with one `line` share a line of the key list; "" for the act's own text."""
    meaning: str = ""
    """What the key list says where the text alone leaves open when it holds."""

    @property
    def breadth(self) -> int:
        """How many contexts the act applies in; the narrower of two acts on one key wins."""
        return len(self.kinds) * len(self.views)
