"""Undoes a transfer by its manifest: never over a file, never the last one of a picture, and in its folder alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from core.arrays.text_file import unfinished
from core.errors import Cancelled, UserError
from core.jobs.events import Event, JobNotice
from core.jobs.pace import Pace
from core.media.system_reasons import system_reason
from core.scoring.transfers import (
    JOB,
    LEADS_OUT,
    Act,
    Manifest,
    Transfer,
    inside,
    is_twice,
    link_moved,
    link_start,
    link_text,
    move,
    read_manifest,
)
from core.store.lock import process_runs


@dataclass(frozen=True, slots=True)
class PutBack:
    undone: int
    failed: tuple[tuple[str, str], ...]


def put_back(manifest: Path, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> PutBack:
    """Undoes what a manifest says: moved files go back, copies and links that are still such are removed."""
    held = _where_it_lies(manifest, read_manifest(manifest))
    if origins := {one.source.parent for one in held.planned if one.act is Act.MOVE}:
        with suppress(ValueError):  # they lie on several disks
            emit(JobNotice(JOB, f"moved files go back below {os.path.commonpath(origins)}", warns=False))
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
    _tidy(held.planned, is_inside)
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
    if one.act is not Act.LINK and _is_unfilled(one.target, one.source):
        one.target.unlink()  # stopped between the name and what it stands for
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
    if os.path.lexists(one.source) and _is_unfilled(one.source, one.target) and _is_left(one.source):
        one.source.unlink()  # the same of an earlier putting back
    if not os.path.lexists(one.source):
        one.source.parent.mkdir(parents=True, exist_ok=True)
        _move_back(one)
        return True
    if not is_twice(one.source, one.target) and not _is_link_twice(one):
        raise UserError(f"{one.source} is there again; neither file was touched")
    one.target.unlink()  # stopped between the second name and the first
    return False


def _move_back(one: Transfer) -> None:
    """A link that was relative is so again."""
    start = link_start(one.source)
    text = link_text(one.target) if one.target.is_symlink() else ""
    if not text.startswith(start):
        move(one.target, one.source)
        return
    one.source.symlink_to(text.removeprefix(start))
    one.target.unlink()


def _is_link_twice(one: Transfer) -> bool:
    return one.target.is_symlink() and link_text(one.target) == link_moved(one.source)


def _check_copy(one: Transfer) -> None:
    if not one.source.is_file():
        raise UserError("its source is not where it was; if it was moved, put that back first")
    source = one.source.resolve()
    if os.path.samestat(source.stat(), one.target.lstat()) and not is_twice(source, one.target):
        raise UserError("its source leads to it by now; it was left alone")
    if not is_twice(source, one.target):
        raise UserError("it is no longer a copy of its source; it was left alone")


def _is_unfilled(empty: Path, whole: Path) -> bool:
    """Whether a file is empty that should be the other one: on a disk without second names a kill leaves it so."""
    try:
        one, other = empty.lstat(), whole.lstat()
    except OSError:
        return False
    regular = stat.S_ISREG(one.st_mode) and stat.S_ISREG(other.st_mode)
    return regular and not one.st_size and bool(other.st_size)


def _is_left(path: Path) -> bool:
    """Whether a process that has ended left what it had written to be called `path`."""
    return any(name == path.name and not process_runs(process) for name, process, _ in unfinished(path.parent))


def _tidy(planned: Sequence[Transfer], is_inside: Callable[[Path], bool]) -> None:
    """What stopped transfers and puttings back had begun to write goes, where the file itself is there."""
    written: dict[Path, dict[str, Transfer]] = {}
    for one in planned:
        if one.act is not Act.LINK and is_inside(one.target.parent):
            written.setdefault(one.target.parent, {})[one.target.name] = one
        if one.act is Act.MOVE:
            written.setdefault(one.source.parent, {})[one.source.name] = one
    for folder, names in written.items():
        with suppress(OSError):
            for name, process, path in unfinished(folder):
                made = names.get(name)
                if (
                    made is not None
                    and not process_runs(process)
                    and (_is_whole(made.source) or _is_whole(made.target))
                ):
                    path.unlink()


def _is_whole(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False
