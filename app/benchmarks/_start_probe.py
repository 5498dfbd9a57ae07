"""Runs inside the measured process: starts a window, and reports on stdout when its first image is painted."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

_HEAVY = ("torch", "scipy", "alembic", "transformers")
_LONGEST_S = 60.0


def start_window() -> None:
    """`winnow PROJECT` on the project of the environment, with settings of its own; ends after the first paint."""
    import tempfile

    from app import garbage
    from app.__main__ import main

    garbage.hold()  # as the command does before it imports the window, which has to be watched here
    from PySide6.QtCore import QTimer

    from app import bootstrap
    from app.settings import SettingsFile

    build = bootstrap.build

    def build_watched(_: SettingsFile) -> bootstrap.Shell:
        shell = build(SettingsFile(Path(scratch) / "settings.json"))
        shell.window.label_view.image_painted.connect(lambda _: _report_once(shell.application.quit))
        QTimer.singleShot(round(_LONGEST_S * 1000), shell.application.quit)
        return shell

    with tempfile.TemporaryDirectory() as scratch:
        vars(bootstrap)["build"] = build_watched
        main([os.environ["WINNOW_PROBE_PROJECT"]])


def start_bare() -> None:
    import numpy  # noqa: F401
    import sqlalchemy  # noqa: F401
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    QTimer.singleShot(0, lambda: _report_once(application.quit))
    application.exec()


_reported: list[float] = []


def _report_once(leave: Callable[[], None]) -> None:
    if _reported:
        return
    seconds = time.time() - float(os.environ["WINNOW_PROBE_STARTED"])
    _reported.append(seconds)
    heavy = sum(name in sys.modules for name in _HEAVY)
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": _resident_mb(), "heavy": heavy}))
    sys.stdout.flush()
    leave()


def _resident_mb() -> float:
    """Memory held now; where the system does not say, the most that was ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
