"""Looks at what is to be imported, beside the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError, WinnowError
from core.exchange.forms import AnswersForm
from core.exchange.preview import TableFound, TreeFound, look_at_table, look_at_tree
from core.values import Head

Found = TreeFound | TableFound | WinnowError


@dataclass(frozen=True, slots=True)
class Look:
    form: AnswersForm
    source: Path
    project: Path | None
    head: Head
    """As it would be; a table is read by it."""
    labels: tuple[str, ...] | None = None
    """That folders are called by; None: whatever they are called."""


def look(asked: Look) -> Found:
    """What is wrong comes back as it is: it belongs into the dialog that asked."""
    try:
        if asked.form is not AnswersForm.CSV:
            return look_at_tree(asked.form, asked.source, labels=asked.labels)
        if asked.project is None:
            return UserError("no project is open", "open the folder of the images first")
        return look_at_table(asked.project, asked.source, asked.head)
    except WinnowError as error:
        return error
