"""Where annotations go out to: nothing written over, nothing left half done."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.errors import Cancelled, EnvironmentProblem, UserError
from core.exchange import tables_out
from core.exchange.dataset import annotated_rows
from core.exchange.folders_out import export_folders
from core.exchange.forms import Form
from core.exchange.tables_out import export_table
from core.project import Project
from core.values import ClassValue, HeadKind, ImageId, ScoreValue
from tests.core.exchange.out.datasets import new_head, out
from tests.core.store.projects import picture, scan, scanned_project


def test_that_a_file_that_comes_while_a_table_is_written_stays(project, tmp_path, monkeypatch):
    head = new_head(project, HeadKind.SCORE)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(1)})
    write = tables_out._write_csv

    def slow(rows, path):
        write(rows, path)
        (tmp_path / "t.csv").write_text("came meanwhile")

    monkeypatch.setattr(tables_out, "_write_csv", slow)
    with pytest.raises(EnvironmentProblem, match=r"cannot write .*t.csv: File exists"):
        export_table(annotated_rows(project, head), tmp_path / "t.csv", Form.CSV)
    assert (tmp_path / "t.csv").read_text() == "came meanwhile" and not list(tmp_path.glob(".t.csv*"))


def test_that_a_folder_is_made_with_those_above_it(project, tmp_path):
    exported = out(project, project.heads.get("defects"), tmp_path / "not" / "there" / "out", Form.FOLDERS)
    assert all((tmp_path / "not" / "there" / "out" / name).is_file() for name in exported.files)
    assert exported.files


@pytest.mark.parametrize("form", list(Form))
def test_that_nothing_is_overwritten(project, tmp_path, form):
    destination = tmp_path / "out"
    if form in (Form.CSV, Form.JSONL, Form.PARQUET):
        destination.write_text("mine")
    else:
        destination.mkdir()
        (destination / "mine").write_text("mine")
    with pytest.raises(UserError, match=r"there already|holds other things"):
        out(project, project.heads.get("defects"), destination, form)
    kept = destination / "mine" if destination.is_dir() else destination
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("form", list(Form))
def test_that_a_dry_run_writes_nothing(project, tmp_path, form):
    exported = out(project, project.heads.get("defects"), tmp_path / "out", form, dry_run=True)
    assert exported.files
    assert not (tmp_path / "out").exists()


def test_that_a_picture_that_is_gone_is_listed_and_the_others_go_out(project, tmp_path):
    (tmp_path / "photos" / "0.png").unlink()
    exported = out(project, project.heads.get("defects"), tmp_path / "out", Form.FOLDERS)
    assert exported.failed == (((tmp_path / "photos" / "0.png").as_posix(), "it is not there"),)
    assert len(exported.files) == 1


def test_that_an_image_without_a_vector_is_listed(project, tmp_path):
    picture(tmp_path / "photos" / "new.png", 70)
    scan(project)
    head = project.heads.get("defects")
    project.annotations.annotate(head.head_id, {ImageId(5): ClassValue(head.labels[0].label_id)})
    exported = out(project, head, tmp_path / "out", Form.NPY)
    assert [reason for _, reason in exported.failed] == ["not embedded with clip-vit-l14-336 yet"]


def test_that_an_export_that_is_stopped_leaves_nothing(project, tmp_path):
    rows = annotated_rows(project, project.heads.get("defects"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        export_folders(project, rows, tmp_path / "out", Form.FOLDERS, lambda event: None, lambda: True)
    assert sorted(tmp_path.iterdir()) == before


def test_that_the_folder_somebody_is_in_is_filled_and_stays_itself(source: Project, tmp_path, monkeypatch):
    head = new_head(source, HeadKind.CLASS)
    source.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    found = out(source, head, Path(), Form.FOLDERS)
    assert found.files == ("0_Pass/0.png",) and Path(found.files[0]).is_file()
    assert tmp_path.stat().st_ino == before
    assert not list(tmp_path.parent.glob(".*.part"))


def test_that_a_folder_that_cannot_be_filled_is_empty_again(source: Project, tmp_path, monkeypatch):
    head = new_head(source, HeadKind.CLASS)
    source.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    replace, moved = Path.replace, []

    def full(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    (tmp_path / "out").mkdir()
    with pytest.raises(EnvironmentProblem):
        out(source, head, tmp_path / "out", Form.FOLDERS)
    assert len(moved) == 3 and list((tmp_path / "out").iterdir()) == []


def test_that_a_pipe_in_the_place_of_a_picture_is_listed(tmp_path):
    picture(tmp_path / "photos" / "a.png", 1)
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        scan(project)
        head = new_head(project, HeadKind.CLASS)
        project.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
        (tmp_path / "photos" / "a.png").unlink()
        os.mkfifo(tmp_path / "photos" / "a.png")
        assert [reason for _, reason in out(project, head, tmp_path / "out", Form.FOLDERS).failed] == [
            "a pipe, not a file"
        ]


def test_that_pictures_of_a_lost_folder_are_one_line_with_what_to_do(tmp_path):
    with scanned_project(tmp_path) as project:
        head = new_head(project, HeadKind.SCORE)
        project.annotations.annotate(head.head_id, dict.fromkeys(map(ImageId, (1, 2, 3)), ScoreValue(5)))
        (tmp_path / "photos").rename(tmp_path / "my photos")
        scan(project, "gone")
        exported = out(project, head, tmp_path / "out", Form.FOLDERS)
        ((path, reason),) = exported.failed
        assert (path, exported.images) == (str(tmp_path / "photos"), 0)
        assert "3 files" in reason
