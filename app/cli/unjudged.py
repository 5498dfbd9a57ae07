"""Images that a head has nothing to say of: they came after its version was made, or are not embedded yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from core.wording import counted

if TYPE_CHECKING:
    from core.project import Project
    from core.values import Head, VersionInfo


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Embedded images that a version in force has said nothing of; at least one."""

    head: Head
    version: VersionInfo
    images: int


def unjudged(project: Project, heads: Iterable[Head]) -> list[Unjudged]:
    """Of those heads that have a version in force."""
    found = []
    for head in heads:
        version = project.versions.in_force(head.head_id)
        if version is not None and (images := _count(project, head)):
            found.append(Unjudged(head, version, images))
    return found


def _count(project: Project, head: Head) -> int:
    import numpy as np

    from core.arrays.hashes import hash_keys

    signature = project.encoders.signature(head.encoder, head.tiles)
    predictions = project.predictions(head)
    if signature is None or predictions is None:
        return 0
    embedded = hash_keys(project.embeddings(signature).index().hashes)
    known = np.concatenate([hash_keys(predictions.hashes), hash_keys(project.images.hidden_hashes())])
    return int((~np.isin(embedded, known)).sum())


def unembedded(project: Project, head: Head) -> str:
    """How many images that can be opened have no vector for the head, and the command for it; empty of none."""
    from core.values import Tiles

    signature = project.encoders.signature(head.encoder, head.tiles)
    hashes = project.images.all().hashes
    count = len(hashes)
    if signature is not None:
        count = int((project.embeddings(signature).positions(hashes) < 0).sum())
    if not count:
        return ""
    is_left_out = "is not embedded yet and is left out" if count == 1 else "are not embedded yet and are left out"
    tiles = "" if head.tiles is Tiles.NONE else f" --tiles {head.tiles}"
    way = f"winnow embed {quote(project.shown)} --encoder {quote(head.encoder)}{tiles}"
    return f"{counted(count, 'image')} {is_left_out}; `{way}` takes {'it' if count == 1 else 'them'} in"


def told(project: Project, found: Sequence[Unjudged]) -> tuple[str, ...]:
    """A line for each, with the command that judges these images."""
    return tuple(_told(project, one) for one in found)


def _told(project: Project, one: Unjudged) -> str:
    from core.project.incoming import NOT_MEASURED

    has = "has" if one.images == 1 else "have"
    nothing = f"{counted(one.images, 'image')} {has} no prediction by {one.head.name} v{one.version.number} yet"
    place, head = quote(project.shown), quote(one.head.name)
    if one.version.metrics.by != NOT_MEASURED:
        return f"{nothing}; `winnow train {place} {head}` makes a version that judges all"
    file = quote((Path(project.shown) / one.version.folder).as_posix())
    return f"{nothing}; `winnow import head {place} {file} --name {head}` judges all"


def as_document(found: Sequence[Unjudged]) -> list[dict[str, object]]:
    return [{"head": one.head.name, "version": one.version.number, "images": one.images} for one in found]
