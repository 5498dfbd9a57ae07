"""A grid of made-up images, timed as it opens, scrolls and is put into another order."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QSize, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QApplication, QListView

from app import theme as themes
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.views.grid_view import GridView
from core.errors import EnvironmentProblem
from core.values import ContentHash, ImageFile, ImageId

FRAME_S = 1 / 60
_PATIENCE_MS = 30_000
_SIZE = QSize(1280, 800)
_DRAWN = 16
_SELECTED = 100


@dataclass(slots=True)
class Timed:
    """Seconds."""

    opened: float = 0.0
    """Until the first screen was painted with its thumbnails."""
    frames: list[float] = field(default_factory=list)
    """From when each frame was due until it was looked up and painted."""
    worked: list[float] = field(default_factory=list)
    """Of those frames, what the window's own thread was at work."""
    reordered: float = 0.0
    """Until the new order was painted; thumbnails that nobody has seen yet follow."""


class _Store:
    """Thumbnails that are made up: a few small JPEG files stand for all."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self._files = []
        for _ in range(_DRAWN):
            small = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8))
            stream = io.BytesIO()
            small.resize((512, 384), Image.Resampling.BICUBIC).save(stream, "JPEG")
            self._files.append(stream.getvalue())

    def read(self, content_hash: ContentHash, /) -> bytes | None:
        return self._files[int(content_hash[-8:], 16) % _DRAWN]

    def write(self, content_hash: ContentHash, image: Image.Image, /) -> None:
        raise EnvironmentProblem("made-up thumbnails are never written")


def time_grid(images: int, frames: int, seed: int) -> Timed:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    thumbnails = ThumbnailLoader(_locate, _Store(seed))
    grid = GridView(themes.apply(application, "dark"), thumbnails, _describe)
    grid.resize(_SIZE)
    rng = np.random.default_rng(seed)
    timed = Timed()
    try:
        start = time.perf_counter()
        grid.set_queue(np.arange(1, images + 1), 0)
        grid.show()
        _wait_for(grid)
        timed.opened = time.perf_counter() - start
        _scroll(grid, frames, timed)
        other = rng.permutation(images) + 1
        _select(grid)
        start = time.perf_counter()
        grid.set_queue(other, 0)
        grid.viewport().repaint()
        timed.reordered = time.perf_counter() - start
    finally:
        thumbnails.close()
        grid.deleteLater()
    return timed


def time_list(images: int) -> Timed:
    """The same rows in Qt's own grid of icons, which knows no pictures at all."""
    names = [str(number) for number in range(images)]
    model, view = QStringListModel(), QListView()
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setGridSize(QSize(168, 188))
    view.resize(_SIZE)
    view.setModel(model)
    timed = Timed()
    start = time.perf_counter()
    model.setStringList(names)
    view.show()
    view.doItemsLayout()
    view.viewport().repaint()
    timed.opened = time.perf_counter() - start
    names.reverse()
    start = time.perf_counter()
    model.setStringList(names)
    view.doItemsLayout()
    view.viewport().repaint()
    timed.reordered = time.perf_counter() - start
    view.deleteLater()
    return timed


def _scroll(grid: GridView, frames: int, timed: Timed) -> None:
    """Half a row a frame, at sixty a second, with the thumbnails coming in; a frame that is late delays the next."""
    bar, step = grid.verticalScrollBar(), grid.verticalHeader().defaultSectionSize() // 2
    due = time.perf_counter()
    for _ in range(frames):
        due = max(due + FRAME_S, time.perf_counter())
        _wait_until(due)
        worked = time.thread_time()
        bar.setValue(bar.value() + step)
        _let_follow()
        timed.frames.append(time.perf_counter() - due)
        timed.worked.append(time.thread_time() - worked)


def _wait_until(due: float) -> None:
    """With events handled as they come."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(max(0, round(1000 * (due - time.perf_counter()))))
    loop.exec()


def _let_follow() -> None:
    """All that the last step calls for is looked up and painted."""
    loop = QEventLoop()
    for _ in ("look up", "paint"):
        QTimer.singleShot(0, loop.quit)
        loop.exec()


def _wait_for(grid: GridView) -> None:
    loop = QEventLoop()
    grid.thumbnails_painted.connect(loop.quit)
    QTimer.singleShot(_PATIENCE_MS, loop.quit)
    loop.exec()


def _select(grid: GridView) -> None:
    """So many images, which stay selected in the new order."""
    grid.step(-len(grid.selected_ids()))
    for _ in range(_SELECTED):
        grid.step(1, extend=True)


def _locate(ids: Sequence[ImageId]) -> list[ImageFile]:
    return [ImageFile(one, ContentHash(f"{one:064x}"), f"{one}.jpg", 1600, 1200, "JPEG", 1) for one in ids]


def _describe(image_id: ImageId) -> Cell:
    return Cell(f"label {image_id % 5}", "label 1" if image_id % 3 else "", probability=(image_id % 100) / 100)
