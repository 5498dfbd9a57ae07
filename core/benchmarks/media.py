"""Pictures: decoding for a view, scanning a folder, drawing for the demo."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.jobs.spec import ScanSpec
from core.media.decode import decode_rgb
from core.media.draw import draw_scene
from core.media.listing import Found
from core.media.scan import inspect, list_files, run_scan
from core.media.thumbnails import ThumbnailStore

_VIEW_SIDE = 1280


def run(options: BenchOptions) -> list[BenchRow]:
    return [*_decoding(options), _scanning(options), _drawing(options)]


def _decoding(options: BenchOptions) -> list[BenchRow]:
    """A camera's picture brought to the size of a view, against decoding it whole and scaling it then."""
    width, height, side = (640, 480, 200) if options.quick else (4000, 3000, _VIEW_SIDE)
    drawn = draw_scene(np.random.default_rng(options.seed), *((320, 240) if options.quick else (960, 720)))
    scene = drawn.resize((width, height), Image.Resampling.BICUBIC)
    rows = []
    for picture_format in ("JPEG", "PNG", "WEBP"):
        buffer = io.BytesIO()
        scene.save(buffer, picture_format)
        value, baseline = _seconds(buffer, side)
        name = f"decode {width * height / 1e6:.1f} MP {picture_format} to {side} px"
        rows.append(BenchRow(name, value, "s", baseline, value / baseline, "baseline: whole, then Lanczos"))
    return rows


def _seconds(file: io.BytesIO, side: int) -> tuple[float, float]:
    def whole() -> None:
        with Image.open(file) as image:
            image.convert("RGB").resize((side, side * image.height // image.width), Image.Resampling.LANCZOS)

    return median_seconds(lambda: decode_rgb(file, max_side=side)), median_seconds(whole)


def _scanning(options: BenchOptions) -> BenchRow:
    """Hash, decode and thumbnail by the pool of threads, against the same one after the other."""
    with tempfile.TemporaryDirectory() as place:
        photos, name = _photographs(options, Path(place))
        files = [item for item in list_files(str(photos)) if isinstance(item, Found)]
        spec = ScanSpec("bench", place, (str(photos),))
        start = time.perf_counter()
        run_scan(spec, {}, lambda event: None, lambda: False)
        pooled = len(files) / (time.perf_counter() - start)
        some = files[: max(1, len(files) // 4)]
        thumbnails = ThumbnailStore(Path(place) / "alone")
        start = time.perf_counter()
        for found in some:
            inspect(str(photos), found, thumbnails)
        alone = len(some) / (time.perf_counter() - start)
    note = "baseline: one thread; ratio above 1 is faster"
    return BenchRow(f"scan {len(files)} {name}", pooled, "files/s", alone, pooled / alone, note)


def _photographs(options: BenchOptions, place: Path) -> tuple[Path, str]:
    shared = options.data / "flowers5" if options.data is not None and not options.quick else None
    if shared is not None and shared.is_dir():
        return shared, "photographs"
    folder = place / "drawn"
    folder.mkdir()
    for number in range(4):
        draw_scene(np.random.default_rng(number), 320, 240).save(folder / f"{number}.jpg")
    return folder, "drawn pictures"


def _drawing(options: BenchOptions) -> BenchRow:
    count, size = (2, (320, 240)) if options.quick else (18, (640, 480))
    start = time.perf_counter()
    for number in range(count):
        draw_scene(np.random.default_rng(options.seed + number), *size)
    rate = count / (time.perf_counter() - start)
    return BenchRow(
        f"draw pictures of {size[0]} × {size[1]}", rate, "pictures/s", None, None, f"n = {count}, one thread"
    )
