"""What the last act did, with the key that takes it back, and what the next one goes to: one short line each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from app.actions import Bindings
from app.loading.image_files import Locate
from app.operations.answering import describe_answer
from app.workspace import Workspace
from core.changes import Changes
from core.edits import HeadEdit
from core.project.act_words import name_act
from core.values import Field, ImageId
from core.wording import counted


def describe_deed(workspace: Workspace, act_id: str, changes: Changes, bindings: Bindings, files: Locate) -> str:
    """Empty where the act left everything as it was. `act_id` of the table; every other one is an answer."""
    used = act_id == "use_version" and workspace.version is not None
    if used and not changes.versions:
        return f"{_in_force(workspace)} already"
    turned, noted = act_id in ("undo", "redo"), act_id == "note_version" and changes.heads
    if not changes.annotated and not (turned or used or noted):
        return ""
    back = "redo" if act_id == "undo" else "undo"
    keys = bindings.keys_of(back)
    hint = f" · {keys[0]} {'does it again' if back == 'redo' else 'takes it back'}" if keys else ""
    if act_id == "confirm_page":
        return f"{' · '.join(_page(workspace, changes))}{hint}"
    if turned and len(page := _page(workspace, changes)) > 1:
        return f"{_done(act_id)}: {' · '.join(page)}{hint}"
    tell = _turned if turned else _noted if noted else _elsewhere if _is_elsewhere(workspace, changes) else _deed
    what = _in_force(workspace) if used else tell(workspace, act_id, changes)
    return f"{what} · {_of(changes.annotated, files) or _head_name(workspace, changes)}{hint}"


def describe_selection(workspace: Workspace, selected: NDArray[np.int64]) -> str:
    """How many images of the grid an answer goes to, and how many of them have one; empty without a selection."""
    among = np.zeros_like(workspace.board.answered)
    among[selected[selected < len(among)]] = True  # a skipped image is in the queue twice
    count = int(np.count_nonzero(among))
    if not count:
        return ""
    answered = int(np.count_nonzero(among & workspace.board.answered))
    already = f" · {answered:,} answered already" if answered else ""
    return f"{count:,} selected: a digit answers {'it' if count == 1 else 'them all'}{already}"


def _of(annotated: Collection[ImageId], files: Locate) -> str:
    """Whose deed it was: by then another image may be shown."""
    if len(annotated) != 1:
        return f"{len(annotated):,} images" if annotated else ""
    found = files(list(annotated))
    return found[0].path.replace("\\", "/").rsplit("/", 1)[-1] if found else "1 image"


def _page(workspace: Workspace, changes: Changes) -> list[str]:
    """What was confirmed and what was marked as wrong, each counted apart."""
    if workspace.project is None or changes.act is None:
        return []
    said = workspace.project.acts.said([changes.act]).get(changes.act, [])
    wrong = sum(one.images for one in said if one.field is Field.WRONG and one.value)
    right = sum(one.images for one in said if one.field in _CONFIRMING and one.value is not None)
    counts = ((right, "Page confirmed"), (wrong, "Marked as wrong"))
    return [f"{what} · {counted(number, 'image')}" for number, what in counts if number]


_CONFIRMING = frozenset({Field.ANSWER, Field.CONFIRMED})


def _in_force(workspace: Workspace) -> str:
    return "no version is in force" if workspace.version is None else f"v{workspace.version.number} is in force"


def _head_name(workspace: Workspace, changes: Changes) -> str:
    """Also of one that is hidden now."""
    if workspace.project is None or changes.head is None:
        return ""
    return workspace.project.heads.name_of(changes.head)


def _is_elsewhere(workspace: Workspace, changes: Changes) -> bool:
    """Another head is shown by now: what holds of its images is not what was done."""
    return changes.head is not None and (workspace.head is None or workspace.head.head_id != changes.head)


def _elsewhere(workspace: Workspace, _act_id: str, changes: Changes) -> str:
    """ "Written for content: answer rose"."""
    if workspace.project is None or changes.act is None:
        return "Written"
    what = name_act(workspace.project, changes.act, changes.head)
    return f"Written for {_head_name(workspace, changes)}: {what}"


def _noted(workspace: Workspace, _act_id: str, changes: Changes) -> str:
    """ "Note on v2: too sure"."""
    if workspace.project is None or changes.act is None:
        return ""
    what = name_act(workspace.project, changes.act, changes.head)
    return what[:1].upper() + what[1:]


def _turned(workspace: Workspace, act_id: str, changes: Changes) -> str:
    """What an undo took back, or a redo did again."""
    done = _done(act_id)
    if workspace.project is None or changes.act is None:
        return done
    what = name_act(workspace.project, changes.act, changes.head)
    if act_id == "undo" and changes.versions and _is_overtaken(workspace, workspace.project.edits.of_act(changes.act)):
        return f"{done}: {what}; {_in_force(workspace)}, trained since"
    return f"{done}: {what}"


def _done(act_id: str) -> str:
    return "Undone" if act_id == "undo" else "Done again"


def _is_overtaken(workspace: Workspace, edits: Sequence[HeadEdit]) -> bool:
    """Whether another version is in force than the one before what was taken back."""
    before = [edit.before["version"] for edit in edits if "version" in edit.before]
    return workspace.version is not None and bool(before) and before[0] != workspace.version.number


def _deed(workspace: Workspace, act_id: str, changes: Changes) -> str:
    standing = workspace.board.standing(min(changes.annotated))
    match act_id:
        case "stands":
            return "Confirmed"
        case "refuse_rest":
            answer = describe_answer(workspace.head, standing.answer) if workspace.head is not None else ""
            return f"Answered {answer}" if answer == "no tag" else f"Answered {answer}, all other tags no"
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
