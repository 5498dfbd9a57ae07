"""What the last act did, in one short line with the key that takes it back."""

from __future__ import annotations

from app.actions import Bindings
from app.operations.answering import describe_answer
from app.workspace import Workspace
from core.changes import Changes


def describe_deed(workspace: Workspace, act_id: str, changes: Changes, bindings: Bindings) -> str:
    """Empty where the act left everything as it was. `act_id` of the table; every other one is an answer."""
    if not changes.annotated:
        return ""
    count = len(changes.annotated)
    images = f" · {count:,} images" if count > 1 else ""
    back = "redo" if act_id == "undo" else "undo"
    keys = bindings.keys_of(back)
    hint = f" · {keys[0]} {'does it again' if back == 'redo' else 'takes it back'}" if keys else ""
    return f"{_deed(workspace, act_id, changes)}{images}{hint}"


def _deed(workspace: Workspace, act_id: str, changes: Changes) -> str:
    standing = workspace.board.standing(min(changes.annotated))
    match act_id:
        case "undo":
            return "Undone"
        case "redo":
            return "Done again"
        case "skip":
            return "Skipped, comes again at the end"
        case "exclude":
            return "Excluded" if standing.excluded else "Taken back in"
        case "flag":
            return "Flagged" if standing.flagged else "Flag taken off"
        case _:
            answer = describe_answer(workspace.head, standing.answer) if workspace.head is not None else ""
            return f"Answered {answer}" if answer else "Answer cleared"
