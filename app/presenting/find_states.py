"""What the search box says: how many were found, in what order, and what to do where none were."""

from __future__ import annotations

from collections.abc import Iterable

from app.models.finding import FindMessage
from app.queue.picked import Remarks
from core.errors import UserError
from core.find.heads import Meant
from core.find.keys import NEAREST, Key
from core.find.parsing import QueryError
from core.find.terms import write
from core.project.finding import Found
from core.values import Head
from core.wording import counted, sentence

SEARCHING = "searching…"
_ORDERED = {
    Key.SIMILAR: "most alike first",
    Key.TEXT: "best described first",
    Key.DATE: "in the order of days",
    Key.FILE_DATE: "in the order of days",
}


def found_note(found: Found, *, by_content: bool = True) -> str:
    """`by_content`: whether the encoder that images are alike to sees it."""
    if found.by is Key.SIMILAR and not by_content:
        return f"{counted(len(found.ids), 'image')}, most alike in faults first, not in content"
    order = "" if found.by is None else f", {_ORDERED.get(found.by, f'in the order of {found.by.value}')}"
    return f"{counted(len(found.ids), 'image')}{order}"


def remarks(found: Found) -> Remarks:
    """What each image was found by."""
    if found.strength is None or found.by is None or found.by in (Key.DATE, Key.FILE_DATE):
        return Remarks()
    return Remarks(found.ids, found.strength, "alike" if found.by in NEAREST else found.by.value)


def nothing_message(nothing: Found, asked: str = "") -> FindMessage:
    """The condition that finds nothing by itself is the one to change. `asked`: of which head, if not the one shown."""
    alone = [text for text, count in nothing.parts if not count]
    if alone:
        text = f"No image fits {' or '.join(alone)}. Loosen or take out {'it' if len(alone) == 1 else 'them'}."
    elif len(nothing.parts) > 1:
        told = ", ".join(f"{text}: {count:,}" for text, count in nothing.parts)
        text = f"Each condition finds images ({told}), but none answers all. Take one out, or put OR between two."
    else:
        text = "Write another query. Esc leads back to the queue."
    return FindMessage(f"Nothing found{asked}", text)


def asked_note(meant: Meant, shown: Head | None) -> str:
    """Which head was asked where it is not the one shown, and what it was not asked of an OR."""
    if meant.head is None or (meant.head == shown and not meant.left_out):
        return ""
    without = f" without {', '.join(write(part) for part in meant.left_out)}" if meant.left_out else ""
    return f", asked of {meant.head.name}{without}"


def error_message(error: UserError, names: Iterable[str] = ()) -> FindMessage:
    """`names`: of heads, which are written as they are; so is what was typed."""
    title, text = (_sentence(part, names) for part in (error.problem, error.remedy))
    text = f"{text}." if text and not text.endswith(("?", ".")) else text
    if isinstance(error, QueryError):
        return FindMessage(title, text, error.start, error.end)
    return FindMessage(title, text)


def _sentence(text: str, names: Iterable[str]) -> str:
    return text if ":" in text.split(" ", 1)[0] else sentence(text, names)
