"""The command line's log: in the project's logs/ once one is open, else in the user's log folder when it is needed."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LIMIT = 1_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def silence_libraries() -> None:
    """Warnings and log lines of libraries are for the log, never for the terminal."""
    logging.captureWarnings(True)
    logging.getLogger().addHandler(logging.NullHandler())


def log_to(folder: Path) -> None:
    """Write the log to `folder`/winnow.log from now on; a folder that cannot be written is left alone."""
    path = folder.absolute() / "winnow.log"
    if _log_file() == path:
        return
    try:
        folder.mkdir(exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LIMIT, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    end_log()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def end_log() -> None:
    """Close the log, whose folder may go now."""
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()


def ensure_log() -> Path | None:
    """The log's path, made in the user's log folder if no project has given one; None where nothing can be written."""
    if _log_file() is None:
        import platformdirs

        try:
            log_to(Path(platformdirs.user_log_dir("winnow", appauthor=False, ensure_exists=True)))
        except OSError:
            return None
    return _log_file()


def _log_file() -> Path | None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler):
            return Path(handler.baseFilename)
    return None
