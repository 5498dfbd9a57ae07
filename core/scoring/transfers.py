"""Files copied, linked or moved to a folder: planned whole, written down first, never over another file, undoable.

The manifest is a table in the target folder. It is on the disk before the first file is touched and names everything
that was meant to happen, so that `putting_back` can undo a run that was stopped in the middle as well as a whole one.
"""

from __future__ import annotations

import csv
import errno
import filecmp
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from core.arrays.text_file import NO_HARD_LINKS, new_file, sync
from core.errors import READABLE, WRITABLE, Cancelled, EnvironmentProblem, UserError
from core.jobs.events import Event
from core.jobs.pace import Pace
from core.media.system_reasons import system_reason
from core.names import MANIFEST

_COLUMNS = ("act", "source", "target")
_MADE = "make"
"""In a manifest, of a folder: putting back removes it where it is left empty."""
JOB = "transfer"


class Act(StrEnum):
    COPY = "copy"
    LINK = "link"
    MOVE = "move"


_STAGES = {Act.COPY: "copying", Act.LINK: "linking", Act.MOVE: "moving"}


@dataclass(frozen=True, slots=True)
class Transfer:
    act: Act
    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Transferred:
    """`kept` files were there already: an earlier run had put them."""

    manifest: Path | None
    done: tuple[Transfer, ...]
    kept: int
    failed: tuple[tuple[str, str], ...]


def plan_transfers(
    act: Act, folder: Path, files: Sequence[tuple[Path, str]], watch: Callable[[int], None] = lambda done: None
) -> tuple[list[Transfer], int]:
    """Where each of `files`, (file, name below the folder), goes, and how many lie there already.

    A name that another file has, in the folder or in the plan, gets a number. `watch` is told of each file, and may
    raise.
    """
    planned: list[Transfer] = []
    taken: set[Path] = set()
    kept = 0
    for done, (source, name) in enumerate(files, start=1):
        watch(done)
        target = folder / name
        number = 2
        while not (there := _is_there(act, source, target)) and (target in taken or os.path.lexists(target)):
            target = (folder / name).with_name(f"{Path(name).stem}-{number}{Path(name).suffix}")
            number += 1
        taken.add(target)
        if there:
            kept += 1
        else:
            planned.append(Transfer(act, source.absolute(), target.absolute()))
    return planned, kept


def _is_there(act: Act, source: Path, target: Path) -> bool:
    if not target.is_symlink() and target.exists() and target.samefile(source):
        return True  # it lies in this very folder
    match act:
        case Act.LINK:
            return target.is_symlink() and target.resolve() == source.resolve()
        case Act.COPY:
            return not target.is_symlink() and target.is_file() and filecmp.cmp(source, target, shallow=False)
        case Act.MOVE:
            return False


def transfer(
    planned: Sequence[Transfer],
    folder: Path,
    kept: int,
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Transferred:
    """Raises Cancelled between two files, and EnvironmentProblem where the manifest cannot be written."""
    if not planned:
        return Transferred(None, (), kept, ())
    manifest = _write_manifest(folder, planned)
    pace = Pace(JOB, _STAGES[planned[0].act], emit)
    done: list[Transfer] = []
    failed: list[tuple[str, str]] = []
    for number, one in enumerate(planned, start=1):
        if is_cancelled():
            raise Cancelled
        try:
            one.target.parent.mkdir(parents=True, exist_ok=True)
            _carry_out(one)
            done.append(one)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                problem = (
                    f"the disk is full, {len(done):,} of {len(planned):,} files are done, {manifest} puts them back"
                )
                raise EnvironmentProblem(problem, "make room and do it again") from error
            failed.append((str(one.source), f"not put at {one.target}: {system_reason(error)}"))
        pace.report(number, len(planned))
    return Transferred(manifest, tuple(done), kept, tuple(failed))


def moment() -> str:
    """Now, as names of manifests have it: later ones come later in the alphabet."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def newest_manifest(folder: Path, *, since: str) -> Path | None:
    """The table of the last transfer into `folder` that began after this moment."""
    made = (path for path in folder.glob(f"{MANIFEST}*.csv") if path.name > f"{MANIFEST}{since}.csv")
    return max(made, default=None)


def read_manifest(path: Path) -> list[Transfer]:
    """Raises UserError for another file."""
    wanted = "name the table that `winnow score` wrote into the folder of the copies"
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != _COLUMNS:
                raise UserError(f"{path} is no manifest", wanted)
            rows = [row for row in reader if row["act"] != _MADE]
            return [Transfer(Act(row["act"]), Path(row["source"]), Path(row["target"])) for row in rows]
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UserError(f"there is no file {path}", wanted) from error
    except (ValueError, TypeError, csv.Error) as error:
        raise UserError(f"{path} is no manifest", wanted) from error
    except OSError as error:
        raise EnvironmentProblem(f"cannot read {path}: {error.strerror}", READABLE) from error


def made_folders(manifest: Path, planned: Sequence[Transfer]) -> list[Path]:
    """Those above the targets that the transfer made, each before what lies in it."""
    above = {parent for one in planned for parent in one.target.parents}
    with manifest.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        made = [Path(row["target"] or "") for row in csv.DictReader(file) if row["act"] == _MADE]
    return [folder for folder in made if folder in above]


def _to_make(planned: Sequence[Transfer]) -> list[Path]:
    """Folders that are not there yet, each before what lies in it."""
    wanted = {parent for one in planned for parent in one.target.parents}
    return sorted(parent for parent in wanted if not parent.exists())


def _write_manifest(folder: Path, planned: Sequence[Transfer]) -> Path:
    to_make = _to_make(planned)
    path = folder / f"{MANIFEST}{moment()}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows((_MADE, "", made) for made in to_make)
            writer.writerows((one.act.value, one.source, one.target) for one in planned)
        sync(path)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror}; nothing was touched", WRITABLE) from error
    return path


def _carry_out(one: Transfer) -> None:
    """Raises OSError, FileExistsError among them, with nothing half done."""
    match one.act:
        case Act.COPY:
            _copy(one.source, one.target)
        case Act.LINK:
            one.target.symlink_to(one.source)
        case Act.MOVE:
            move(one.source, one.target)


def move(source: Path, target: Path) -> None:
    """By a second name and then without the first: a rename would go over a file that has just come.

    Raises OSError with `source` as it was and nothing at `target`.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        _copy(source, target)
    try:
        source.unlink()
    except FileNotFoundError:  # somebody took that name away meanwhile
        return
    except OSError:
        if is_twice(source, target):
            with suppress(OSError):
                target.unlink()
        raise


def _copy(source: Path, target: Path) -> None:
    with new_file(target) as unfinished:
        shutil.copy2(source, unfinished)


def is_twice(source: Path, target: Path) -> bool:
    """Whether the file at `target` is at `source` too, so that nothing is lost with the name `target`.

    What lies there is asked, not what it leads to: a link is no second file. Raises OSError.
    """
    one, other = source.lstat(), target.lstat()
    if os.path.samestat(one, other):
        return other.st_nlink > 1 and not _is_one_name(source, target)
    if not (stat.S_ISREG(one.st_mode) and stat.S_ISREG(other.st_mode)):
        return False
    filecmp.clear_cache()  # it goes by sizes and times, and what was compared before may have changed
    return filecmp.cmp(source, target, shallow=False)


def _is_one_name(source: Path, target: Path) -> bool:
    """Also by two ways to one folder, and on disks that do not tell capitals apart."""
    return source.name.casefold() == target.name.casefold() and source.parent.samefile(target.parent)
