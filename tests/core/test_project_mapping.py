"""The map that a project keeps: made once, new images placed into it, a broken file made anew."""

from __future__ import annotations

import numpy as np
import pytest

from core.arrays.map_file import read_map
from core.errors import EnvironmentProblem, UserError
from core.jobs.events import ShardWritten
from core.project import Project
from core.project.mapping import map_images
from core.values import HeadKind
from tests.core.store.projects import SIGNAL, embed_all, scanned_project


@pytest.fixture
def project(tmp_path):
    with scanned_project(tmp_path, 12) as made:
        made.heads.add("kind", HeadKind.CLASS, ("cat", "dog"), encoder="signal")
        yield made


def places_of(project: Project, *, keep: bool = True) -> dict[int, tuple[float, float]]:
    found = map_images(project, project.heads.all()[0], project.images.all(), keep=keep)
    return dict(zip(found.ids.tolist(), map(tuple, found.places.tolist()), strict=True))


def kept(project: Project):
    return project.folder / "maps" / "signal.safetensors"


def test_that_every_embedded_image_has_a_place_that_stays(project):
    embed_all(project)
    first = places_of(project)
    assert sorted(first) == project.images.all().ids.tolist()
    assert places_of(project) == first
    assert len(read_map(kept(project)).hashes) == 12


def test_that_a_new_image_is_placed_and_the_others_stay(project):
    table = project.images.all()
    values = np.random.default_rng(0).normal(size=(12, SIGNAL.dim)).astype(np.float16)
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(table.hashes[:10], values[:10])
    project.adopt(ShardWritten("embed", SIGNAL, 10))
    before = places_of(project)
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(table.hashes[10:], values[10:])
    project.adopt(ShardWritten("embed", SIGNAL, 2))
    after = places_of(project)
    assert len(before) == 10
    assert len(after) == 12
    assert {image: after[image] for image in before} == before


def test_that_nothing_is_written_where_nothing_is_to_be_kept(project):
    embed_all(project)
    assert len(places_of(project, keep=False)) == 12
    assert not kept(project).exists()


@pytest.mark.parametrize("damage", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 200])
def test_that_a_broken_map_is_made_anew(project, damage):
    embed_all(project)
    first = places_of(project)
    kept(project).write_bytes(damage)
    with pytest.raises(EnvironmentProblem):
        read_map(kept(project))
    assert places_of(project) == first
    assert len(read_map(kept(project)).hashes) == 12


def test_that_without_embeddings_there_is_no_map(project):
    with pytest.raises(UserError, match="no image is embedded"):
        places_of(project)
