"""The grid over a million images, and how many acts it takes to go through pages of mostly right ones."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QApplication

from app.benchmarks._million import Timed, time_grid, time_list
from app.benchmarks._page_acts import count_acts
from app.bootstrap import SWITCH_INTERVAL
from core.benchmarks import BenchOptions, BenchRow


@dataclass(frozen=True, slots=True)
class _Size:
    images: int
    frames: int
    runs: int


_WHOLE = _Size(images=1_000_000, frames=600, runs=3)
_QUICK = _Size(images=20_000, frames=30, runs=1)
_MOSTLY_RIGHT, _WRONG = 1_000, 50
_SCREEN = (1920, 1080)


def run(options: BenchOptions) -> list[BenchRow]:
    """Medians over runs; baseline: Qt's own list of icons with as many rows, and one act for each image."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_INTERVAL)
    size = _QUICK if options.quick else _WHOLE
    application = QApplication.instance() or QApplication(sys.argv[:1])
    grids = [time_grid(size.images, size.frames, options.seed + number) for number in range(size.runs)]
    lists = [time_list(size.images) for _ in range(size.runs)]
    rows = _timed(grids, lists, size)
    del application
    return [*rows, _acts(options.seed)]


def _timed(grids: list[Timed], lists: list[Timed], size: _Size) -> list[BenchRow]:
    of = f"grid of {size.images:,} images"
    note = f"made-up thumbnails, median of {size.runs} runs; baseline: Qt's icon list, without any picture"
    opened, listed = _median(grids, "opened"), _median(lists, "opened")
    again, relisted = _median(grids, "reordered"), _median(lists, "reordered")
    frames, worked = (
        1000 * float(np.median([np.percentile(seconds, 99) for seconds in some]))
        for some in ([one.frames for one in grids], [one.worked for one in grids])
    )
    frame_note = f"{size.frames} frames at 60 / s, half a row each; the window's thread was at work for {worked:.1f} ms"
    return [
        BenchRow(f"{of}, open with its thumbnails", opened, "s", listed, opened / listed, note),
        BenchRow(f"{of}, another order", again, "s", relisted, again / relisted, note),
        BenchRow(f"{of}, scroll frame p99", frames, "ms", None, None, frame_note),
    ]


def _median(timed: list[Timed], name: str) -> float:
    return float(np.median([getattr(one, name) for one in timed]))


def _acts(seed: int) -> BenchRow:
    acts = count_acts(_MOSTLY_RIGHT, _WRONG, window=_SCREEN, seed=seed)
    note = (
        f"{_WRONG} of them wrong; window of {_SCREEN[0]} x {_SCREEN[1]}: {acts.pages} pages, {acts.marks} clicks on "
        "wrong ones, one key to open; baseline: one act an image"
    )
    name = f"acts for page review of {_MOSTLY_RIGHT:,} mostly right images"
    return BenchRow(name, acts.total, "acts", _MOSTLY_RIGHT, acts.total / _MOSTLY_RIGHT, note)
