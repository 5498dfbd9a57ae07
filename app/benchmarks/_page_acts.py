"""Goes through pages of mostly right images in the real window, as a person does, and counts clicks and keys."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from app.benchmarks._big_project import LABELS, make_big_project
from app.bootstrap import Shell, build
from app.screenshots import IdleWorker
from app.settings import SettingsFile
from core.arrays.predictions import Predictions, write_predictions
from core.errors import Bug, EnvironmentProblem
from core.jobs.events import JobFinished, TrainResult
from core.project import Project
from core.values import MEMBERS, Metrics

_LOOK_EVERY_MS = 5
_PATIENCE_MS = 60_000
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Acts:
    pages: int
    """Confirmed with Enter"""
    marks: int
    """Clicks on images that are wrong"""

    @property
    def total(self) -> int:
        """The key that opens the pages among them."""
        return 1 + self.pages + self.marks


def count_acts(images: int, wrong: int, *, window: tuple[int, int], seed: int) -> Acts:
    """Raises Bug unless every right image is answered and every wrong one left open."""
    with tempfile.TemporaryDirectory(prefix="winnow-pages-") as scratch:
        folder = make_big_project(Path(scratch), images, annotations=0, seed=seed)
        _agree(folder)
        shell = _open(Path(scratch), folder, window)
        try:
            bad = set(np.random.default_rng(seed).choice(shell.workspace.pool.ids, wrong, replace=False).tolist())
            acts = _go_through(shell, bad)
            answered = set(shell.workspace.board.answers)
        finally:
            shell.close()
    if answered != set(range(1, images + 1)) - bad:
        raise Bug("the pages answered other images than those that were not marked")
    return acts


def _agree(folder: Path) -> None:
    """A version that is sure of the first label for every image, none of which is asked blind."""
    with Project.open(folder) as project:
        (head,) = project.heads.all()
        project.audits.set_share(head.head_id, 0.0)
        hashes = project.images.all().hashes
        said = np.full((len(hashes), len(LABELS)), (1 - _SURE) / (len(LABELS) - 1), np.float16)
        said[:, 0] = _SURE
        below = f"heads/{project.heads.folder(head.head_id)}/.v2.bench.part"
        write_predictions(
            project.folder / below / "predictions.safetensors",
            Predictions(
                hashes,
                said,
                np.repeat(said[:, None], MEMBERS, axis=1),
                np.zeros(len(hashes), np.float32),
                np.zeros(0, np.int64),
            ),
        )
        metrics = Metrics(n=0, by="out-of-fold")
        last = project.annotations.last_id()
        project.adopt(JobFinished("bench", TrainResult(below, 2, head.head_id, 0, last, metrics, 1.0, "cpu", 0)))


def _open(place: Path, folder: Path, window: tuple[int, int]) -> Shell:
    settings = SettingsFile(place / "settings.json")
    settings.change(auto_retrain=False, window=window, scale=1.0)
    shell = build(settings, start_worker=IdleWorker)
    shell.workspace.open(Project.open(folder))
    shell.window.resize(*window)
    shell.window.show()
    return shell


def _go_through(shell: Shell, bad: set[int]) -> Acts:
    window, pages, marks = shell.window, 0, 0
    QTest.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    view = window.page_view
    _wait(lambda: bool(view.state.cards))
    while view.state.message is None:
        for place, card in enumerate(view.state.cards):
            if card.image_id in bad:
                QTest.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=view.grid.middle_of(place))
                marks += 1
        QTest.keyClick(window, Qt.Key.Key_Return)
        pages += 1
    return Acts(pages, marks)


def _wait(condition: Callable[[], bool]) -> None:
    loop, looks = QEventLoop(), QTimer(interval=_LOOK_EVERY_MS)

    def look() -> None:
        if condition():
            loop.quit()

    looks.timeout.connect(look)
    looks.start()
    QTimer.singleShot(_PATIENCE_MS, loop.quit)
    loop.exec()
    looks.stop()
    if not condition():
        raise EnvironmentProblem("no page was laid out within a minute")
