"""Heads asked about files tile by tile, inside or outside any project: what it sees is kept, nothing is written there.

Shapes: n = files of one batch, tiles = crops of a picture, dim = values of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.encoders.crops import crop_places
from core.errors import BadImage, WinnowError
from core.jobs.events import Event
from core.media.decode import read_header
from core.media.tiles import WHOLE, Place
from core.scoring.answers import UnscoredFile
from core.scoring.eyes import Eyes
from core.scoring.judging import Judge
from core.scoring.looking import SeenFiles, look_at_files
from core.scoring.shelf import Shelf
from core.scoring.tile_answers import TileAnswers
from core.values import Combine, Tiles

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]
Said = TileAnswers | UnscoredFile


def judge_tiles(
    judges: Sequence[Judge],
    paths: Sequence[str],
    shelves: tuple[Path | None, Path | None],
    emit: Emit,
    is_cancelled: IsCancelled,
) -> Iterator[list[Said]]:
    """What heads of one encoder say, as batches are done; a bad file never ends it. Raises Cancelled.

    `shelves`: a project whose vectors may be used, and the folder of those that earlier calls kept.
    """
    project, cache = shelves
    projects = (project,) if project is not None else ()
    eyes = judges[0].eyes
    with Shelf(eyes.signature, projects, cache) as shelf:
        for one in look_at_files(eyes, shelf, paths, emit, is_cancelled):
            yield [one] if isinstance(one, UnscoredFile) else _answers(judges, one)


def _answers(asked: Sequence[Judge], seen: SeenFiles) -> list[Said]:
    said: list[Said] = []
    places = [_places(path, asked[0].eyes, seen.vectors) for path in seen.paths]
    for judge in asked:
        try:
            values = _each_tile(judge, seen.vectors)
        except WinnowError as error:  # a vector file of another encoder
            said += [UnscoredFile(path, str(error)) for path in seen.paths]
            continue
        head = judge.asked
        said += [
            where
            if isinstance(where, UnscoredFile)
            else TileAnswers(path, head, where, tuple(map(tuple, answers[: len(where)].tolist())))
            for path, where, answers in zip(seen.paths, places, values, strict=True)
        ]
    return said


def _each_tile(judge: Judge, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """(n, dim) or (n, tiles, dim) -> (n, tiles, outputs)"""
    rows = vectors.reshape(-1, vectors.shape[-1])  # (n * tiles, dim)
    answers = judge.head.predict(rows, combine=Combine.MEAN)
    return answers.reshape(len(vectors), -1, answers.shape[1])


def _places(path: str, eyes: Eyes, vectors: NDArray[np.floating]) -> tuple[Place, ...] | UnscoredFile:
    """Where the tiles of a file lie, which was read a moment ago."""
    if vectors.ndim == 2 or eyes.signature.tiles is Tiles.NONE:
        return (WHOLE,)
    try:
        header = read_header(path)
    except BadImage as error:
        return UnscoredFile(path, error.reason)
    size = header.width, header.height
    return crop_places(size, input_size=eyes.encoder.input_size, tiles=eyes.signature.tiles)
