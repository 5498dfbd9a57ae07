"""What the last act did, with the key that takes it back, and what the next one goes to: one short line each."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from app.actions import Bindings
from app.loading.image_files import Locate
from app.operations.answering import describe_answer
from app.workspace import Workspace
from core.changes import Changes
from core.values import ImageId


def describe_deed(workspace: Workspace, act_id: str, changes: Changes, bindings: Bindings, files: Locate) -> str:
    """Empty where the act left everything as it was. `act_id` of the table; every other one is an answer."""
    if act_id == "use_version" and workspace.version is not None:
        return f"v{workspace.version.number} is in force{'' if changes.versions else ' already'}"
    if not changes.annotated:
        return ""
    back = "redo" if act_id == "undo" else "undo"
    keys = bindings.keys_of(back)
    hint = f" · {keys[0]} {'does it again' if back == 'redo' else 'takes it back'}" if keys else ""
    return f"{_deed(workspace, act_id, changes)} · {_of(changes.annotated, files)}{hint}"


def describe_selection(workspace: Workspace, selected: NDArray[np.int64]) -> str:
    """How many images of the grid an answer goes to, and how many of them have one; empty without a selection."""
    selected = np.unique(selected)  # a skipped image is in the queue twice
    count = len(selected)
    if not count:
        return ""
    answered = int(np.count_nonzero(workspace.board.answered[selected]))
    already = f" · {answered:,} answered already" if answered else ""
    return f"{count:,} selected: a digit answers {'it' if count == 1 else 'them all'}{already}"


def _of(annotated: Collection[ImageId], files: Locate) -> str:
    """Whose deed it was: by then another image may be shown."""
    if len(annotated) > 1:
        return f"{len(annotated):,} images"
    found = files(list(annotated))
    return found[0].path.replace("\\", "/").rsplit("/", 1)[-1] if found else "1 image"


def _deed(workspace: Workspace, act_id: str, changes: Changes) -> str:
    standing = workspace.board.standing(min(changes.annotated))
    match act_id:
        case "undo":
            return "Undone"
        case "redo":
            return "Done again"
        case "stands":
            return "Confirmed"
        case "confirm_page":
            return "Page confirmed"
        case "pair_left" | "pair_right" | "pair_third" | "pair_fourth":
            return "Judged"
        case "pair_tie":
            return "As good"
        case "pair_skip":
            return "Not compared"
        case "skip":
            return "Skipped, comes again at the end"
        case "exclude":
            return "Excluded" if standing.excluded else "Taken back in"
        case "exclude_others":
            return "The others excluded"
        case "flag":
            return "Flagged" if standing.flagged else "Flag taken off"
        case "pin":
            return "Pinned" if standing.pinned else "Pin taken off"
        case _:
            answer = describe_answer(workspace.head, standing.answer) if workspace.head is not None else ""
            return f"Answered {answer}" if answer else "Answer cleared"
