"""A file or a folder beside the arrays: written whole or not at all, and on the disk before its row is."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import WRITABLE, EnvironmentProblem, UserError

NO_HARD_LINKS = {errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
"""How a disk says that it gives a file no second name, or not this one."""

_UNFINISHED = re.compile(r"\.(.+)\.(\d{1,9})\.tmp", re.DOTALL)


def write_text(path: Path, text: str) -> None:
    """Replaces `path` in one step, and only once every byte is on the disk."""
    with replaced(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


@contextlib.contextmanager
def replaced(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """A file to write that takes the place of `path` in one step: a kill leaves the old one or the new one whole.

    So does a power cut, unless the file is not to be `lasting`: then nobody waits for the disk.

    Raises EnvironmentProblem where the disk does not take it; then nothing is left of it.
    """
    temporary = _beside(path)
    try:
        temporary.touch()
        mode = stat.S_IMODE(temporary.stat().st_mode)
        yield temporary
        temporary.chmod(mode)  # as any new file here: some libraries write for their owner alone
        if lasting:
            sync(temporary)
        temporary.replace(path)
        if lasting:
            sync(path.parent)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror or error}", WRITABLE) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


@contextlib.contextmanager
def new_file(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """A file to write that is called `path` once it is whole, and never takes the place of another.

    Raises OSError as it comes, FileExistsError among them; then nothing is left of it. For `lasting` see `replaced`.
    """
    temporary = _beside(path)
    try:
        yield temporary
        if lasting:
            sync(temporary)
        _call_new(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _call_new(temporary: Path, path: Path) -> None:
    """By a second name, since a rename would go over a file that has just come."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        path.open("xb").close()  # the name is ours from here on
        try:
            temporary.replace(path)
        except OSError:
            path.unlink()
            raise


def check_writable(path: Path) -> None:
    """Before work whose result is to be written there. Raises EnvironmentProblem where no file can be put."""
    probe = _beside(path)
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror or error}", WRITABLE) from error


def make_folder(folder: Path) -> None:
    """With those above it; it may be there. Raises UserError where a file is, EnvironmentProblem where none can be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        check_links(folder)
        raise UserError(f"{folder} is a file", "move it away, or name another folder") from None
    except OSError as error:
        raise EnvironmentProblem(f"cannot make {folder}: {error.strerror or error}", WRITABLE) from error


def check_links(folder: Path) -> None:
    """Raises UserError where the folder, or one above it, is a link to what is not there."""
    for path in (folder, *folder.parents):
        if path.is_symlink() and not path.exists():
            target = os.fsdecode(os.readlink(path))  # noqa: PTH115 - as it is written
            problem = f"{path} is a link to {target}, which is not there"
            raise UserError(problem, "put that back, or name another folder")


def make_inside(folder: Path, levels: int) -> None:
    """`folder` and at most `levels - 1` of those above it: a project that was moved away is not made anew there."""
    outer = folder.absolute()  # "." has none above it
    for _ in range(levels):
        outer = outer.parent
    check_there(outer)
    make_folder(folder)


def check_there(folder: Path) -> None:
    """Raises EnvironmentProblem where a folder that was there at the beginning, as the project's, is not any more."""
    if not os.path.lexists(folder):
        problem = f"the folder {folder} is not there any more"
        raise EnvironmentProblem(problem, "if it was moved, open the project at its new place")


def sync(path: Path) -> None:
    """Flushes a file, or a folder's list of names, to the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows cannot open a folder
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unfinished(folder: Path) -> list[tuple[str, int, Path]]:
    """What is being written in `folder`, or was when its process ended: (name, process, file). Raises OSError."""
    found = ((_UNFINISHED.fullmatch(path.name), path) for path in folder.iterdir())
    return [(match[1], int(match[2]), path) for match, path in found if match is not None]


def _beside(path: Path) -> Path:
    """Where `path` is written before it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")
