"""How like the images of a project are to one of them, or to any vector in the space of their embeddings.

Letters: n = images, dim = values of an embedding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import NotEmbedded, UserError
from core.project.facade import Project
from core.project.specs import signature_of
from core.review.alike import Watch, ignore
from core.values import Head, ImageId

_BLOCK = 4096


def vector_of(project: Project, head: Head, image_id: ImageId) -> NDArray[np.float32]:  # (dim,) of length 1
    """The vector that the head knows the image by. Raises UserError where it has none."""
    (image,) = project.images.get([image_id])
    store = project.embeddings(signature_of(project, head))
    hashes = np.frombuffer(bytes.fromhex(image.content_hash), np.uint8)[None]
    place = store.positions(hashes)
    if place[0] < 0:
        raise NotEmbedded(f"{image.path} is not embedded with {head.encoder} yet", project.folder, head)
    return np.asarray(_whole_unit(store.gather(place))[0])


def likeness(
    project: Project, head: Head, vector: NDArray[np.float32], hashes: NDArray[np.uint8]
) -> NDArray[np.float32]:  # (dim,), (n, 32) -> (n,)
    """Cosine of each image's vector (of tiles, their mean) to `vector`, NaN where an image has none."""
    signature = signature_of(project, head)
    if len(vector) != signature.dim:
        raise UserError(
            f"vectors of {len(vector)} and of {signature.dim} values cannot be compared", "embed the images anew"
        )
    store = project.embeddings(signature)
    places = store.positions(hashes)
    rows = np.flatnonzero(places >= 0)
    rows = rows[np.argsort(places[rows], kind="stable")]  # as they lie on the disk
    found = np.full(len(hashes), np.nan, np.float32)
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        found[some] = _whole_unit(store.gather(places[some])) @ vector
    return found


def count_embedded(project: Project, head: Head, hashes: NDArray[np.uint8]) -> int:
    """How many of the images (n, 32) have a vector that the head goes by."""
    return int(np.count_nonzero(project.embeddings(signature_of(project, head)).positions(hashes) >= 0))


def read_vectors(
    project: Project, head: Head, hashes: NDArray[np.uint8], watch: Watch = ignore
) -> tuple[NDArray[np.int64], NDArray[np.floating]]:  # (n, 32) -> (known,), (known, dim)
    """Which of the images are embedded, and their vectors (of tiles, their mean), of any length.

    As they are stored, float16, and read in blocks: of a large pool there is room for one copy. Means are float32.
    `watch` is told 0 before each block: what comes after takes far longer.
    """
    store = project.embeddings(signature_of(project, head))
    places = store.positions(hashes)
    rows = np.flatnonzero(places >= 0)
    places = places[rows]
    on_disk = np.argsort(places, kind="stable")
    tiled = len(rows) > 0 and store.gather(places[:1]).ndim > 2
    vectors = np.zeros((len(rows), signature_of(project, head).dim), np.float32 if tiled else np.float16)
    for start in range(0, len(rows), _BLOCK):
        watch(0.0)
        some = on_disk[start : start + _BLOCK]
        block = store.gather(places[some])
        vectors[some] = _mean_tile(block) if tiled else block
    return rows, vectors


def _whole_unit(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """(n, [tiles,] dim) -> (n, dim): the mean of an image's tiles, of length 1; what is not finite counts as 0."""
    from core.query.clustering import unit_rows

    return unit_rows(vectors if vectors.ndim == 2 else _mean_tile(vectors))


def _mean_tile(vectors: NDArray[np.float16]) -> NDArray[np.float32]:  # (n, tiles, dim) -> (n, dim)
    return np.asarray(vectors.astype(np.float32).mean(axis=1))
