"""A folder is taken for the new place of an image folder only where the known images lie in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadImage, EnvironmentProblem, UserError
from core.project import Project, moved
from core.project.moved import MovedFolder, look_at_moved
from tests.core.store.projects import photos, picture, scan, scanned_project

IMAGES = 12


@pytest.fixture
def project(tmp_path):
    with scanned_project(tmp_path, IMAGES) as project:
        yield project


def looked(project: Project, new: Path) -> MovedFolder:
    return look_at_moved(project, project.roots[0], str(new))


def others(folder: Path, count: int) -> Path:
    """Of the same names and sizes as the images."""
    for number in range(count):
        picture(folder / f"{number}.png", 100 + number)
    return folder


def test_that_a_folder_of_other_pictures_is_refused_in_one_line(project, tmp_path):
    (tmp_path / "photos").rename(tmp_path / "away")
    wrong = others(tmp_path / "wrong", 8)
    with pytest.raises(UserError, match=f"^none of the 12 known images of {tmp_path}/photos is in {wrong}; name"):
        looked(project, wrong)


def test_that_hardly_any_is_refused_too(project, tmp_path):
    shutil.rmtree(tmp_path / "photos")
    with pytest.raises(UserError, match=r"^1 of the 12 known images of .* is in .*, 11 not; name"):
        looked(project, photos(tmp_path / "one", 1))


def test_that_a_folder_that_was_moved_is_told_without_opening_a_file(project, tmp_path, monkeypatch):
    monkeypatch.setattr(moved, "open_content", lambda path: pytest.fail("opened"))
    found = looked(project, (tmp_path / "photos").rename(tmp_path / "moved"))
    assert (found.known, found.found, found.holds_nearly_all) == (IMAGES, IMAGES, True)


def test_that_files_that_were_copied_renamed_and_dropped_are_known_by_content(project, tmp_path):
    there = photos(tmp_path / "copied", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    (there / "0.png").rename(there / "another name.png")
    (there / "deeper").mkdir()
    (there / "1.png").rename(there / "deeper" / "1.png")
    (there / "2.png").unlink()
    found = looked(project, there)
    assert (found.found, found.holds_nearly_all) == (IMAGES - 1, True)


def test_that_of_very_many_files_some_are_opened_and_stand_for_all(project, tmp_path, monkeypatch):
    monkeypatch.setattr(moved, "OPENED", 3)
    shutil.rmtree(tmp_path / "photos")
    assert looked(project, photos(tmp_path / "copied", IMAGES)).found == IMAGES
    with pytest.raises(UserError):
        looked(project, others(tmp_path / "wrong", IMAGES))


def test_that_many_other_files_of_their_size_hide_no_images_and_let_one_stand_for_no_others(
    project, tmp_path, monkeypatch
):
    monkeypatch.setattr(moved, "OPENED", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    there, one = photos(tmp_path / "copied", IMAGES), photos(tmp_path / "one", 1)
    for folder in (there, one):
        for number in range(200):
            picture(folder / f"-{number}.png", 20 + number)
    assert looked(project, there).found == IMAGES
    with pytest.raises(UserError, match=r"^1 of the 12 known images"):
        looked(project, one)


def test_that_images_that_lie_deeper_are_found_by_their_names_among_many_files_of_their_size(
    project, tmp_path, monkeypatch
):
    monkeypatch.setattr(moved, "OPENED", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    photos(tmp_path / "above" / "deeper" / "copied", IMAGES)
    for number in range(400):
        picture(tmp_path / "above" / f"{number // 100}" / f"-{number}.png", 20 + number)
    assert looked(project, tmp_path / "above").found == IMAGES


def test_that_one_image_among_many_files_stands_for_no_others_and_what_was_not_read_is_told(
    project, tmp_path, monkeypatch
):
    monkeypatch.setattr(moved, "OPENED", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    for number in range(200):
        picture(tmp_path / "wrong" / f"-{number}.png", 20 + number if number % 2 else 0)
    with pytest.raises(UserError, match=r"1 of the 12 known .*, 11 not \(12 of 200 files of their sizes were read\)"):
        looked(project, tmp_path / "wrong")


def test_that_a_pattern_in_the_names_is_not_taken_for_the_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(moved, "OPENED", 20)
    with scanned_project(tmp_path, 120) as project:
        shutil.rmtree(tmp_path / "photos")
        for number in range(120):
            picture(tmp_path / "other" / f"-{number:03}.png", 500 + number if number % 7 else number)
        assert looked(project, tmp_path / "other").found < 60


def test_that_files_that_nobody_may_read_are_not_told_as_other_images(project, tmp_path, monkeypatch):
    def locked(path: str) -> Any:
        raise BadImage(path, "permission denied")

    monkeypatch.setattr(moved, "open_content", locked)
    there = photos(tmp_path / "copied", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    with pytest.raises(UserError, match=r"none of .* is in .* \(12 could not be read: permission denied\); see to"):
        looked(project, there)


def test_that_some_of_the_images_are_told_with_how_many_are_not_there(project, tmp_path):
    shutil.rmtree(tmp_path / "photos")
    found = looked(project, photos(tmp_path / "some", 5))
    assert not found.holds_most
    assert found.text == f"5 of the 12 known images of {tmp_path}/photos are in {tmp_path}/some, 7 not"


def test_that_images_which_a_look_has_missed_since_are_known_still(project, tmp_path):
    (tmp_path / "photos").rename(tmp_path / "moved")
    (tmp_path / "photos").mkdir()
    scan(project, "missed")
    assert looked(project, tmp_path / "moved").found == IMAGES


def test_that_a_wrong_place_is_put_right_by_naming_the_right_one(project, tmp_path):
    right = photos(tmp_path / "right", IMAGES)
    shutil.rmtree(tmp_path / "photos")
    some = looked(project, photos(tmp_path / "some", 5))
    project.relocate(some.old, some.new)
    assert scan(project, "some").missing == IMAGES - 5
    found = looked(project, right)
    project.relocate(found.old, found.new)
    assert (scan(project, "right").missing, project.images.count()) == (0, IMAGES)


def test_that_a_folder_that_nobody_may_list_is_not_taken_for_another(project, tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir()

    def locked(place: str) -> list[str]:
        raise PermissionError(13, "Permission denied", place)

    monkeypatch.setattr("core.media.listing.os.listdir", locked)
    with pytest.raises(EnvironmentProblem, match="locked is a folder that cannot be listed"):
        looked(project, tmp_path / "locked")
