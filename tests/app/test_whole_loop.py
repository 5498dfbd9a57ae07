"""The real worker behind the real window: scan, embed, answer meanwhile, follow live, retrain."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import build
from core.values import HeadKind
from tests.app.conftest import ANIMALS, add_head

LONG_MS = 280_000
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def real_shell(qapp, settings, images):
    settings.change(auto_retrain=False)
    shell = build(settings)
    shell.window.show()
    shell.open(images)
    yield shell
    shell.close()
    assert not shell.desk.bugs


def test_that_a_folder_becomes_a_better_ranking(real_shell, qtbot):
    workspace, jobs = real_shell.workspace, real_shell.jobs
    qtbot.waitUntil(lambda: len(workspace.pool) == 12, timeout=LONG_MS)
    add_head(real_shell, HeadKind.CLASS, ANIMALS)
    QTest.keyClick(real_shell.window, Qt.Key.Key_1)
    QTest.keyClick(real_shell.window, Qt.Key.Key_2)
    assert len(workspace.board.answers) == 2
    qtbot.waitUntil(lambda: workspace.ranking is not None, timeout=LONG_MS)
    assert workspace.ranking.source == "live"
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        QTest.keyClick(real_shell.window, key)
    qtbot.waitUntil(lambda: jobs.state is None, timeout=LONG_MS)
    real_shell.commands.perform("retrain")
    qtbot.waitUntil(lambda: workspace.version is not None, timeout=LONG_MS)
    assert workspace.version.annotations == 8
    assert workspace.version.metrics.by == "out-of-fold"


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not a thing there")
def test_that_a_killed_worker_comes_back_and_the_answers_stay(real_shell, qtbot):
    workspace = real_shell.workspace
    qtbot.waitUntil(lambda: len(workspace.pool) == 12, timeout=LONG_MS)
    add_head(real_shell, HeadKind.CLASS, ANIMALS)
    QTest.keyClick(real_shell.window, Qt.Key.Key_1)
    os.kill(real_shell.jobs._worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: workspace.ranking is not None, timeout=LONG_MS)
    assert len(workspace.board.answers) == 1
