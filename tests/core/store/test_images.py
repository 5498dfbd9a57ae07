"""Looking images up."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select

from core.arrays.hashes import hash_bytes
from core.errors import Bug
from core.project import Project
from core.store import image_table
from core.store import images as images_module
from core.store.schema import files, images
from core.values import Field, ImageId
from tests.core.store.projects import class_head, invented_project, picture, scan, scanned_project


def test_that_the_table_lists_images_by_id_with_hash(project):
    table = project.images.all()
    files = project.images.get(table.ids)
    assert table.ids.tolist() == [1, 2, 3, 4]
    assert (table.hashes == hash_bytes([file.content_hash for file in files])).all()
    assert {(file.width, file.height) for file in files} == {(6, 4)}


def test_that_rows_of_the_table_are_found_by_id(project):
    assert project.images.all().rows(np.array([3, 99, 1])).tolist() == [2, -1, 0]


def test_that_an_empty_project_has_an_empty_table(tmp_path):
    with Project.create(tmp_path / "project", []) as project:
        table = project.images.all()
        assert (table.ids.shape, table.hashes.shape) == ((0,), (0, 32))
        assert table.rows(np.array([1])).tolist() == [-1]


@pytest.mark.parametrize("count", [0, 200])
def test_that_the_table_read_in_rows_is_the_one_read_in_texts(tmp_path, monkeypatch, count):
    with invented_project(tmp_path, count) as project:
        in_texts = project.images.all()
        monkeypatch.setattr(image_table, "TEXT_IMAGES", 0)
        project.images.forget()
        in_rows = project.images.all()
    assert len(in_rows) == count
    for texts, rows in zip((in_texts.ids, in_texts.hashes), (in_rows.ids, in_rows.hashes), strict=True):
        assert (texts.dtype, texts.shape) == (rows.dtype, rows.shape)
        assert np.array_equal(texts, rows)


def test_that_images_known_by_their_vector_alone_are_not_missed(tmp_path):
    with scanned_project(tmp_path, 3) as project:
        project.unseen.add(np.zeros((1, 32), np.uint8), [str(tmp_path / "one.npy")])
        assert project.images.count_missing() == 0
        for file in (tmp_path / "photos").iterdir():
            file.unlink()
        assert scan(project, "again").missing == project.images.count_missing() == 3


def hidden_by_the_book(project: Project) -> set[bytes]:
    """The definition as one query, however long it may take."""
    shown = select(files.c.image_id).where(~files.c.missing)
    with project._database.read() as connection:
        return set(connection.scalars(select(images.c.hash).where(images.c.id.not_in(shown))))


def hidden(project: Project) -> set[bytes]:
    return {row.tobytes() for row in project.images.hidden_hashes()}


def test_that_hidden_hashes_follow_files_that_go_and_come_back(tmp_path):
    with scanned_project(tmp_path, 5) as project:
        assert hidden(project) == hidden_by_the_book(project) == set()
        away = tmp_path / "photos" / "3.png"
        away.rename(tmp_path / "3.png")
        scan(project, "gone")
        assert hidden(project) == hidden_by_the_book(project)
        assert len(hidden(project)) == 1
        project.unseen.add(np.full((2, 32), [[7], [8]], np.uint8), ["a.npy", "b.npy"])
        assert hidden(project) == hidden_by_the_book(project)
        assert len(hidden(project)) == 3
        (tmp_path / "3.png").rename(away)
        picture(tmp_path / "photos" / "new.png", 900)
        scan(project, "back")
        assert hidden(project) == hidden_by_the_book(project)
        assert len(hidden(project)) == 2


def test_that_hidden_hashes_do_not_hang_on_what_is_excluded(tmp_path):
    with scanned_project(tmp_path, 3) as project:
        head = class_head(project)
        project.annotations.mark(head.head_id, [ImageId(2)], Field.EXCLUDED, on=True)
        assert hidden(project) == hidden_by_the_book(project) == set()
        (tmp_path / "photos" / "0.png").unlink()
        scan(project, "gone")
        assert hidden(project) == hidden_by_the_book(project)
        assert len(hidden(project)) == 1


def test_that_another_reader_sees_what_is_hidden_now(tmp_path):
    with scanned_project(tmp_path, 3) as project, Project.open(project.folder, read_only=True) as reader:
        assert hidden(reader) == set()
        (tmp_path / "photos" / "0.png").unlink()
        scan(project, "gone")
        assert hidden(reader) == hidden_by_the_book(project)


def test_that_hidden_hashes_are_kept_until_images_change(project):
    first = project.images.hidden_hashes()
    assert project.images.hidden_hashes() is first
    project.unseen.add(np.zeros((1, 32), np.uint8), ["one.npy"])
    assert len(project.images.hidden_hashes()) == len(first) + 1


def test_that_images_come_in_the_order_asked_for(project):
    assert [image.image_id for image in project.images.get([ImageId(3), ImageId(1)])] == [3, 1]


def test_that_asking_for_many_gives_the_same_as_asking_for_few(project, monkeypatch):
    few = project.images.get(project.images.all().ids)
    monkeypatch.setattr(images_module, "_FEW", 1)
    assert project.images.get(project.images.all().ids) == few


def test_that_an_id_that_does_not_exist_is_our_own_fault(project):
    with pytest.raises(Bug, match="no image with id 99"):
        project.images.get([ImageId(99)])


def test_that_hashes_are_looked_up_and_unknown_ones_are_minus_one(project):
    table = project.images.all()
    asked = np.concatenate([table.hashes[[2]], np.full((1, 32), 7, dtype=np.uint8), table.hashes[[0]]])
    assert project.images.by_hash(asked).tolist() == [3, -1, 1]


def test_that_a_path_may_be_absolute_relative_to_here_or_below_a_root(tmp_path, monkeypatch):
    with scanned_project(tmp_path) as project:
        monkeypatch.chdir(tmp_path)
        asked = [str(tmp_path / "photos" / "2.png"), "photos/2.png", "2.png", "./2.png", "photos/../photos/2.png"]
        assert len({*project.images.by_paths(asked)} - {None}) == 1
        assert project.images.by_paths(["nowhere.png", "", "photos"]) == [None, None, None]


def test_that_another_reader_sees_new_images(tmp_path):
    with scanned_project(tmp_path) as project, Project.open(project.folder, read_only=True) as reader:
        assert len(reader.images.all()) == 4
        picture(tmp_path / "photos" / "new.png", 900)
        scan(project, "again")
        assert len(reader.images.all()) == 5


def test_that_a_table_forgotten_while_it_is_read_is_read_again(project, monkeypatch):
    read = images_module.read_table

    def forgotten_meanwhile(connection):
        table = read(connection)
        project.images.forget()
        return table

    project.images.forget()
    monkeypatch.setattr(images_module, "read_table", forgotten_meanwhile)
    stale = project.images.all()
    monkeypatch.setattr(images_module, "read_table", read)
    fresh = project.images.all()
    assert fresh is not stale
    assert project.images.all() is fresh
