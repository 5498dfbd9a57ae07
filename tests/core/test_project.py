"""Making, opening and closing projects, and every way in which that can go wrong."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import Bug, EnvironmentProblem, UserError
from core.names import PROJECT_FILE
from core.project import Project
from core.store import lock as lock_module
from core.values import ClassValue, EncoderSignature, Tiles
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project, scanned_project


def in_one_line(caught) -> bool:
    text = str(caught.value)
    return "\n" not in text and len(text) < 400


def test_that_a_new_project_is_open_for_writing_and_empty(tmp_path):
    (tmp_path / "photos").mkdir()
    with Project.create(tmp_path / "deep" / "project", [str(tmp_path / "photos")]) as project:
        assert project.roots == (str(tmp_path / "photos"),)
        assert (len(project.images.all()), project.heads.all(), project.annotations.history()) == (0, [], [])


def test_that_a_project_may_begin_without_images(tmp_path):
    with Project.create(tmp_path / "project", []) as project:
        assert project.roots == ()


def test_that_a_project_may_lie_hidden_in_its_images_and_opens_by_them(tmp_path):
    (tmp_path / "photos").mkdir()
    Project.create(tmp_path / "photos" / ".winnow", [str(tmp_path / "photos")]).close()
    with Project.open(tmp_path / "photos") as project:
        assert project.folder == tmp_path / "photos" / ".winnow"


def test_that_making_a_project_twice_is_refused_and_the_first_one_kept(tmp_path):
    with invented_project(tmp_path) as project:
        class_head(project)
    with pytest.raises(UserError, match="is a project already") as caught:
        Project.create(tmp_path / "project", [])
    assert in_one_line(caught)
    with Project.open(tmp_path / "project") as project:
        assert len(project.heads.all()) == 1


@pytest.mark.parametrize(
    ("folder", "root", "reason"),
    [
        ("a file", "photos", "is a file"),
        ("a file/below", "photos", "cannot make a project"),
        ("full", "photos", "holds other things"),
        ("a link", "photos", "a link is a link to away, which is not there; "),
        ("a link/below", "photos", "a link is a link to away, which is not there; "),
        ("new", "a link", "a link is a link to away, which is not there; "),
        ("new", "nowhere", "there is no folder"),
        ("new", "a file", "is not a folder"),
        ("photos", "photos", "both the images and the project"),
    ],
)
def test_that_a_project_that_cannot_be_made_leaves_nothing_behind(tmp_path, monkeypatch, folder, root, reason):
    monkeypatch.chdir(tmp_path)
    Path("a file").write_text("x")
    Path("photos").mkdir()
    Path("a link").symlink_to("away")
    Path("full").mkdir()
    Path("full/notes.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises((UserError, EnvironmentProblem), match=reason) as caught:
        Project.create(folder, [root])
    assert in_one_line(caught)
    assert sorted(tmp_path.rglob("*")) == before


def test_that_a_project_behind_a_link_that_leads_nowhere_is_told_so(tmp_path):
    (tmp_path / "project").symlink_to("away")
    with pytest.raises(UserError, match=r"/project is a link to away, which is not there; put that back"):
        Project.open(tmp_path / "project")


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_that_a_folder_without_rights_is_refused(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(EnvironmentProblem) as caught:
        Project.create(tmp_path / "locked" / "project", [])
    assert in_one_line(caught)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_that_a_folder_that_cannot_be_written_is_refused_and_nothing_left(tmp_path, monkeypatch, code):
    real_open = os.open

    def refuse(path, *rest, **named) -> int:
        if str(path).endswith("project.lock"):
            raise OSError(code, os.strerror(code))
        return real_open(path, *rest, **named)

    monkeypatch.setattr(lock_module.os, "open", refuse)
    with pytest.raises(EnvironmentProblem, match=os.strerror(code)) as caught:
        Project.create(tmp_path / "project", [])
    assert in_one_line(caught)
    assert not (tmp_path / "project").exists()


def limit_pages(project: Project, pages: int) -> None:
    """SQLite's own way to a full disk."""
    with closing(project._database._engine.raw_connection()) as raw:
        raw.cursor().execute(f"PRAGMA max_page_count = {pages}")


def test_that_a_full_disk_while_annotating_loses_only_that_act(tmp_path):
    with invented_project(tmp_path) as project:
        head = class_head(project)
        values = [{1: ClassValue(label.label_id)} for label in head.labels]
        limit_pages(project, 1)
        with pytest.raises(EnvironmentProblem, match="is full") as caught:
            for step in range(1000):
                project.annotations.annotate(head.head_id, values[step % 2])
                done = step + 1
        assert in_one_line(caught)
        assert project.annotations.last_id() == done
        assert project.check() == []
        limit_pages(project, 1_000_000)
        assert project.annotations.annotate(head.head_id, values[2]).annotated == {1}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere", "no project at"), ("empty", "is not a project"), ("file", "is not a project")],
)
def test_that_opening_what_is_no_project_says_what_to_do(tmp_path, name, reason):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    for read_only in (True, False):
        with pytest.raises(UserError, match=reason) as caught:
            Project.open(tmp_path / name, read_only=read_only)
        assert in_one_line(caught)
    assert list((tmp_path / "empty").iterdir()) == []


def garbage(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def holes(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[100:6000] = b"\xff" * 5900
    file.write_bytes(data)


@pytest.mark.parametrize("damage", [garbage, truncated, holes])
@pytest.mark.parametrize("read_only", [True, False])
def test_that_a_damaged_database_is_refused_in_one_line(tmp_path, damage, read_only):
    invented_project(tmp_path).close()
    damage(tmp_path / "project" / "project.sqlite")
    with pytest.raises(EnvironmentProblem, match=r"project.sqlite.*backups") as caught:
        Project.open(tmp_path / "project", read_only=read_only)
    assert in_one_line(caught)


def test_that_a_sqlite_file_of_another_program_is_no_project(tmp_path):
    with closing(sqlite3.connect(tmp_path / "project.sqlite")) as raw:
        raw.execute("CREATE TABLE notes (text)")
    with pytest.raises(UserError, match="not a project"):
        Project.open(tmp_path)
    with closing(sqlite3.connect(tmp_path / "project.sqlite")) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_that_an_empty_database_is_no_project(tmp_path):
    (tmp_path / "project.sqlite").touch()
    with pytest.raises(UserError, match="not a project"):
        Project.open(tmp_path)


def test_that_a_failed_opening_gives_the_lock_back(tmp_path):
    invented_project(tmp_path).close()
    file = tmp_path / "project" / "project.sqlite"
    whole = file.read_bytes()
    file.write_bytes(b"no database")
    with pytest.raises(EnvironmentProblem):
        Project.open(tmp_path / "project")
    file.write_bytes(whole)
    Project.open(tmp_path / "project").close()


def test_that_a_project_open_for_reading_cannot_be_written(tmp_path):
    with invented_project(tmp_path) as project:
        head = class_head(project)
    with Project.open(tmp_path / "project", read_only=True) as reader, pytest.raises(Bug, match="reading only"):
        reader.annotations.annotate(head.head_id, {1: None})


def test_that_a_reader_sees_what_the_writer_committed(tmp_path):
    with invented_project(tmp_path) as project, Project.open(project.folder, read_only=True) as reader:
        head = class_head(project)
        project.annotations.annotate(head.head_id, {1: ClassValue(head.labels[0].label_id)})
        assert reader.annotations.count(head.head_id) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that can give up its rights")
def test_that_a_project_on_a_medium_that_cannot_be_written_can_be_read():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        invented_project(Path(place)).close()
        (Path(place) / "project").chmod(0o555)
        try:
            assert exit_code_without_rights(Path(place) / "project") == 4
        finally:
            (Path(place) / "project").chmod(0o755)


def exit_code_without_rights(folder: Path) -> int:
    """The number of images as a process sees it that may write nothing of ours."""
    child = os.fork()
    if not child:
        count = 99
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            with Project.open(folder, read_only=True) as reader:
                count = reader.images.count()
        finally:
            os._exit(count)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_that_an_interrupted_create_can_be_done_again(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "project.lock").touch()
    (folder / "project.sqlite.new").write_bytes(b"half")
    Project.create(folder, []).close()
    assert not (folder / "project.sqlite.new").exists()


def test_that_opening_for_writing_sweeps_what_dead_programs_left(tmp_path):
    invented_project(tmp_path).close()
    part = tmp_path / "project" / "heads" / "content" / ".v1.job.part"
    live = tmp_path / "project" / "live" / "job"
    for folder in (part, live):
        folder.mkdir(parents=True)
        (folder / "x.safetensors").touch()
    Project.open(tmp_path / "project", read_only=True).close()
    assert part.exists() and live.exists()
    Project.open(tmp_path / "project").close()
    assert not part.exists() and not live.exists()


def test_that_the_latest_used_encoder_is_remembered_per_tiles(tmp_path):
    first = EncoderSignature("clip", "clip-a", "a", "{}", 768)
    second = EncoderSignature("clip", "clip-b", "b", "{}", 768)
    tiles = EncoderSignature("clip", "clip-a", "a", "{}", 768, Tiles.FIVE_CROP)
    with invented_project(tmp_path) as project:
        for signature in (first, second, tiles, first):
            project.encoders.remember(signature)
        assert project.encoders.signature("clip", Tiles.NONE) == first
        assert project.encoders.signature("clip", Tiles.FIVE_CROP) == tiles
        assert project.encoders.signature("signal", Tiles.NONE) is None
        assert len(project.encoders.all()) == 3


def test_that_a_project_whose_vectors_would_lie_elsewhere_is_told_in_one_line(tmp_path):
    with invented_project(tmp_path) as project:
        project.encoders.remember(EncoderSignature("clip", "clip-a", "a", "{}", 768))
    with closing(sqlite3.connect(tmp_path / "project" / PROJECT_FILE)) as database:
        database.execute("UPDATE encoders SET key = '../../elsewhere'")
        database.commit()
    with (
        Project.open(tmp_path / "project", read_only=True) as project,
        pytest.raises(EnvironmentProblem, match="is no plain name of an encoder's folder; put a copy from the backups"),
    ):
        project.encoders.all()


def test_that_vectors_are_found_by_their_signature(tmp_path):
    with scanned_project(tmp_path) as project:
        embed_all(project)
        assert project.encoders.signature("signal", Tiles.NONE) == SIGNAL
        assert (project.embeddings(SIGNAL).positions(project.images.all().hashes) >= 0).all()


def test_that_everything_but_database_and_heads_can_be_deleted(tmp_path):
    with scanned_project(tmp_path) as project:
        embed_all(project)
    for entry in (tmp_path / "project").iterdir():
        if entry.is_dir() and entry.name != "heads":
            shutil.rmtree(entry)
    with Project.open(tmp_path / "project") as project:
        assert project.images.count() == 4
        assert project.check() == []
