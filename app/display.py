"""Whether a window can be shown here, known before Qt is asked: Qt ends the program where it cannot."""

from __future__ import annotations

import ctypes.util
import os
import sys

from core.errors import EnvironmentProblem

_UNSEEN = ("offscreen", "minimal")


def has_display() -> bool:
    """Whether a window can be seen here."""
    if os.environ.get("QT_QPA_PLATFORM") in _UNSEEN:
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def require_display() -> None:
    """Raises EnvironmentProblem, in one line, where Qt would abort."""
    if os.environ.get("QT_QPA_PLATFORM") in _UNSEEN:
        return
    if not has_display():
        raise EnvironmentProblem("there is no display for a window; use the commands, or `winnow screenshot`")
    x11_only = sys.platform == "linux" and not os.environ.get("WAYLAND_DISPLAY")
    if x11_only and ctypes.util.find_library("xcb-cursor") is None:
        raise EnvironmentProblem("Qt needs a library that is not installed; install libxcb-cursor0")
