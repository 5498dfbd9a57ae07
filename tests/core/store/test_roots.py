"""Image folders: named as the person names them, found again from anywhere."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from core.errors import UserError
from core.project import Project
from core.values import ClassValue, HeadId, ImageId, LabelId
from tests.core.store.projects import class_head, photos, picture, scan, scanned_project


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


@pytest.fixture
def moved(tmp_path):
    """A project that was moved together with its two pictures; open."""
    scanned_project(tmp_path / "here", count=2).close()
    shutil.move(tmp_path / "here", tmp_path / "there")
    with Project.open(tmp_path / "there" / "project") as project:
        yield project


def test_that_a_folder_moved_to_the_old_place_of_another_one_is_not_that_one(moved, tmp_path):
    old, new, other = (str(tmp_path / place / "photos") for place in ("here", "there", "elsewhere"))
    picture(tmp_path / "elsewhere" / "photos" / "7.png", 7)
    assert not moved.add_roots([new]).images, "it lies there by now"
    moved.add_roots([other])
    shutil.move(tmp_path / "elsewhere", tmp_path / "here")
    moved.relocate(other, old)
    assert moved.roots == (new, old)
    assert (scan(moved).added, moved.images.count()) == (1, 3)


def test_that_a_moved_root_makes_room_for_one_that_is_added_in_its_old_place(moved, tmp_path):
    picture(tmp_path / "here" / "photos" / "7.png", 7)
    assert moved.add_roots([str(tmp_path / "here" / "photos")]).images
    assert (len(moved.roots), scan(moved).added) == (2, 1)


def test_that_a_drive_that_does_not_answer_is_a_lost_folder(tmp_path, monkeypatch):
    scanned_project(tmp_path, count=2).close()
    stat = os.stat

    def fails(path, *how, **more):
        if str(path).startswith(str(tmp_path / "photos")):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return stat(path, *how, **more)

    monkeypatch.setattr("os.stat", fails)
    with Project.open(tmp_path / "project") as project:
        assert project.lost_roots == project.look_for_lost() == (str(tmp_path / "photos"),)
        assert [problem.kind for problem in project.check()] == ["folder"]


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


def test_that_relocating_a_root_that_is_still_there_onto_another_one_is_refused(tmp_path):
    photos(tmp_path / "a", 1)
    photos(tmp_path / "b", 2)
    with (
        Project.create(tmp_path / "project", [str(tmp_path / "a"), str(tmp_path / "b")]) as project,
        pytest.raises(UserError, match="overlaps"),
    ):
        project.relocate(str(tmp_path / "a"), str(tmp_path / "b"))


def twice(tmp_path: Path, count: int = 3) -> Project:
    """The folder was moved and then added anew, so that every image lies in two roots."""
    project = scanned_project(tmp_path, count)
    project.annotations.annotate(class_head(project).head_id, {ImageId(1): ClassValue(LabelId(1))})
    shutil.move(tmp_path / "photos", tmp_path / "moved")
    project.add_roots([str(tmp_path / "moved")])
    scan(project, "added")
    return project


def paths_of(project: Project) -> list[str]:
    return [image.path for image in project.images.get(project.images.all().ids)]


def test_that_a_file_in_a_folder_that_is_there_is_taken_before_one_that_is_not(tmp_path):
    with twice(tmp_path) as project:
        moved = [f"{tmp_path}/moved/{number}.png" for number in range(3)]
        assert project.lost_roots == (str(tmp_path / "photos"),)
        assert paths_of(project) == moved == sorted(project.search.paths().values())
        assert [path for _, path, _ in project.files.of(project.images.all().ids)] == moved
        assert project.scans.report("added").duplicates == 0


def test_that_files_of_a_lost_folder_are_taken_again_once_a_scan_finds_it(tmp_path):
    with scanned_project(tmp_path, 2) as project:
        shutil.move(tmp_path / "photos", tmp_path / "away")
        scan(project, "gone")
        assert project.images.get([1])[0].lost
        assert not project.images.get([1])[0].missing
        shutil.move(tmp_path / "away", tmp_path / "photos")
        assert scan(project, "back").missing == 0
        assert not project.images.get([1])[0].lost


def test_that_a_root_that_was_moved_onto_another_root_is_one_with_it(tmp_path):
    with twice(tmp_path) as project:
        project.relocate(str(tmp_path / "photos"), str(tmp_path / "moved"))
        report = scan(project, "again")
        assert project.roots == (str(tmp_path / "moved"),)
        assert (report.added, report.missing, report.duplicates, report.failed) == (0, 0, 0, ())
        assert project.annotations.standing(HeadId(1)).values == (ClassValue(LabelId(1)),)


def test_that_a_folder_that_was_moved_back_is_one_root_again(tmp_path):
    with twice(tmp_path) as project:
        shutil.move(tmp_path / "moved", tmp_path / "photos")
        project.relocate(str(tmp_path / "moved"), str(tmp_path / "photos"))
        report = scan(project, "again")
        assert project.roots == (str(tmp_path / "photos"),)
        assert (report.added, report.missing, report.duplicates, report.failed) == (0, 0, 0, ())
        assert paths_of(project) == [f"{tmp_path}/photos/{number}.png" for number in range(3)]


def test_that_relocating_there_and_back_changes_nothing(tmp_path):
    with scanned_project(tmp_path, 2) as project:
        for old, new in (("photos", "other"), ("other", "photos")):
            shutil.move(tmp_path / old, tmp_path / new)
            project.relocate(str(tmp_path / old), str(tmp_path / new))
            assert (scan(project, new).missing, project.roots) == (0, (str(tmp_path / new),))


@pytest.mark.parametrize("new", ["all/photos", "all"])
def test_that_a_root_moved_into_another_one_or_around_it_is_one_with_it(tmp_path, new):
    photos(tmp_path / "photos", 3)
    picture(tmp_path / "all" / "inner" / "9.png", 900)
    other = tmp_path / ("all" if new == "all/photos" else "all/inner")
    with Project.create(tmp_path / "project", [str(tmp_path / "photos"), str(other)]) as project:
        scan(project)
        shutil.move(tmp_path / "photos", tmp_path / "all" / "photos")
        project.relocate(str(tmp_path / "photos"), str(tmp_path / new))
        report = scan(project, "again")
        assert project.roots == (str(tmp_path / "all"),)
        assert (report.added, report.missing, report.duplicates, report.failed) == (0, 0, 0, ())


def test_that_other_images_at_the_same_paths_of_two_merged_roots_are_all_kept(tmp_path):
    """What lies in the new place is seen; what lay in the old one alone is known and said to be missing."""
    photos(tmp_path / "a", 2)
    picture(tmp_path / "b" / "0.png", 700)
    with Project.create(tmp_path / "project", [str(tmp_path / "a"), str(tmp_path / "b")]) as project:
        scan(project)
        shutil.rmtree(tmp_path / "a")
        project.relocate(str(tmp_path / "a"), str(tmp_path / "b"))
        scan(project, "again")
        assert paths_of(project) == [f"{tmp_path}/b/0.png"]
        photos(tmp_path / "b" / "found", 2)
        report = scan(project, "found")
        assert (report.added, report.missing, project.images.count()) == (0, 0, 3)


def test_that_broken_files_of_merged_roots_are_told_once(tmp_path):
    with scanned_project(tmp_path, 1) as project:
        (tmp_path / "photos" / "broken.png").write_bytes(b"no picture")
        scan(project, "broken")
        shutil.move(tmp_path / "photos", tmp_path / "moved")
        project.add_roots([str(tmp_path / "moved")])
        told = [path for path, _ in scan(project, "added").failed]
        assert told == [str(tmp_path / "photos"), f"{tmp_path}/moved/broken.png"]
        project.relocate(str(tmp_path / "photos"), str(tmp_path / "moved"))
        assert [path for path, _ in project.images.failed()] == [f"{tmp_path}/moved/broken.png"]


def test_that_a_folder_that_cannot_be_reached_is_not_taken_for_another(tmp_path, monkeypatch):
    def out_of_reach(self: Path, other: object) -> bool:
        raise OSError(errno.ENOTCONN, "transport endpoint is not connected")

    photos(tmp_path / "a", 1)
    photos(tmp_path / "b", 2)
    monkeypatch.setattr(Path, "samefile", out_of_reach)
    with (
        Project.create(tmp_path / "project", [str(tmp_path / "a"), str(tmp_path / "b")]) as project,
        pytest.raises(UserError, match="overlaps"),
    ):
        project.relocate(str(tmp_path / "a"), str(tmp_path / "b"))


def test_that_pictures_moved_out_of_a_folder_and_back_are_there_before_the_next_scan(tmp_path):
    photos(tmp_path / "all" / "some", 2)
    photos(tmp_path / "all" / "rest", 1)
    with Project.create(tmp_path / "project", [str(tmp_path / "all")]) as project:
        scan(project, "first")
        shutil.move(tmp_path / "all" / "some", tmp_path / "elsewhere")
        project.add_roots([str(tmp_path / "elsewhere")])
        scan(project, "out")
        shutil.move(tmp_path / "elsewhere", tmp_path / "all" / "some")
        project.relocate(str(tmp_path / "elsewhere"), str(tmp_path / "all" / "some"))
        assert project.roots == (str(tmp_path / "all"),)
        assert (project.images.count(), project.images.count_missing()) == (2, 0)
