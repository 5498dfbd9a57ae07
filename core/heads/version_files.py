"""The files of a version: written into a folder that takes its name only when it is complete."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.learned import learned_of, write_learned
from core.arrays.text_file import make_inside, write_text
from core.errors import WRITABLE, EnvironmentProblem
from core.heads.aesthetic import LinearScore
from core.heads.checkpoint import save_head
from core.heads.head_config import HeadConfig
from core.heads.network import SeedNetwork
from core.names import VERSION_CONFIG, VERSION_METRICS
from core.pairs import PairSet
from core.values import Annotated, CurvePoint, Metrics

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_STEM_BYTES = 80
_CURVE = ("step", "training_loss", "evaluation_loss", "learning_rate")
_BY_FILES = "evaluation_files_loss"


@contextlib.contextmanager
def complete_folder(output: Path) -> Iterator[Path]:
    """Yields a folder beside `output` that becomes it at the end; after an error neither is there."""
    building = output.with_name(f"{output.stem}.building{output.suffix}")
    try:
        _clear(building)
        make_inside(building, levels=3)
        yield building
        _clear(output)
        building.rename(output)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write the version: {error.strerror or error}", WRITABLE) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def head_stem(name: str, number: int) -> str:
    """`NAME-vN` as a file name that every file system takes."""
    safe = _UNSAFE.sub("_", name).strip(" .") or "head"
    return f"{safe.encode()[:_STEM_BYTES].decode(errors='ignore')}-v{number}"


def write_head(folder: Path, name: str, number: int, network: SeedNetwork | LinearScore, config: HeadConfig) -> None:
    save_head(folder, head_stem(name, number), network, config, config_name=VERSION_CONFIG)


def write_curve(path: Path, curve: Sequence[CurvePoint]) -> None:
    """Losses on evaluation files have a column where there were such files."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    by_files = any(point.evaluation_files_loss is not None for point in curve)
    table.writerow((*_CURVE, *((_BY_FILES,) if by_files else ())))
    for point in curve:
        row = (point.step, _loss(point.training_loss), _loss(point.evaluation_loss), f"{point.learning_rate:.3e}")
        table.writerow((*row, *((_loss(point.evaluation_files_loss),) if by_files else ())))
    write_text(path, text.getvalue())


def _loss(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.6f}"


def write_metrics(folder: Path, metrics: Metrics, seconds: Mapping[str, float]) -> None:
    """`seconds` of each stage."""
    fields = dataclasses.asdict(metrics) | {"seconds": {stage: round(took, 3) for stage, took in seconds.items()}}
    write_text(folder / VERSION_METRICS, json.dumps(fields, indent=2, ensure_ascii=False) + "\n")


def write_paired(path: Path, hashes: NDArray[np.uint8]) -> None:
    """(n, 32) images that only pairs spoke of: whoever answers them later must not find them called unseen."""
    if len(hashes):
        write_learned(path, learned_of(hashes))


def digest(annotated: Annotated, pairs: PairSet) -> str:
    """Tells apart two sets of answers and pairs, whatever order they are in and which image stood on the left."""
    order = np.lexsort(annotated.hashes.T[::-1])
    whole = hashlib.sha256()
    for column in (annotated.hashes, annotated.targets, annotated.weights):
        whole.update(np.ascontiguousarray(column[order]).tobytes())
    for pair in sorted(_sorted_pair(pairs, row) for row in range(len(pairs))):
        whole.update(pair)
    return whole.hexdigest()


def _sorted_pair(pairs: PairSet, row: int) -> bytes:
    """The image with the lower hash first, then what it won."""
    left, right, share = pairs.left[row].tobytes(), pairs.right[row].tobytes(), pairs.share[row]
    if left > right:
        left, right, share = right, left, np.float32(1.0) - share
    whole: bytes = left + right + np.float32(share).tobytes()
    return whole


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
