"""What is said where no window can be shown."""

import pytest

from app import display
from core.errors import EnvironmentProblem


def without_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(display.sys, "platform", "linux")


def test_that_a_missing_display_is_said_in_one_line(monkeypatch):
    without_display(monkeypatch)
    assert not display.has_display()
    with pytest.raises(EnvironmentProblem, match="no display"):
        display.require_display()


def test_that_a_missing_library_is_named(monkeypatch):
    without_display(monkeypatch)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(display.ctypes.util, "find_library", lambda name: None)
    with pytest.raises(EnvironmentProblem, match="libxcb-cursor0"):
        display.require_display()


def test_that_drawing_to_a_file_needs_no_display(monkeypatch):
    without_display(monkeypatch)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    display.require_display()
