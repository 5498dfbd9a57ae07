"""Keeps decoders from writing to stderr: what is wrong with a file is said once, as its reason.

These settings belong to the whole process and are made once, before the first picture is opened.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import PIL

_LIBTIFF = "libtiff*.so*", "libtiff*.dylib"


@functools.cache
def silence_decoders() -> None:
    warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
    logger = logging.getLogger("PIL")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    for path in _bundled_libtiff():
        _silence_libtiff(path)


def _bundled_libtiff() -> Iterator[Path]:
    """Pillow's wheels carry libtiff beside them; on Windows it is inside the module and cannot be reached."""
    package = Path(PIL.__file__).parent
    for folder in (package.parent / "pillow.libs", package / ".dylibs"):
        for pattern in _LIBTIFF:
            yield from folder.glob(pattern)


def _silence_libtiff(path: Path) -> None:
    """libtiff prints each complaint to stderr unless it has no handler; Pillow leaves the handlers as they are."""
    try:
        library = ctypes.CDLL(str(path))
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            setter = getattr(library, name)
            setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
            setter(None)
    except (OSError, AttributeError) as error:
        logging.getLogger(__name__).info("libtiff keeps its voice: %s", error)
