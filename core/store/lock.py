"""One writer at a time: a lock on a file in the project folder that the system lets go of when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Final

from core.errors import WRITABLE, EnvironmentProblem, UserError

_UNSUPPORTED: Final = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
_LINGER_S: Final = 2.0


class WriterLock:
    """Held from construction to `release`. The file names the holder (process id and host) for the others' message.

    It stays behind, empty, because removing a locked file lets two processes lock two files of the same name.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        except OSError as error:
            raise EnvironmentProblem(f"cannot write in {file.parent}: {error.strerror}", WRITABLE) from error
        try:
            self._take(file)
            self._write_holder({"pid": os.getpid(), "host": socket.gethostname()})
        except OSError as error:
            os.close(self._descriptor)
            raise EnvironmentProblem(f"cannot write {file}: {error.strerror or error}", WRITABLE) from error
        except BaseException:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let go by name: a child that is just being started holds a copy of the descriptor, and with it the lock."""
        with contextlib.suppress(OSError):  # the drive is gone
            self._write_holder(None)
        with contextlib.suppress(OSError):  # a file system without locks
            _unlock(self._descriptor)
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def is_of(self, file: Path) -> bool:
        """Whether this is the file that is held, which may have been moved with its folder."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), file.stat())
        except OSError:
            return False

    def _take(self, file: Path) -> None:
        try:
            taken = _lock(self._descriptor) or self._outlive(file)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise EnvironmentProblem(f"cannot lock {file}: {error.strerror}", WRITABLE) from error
            taken = not _is_alive(_holder(file))
        if not taken:
            holder = _holder(file)
            raise UserError(
                f"{file.parent} is open in another Winnow (process {holder.get('pid', '?')} "
                f"on {holder.get('host', 'this machine')})",
                "close that one, or do it there",
            )

    def _outlive(self, file: Path) -> bool:
        """Wait for the last trace of a holder that was killed: a child it was starting keeps the lock till it runs."""
        deadline = time.monotonic() + _LINGER_S
        while time.monotonic() < deadline and not _is_alive(_holder(file)):
            time.sleep(_LINGER_S / 50)
            if _lock(self._descriptor):
                return True
        return False

    def _write_holder(self, holder: dict[str, int | str] | None) -> None:
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        if holder is not None:
            os.write(self._descriptor, json.dumps(holder).encode())


def _holder(file: Path) -> dict[str, int | str]:
    try:
        holder = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return holder if isinstance(holder, dict) else {}


def _is_alive(holder: dict[str, int | str]) -> bool:
    """For file systems without locks: a holder on another host is believed, one on this host is looked for."""
    if not holder:
        return False
    if holder.get("host") != socket.gethostname():
        return True
    return process_runs(int(holder.get("pid", 0)))


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _SYNCHRONIZE: Final = 0x00100000
    _WAIT_TIMEOUT: Final = 0x102
    _ERROR_INVALID_PARAMETER: Final = 87
    _FAR: Final = 1 << 30
    """The byte that is locked: past the holder's name, which others must be able to read."""

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def process_runs(pid: int) -> bool:
        """Asked of the system by hand: here `os.kill` with 0 is Ctrl-C, or ends the process."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.WaitForSingleObject.argtypes = [wintypes.HANDLE, wintypes.DWORD]
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, wintypes.DWORD(pid))
        if not handle:
            return ctypes.get_last_error() != _ERROR_INVALID_PARAMETER  # it may be another person's
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT)
        finally:
            kernel.CloseHandle(handle)

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def process_runs(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
