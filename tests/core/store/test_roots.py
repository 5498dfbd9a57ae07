"""Image folders: named as the person names them, found again from anywhere."""

from __future__ import annotations

import shutil

import pytest

from core.errors import UserError
from core.project import Project
from tests.core.store.projects import photos, picture, scan, scanned_project


def test_that_a_relative_root_is_shown_as_it_was_given(tmp_path, monkeypatch):
    photos(tmp_path / "photos", 1)
    monkeypatch.chdir(tmp_path)
    with Project.create("project", ["photos/"]) as project:
        assert project.roots == ("photos",)
        scan(project)
        assert project.images.get(project.images.all().ids)[0].path == "photos/0.png"


def test_that_a_relative_root_is_absolute_where_it_would_lead_elsewhere(tmp_path, monkeypatch):
    photos(tmp_path / "photos", 1)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    Project.create("project", ["photos"]).close()
    monkeypatch.chdir(tmp_path / "other")
    with Project.open(tmp_path / "project") as project:
        assert project.roots == (str(tmp_path / "photos"),)
        assert scan(project).added == 1


def test_that_a_project_moved_together_with_its_images_finds_them(tmp_path):
    scanned_project(tmp_path / "here", count=2).close()
    shutil.move(tmp_path / "here", tmp_path / "there")
    with Project.open(tmp_path / "there" / "project") as project:
        assert project.roots == (str(tmp_path / "there" / "photos"),)
        assert scan(project).missing == 0


def test_that_adding_a_root_twice_or_a_folder_inside_it_changes_nothing(tmp_path):
    with scanned_project(tmp_path) as project:
        (tmp_path / "photos" / "inside").mkdir()
        assert not project.add_roots([str(tmp_path / "photos"), str(tmp_path / "photos" / "inside")])
        assert project.roots == (str(tmp_path / "photos"),)


def test_that_a_new_root_around_an_old_one_takes_it_in_with_its_files(tmp_path):
    photos(tmp_path / "all" / "some", 2)
    picture(tmp_path / "all" / "9.png", 900)
    with Project.create(tmp_path / "project", [str(tmp_path / "all" / "some")]) as project:
        scan(project)
        assert project.add_roots([str(tmp_path / "all")]).images
        assert project.roots == (str(tmp_path / "all"),)
        report = scan(project, "again")
        assert (report.added, report.moved, report.missing, report.duplicates) == (1, 0, 0, 0)


def test_that_folders_named_alike_at_the_start_are_two_roots(tmp_path):
    photos(tmp_path / "a", 1)
    picture(tmp_path / "ab" / "9.png", 900)
    with Project.create(tmp_path / "project", [str(tmp_path / "a"), str(tmp_path / "ab")]) as project:
        assert project.roots == (str(tmp_path / "a"), str(tmp_path / "ab"))
        assert scan(project).added == 2


def test_that_relocated_images_are_found_in_their_new_place(tmp_path):
    with scanned_project(tmp_path) as project:
        shutil.move(tmp_path / "photos", tmp_path / "pictures")
        project.relocate(str(tmp_path / "photos"), str(tmp_path / "pictures"))
        report = scan(project, "again")
        assert (report.added, report.moved, report.missing) == (0, 0, 0)
        assert project.images.get([1])[0].path.startswith(str(tmp_path / "pictures"))


@pytest.mark.parametrize(("old", "new"), [("nowhere", "photos"), ("photos", "nowhere"), ("photos", "project")])
def test_that_relocating_from_or_to_a_wrong_folder_is_refused(tmp_path, monkeypatch, old, new):
    monkeypatch.chdir(tmp_path)
    with scanned_project(tmp_path) as project:
        with pytest.raises(UserError):
            project.relocate(old, new)
        assert project.roots == (str(tmp_path / "photos"),)


def test_that_relocating_onto_another_root_is_refused(tmp_path):
    photos(tmp_path / "a", 1)
    photos(tmp_path / "b", 2)
    with (
        Project.create(tmp_path / "project", [str(tmp_path / "a"), str(tmp_path / "b")]) as project,
        pytest.raises(UserError, match="overlaps"),
    ):
        project.relocate(str(tmp_path / "a"), str(tmp_path / "b"))
