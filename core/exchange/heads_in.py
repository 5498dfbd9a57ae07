"""A head from a file becomes a head of the project, with a version in force that has judged the pool.

Letters: n = images of the store, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from core.arrays.hashes import HASH_BYTES
from core.arrays.learned import learned_from, write_learned
from core.arrays.predictions import Predictions, write_predictions
from core.arrays.shards import same_vectors
from core.encoders.registry import describe, load_encoder
from core.errors import Cancelled, UserError, Way
from core.heads.checkpoint import LoadedHead, usual_tiles
from core.heads.version_files import complete_folder, write_head, write_metrics
from core.jobs.events import Event, JobFinished, JobStarted
from core.jobs.exchange import HeadRead
from core.jobs.pace import Pace
from core.project import Project
from core.project.folder import learned_file, part_folder, predictions_file
from core.project.incoming import INCOMING, NOT_MEASURED, head_named
from core.query.utilities import utility
from core.store.encoders import encoder_name
from core.values import Combine, EncoderSignature, Head, Metrics, Tiles

BLOCK: Final = 4096
_NOT_IN_HEAD_NAMES: Final = re.compile(r"[@:/\\\x00-\x1f]+")
_STAGE: Final = "predicting"

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person said beside the file; None: as the file and the project have it."""

    name: str | None = None
    encoder: str | None = None
    tiles: Tiles | None = None
    combine: Combine | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """The embeddings that a head reads; `signature` None where no image has any yet."""

    encoder: str
    tiles: Tiles
    signature: EncoderSignature | None


def read_head(
    project: Project, loaded: LoadedHead, wish: Wish, job: str, emit: Emit, is_cancelled: IsCancelled
) -> HeadRead:
    """Judges the pool and writes a version that waits to be adopted; the database is only read.

    Raises UserError, Cancelled. Refused where the embeddings of its encoder are of another size, or of other weights
    than it was trained on, and where a head of that name asks something else.
    """
    started = time.perf_counter()
    place = _place(project, loaded, wish)
    name = (wish.name or _NOT_IN_HEAD_NAMES.sub("-", loaded.name)).strip()
    head = head_named(project, name, loaded.kind, loaded.labels, place.encoder, place.tiles)
    combine = wish.combine or loaded.combine
    emit(JobStarted(job, f"importing {loaded.name}", loaded.device))
    predictions = _judge_pool(project, loaded, place, combine, job, emit, is_cancelled)
    number = 1 if head is None else project.versions.next_number(head.head_id)
    output = part_folder(project.folder, INCOMING if head is None else project.heads.folder(head.head_id), number, job)
    kept = combine if head is None else head.combine
    config = replace(loaded.config, signature=place.signature or loaded.signature, made_for=place.encoder, combine=kept)
    called, figures = name if head is None else head.name, Metrics(0, NOT_MEASURED)
    _write_version(Path(output), called, number, replace(loaded, config=config), predictions, figures)
    return HeadRead(
        name=name,
        kind=loaded.kind,
        labels=loaded.labels,
        encoder=place.encoder,
        tiles=place.tiles,
        combine=combine,
        folder=str(output),
        number=number,
        last_annotation=project.annotations.last_id(),
        metrics=figures,
        seconds=time.perf_counter() - started,
        device=loaded.device,
        note=f"imported: {loaded.name} {loaded.config.rev}".strip(),
        judged=len(predictions),
        replaced=None if head is None else project.versions.in_force(head.head_id),
    )


def _write_version(
    output: Path, name: str, number: int, head: LoadedHead, predictions: Predictions, figures: Metrics
) -> None:
    with complete_folder(output) as folder:
        write_head(folder, name, number, head.network, head.config)
        write_predictions(predictions_file(folder), predictions)
        write_learned(learned_file(folder), learned_from(head.config.learned, head.config.annotations))
        write_metrics(folder, figures, {})


def import_head(
    project: Project, loaded: LoadedHead, wish: Wish, job: str, emit: Emit, is_cancelled: IsCancelled
) -> tuple[Head, HeadRead]:
    """Adds the head, or a version to the head of that name that asks the same; what `read_head` refuses, it refuses."""
    read = read_head(project, loaded, wish, job, emit, is_cancelled)
    changes = project.adopt(JobFinished(job, read))
    assert changes.head is not None
    return project.heads.by_id(changes.head), read


def _place(project: Project, loaded: LoadedHead, wish: Wish) -> _Place:
    encoder = wish.encoder or loaded.config.encoder(loaded.features)
    if encoder is None:
        raise UserError(
            f"{loaded.name} does not say which encoder its {loaded.features} values come from",
            "name its encoder",
            Way.ENCODER,
        )
    held = _held(project, loaded, wish, encoder)
    if held is not None:
        _check_size(loaded, encoder, held.dim)
        return _Place(held.encoder, held.tiles, held)
    _check_size(loaded, encoder, _dim(encoder))
    return _Place(encoder, wish.tiles or usual_tiles(loaded), None)


def _dim(encoder: str) -> int | None:
    """None where the weights are not at hand to tell."""
    known = describe(encoder)
    return load_encoder(encoder, device="cpu").signature.dim if known.dim is None and known.available else known.dim


def _held(project: Project, loaded: LoadedHead, wish: Wish, encoder: str) -> EncoderSignature | None:
    """The project's own embeddings of that encoder, cut as wished, else as the head's kind is used to."""
    usual = wish.tiles or usual_tiles(loaded)
    known = [one for one in project.encoders.all() if encoder_name(one.encoder) == encoder_name(encoder)]
    trained = loaded.signature
    if trained is not None and wish.encoder is None:
        alike = [one for one in project.encoders.all() if same_vectors(replace(one, tiles=trained.tiles), trained)]
        if known and not alike:
            raise UserError(
                f"{loaded.name} was trained on {trained.encoder} at {trained.revision[:12]}, and this project is "
                f"embedded with {known[0].encoder} at {known[0].revision[:12]}",
                "name an encoder to insist on it",
                Way.ENCODER,
            )
        known = alike
    known.sort(key=lambda one: one.tiles is not usual)
    return next((one for one in known if wish.tiles in (None, one.tiles)), None)


def _check_size(loaded: LoadedHead, encoder: str, dim: int | None) -> None:
    if dim is None or dim == loaded.features:
        return
    right = loaded.config.encoder(loaded.features)
    named = f", which is {right}" if right and right != encoder else ""
    raise UserError(
        f"{loaded.name} reads {loaded.features} values and {encoder} gives {dim}",
        f"name the encoder it was trained on{named}",
        Way.ENCODER,
    )


def _judge_pool(
    project: Project,
    loaded: LoadedHead,
    place: _Place,
    combine: Combine,
    job: str,
    emit: Emit,
    is_cancelled: IsCancelled,
) -> Predictions:
    """What the head says of every embedded image. It has no committee: it is the only member."""
    store = project.embeddings(place.signature) if place.signature is not None else None
    n, outputs = 0 if store is None else len(store), loaded.network.outputs
    probabilities = np.empty((n, outputs), dtype=np.float16)
    pace = Pace(job, _STAGE, emit)
    for start in range(0, n, BLOCK):
        assert store is not None
        if is_cancelled():
            raise Cancelled
        rows = np.arange(start, min(start + BLOCK, n))
        probabilities[rows] = loaded.predict(store.gather(rows), combine=combine)
        pace.report(int(rows[-1]) + 1, n)
    one = probabilities[:, None]  # (n, 1, outputs)
    return Predictions(
        hashes=np.empty((0, HASH_BYTES), np.uint8) if store is None else store.index().hashes,
        probabilities=probabilities,
        members=one,
        utility=utility(one.transpose(1, 0, 2), loaded.kind),
        order=np.empty(0, np.int64),
        metadata={"imported": loaded.name},
    )
