"""Undoes a transfer by its manifest: never over a file, never the last one of a picture, and in its folder alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import Cancelled, UserError
from core.jobs.events import Event, JobNotice
from core.jobs.pace import Pace
from core.media.system_reasons import system_reason
from core.scoring.transfers import JOB, LEADS_OUT, Act, Manifest, Transfer, inside, is_twice, move, read_manifest


@dataclass(frozen=True, slots=True)
class PutBack:
    undone: int
    failed: tuple[tuple[str, str], ...]


def put_back(manifest: Path, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> PutBack:
    """Undoes what a manifest says: moved files go back, copies and links that are still such are removed."""
    held = _where_it_lies(manifest, read_manifest(manifest))
    if origins := {one.source.parent for one in held.planned if one.act is Act.MOVE}:
        with suppress(ValueError):  # they lie on several disks
            emit(JobNotice(JOB, f"moved files go back below {os.path.commonpath(origins)}"))
    pace = Pace(JOB, "putting back", emit)
    is_inside = inside(manifest.parent)
    undone = 0
    failed: list[tuple[str, str]] = []
    for number, one in enumerate(reversed(held.planned), start=1):
        if is_cancelled():
            raise Cancelled
        try:
            if not is_inside(one.target.parent):
                raise UserError(f"{LEADS_OUT}; it was left alone")
            undone += _undo(one)
        except OSError as error:
            failed.append((str(one.target), system_reason(error)))
        except UserError as error:
            failed.append((str(one.target), error.problem))
        pace.report(number, len(held.planned))
    if not failed:
        manifest.unlink(missing_ok=True)
    for folder in reversed(held.made):
        with suppress(OSError):  # something else lies there by now
            folder.rmdir()
    return PutBack(undone, tuple(failed))


def _where_it_lies(path: Path, held: Manifest) -> Manifest:
    """With the places of today: the folder may have been moved, with all that it holds and its table.

    Raises UserError for a table that names files elsewhere.
    """
    here = path.absolute().parent
    was = held.folder or _as_written(held.planned, here)
    for one in held.planned:
        if was not in one.target.parents or ".." in one.target.relative_to(was).parts:
            raise UserError(f"{path} names {one.target}, which is not in its folder", "name another table")
    above = {parent for one in held.planned for parent in one.target.parents}
    made = tuple(folder for folder in held.made if folder in above)
    if os.path.realpath(was) == os.path.realpath(here):
        return replace(held, made=made)
    planned = tuple(replace(one, target=here / one.target.relative_to(was)) for one in held.planned)
    if not any(os.path.lexists(one.target) for one in planned):
        raise UserError(f"the files of {path} are not beside it", f"put it into {was}, or where that is now")
    below = [folder for folder in made if folder.is_relative_to(was)]
    return replace(held, planned=planned, made=tuple(here / folder.relative_to(was) for folder in below))


def _as_written(planned: Sequence[Transfer], here: Path) -> Path:
    """The folder by the way that an older program's table names it."""
    above = planned[0].target.parents if planned else ()
    return next((parent for parent in above if os.path.realpath(parent) == os.path.realpath(here)), here)


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
