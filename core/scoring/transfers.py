"""Files copied, linked or moved to a folder: planned whole, written down first, never over another file, undoable.

The manifest is a table in the target folder. It is on the disk before the first file is touched and names everything
that was meant to happen, so that `putting_back` can undo a run that was stopped in the middle as well as a whole one.
"""

from __future__ import annotations

import csv
import errno
import filecmp
import functools
import os
import shutil
import stat
import zlib
from collections.abc import Callable, Mapping, Sequence
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
_FOLDER = "into"
"""In a manifest, of the folder that it was written for and may be moved with."""
_BEGINNING_BYTES = 1 << 12
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_Mark = tuple[str | int, ...]
"""Of a file: the file itself, what it leads to, or how its content begins."""
JOB = "transfer"


class Act(StrEnum):
    COPY = "copy"
    LINK = "link"
    MOVE = "move"


LEADS_OUT = "a link leads out of the folder there"
_STAGES = {Act.COPY: "copying", Act.LINK: "linking", Act.MOVE: "moving"}


@dataclass(frozen=True, slots=True)
class Transfer:
    act: Act
    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Manifest:
    planned: tuple[Transfer, ...]
    made: tuple[Path, ...]
    """Folders that the transfer made, each before what lies in it."""
    folder: Path | None
    """That it was written for; a table of an older program does not say."""


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
    numbered: dict[str, _Numbered] = {}
    for done, (source, name) in enumerate(files, start=1):
        watch(done)
        if name not in numbered:
            numbered[name] = _Numbered(act, folder / name, taken)
        target = numbered[name].place(source)
        if target is not None:
            planned.append(Transfer(act, source.absolute(), target.absolute()))
    return planned, len(files) - len(planned)


class _Numbered:
    """Places for files that want one name. What lies at each of them is looked at once, however many come."""

    def __init__(self, act: Act, wanted: Path, taken: set[Path]) -> None:
        """`taken` by files of any name; what is given out is added."""
        self._act = act
        self._wanted = wanted
        self._taken = taken
        self._number = 1
        self._there: dict[_Mark, list[Path]] = {}

    def place(self, source: Path) -> Path | None:
        """None for a file that lies there already."""
        while os.path.lexists(target := self._target()) or target in self._taken:
            if target not in self._taken:
                with suppress(OSError):  # nobody may look at it
                    self._see(target)
            self._number += 1
        with suppress(OSError):  # the file went since it was judged: putting it there will say so
            if self._is_there(source):
                return None
        self._taken.add(target)
        self._number += 1
        return target

    def _target(self) -> Path:
        wanted, number = self._wanted, self._number
        return wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")

    def _see(self, target: Path) -> None:
        status = target.lstat()
        if stat.S_ISLNK(status.st_mode):
            marks: list[_Mark] = [_end(target)] if self._act is Act.LINK else []
        else:
            marks = [_file(status)]
            if self._act is Act.COPY and stat.S_ISREG(status.st_mode):
                marks.append(_beginning(target))
        for mark in marks:
            self._there.setdefault(mark, []).append(target)

    def _is_there(self, source: Path) -> bool:
        if not self._there:
            return False
        status = source.stat()
        if _file(status) in self._there:
            return True  # it lies in this very folder
        match self._act:
            case Act.LINK:
                return _end(source) in self._there
            case Act.COPY if stat.S_ISREG(status.st_mode):
                alike = self._there.get(_beginning(source), ())
                return any(filecmp.cmp(source, target, shallow=False) for target in alike)
            case _:
                return False


def _file(status: os.stat_result) -> _Mark:
    return "file", status.st_dev, status.st_ino


def _end(link: Path) -> _Mark:
    return "link", os.path.realpath(link)


def _beginning(path: Path) -> _Mark:
    """Few other files share it."""
    with path.open("rb") as file:
        return "content", os.fstat(file.fileno()).st_size, zlib.crc32(file.read(_BEGINNING_BYTES))


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
    is_inside = inside(folder)
    done: list[Transfer] = []
    failed: list[tuple[str, str]] = []
    for number, one in enumerate(planned, start=1):
        if is_cancelled():
            raise Cancelled
        try:
            if is_inside(one.target.parent):
                one.target.parent.mkdir(parents=True, exist_ok=True)
                _carry_out(one)
                done.append(one)
            else:
                failed.append((str(one.source), f"not put at {one.target}: {LEADS_OUT}"))
        except OSError as error:
            if error.errno in _NO_ROOM:
                problem = (
                    f"the disk is full, {len(done):,} of {len(planned):,} files are done, {manifest} puts them back"
                )
                raise EnvironmentProblem(problem, "make room and do it again") from error
            failed.append((str(one.source), f"not put at {one.target}: {system_reason(error)}"))
        pace.report(number, len(planned))
    return Transferred(manifest, tuple(done), kept, tuple(failed))


def inside(folder: Path) -> Callable[[Path], bool]:
    """Whether a folder lies in `folder`, whatever links lead there. Each is looked at once."""
    real = os.path.realpath(folder)

    @functools.cache
    def is_inside(below: Path) -> bool:
        return Path(os.path.realpath(below)).is_relative_to(real)

    return is_inside


def moment() -> str:
    """Now, as names of manifests have it: later ones come later in the alphabet."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def newest_manifest(folder: Path, *, since: str) -> Path | None:
    """The table of the last transfer into `folder` that began after this moment."""
    made = (path for path in folder.glob(f"{MANIFEST}*.csv") if path.name > f"{MANIFEST}{since}.csv")
    return max(made, default=None)


def read_manifest(path: Path) -> Manifest:
    """Raises UserError for another file."""
    wanted = "name the table that `winnow score` wrote into the folder of the copies"
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != _COLUMNS:
                raise UserError(f"{path} is no manifest", wanted)
            return _manifest(list(reader))
    except IsADirectoryError as error:
        raise UserError(f"{path} is a folder", wanted) from error
    except FileNotFoundError as error:
        raise UserError(f"there is no file {path}", wanted) from error
    except (ValueError, TypeError, csv.Error) as error:
        raise UserError(f"{path} is no manifest", wanted) from error
    except OSError as error:
        raise EnvironmentProblem(f"cannot read {path}: {error.strerror}", READABLE) from error


def _manifest(rows: Sequence[Mapping[str, str]]) -> Manifest:
    of_folders = {act: [_place(row["target"]) for row in rows if row["act"] == act] for act in (_FOLDER, _MADE)}
    planned = tuple(
        Transfer(Act(row["act"]), _place(row["source"]), _place(row["target"]))
        for row in rows
        if row["act"] not in of_folders
    )
    return Manifest(planned, tuple(of_folders[_MADE]), next(iter(of_folders[_FOLDER]), None))


def _place(text: str) -> Path:
    """Raises ValueError for what a transfer never writes."""
    path = Path(text)
    if not path.is_absolute() or "\0" in text:
        raise ValueError(text)
    return path


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
            writer.writerow((_FOLDER, "", folder.absolute()))
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
            one.source.stat()  # nobody wants a link to nothing
            one.target.symlink_to(one.source)
        case Act.MOVE:
            move(one.source, one.target)


def move(source: Path, target: Path) -> None:
    """By a second name and then without the first: a rename would go over a file that has just come.

    A relative link is one to the same file by its whole path from then on. Raises OSError with `source` as it was and
    nothing at `target`.
    """
    text = link_moved(source)
    try:
        if text is None:
            os.link(source, target, follow_symlinks=False)
        else:
            target.symlink_to(text)
    except OSError as error:
        if text is not None or error.errno not in NO_HARD_LINKS:
            raise
        _copy(source, target)
    try:
        source.unlink()
    except FileNotFoundError:  # somebody took that name away meanwhile
        return
    except OSError:
        if text is not None or is_twice(source, target):
            with suppress(OSError):
                target.unlink()
        raise


def link_moved(source: Path) -> str | None:
    """What a relative link reads once it lies elsewhere; None for any other file. Raises OSError."""
    if not source.is_symlink() or source.readlink().is_absolute():
        return None
    return f"{link_start(source)}{link_text(source)}"


def link_text(link: Path) -> str:
    """To the letter."""
    return os.readlink(link)  # noqa: PTH115 - Path.readlink takes "." out


def link_start(source: Path) -> str:
    """By which putting back knows that a link was relative when it lay at `source`: nobody else writes such paths."""
    return f"{os.path.realpath(source.parent)}/./"


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
