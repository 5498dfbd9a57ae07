"""What lies in a folder, and a look at pictures that is not allowed."""

from pathlib import Path

from core.names import MANIFEST


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(MANIFEST)
    }


def no_encoding(*arguments, **options):
    raise AssertionError("a picture was looked at again")
