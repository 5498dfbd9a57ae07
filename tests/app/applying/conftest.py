"""A window without a project on the apply view, before and after a folder is scored."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.acts import View
from app.presenting import apply_presenter
from core.values import HeadKind, Tiles
from tests.app.applying.files import NUMBER, work
from tests.app.mouse import drop
from tests.core.scoring.head_files import draw, write_head


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Six pictures on two levels and one that is none; two heads beside them."""
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    for number in range(NUMBER):
        draw(tmp_path / "any" / ("deep" if number % 2 else "") / f"{number}.png", (96, 80), seed=number)
    (tmp_path / "any" / "bad.png").write_bytes(b"no picture")
    write_head(tmp_path / "heads", "defects", tiles=Tiles.NONE)
    write_head(tmp_path / "heads", "taste", kind=HeadKind.SCORE, labels=(), tiles=Tiles.NONE, seed=1)
    return tmp_path / "any"


@pytest.fixture
def applying(open_shell):
    """A window without a project, on the apply view."""
    shell = open_shell(None)
    QTest.keyClick(shell.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert shell.window.view is View.FOLDERS
    return shell


@pytest.fixture
def scored(applying, folder, qtbot):
    drop(
        applying.window.apply_view,
        folder,
        folder.parent / "heads" / "defects.safetensors",
        folder.parent / "heads" / "taste.safetensors",
    )
    applying.commands.perform("score_start")
    work(applying, qtbot)
    return applying


@pytest.fixture
def target(tmp_path, monkeypatch) -> Path:
    """What the person chooses as the folder to put files in."""
    monkeypatch.setattr(apply_presenter.file_choosers, "ask_target", lambda parent: tmp_path / "chosen")
    return tmp_path / "chosen"
