"""What a five-crop head is taught beside the five: crops of its annotated images at places of chance.

The five lie at the same places of every image; crops anywhere show a head more of each, as the seed's training does.
They teach alone: what is judged, calibrated and predicted is judged by the five.

Letters: n = annotated images, tiles = the five, crops = those at places of chance, dim = values of a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_text
from core.arrays.random_crops import CropStore
from core.arrays.shards import same_vectors
from core.encoders.base import Encoder
from core.encoders.crops import PLACES_SEED
from core.encoders.further import embed_random_crops
from core.encoders.pipeline import EncoderCache
from core.encoders.registry import key_at_hand
from core.errors import EnvironmentProblem, UserError
from core.heads.stages import Stages
from core.heads.taught import judges_alone
from core.jobs.events import Event, JobNotice
from core.jobs.spec import TrainSpec
from core.recipes.recipe import Method, Recipe
from core.values import HeadKind, ImageFile, Tiles
from core.wording import counted

CROPPING = "embedding random crops"


@dataclass(frozen=True, slots=True)
class Pictures:
    """What crops are made from, where any are wanted."""

    images: Sequence[ImageFile] = ()
    """Of the annotated images."""
    encoders: EncoderCache = field(default_factory=EncoderCache)


def wanted_crops(spec: TrainSpec, recipe: Recipe) -> int:
    """How many of each image; as in the seed, its loop shows a score head no part of a picture."""
    whole = recipe.method is Method.SEED_LOOP and spec.head.kind is HeadKind.SCORE
    return 0 if spec.signature.tiles is not Tiles.FIVE_CROP or whole else recipe.random_crops


def crops_at_hand(
    spec: TrainSpec,
    recipe: Recipe,
    pictures: Pictures,
    stages: Stages,
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> CropStore | None:
    """The crops of the annotated images, those embedded now that were not before; None where none are wanted.

    Raises Cancelled. Images that cannot be read, and all where the encoder is not at hand, do without, which is said.
    """
    count = wanted_crops(spec, recipe)
    if not count:
        return None
    store = CropStore(Path(spec.project), spec.signature, count=count, seed=PLACES_SEED)
    waiting = _waiting(spec, recipe, store, pictures.images)
    if not waiting:
        return store
    stages.begin(CROPPING)
    try:
        encoder = _encoder(spec, pictures.encoders)
    except (UserError, EnvironmentProblem) as problem:
        of = counted(len(waiting), "image")
        emit(JobNotice(spec.job, f"training goes on without the random crops of {of}: {problem}"))
        return store
    _embed(waiting, encoder, store, stages, lambda text: emit(JobNotice(spec.job, text)), is_cancelled)
    return store


def _embed(
    waiting: Sequence[ImageFile],
    encoder: Encoder,
    store: CropStore,
    stages: Stages,
    notice: Callable[[str], None],
    is_cancelled: Callable[[], bool],
) -> None:
    """Ends the stage; what cannot be read is said."""
    with store.writer() as writer:
        unread = embed_random_crops(
            waiting,
            encoder,
            writer,
            count=store.crops,
            watch=stages.watch,
            notice=notice,
            is_cancelled=is_cancelled,
        )
    stages.end()
    store.refresh()
    if unread:
        who = "1 image teaches by its" if len(unread) == 1 else f"{len(unread):,} images teach by their"
        notice(f"{who} five crops alone: {unread[0].image.path}: {unread[0].reason}")


def with_crops(store: CropStore, hashes: NDArray[np.uint8], five: NDArray[np.float16]) -> NDArray[np.float16]:
    """(n, crops, dim) of the images `hashes`; one that has none stands by its five (n, tiles, dim), in turn."""
    rows = five[:, np.arange(store.count) % five.shape[1]]
    store.fill(hashes, rows)
    return rows


def _waiting(spec: TrainSpec, recipe: Recipe, store: CropStore, images: Sequence[ImageFile]) -> list[ImageFile]:
    """Images to learn from, with a picture, that are cut in five and have no crops yet."""
    here = {image.content_hash: image for image in images if not image.missing}
    hashes = spec.annotated.hashes[~judges_alone(spec, recipe)]
    hashes = hashes[store.missing(hashes)]
    cut = hashes[_are_cut(spec, hashes)]
    return [here[one] for row in cut if (one := hash_text(row)) in here]


def _are_cut(spec: TrainSpec, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Too small to be cut is what has one vector five times: so no picture has to be opened to find out."""
    five = EmbeddingStore(Path(spec.project) / "embeddings" / spec.signature.folder)
    positions = five.positions(hashes)
    cut = positions >= 0
    vectors = five.gather(positions[cut])
    cut[cut] = (vectors != vectors[:, :1]).any(axis=(1, 2))
    return cut


def _encoder(spec: TrainSpec, encoders: EncoderCache) -> Encoder:
    """The one that made the five. Raises UserError where it is not at hand: other vectors would teach nonsense."""
    if key_at_hand(spec.signature.encoder) == spec.signature.key:
        encoder = encoders.get(spec.signature.encoder, Tiles.FIVE_CROP, spec.device)
        if same_vectors(encoder.signature, spec.signature):
            return encoder
    raise UserError(f"the weights of {spec.signature.encoder} are not those that made the five", "embed anew")
