"""Near-duplicates: groups of images that look nearly the same, as strictly as a person wants them.

A degraded copy was made to differ from its source and is no duplicate. Letters: n = images.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.arrays.hashes import find_hashes
from core.errors import UserError
from core.project.facade import Project
from core.project.listing import Listing, copies_made
from core.project.reviewing import Material, files_of_groups
from core.review.alike import Watch, ignore
from core.unions import Unions
from core.values import ImageFile, ImageId

BITS = 128
"""Of a look"""


@dataclass(frozen=True, slots=True)
class TwinGroup:
    images: tuple[ImageFile, ...]
    """The largest first."""
    alike: float
    """Share of their looks that agrees or cosine, of the two that are least alike among those that were joined."""


@dataclass(frozen=True, slots=True)
class Twins:
    groups: tuple[TwinGroup, ...]
    """The most alike first."""
    compared: int
    """Images whose look is known or that are embedded; 0 where that has to be done first."""
    refused: str = ""
    """Why there are no groups, where so many images are alike that they would tell nothing."""


def bits_of(alike: float) -> int:
    """How many bits of two looks may differ. Raises UserError outside of what can be told apart."""
    from core.media.looks import LOOSEST_BITS

    bits = math.floor((1 - alike) * BITS + 1e-6) if math.isfinite(alike) else -1
    if not 0 <= bits <= LOOSEST_BITS:
        raise UserError(f"looks cannot be {alike:g} alike", f"give a number from {1 - LOOSEST_BITS / BITS:.2f} to 1")
    return bits


def find_twins(
    project: Project, listing: Listing, bits: int, left_out: NDArray[np.int64], watch: Watch = ignore
) -> Twins:
    """Groups of two and more, without the images `left_out` (ids) and without degraded copies."""
    from core.media.look_groups import groups_alike, links, most_apart
    from core.media.look_store import LookStore

    looks, _ = LookStore(project.thumbnails.folder).read()
    ids = _ids_of(listing, looks.hashes)
    compared = int(np.count_nonzero(ids >= 0))
    kept = (ids >= 0) & ~np.isin(ids, left_out) & (find_hashes(copies_made(project, listing), looks.hashes) < 0)
    looks, ids = looks.at(np.flatnonzero(kept)), ids[kept]
    pairs = links(groups_alike(looks, bits, partial(watch, 0.0)))
    apart = most_apart(looks, pairs, bits, partial(watch, 1.0))
    return Twins(groups_of(project, ids, pairs, 1 - apart / BITS), compared)


def regroup(project: Project, material: Material, bits: int) -> Material:
    """The annotated images in groups of this strictness."""
    from core.media.look_groups import groups_alike, links
    from core.media.look_store import LookStore

    looks, _ = LookStore(project.thumbnails.folder).read()
    rows = find_hashes(material.annotated.hashes, looks.hashes)
    known = np.flatnonzero(rows >= 0)
    return grouped(project, material, rows[known][links(groups_alike(looks.at(known), bits))])


def grouped(project: Project, material: Material, alike: NDArray[np.int64]) -> Material:
    """The annotated images in groups of those that are `alike` (k, 2), by rows; a negative row is none of them."""
    unions = Unions()
    for first, second in alike[(alike >= 0).all(axis=1)].tolist():
        unions.join(first, second)
    groups = np.arange(len(material.annotated))
    for row, name in unions.renamed():
        groups[row] = name
    files = files_of_groups(project, material.ids, groups)
    return replace(material, annotated=replace(material.annotated, groups=groups), files=files)


def _ids_of(listing: Listing, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:  # (n, 32) -> (n,)
    rows = find_hashes(listing.table.hashes, hashes)
    return np.where(rows >= 0, np.append(listing.table.ids, -1)[rows], -1)


def groups_of(
    project: Project, ids: NDArray[np.int64], pairs: NDArray[np.int64], alike: NDArray[np.floating]
) -> tuple[TwinGroup, ...]:
    """Of images `ids` (n,) by `pairs` (k, 2) of their places, each so much `alike` (k,)."""
    unions = Unions()
    for first, second in ids[pairs].tolist():
        unions.join(first, second)
    members: dict[int, list[int]] = defaultdict(list)
    for image, name in unions.renamed():
        members[name].append(image)
    name_of = {image: name for name, images in members.items() for image in (name, *images)}
    least: dict[int, float] = defaultdict(lambda: 1.0)
    for image, share in zip(ids[pairs[:, 0]].tolist(), alike.tolist(), strict=True):
        least[name_of[image]] = min(least[name_of[image]], share)
    wanted = [ImageId(image) for name, images in members.items() for image in (name, *images)]
    files = {file.image_id: file for file in project.images.get(wanted)}
    groups = [
        TwinGroup(_largest_first([files[ImageId(image)] for image in (name, *images)]), least[name])
        for name, images in sorted(members.items(), key=lambda item: (-least[item[0]], item[0]))
    ]
    return tuple(groups)


def _largest_first(images: list[ImageFile]) -> tuple[ImageFile, ...]:
    return tuple(sorted(images, key=lambda one: (-one.width * one.height, -one.size_bytes, one.image_id)))
