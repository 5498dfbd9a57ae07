"""Errors meet the person here, once: a line for what can be helped, a dialog and the log for what is ours."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import EnvironmentProblem, UserError

_log = logging.getLogger(__name__)


def log_path() -> Path:
    return Path(platformdirs.user_log_dir("winnow", appauthor=False)) / "window.log"


def start_log(path: Path | None = None) -> None:
    """Warnings and worse go to a file of at most 3 x 1 MB."""
    path = path or log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=1 << 20, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    logging.getLogger("app").addHandler(handler)
    logging.getLogger("core").addHandler(handler)


class ErrorDesk(QObject):
    """Takes every error of the window; callable from the window's thread only."""

    notice = Signal(str, str, str)
    """One line for the bar; an act that helps and its text, or two empty strings."""
    news = Signal(str, str, str)
    """The same of what went well."""

    def __init__(self, window: QWidget | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self.bugs: set[str] = set()
        """Faults of our own that were shown in this sitting."""

    def set_window(self, window: QWidget) -> None:
        self._window = window

    def report(self, error: BaseException) -> None:
        match error:
            case UserError() | EnvironmentProblem():
                self.notice.emit(str(error), "", "")
            case _:
                self._report_bug(error)

    def report_failure(self, owner: str, text: str, details: str, *, act: str = "", act_text: str = "") -> None:
        """The same for a failure of the worker: `owner` is "user", "environment" or "bug"."""
        if owner != "bug":
            self.notice.emit(text, act, act_text)
            return
        _log.error("the worker failed: %s\n%s", text, details)
        self._show_bug(text, details)

    def guard(self, work: Callable[[], object]) -> bool:
        """Runs `work`; reports what it raises. True when nothing was raised."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the border: every error is reported, none is swallowed
            self.report(error)
            return False
        return True

    def install_hook(self) -> None:
        """Exceptions that Qt slots let through end here instead of on a lost stderr."""
        sys.excepthook = self._on_uncaught

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error)

    def _report_bug(self, error: BaseException) -> None:
        details = "".join(traceback.format_exception(error))
        _log.error("uncaught: %s\n%s", error, details)
        self._show_bug(f"{type(error).__name__}: {error}", details)

    def _show_bug(self, text: str, details: str) -> None:
        # The same fault at every key press is one dialog, not a hundred.
        if text in self.bugs:
            self.notice.emit(f"Again: {text}", "", "")
            return
        self.bugs.add(text)
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Winnow made a mistake")
        box.setText("That did not work, and it is Winnow's fault. Every answer given so far is saved.")
        box.setInformativeText(f"{text}\n\nThe log: {log_path()}")
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setModal(False)
        box.show()
