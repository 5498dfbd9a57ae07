"""Why the system does not give a file, in one line for a person. Loads no decoder."""

from __future__ import annotations

import errno

SYSTEM = {
    errno.ENOENT: "it is not there",
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "a link that leads back to itself",
    errno.EISDIR: "a folder, not a picture",
    errno.EIO: "the disk fails to read it",
    errno.ENAMETOOLONG: "its path is too long for the system",
    errno.ESTALE: "the network drive has lost it",
    errno.ENXIO: "not a regular file",
}
_LONGEST = 140


def system_reason(error: OSError) -> str:
    """For a file that cannot even be opened."""
    return SYSTEM.get(error.errno or 0) or one_line(error.strerror or str(error)) or "cannot be read"


def one_line(text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
