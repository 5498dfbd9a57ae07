"""Folders of embeddings as the seed names them."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import UserError
from core.exchange.numbered import Scale
from core.exchange.vector_file import read_vector
from core.project import Project
from core.values import Head, HeadKind, ImageId, Tiles
from tests.core.exchange.places import CLIP, embed, train
from tests.core.exchange.trees import answers, pictures, take_folders, take_vectors, vector_files, vector_of
from tests.core.store.projects import picture, scan

LAYOUT = {"0_reg": range(6), "1_chroma": range(6, 12)}


@pytest.fixture
def project(tmp_path: Path):
    (tmp_path / "photos").mkdir()
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as made:
        yield made


def defects(project: Project, **options) -> Head:
    return project.heads.add("defects", HeadKind.CLASS, ("Pass", "CA"), "clip-vit-l14-336", **options)[0]


def taste(project: Project) -> Head:
    return project.heads.add("taste", HeadKind.SCORE, (), "clip-vit-l14-336")[0]


def take(project: Project, head: Head, root: Path, scale: Scale | None = None):
    return take_vectors(project, head, root, scale)


def test_that_vectors_without_pictures_teach_a_head(project, tmp_path):
    head = defects(project)
    imported = take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    assert (len(imported.changes.annotated), imported.read.without_picture, imported.read.failed) == (12, 12, ())
    assert project.annotations.count(head.head_id) == 12
    assert train(project, head).version == 1
    assert (project.images.count(), project.check()) == (0, [])


def test_that_they_are_neither_missing_nor_lost_when_the_folders_are_scanned(project, tmp_path):
    head = defects(project)
    take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    picture(tmp_path / "photos" / "a.png", 3)
    report = scan(project)
    assert (report.missing, report.added) == (0, 1)
    assert project.annotations.count(head.head_id) == 12


def test_that_the_log_names_the_file_of_a_vector(project, tmp_path):
    take(project, defects(project), vector_files(tmp_path / "CLIP", LAYOUT))
    first = project.images.get([project.annotations.history()[-1].image_id])[0]
    assert first.path == (tmp_path / "CLIP" / "0_reg" / "00000.npy").as_posix()


def test_that_one_undo_takes_all_of_it_back(project, tmp_path):
    head = defects(project)
    take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    project.annotations.undo()
    assert answers(project, head) == {}


def test_that_a_second_import_changes_nothing(project, tmp_path):
    head, root = defects(project), vector_files(tmp_path / "CLIP", LAYOUT)
    take(project, head, root)
    again = take(project, head, root)
    assert (len(again.changes.annotated), again.changes.unchanged) == (0, 12)
    assert len(project.embeddings(project.encoders.all()[0])) == 12


def test_that_a_vector_is_that_of_the_picture_of_its_name(project, tmp_path):
    head = defects(project)
    take_folders(project, head, pictures(tmp_path / "ratings", LAYOUT))
    imported = take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    assert (imported.read.without_picture, len(imported.changes.annotated), imported.changes.unchanged) == (0, 0, 12)
    signature = project.encoders.all()[0]
    first = project.images.get([ImageId(1)])[0]
    row = project.embeddings(signature).positions(project.images.all().hashes[:1])
    np.testing.assert_array_equal(project.embeddings(signature).gather(row)[0], vector_of(int(Path(first.path).stem)))


def test_that_a_picture_whose_own_vector_says_otherwise_is_another(project, tmp_path):
    head = defects(project)
    take_folders(project, head, pictures(tmp_path / "ratings", LAYOUT))
    embed(project)
    imported = take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    assert imported.read.without_picture == 12
    assert len(project.embeddings(CLIP)) == 24


def test_that_copies_of_a_vector_are_one_image(project, tmp_path):
    head = taste(project)
    root = vector_files(tmp_path / "CLIP", {"3": range(3), "3_again": range(3), "5": range(2, 4)})
    imported = take(project, head, root)
    assert len(answers(project, head)) == 4
    assert [Path(path).parent.name for path, _ in imported.read.failed] == ["5"]


def test_that_evaluation_files_are_answers_too(project, tmp_path):
    head = taste(project)
    root = vector_files(tmp_path / "CLIP", {"3": range(2)})
    np.save(root / "test.npy", vector_of(50))
    np.save(root / "6_test.npy", vector_of(51)[None])
    take(project, head, root)
    assert sorted(value.score for value in answers(project, head).values()) == [3, 3, 6, 10]


def test_that_one_vector_stands_for_all_crops(project, tmp_path):
    head = defects(project, tiles=Tiles.FIVE_CROP)
    take(project, head, vector_files(tmp_path / "CLIP", LAYOUT))
    [signature] = project.encoders.all()
    assert project.embeddings(signature).load().shape == (12, 5, 768)


def test_that_broken_files_are_listed_and_the_others_count(project, tmp_path):
    head = defects(project)
    root = vector_files(tmp_path / "CLIP", LAYOUT)
    folder = root / "0_reg"
    np.save(folder / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.save(folder / "nan.npy", np.full(768, np.nan, np.float32))
    np.save(folder / "large.npy", np.full(768, 1e9, np.float32))
    np.save(folder / "many.npy", np.zeros((2, 768), np.float32))
    np.save(folder / "whole.npy", np.zeros(768, np.int64))
    np.save(folder / "short.npy", np.ones(512, np.float32))
    np.savez(folder / "archive", np.zeros(3))
    (folder / "archive.npz").rename(folder / "archive.npy")
    (folder / "empty.npy").write_bytes(b"")
    (folder / "pickle.npy").write_bytes(pickle.dumps([1]))
    os.mkfifo(folder / "pipe.npy")
    imported = take(project, head, root)
    names = {"object", "nan", "large", "many", "whole", "short", "archive", "empty", "pickle", "pipe"}
    assert {Path(path).stem for path, _ in imported.read.failed} == names
    assert len(imported.changes.annotated) == 12
    assert {Path(path).stem: reason for path, reason in imported.read.failed}["short"] == (
        "holds 512 values, and clip-vit-l14-336 gives 768"
    )


def test_that_vectors_of_another_encoder_are_refused_and_nothing_is_added(project, tmp_path):
    head = defects(project)
    with pytest.raises(UserError, match="holds 512 values, and clip-vit-l14-336 gives 768"):
        take(project, head, vector_files(tmp_path / "CLIP", LAYOUT, dim=512))
    assert (project.annotations.count(head.head_id), project.encoders.all()) == (0, [])


@example(b"PK\x03\x04")
@example(b"\x80\x04N.")
@given(st.binary(max_size=300))
def test_that_no_file_does_more_than_be_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "a.npy"
    start = b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (768,), }"
    for bytes_ in (content, start + content):
        path.write_bytes(bytes_)
        try:
            assert read_vector(path).ndim == 1
        except ValueError as refused:
            assert "\n" not in str(refused)
