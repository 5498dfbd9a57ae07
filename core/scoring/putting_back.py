"""Undoes a transfer by its manifest: never over a file, and never the last one of a picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import Cancelled, UserError
from core.jobs.events import Event
from core.jobs.pace import Pace
from core.media.system_reasons import system_reason
from core.scoring.transfers import JOB, Act, Transfer, is_twice, made_folders, move, read_manifest


@dataclass(frozen=True, slots=True)
class PutBack:
    undone: int
    failed: tuple[tuple[str, str], ...]


def put_back(manifest: Path, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> PutBack:
    """Undoes what a manifest says: moved files go back, copies and links that are still such are removed."""
    planned = read_manifest(manifest)
    pace = Pace(JOB, "putting back", emit)
    undone = 0
    failed: list[tuple[str, str]] = []
    for number, one in enumerate(reversed(planned), start=1):
        if is_cancelled():
            raise Cancelled
        try:
            undone += _undo(one)
        except OSError as error:
            failed.append((str(one.target), system_reason(error)))
        except UserError as error:
            failed.append((str(one.target), error.problem))
        pace.report(number, len(planned))
    made = made_folders(manifest, planned)
    if not failed:
        manifest.unlink(missing_ok=True)
    for folder in reversed(made):
        with suppress(OSError):  # something else lies there by now
            folder.rmdir()
    return PutBack(undone, tuple(failed))


def _undo(one: Transfer) -> bool:
    """False where there is nothing to undo. Raises UserError where undoing would lose something, OSError."""
    if not os.path.lexists(one.target):
        return False
    match one.act:
        case Act.MOVE:
            return _undo_move(one)
        case Act.LINK:
            if not one.target.is_symlink() or one.target.readlink() != one.source:
                raise UserError("it is no longer the link that was made; it was left alone")
        case Act.COPY:
            _check_copy(one)
    one.target.unlink()
    return True


def _undo_move(one: Transfer) -> bool:
    if not os.path.lexists(one.source):
        one.source.parent.mkdir(parents=True, exist_ok=True)
        move(one.target, one.source)
        return True
    if not is_twice(one.source, one.target):
        raise UserError(f"{one.source} is there again; neither file was touched")
    one.target.unlink()  # stopped between the second name and the first
    return False


def _check_copy(one: Transfer) -> None:
    if not one.source.is_file():
        raise UserError("its source is not where it was; if it was moved, put that back first")
    source = one.source.resolve()
    if os.path.samestat(source.stat(), one.target.lstat()) and not is_twice(source, one.target):
        raise UserError("its source leads to it by now; it was left alone")
    if not is_twice(source, one.target):
        raise UserError("it is no longer a copy of its source; it was left alone")
