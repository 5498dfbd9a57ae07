"""From a key that labels to the next photograph painted, in the real window, with embedding running beside."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from app.benchmarks._photographs import HEIGHT, WIDTH, make_photographs
from app.benchmarks._typing import PATIENCE_S, Typed, Typist
from app.bootstrap import SWITCH_INTERVAL, Shell, build
from app.jobs.state import Errand
from app.loading.pictures import Wish, decode_to_side, fitted_side
from app.settings import Settings, SettingsFile
from core.benchmarks import BenchOptions, BenchRow
from core.errors import EnvironmentProblem
from core.jobs.events import Event, FilesGone, FilesScanned
from core.jobs.run import run_job
from core.project import Project
from core.values import HeadKind, ImageFile, Tiles

INTERVAL_S = 0.2
"""Five keys a second."""


@dataclass(frozen=True, slots=True)
class _Size:
    photographs: int
    keys: int
    runs: int


_WHOLE = _Size(photographs=200, keys=190, runs=3)
_QUICK = _Size(photographs=16, keys=10, runs=1)


def run(options: BenchOptions) -> list[BenchRow]:
    """p50 and p99 in milliseconds, each the median over runs; baseline: decoded when shown, on the window's thread."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_INTERVAL)
    size = _QUICK if options.quick else _WHOLE
    with tempfile.TemporaryDirectory(prefix="winnow-keys-") as scratch:
        place = Path(scratch)
        make_photographs(place / "photographs", size.photographs, data=options.data, seed=options.seed)
        files = _make_project(place / "project", place / "photographs")
        typed = [_type_through(place, number, size.keys) for number in range(size.runs)]
        plain = _decoded_when_shown(place, files[:20])
    return _rows(typed, plain, size, options)


def _make_project(folder: Path, photographs: Path) -> list[ImageFile]:
    """Scanned, with one class head, nothing embedded."""
    with Project.create(folder, [str(photographs)]) as project:
        run_job(project.scan_spec("scan"), partial(_adopt, project), lambda: False)
        project.heads.add("Keep", HeadKind.CLASS, ["keep", "maybe", "drop"], tiles=Tiles.FIVE_CROP)
        ids = project.images.all().ids
        return project.images.get(ids.tolist())


def _adopt(project: Project, event: Event) -> None:
    if isinstance(event, FilesScanned | FilesGone):
        project.adopt(event)


def _type_through(place: Path, number: int, keys: int) -> Typed:
    """One run on a fresh copy of the project, so that there is everything to embed."""
    copy = place / f"run-{number}"
    shutil.copytree(place / "project", copy)
    shell = _open(place, copy)
    try:
        _wait_until(lambda: _is_embedding(shell))
        return Typist(shell, keys, INTERVAL_S).run()
    finally:
        shell.close()
        shell.window.deleteLater()


def _open(place: Path, project: Path) -> Shell:
    settings = SettingsFile(place / "settings.json")
    settings.change(auto_retrain=False, window=Settings().window)
    shell = build(settings)
    shell.window.show()
    shell.open(project)
    return shell


def _is_embedding(shell: Shell) -> bool:
    """The encoder is loaded and works."""
    state = shell.jobs.state
    return state is not None and state.errand is Errand.EMBED and state.total is not None


def _wait_until(condition: Callable[[], bool]) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not condition():
        QApplication.processEvents()
        time.sleep(0.005)
        if clock.elapsed() > 1000 * PATIENCE_S:
            raise EnvironmentProblem("embedding did not begin within two minutes; see the log of the worker")


def _decoded_when_shown(place: Path, files: Sequence[ImageFile]) -> list[float]:
    """Seconds from showing to painted where the window's thread decodes: no pool, nothing ahead."""
    shell = _open(place, place / "project")
    view = shell.window.label_view.image_view
    seconds = []
    try:
        _wait_until(lambda: _is_embedding(shell))
        for image in files:
            start = time.perf_counter()
            pixmap = QPixmap.fromImage(decode_to_side(image.path, fitted_side(image, view.pane())))
            shell.pictures.want([Wish(image, pixmap.width())])
            view.show_image(image)
            view.repaint()
            seconds.append(time.perf_counter() - start)
    finally:
        shell.close()
    return seconds


def _rows(typed: Sequence[Typed], plain: Sequence[float], size: _Size, options: BenchOptions) -> list[BenchRow]:
    keys = sum(len(run.seconds) for run in typed)
    embedding = sum(run.embedding for run in typed) / max(keys, 1)
    kind = "" if options.data is not None else "drawn, "
    note = (
        f"{size.photographs} pictures of {WIDTH * HEIGHT / 1e6:.0f} megapixels, {kind}{size.keys} keys at 5 / s, "
        f"median of {size.runs} runs; embedding ran beside {embedding:.0%} of them"
    )
    rows = []
    for percentile in (50, 99):
        value = statistics.median(_milliseconds(run.seconds, percentile) for run in typed)
        baseline = _milliseconds(plain, percentile)
        rows.append(
            BenchRow(f"key to next image painted, p{percentile}", value, "ms", baseline, value / baseline, note)
        )
    return rows


def _milliseconds(seconds: Sequence[float], percentile: int) -> float:
    return 1000 * float(np.percentile(seconds, percentile))
