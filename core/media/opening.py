"""Opens a file that is meant to be a picture: read-only, and never a pipe, a socket or a device."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from core.errors import BadImage
from core.media.system_reasons import system_reason

_SPECIAL = (
    (stat.S_ISDIR, "a folder, not a picture"),
    (stat.S_ISFIFO, "a pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


def irregular(mode: int) -> str | None:
    """Why a thing of this mode is never opened; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((reason for test, reason in _SPECIAL if test(mode)), "not a regular file")


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Raises BadImage. Opening a pipe waits for ever and opening a device can move it, hence the look before."""
    name = os.fspath(path)
    try:
        if reason := irregular(os.stat(name).st_mode):  # noqa: PTH116 - called for each of a million files
            raise BadImage(name, reason)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        handle = os.open(name, flags)
        return os.fdopen(handle, "rb")
    except ValueError as error:  # a null character in the name
        raise BadImage(name, "a name that no file can have") from error
    except OSError as error:
        raise BadImage(name, system_reason(error)) from error
