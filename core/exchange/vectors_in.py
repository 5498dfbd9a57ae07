"""The seed's `.npy` folders of embeddings become embeddings and annotations of a project.

A vector belongs to the picture that an export of ours named by its content hash, or else to the picture of the same
name in a folder of the same name, unless that picture's own vector says otherwise. A vector without a picture is an
image that is known by its vector alone.

Letters: n = files, dim = values of a vector.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import hash_bytes, hash_text
from core.encoders.crops import FIVE
from core.encoders.registry import describe, load_encoder
from core.errors import Cancelled, UserError
from core.exchange.numbered import Entry, Gathered, Said, Scale, answer_of, read_manifest
from core.exchange.reading import folders_read
from core.exchange.trees import look_for_vectors
from core.exchange.vector_file import read_vector
from core.jobs.events import Event, ShardWritten
from core.jobs.exchange import AnswersRead, ImportAnswersSpec
from core.jobs.pace import Pace
from core.project import Project
from core.store.encoders import encoder_name
from core.values import IMPORTED, AnswerValue, ContentHash, EncoderSignature, Head, HeadKind, ImageId, Tiles

_STAGE: Final = "reading"
_WORTH_TELLING: Final = 100
"""Files; fewer are read in a moment."""
_ALIKE: Final = 0.95
"""Cosine from which two vectors are of one picture; other resampling and half precision cost far less."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, eq=False)
class _Vector:
    """One readable file. `values` (dim,)"""

    entry: Entry
    answer: AnswerValue
    said: Said | None
    values: NDArray[np.float32]


def read_vectors(project: Project, spec: ImportAnswersSpec, emit: Emit, is_cancelled: IsCancelled) -> AnswersRead:
    """Keeps the vectors as a shard; the database is only read.

    Raises UserError where there is nothing to import or the head's encoder makes other vectors; and Cancelled.
    """
    head = spec.head
    vectors, failed = _read_files(spec, emit, is_cancelled)
    signature = _signature(project, head, vectors)
    wrong = {one.entry.path: reason for one in vectors if (reason := _unfit(one, head, signature))}
    fitting = [one for one in vectors if one.entry.path not in wrong]
    failed += wrong.items()
    if not fitting:
        raise UserError(
            f"{Path(spec.source)} holds no vector for {head.name}: {failed[0][1]}", "make a head on their encoder"
        )
    contents, without_picture = _contents(project, fitting, signature)
    gathered, found = Gathered[ContentHash](failed=failed), list[tuple[Entry, AnswerValue]]()
    for one, content in zip(fitting, contents, strict=True):
        if gathered.add(content, one.entry, one.answer):
            found.append((one.entry, one.answer))
    _keep_vectors(project, signature, fitting, contents, spec.job, emit)
    first = {content: one.entry.path for one, content in reversed(list(zip(fitting, contents, strict=True)))}
    return AnswersRead(
        head_id=head.head_id,
        answers=tuple(gathered.values.items()),
        failed=tuple(gathered.failed),
        folders=folders_read(found, head),
        scale=spec.scale if head.kind is HeadKind.SCORE else None,
        vectors=tuple(first[content] for content in gathered.values),
        without_picture=without_picture,
        evaluation=tuple(gathered.evaluation),
    )


def _read_files(
    spec: ImportAnswersSpec, emit: Emit, is_cancelled: IsCancelled
) -> tuple[list[_Vector], list[tuple[str, str]]]:
    """The vectors, and the paths with the reasons of what is none. Raises Cancelled."""
    root = Path(spec.source)
    entries, failed = look_for_vectors(root, is_cancelled)
    vectors: list[_Vector] = []
    pace = Pace(spec.job, _STAGE, emit)
    for done, item in enumerate(_read_all(root, entries, spec.head, Scale(*spec.scale)), start=1):
        if is_cancelled():
            raise Cancelled
        if isinstance(item, _Vector):
            vectors.append(item)
        else:
            failed.append(item)
        if done >= _WORTH_TELLING:
            pace.report(done, len(entries))
    return vectors, failed


def _read_all(root: Path, entries: Sequence[Entry], head: Head, scale: Scale) -> Iterator[_Vector | tuple[str, str]]:
    """A vector, or the path and the reason, for each entry."""
    manifest = read_manifest(root)
    for entry in entries:
        said = manifest.get(PurePosixPath(entry.path).relative_to(root.as_posix()).as_posix())
        try:
            yield _Vector(entry, answer_of(entry, said, head, scale), said, read_vector(Path(entry.path)))
        except ValueError as error:
            yield entry.path, str(error)


def _signature(project: Project, head: Head, vectors: Sequence[_Vector]) -> EncoderSignature:
    """The project's own of that encoder; else that of the weights at hand; else one for these vectors."""
    held = project.encoders.signature(head.encoder, head.tiles)
    if held is not None:
        return held
    known = describe(head.encoder)
    if known.available:
        return load_encoder(head.encoder, tiles=head.tiles, device="cpu").signature
    name = encoder_name(head.encoder)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", PurePosixPath(name).name)[:200].strip("-.") or "encoder"
    dim = known.dim or max((len(one.values) for one in vectors), default=0)
    return EncoderSignature(name, f"{safe}-imported", IMPORTED, "{}", dim, head.tiles)


def _unfit(one: _Vector, head: Head, signature: EncoderSignature) -> str:
    """Why it is no vector of the head's encoder, or nothing."""
    if len(one.values) != signature.dim:
        return f"holds {len(one.values)} values, and {head.encoder} gives {signature.dim}"
    if one.said is not None and one.said.differs(signature):
        return f"was made by {one.said.encoder}, and {head.name} reads {signature.key}"
    return ""


def _contents(
    project: Project, vectors: Sequence[_Vector], signature: EncoderSignature
) -> tuple[list[ContentHash], int]:
    """By what the image of each vector is known, and how many of these images have no picture."""
    table = project.images.all()
    named = _by_name(project, vectors, signature)
    contents = [named.get(one.entry.path) or _hash(one) for one in vectors]
    present = {row.tobytes() for row in table.hashes}
    return contents, len({one for one in contents if bytes.fromhex(one) not in present})


def _hash(one: _Vector) -> ContentHash:
    """Of the picture where an export says so; else of the vector, so that its copies are one image."""
    if one.said is not None and _SHA256.fullmatch(one.said.content_hash):
        text = one.said.content_hash
    else:
        text = hashlib.sha256(b"vector" + one.values.astype("<f4").tobytes()).hexdigest()
    return ContentHash(text)


def _by_name(project: Project, vectors: Sequence[_Vector], signature: EncoderSignature) -> dict[str, ContentHash]:
    """File -> picture of the same folder and name, where its own vector does not say otherwise."""
    table = project.images.all()
    pictures: dict[tuple[str, str], list[int]] = {}
    for row, image in enumerate(project.images.get([ImageId(int(one)) for one in table.ids])):
        place = PurePosixPath(image.path)
        pictures.setdefault((place.parent.name, place.stem), []).append(row)
    rows: dict[str, int] = {}
    for one in vectors:
        place = PurePosixPath(one.entry.path)
        alike = pictures.get((place.parent.name, place.stem), [])
        if len(alike) == 1 and (one.said is None or not one.said.content_hash):
            rows[one.entry.path] = alike[0]
    known = _own_vectors(project, signature, table.hashes, rows)
    by_path = {one.entry.path: one.values for one in vectors}
    return {
        path: hash_text(table.hashes[row])
        for path, row in rows.items()
        if row not in known or _cosine(known[row], by_path[path]) >= _ALIKE
    }


def _own_vectors(
    project: Project, signature: EncoderSignature, hashes: NDArray[np.uint8], rows: Mapping[str, int]
) -> dict[int, NDArray[np.float32]]:
    """Row of a picture -> its vector (dim,), the mean of its tiles."""
    store = project.embeddings(signature)
    wanted = np.array(sorted(set(rows.values())), np.int64)
    positions = store.positions(hashes[wanted])
    kept = positions >= 0
    values = store.gather(positions[kept]).astype(np.float32)
    means = values.mean(axis=1) if values.ndim == 3 else values
    return dict(zip(wanted[kept].tolist(), means, strict=True))


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length else 0.0


def _keep_vectors(
    project: Project,
    signature: EncoderSignature,
    vectors: Sequence[_Vector],
    contents: Sequence[ContentHash],
    job: str,
    emit: Emit,
) -> None:
    """Writes what the store lacks; a vector it has already stays."""
    store = project.embeddings(signature)
    hashes = hash_bytes(contents)
    new = np.flatnonzero(store.positions(hashes) < 0)
    _, first = np.unique(hashes[new], axis=0, return_index=True)
    new = new[np.sort(first)]
    if not len(new):
        return
    rows = np.stack([vectors[row].values for row in new.tolist()])  # (n, dim)
    if signature.tiles is Tiles.FIVE_CROP:
        rows = np.repeat(rows[:, None], FIVE, axis=1)
    with store.writer(signature) as writer:
        writer.add(hashes[new], rows)
    emit(ShardWritten(job, signature, len(new)))
