"""What a retrain would go by is read beside the window, and is in nobody's way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.jobs.background import Background
from app.presenting import known
from app.presenting.known import KnownReader
from core.changes import Changes

OPEN_FILES = Path("/proc/self/fd")


def databases() -> list[str]:
    """Those that this process holds open."""
    found = []
    for one in OPEN_FILES.iterdir():
        try:
            found.append(one.readlink().name)
        except OSError:  # the listing itself
            continue
    return [name for name in found if ".sqlite" in name]


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="open files are listed by Linux alone")
def test_that_a_project_that_is_closed_while_it_is_read_is_not_opened_again(twice, qtbot, monkeypatch):
    begun, go_on, count = threading.Event(), threading.Event(), known.count_untaught

    def slowly(project, head):
        begun.set()
        assert go_on.wait(10)
        return count(project, head)

    twice.aside.finish()
    monkeypatch.setattr(known, "count_untaught", slowly)
    background = Background(lambda error: None, twice.root)
    reader = KnownReader(twice.workspace, background, twice.root)
    reader._ask()
    assert begun.wait(10)
    assert databases()
    twice.workspace.close()
    go_on.set()
    background.close()
    qtbot.waitUntil(lambda: databases() == [], timeout=10_000)


def test_that_it_is_told_while_a_long_table_is_written(twice, qtbot):
    go_on = threading.Event()
    twice.writing.run("table", lambda: go_on.wait(20), lambda found: None)
    twice.workspace.announce(Changes(heads=True))
    tip = twice.window.head_bar._retrain.toolTip
    try:
        qtbot.waitUntil(lambda: "Nothing changed since v2" in tip(), timeout=10_000)
    finally:
        go_on.set()
