"""What a check finds, and what a repair makes whole."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.arrays import embeddings
from core.arrays.shards import CropSignature
from core.errors import UserError
from core.project import Project
from core.values import ClassValue, ImageId
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project, make_version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with vectors, annotations under two heads and two versions; closed."""
    with invented_project(tmp_path) as project:
        embed_all(project)
        head = class_head(project)
        values = {ImageId(n + 1): ClassValue(label.label_id) for n, label in enumerate(head.labels)}
        project.annotations.annotate(head.head_id, values)
        make_version(project, head)
        make_version(project, head)
    return tmp_path / "project"


@pytest.fixture
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "project.sqlite", isolation_level=None)) as raw:
        yield raw


def check(folder: Path, *, repair: bool = False) -> list[tuple[str, bool]]:
    with Project.open(folder, read_only=not repair) as project:
        return [(problem.kind, problem.repaired) for problem in project.check(repair=repair)]


def is_found_and_repaired(folder: Path, kind: str) -> bool:
    found = check(folder) == [(kind, False)]
    return found and check(folder, repair=True) == [(kind, True)] and check(folder) == []


def make_unreadable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a disk with a bad block does."""
    opened = Path.open

    def fails(path: Path, *how: Any, **more: Any) -> Any:
        if path == file:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", fails)


def test_that_a_sound_project_has_no_problems(folder):
    assert check(folder) == []
    assert check(folder, repair=True) == []


def test_that_standing_answers_are_made_anew_from_the_log(folder, database):
    database.execute("DELETE FROM standing WHERE image_id = 1")
    database.execute("UPDATE standing SET value = NULL WHERE image_id = 2")
    assert is_found_and_repaired(folder, "standing")
    with Project.open(folder) as project:
        assert project.annotations.count(project.heads.get("content").head_id) == 3


@pytest.mark.parametrize("table", ["acts", "annotations", "pairs", "head_edits"])
def test_that_lost_triggers_are_put_back(folder, database, table):
    database.execute(f"DROP TRIGGER {table}_never_deleted")
    assert is_found_and_repaired(folder, "guard")
    (row,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (f"{table}_never_deleted",)).fetchone()
    assert f"{table} is append-only" in row


def test_that_a_row_that_refers_to_nothing_is_found(folder, database):
    database.execute("INSERT INTO labels VALUES (99, 77, 'lost', 0, 0)")
    assert check(folder) == check(folder, repair=True) == [("database", False)]


def test_that_damaged_pages_are_found(folder, database):
    (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'one_file_at_a_path'").fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with (folder / "project.sqlite").open("r+b") as file:
        file.seek((page - 1) * size + size - 40)
        file.write(b"\x00" * 40)
    assert {kind for kind, _ in check(folder)} == {"database"}


def test_that_a_torn_shard_is_removed_so_that_its_images_are_embedded_anew(folder):
    (folder / "embeddings" / "signal" / "000009.safetensors").write_bytes(b"torn")
    assert is_found_and_repaired(folder, "shard")
    assert [path.name for path in (folder / "embeddings" / "signal").iterdir()] == ["000001.safetensors"]

    assert (folder / "backups" / "embeddings-signal-000009.safetensors").read_bytes() == b"torn"


def test_that_the_backups_keep_every_torn_shard_of_one_name(folder):
    for content in (b"torn", b"torn again"):
        (folder / "embeddings" / "signal" / "000009.safetensors").write_bytes(content)
        check(folder, repair=True)
    kept = sorted((folder / "backups").glob("embeddings-signal-000009*"))
    assert [path.read_bytes() for path in kept] == [b"torn", b"torn again"]


def test_that_a_shard_that_cannot_be_read_now_stays_where_it_is(folder, monkeypatch):
    shard = folder / "embeddings" / "signal" / "000001.safetensors"
    make_unreadable(shard, monkeypatch)
    assert ("shard", False) in check(folder, repair=True)
    monkeypatch.undo()
    assert check(folder) == []


def test_that_a_version_whose_folder_nobody_may_look_into_stays_in_force(folder, monkeypatch):
    stat = os.stat

    def fails(path, *how, **more):
        if str(path).endswith("content/v2"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return stat(path, *how, **more)

    monkeypatch.setattr("os.stat", fails)
    monkeypatch.setattr(Path, "is_dir", os.path.isdir)  # Python 3.14 says no then
    with Project.open(folder) as project:
        assert [(one.kind, one.repaired) for one in project.check(repair=True)] == [("version", False)]
        assert project.heads.get("content").version == 2


def test_that_taking_out_vectors_leaves_a_shard_that_cannot_be_read_now(folder, monkeypatch):
    with Project.open(folder) as project:
        store = project.embeddings(SIGNAL)
        with store.writer(SIGNAL) as writer:
            writer.add(np.full((1, 32), 9, dtype=np.uint8), np.ones((1, SIGNAL.dim), dtype=np.float16))
    unread = folder / "embeddings" / "signal" / "000009.safetensors"
    shutil.copy(folder / "embeddings" / "signal" / "000001.safetensors", unread)
    make_unreadable(unread, monkeypatch)
    assert check(folder, repair=True) == [("shard", False), ("shard", True)]
    assert unread.exists()


def test_that_vectors_of_unknown_images_are_taken_out_and_the_others_kept(folder):
    with Project.open(folder) as project:
        store = project.embeddings(SIGNAL)
        known = project.images.all().hashes
        before = store.gather(store.positions(known))
        with store.writer(SIGNAL) as writer:
            writer.add(np.full((1, 32), 9, dtype=np.uint8), np.ones((1, SIGNAL.dim), dtype=np.float16))
    assert is_found_and_repaired(folder, "shard")
    with Project.open(folder) as project:
        store = project.embeddings(SIGNAL)
        assert len(store) == 4
        assert (store.gather(store.positions(known)) == before).all()


def test_that_an_unrecorded_encoder_is_recorded(folder, database):
    database.execute("DELETE FROM encoders")
    assert is_found_and_repaired(folder, "encoder")


def test_that_a_lost_version_in_force_gives_way_to_the_newest_whole_one(folder):
    shutil.rmtree(folder / "heads" / "content" / "v2")
    assert check(folder, repair=True) == [("version", True)]
    with Project.open(folder) as project:
        assert project.heads.get("content").version == 1


def test_that_a_lost_version_that_is_not_in_force_is_told_and_cannot_be_made_anew(folder):
    (folder / "heads" / "content" / "v1" / "predictions.safetensors").write_bytes(b"torn")
    assert check(folder, repair=True) == [("version", False)]


def test_that_a_version_may_call_its_config_plainly(folder):
    config = folder / "heads" / "content" / "v2" / "head-v2.config.json"
    plain = config.rename(config.with_name("config.json"))
    assert check(folder) == []
    plain.write_text("torn")
    assert check(folder) == [("version", False)]


@pytest.mark.parametrize("name", ["head-v2.safetensors", "head-v2.config.json"])
@pytest.mark.parametrize("content", [None, b"torn"], ids=["missing", "torn"])
def test_that_a_version_needs_its_head_and_its_config(folder, name, content):
    file = folder / "heads" / "content" / "v2" / name
    file.unlink() if content is None else file.write_bytes(content)
    assert check(folder) == [("version", False)]
    assert check(folder, repair=True) == [("version", True)]


@pytest.mark.parametrize("name", ["head-v2.safetensors", "head-v2.config.json", "predictions.safetensors"])
def test_that_a_version_that_cannot_be_read_now_stays_in_force(folder, monkeypatch, name):
    make_unreadable(folder / "heads" / "content" / "v2" / name, monkeypatch)
    with Project.open(folder) as project:
        (problem,) = project.check(repair=True)
        assert (problem.kind, problem.repaired, project.heads.get("content").version) == ("version", False, 2)
    assert "it stays in force; see to its permissions, or copy it again" in problem.text
    assert "train" not in problem.text
    monkeypatch.undo()
    assert check(folder) == []


def test_that_taking_out_vectors_leaves_a_shard_that_came_since_it_looked(folder, monkeypatch):
    with Project.open(folder) as project:
        store = project.embeddings(SIGNAL)
        with store.writer(SIGNAL) as writer:
            writer.add(np.full((1, 32), 9, dtype=np.uint8), np.ones((1, SIGNAL.dim), dtype=np.float16))
        store.refresh()
        held = len(store)
        late = store.folder / "000007.safetensors"
        shutil.copy(store.folder / "000001.safetensors", late)
        store.keep_only(np.arange(held) < held - 1)
        assert late.exists() and len(store) == held - 1


def test_that_no_shard_goes_where_one_can_be_read_no_more(folder, monkeypatch):
    with Project.open(folder) as project:
        store = project.embeddings(SIGNAL)
        with store.writer(SIGNAL) as writer:
            writer.add(np.full((1, 32), 9, dtype=np.uint8), np.ones((1, SIGNAL.dim), dtype=np.float16))
    gathered = embeddings._gather

    def fails(now: Any, positions: Any) -> Any:
        make_unreadable(folder / "embeddings" / "signal" / "000001.safetensors", monkeypatch)
        return gathered(now, positions)

    monkeypatch.setattr(embeddings, "_gather", fails)
    assert ("shard", False) in check(folder, repair=True)
    monkeypatch.undo()
    assert is_found_and_repaired(folder, "shard")


def test_that_a_version_without_a_row_is_moved_to_the_backups(folder):
    shutil.copytree(folder / "heads" / "content" / "v2", folder / "heads" / "content" / "v3")
    assert is_found_and_repaired(folder, "leftover")
    assert (folder / "backups" / "heads-content-v3" / "predictions.safetensors").exists()


def test_that_it_is_told_where_the_backups_cannot_be(folder):
    shutil.copytree(folder / "heads" / "content" / "v2", folder / "heads" / "content" / "v3")
    (folder / "backups").write_text("a file")
    with pytest.raises(UserError, match="backups is a file; move it away"):
        check(folder, repair=True)


def test_that_versions_of_removed_heads_are_left_alone(folder):
    with Project.open(folder) as project:
        project.heads.remove(project.heads.get("content").head_id)
    kept = sorted(file for file in (folder / "heads" / "content").rglob("*") if file.is_file())
    assert {file.parent.name for file in kept} == {"v1", "v2"}
    assert check(folder, repair=True) == []
    assert sorted(file for file in (folder / "heads" / "content").rglob("*") if file.is_file()) == kept


def test_that_a_head_without_the_row_of_its_version_takes_the_newest(folder, database):
    database.execute("UPDATE heads SET version = 9")
    assert is_found_and_repaired(folder, "version")
    with Project.open(folder) as project:
        assert project.heads.get("content").version == 2


@pytest.mark.parametrize("left", ["heads/content/.v3.job.part", "live/job", "project.sqlite.new"])
def test_that_what_a_killed_program_left_is_no_problem_and_goes_with_the_next_opening(folder, left):
    (folder / left).mkdir(parents=True)
    assert check(folder) == []
    with Project.open(folder):
        assert not (folder / left).exists()


def test_that_a_missing_image_folder_is_told_with_the_way_to_relocate(folder):
    shutil.rmtree(folder.parent / "photos")
    with Project.open(folder, read_only=True) as project:
        (problem,) = project.check()
    assert problem.kind == "folder"
    assert "--relocate" in problem.text


def crop_shards(folder: Path) -> Path:
    """Random crops of the project's images, with one shard that is torn; no encoder is recorded for them."""
    crops = CropSignature(**asdict(SIGNAL), seed=0)
    with Project.open(folder) as project:
        hashes = project.images.all().hashes
        with project.embeddings(crops).writer(crops) as writer:
            writer.add(hashes, np.ones((len(hashes), 3, SIGNAL.dim), dtype=np.float16))
    place = folder / "embeddings" / "signal+random-crops"
    (place / "000009.safetensors").write_bytes(b"torn")
    return place


def test_that_random_crops_are_checked_and_are_no_encoder_of_their_own(folder):
    place = crop_shards(folder)
    assert is_found_and_repaired(folder, "shard")
    assert [path.name for path in place.iterdir()] == ["000001.safetensors"]


def test_that_random_crops_are_not_taken_for_the_vectors_of_images(folder, database):
    crop_shards(folder)
    shutil.rmtree(folder / "embeddings" / "signal")
    database.execute("DELETE FROM encoders")
    with Project.open(folder) as project, pytest.raises(UserError, match="no image is embedded"):
        project.training_spec("train", project.heads.get("content"), "cpu")
