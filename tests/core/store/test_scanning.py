"""Real folders, scanned again and again while files come, change, move, break and go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs.events import FilesGone, FilesScanned, ImagesFailed, ScannedFile
from core.project import Project
from core.values import ClassValue, ImageId
from tests.core.store.projects import class_head, picture, scan, scanned_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Of four real pictures, 0.png to 3.png, scanned once."""
    with scanned_project(tmp_path) as made:
        yield made


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def counts(project: Project) -> dict[str, int]:
    """A scan's report without its zeros, and without what the other numbers follow from."""
    report = scan(project, job=f"scan {os.urandom(4).hex()}")
    numbers = {name: getattr(report, name) for name in report.__slots__ if name not in ("failed", "gone", "copies")}
    return {name: number for name, number in numbers.items() if number}


def image_at(project: Project, path: Path) -> ImageId:
    image = project.images.by_path(str(path))
    assert image is not None
    return image


def test_that_the_first_scan_adds_every_picture(tmp_path):
    with scanned_project(tmp_path, count=3) as project:
        assert project.scans.report("scan").added == 3
        assert len(project.images.all()) == project.images.count() == 3


def test_that_a_scan_of_unchanged_folders_changes_nothing(project):
    assert counts(project) == {}


def test_that_a_new_picture_is_added(project, photos):
    picture(photos / "deep" / "er" / "new.png", 900)
    assert counts(project) == {"added": 1}


def test_that_other_bytes_at_a_known_path_are_another_image(project, photos):
    before = image_at(project, photos / "0.png")
    picture(photos / "0.png", 900)
    assert counts(project) == {"changed": 1}
    assert image_at(project, photos / "0.png") != before


def test_that_annotations_stay_with_the_image_that_was_annotated(project, photos):
    head = class_head(project)
    before = image_at(project, photos / "0.png")
    project.annotations.annotate(head.head_id, {before: ClassValue(head.labels[0].label_id)})
    picture(photos / "0.png", 900)
    scan(project, "again")
    after = image_at(project, photos / "0.png")
    old, new = project.annotations.standing_of(head.head_id, [before, after])
    assert (old.answer is not None, new.answer is not None) == (True, False)


def test_that_an_image_whose_file_changed_leaves_the_pool_but_keeps_its_name(project, photos):
    before = image_at(project, photos / "0.png")
    picture(photos / "0.png", 900)
    scan(project, "again")
    assert before not in project.images.all().ids
    (old,) = project.images.get([before])
    assert (old.missing, old.path) == (True, str(photos / "0.png"))


def test_that_a_file_that_changed_back_is_the_old_image_again(project, photos):
    before = image_at(project, photos / "0.png")
    bytes_before = (photos / "0.png").read_bytes()
    picture(photos / "0.png", 900)
    scan(project, "again")
    (photos / "0.png").write_bytes(bytes_before)
    assert counts(project) == {"changed": 1}
    assert image_at(project, photos / "0.png") == before


def test_that_a_deleted_file_is_missing_until_it_is_back(project, photos, tmp_path):
    shutil.move(photos / "0.png", tmp_path / "0.png")
    assert counts(project) == {"missing": 1}
    assert counts(project) == {"missing": 1}
    assert project.images.count() == 3
    shutil.move(tmp_path / "0.png", photos / "0.png")
    assert counts(project) == {"returned": 1}
    assert project.images.count() == 4


def test_that_a_moved_file_is_known_by_its_bytes(project, photos):
    before = image_at(project, photos / "0.png")
    (photos / "elsewhere").mkdir()
    shutil.move(photos / "0.png", photos / "elsewhere" / "renamed.png")
    assert counts(project) == {"moved": 1}
    assert image_at(project, photos / "elsewhere" / "renamed.png") == before
    assert project.images.get([before])[0].path == str(photos / "elsewhere" / "renamed.png")


def test_that_pictures_of_a_folder_that_is_out_of_reach_are_moved_where_they_are_found(project, photos):
    shutil.move(photos, photos.parent / "elsewhere")
    project.add_roots([str(photos.parent / "elsewhere")])
    report = scan(project, "elsewhere")
    assert (report.added, report.moved, report.copies, report.missing) == (0, 4, 0, 0)


def test_that_what_a_scan_missed_and_what_it_saw_twice_is_counted(project, photos):
    shutil.copy(photos / "0.png", photos / "copy.png")
    (photos / "1.png").unlink()
    first, second = scan(project, "first"), scan(project, "second")
    assert (first.gone, first.copies, first.moved, first.missing) == (1, 1, 0, 1)
    assert (second.gone, second.copies, second.missing) == (0, 0, 1)


def test_that_a_copy_is_a_duplicate_and_no_second_image(project, photos):
    shutil.copy(photos / "0.png", photos / "copy.png")
    assert counts(project) == {"duplicates": 1}
    assert project.images.count() == 4
    assert image_at(project, photos / "copy.png") == image_at(project, photos / "0.png")


def test_that_deleting_one_of_two_copies_leaves_the_image_there(project, photos):
    shutil.copy(photos / "0.png", photos / "copy.png")
    scan(project, "again")
    (photos / "0.png").unlink()
    assert counts(project) == {}
    assert project.images.get([image_at(project, photos / "copy.png")])[0].path == str(photos / "copy.png")


def test_that_two_files_that_changed_places_are_two_changes(project, photos):
    one, two = image_at(project, photos / "0.png"), image_at(project, photos / "1.png")
    (photos / "0.png").rename(photos / "x")
    (photos / "1.png").rename(photos / "0.png")
    (photos / "x").rename(photos / "1.png")
    os.utime(photos / "0.png", ns=(1, 1))
    os.utime(photos / "1.png", ns=(2, 2))
    assert counts(project) == {"changed": 2}
    assert (image_at(project, photos / "0.png"), image_at(project, photos / "1.png")) == (two, one)


def test_that_new_twins_are_one_image_and_one_duplicate(project, photos):
    picture(photos / "twin a.png", 900)
    picture(photos / "twin b.png", 900)
    assert counts(project) == {"added": 1, "duplicates": 1}


def test_that_a_broken_file_waits_in_quarantine_with_its_reason(project, photos):
    (photos / "bad.jpg").write_bytes(b"")
    report = scan(project, "again")
    assert report.failed == ((str(photos / "bad.jpg"), "zero bytes"),)
    assert project.images.failed() == list(report.failed)


def test_that_a_broken_file_leaves_the_quarantine_when_it_can_be_read(project, photos):
    (photos / "bad.png").write_bytes(b"")
    scan(project, "first")
    picture(photos / "bad.png", 900)
    assert counts(project) == {"added": 1}
    assert project.images.failed() == []


def test_that_a_broken_file_leaves_the_quarantine_when_it_is_gone(project, photos):
    (photos / "bad.png").write_bytes(b"")
    scan(project, "first")
    (photos / "bad.png").unlink()
    assert counts(project) == {}
    assert project.images.failed() == []


def test_that_a_picture_that_breaks_leaves_the_pool_and_comes_back_whole(project, photos):
    before = image_at(project, photos / "0.png")
    whole = (photos / "0.png").read_bytes()
    (photos / "0.png").write_bytes(b"no picture any more")
    assert counts(project) == {}
    assert before not in project.images.all().ids
    (photos / "0.png").write_bytes(whole)
    scan(project, "third")
    assert image_at(project, photos / "0.png") == before
    assert project.images.failed() == []


def test_that_files_below_a_folder_that_cannot_be_listed_are_not_called_missing(project, photos, monkeypatch):
    picture(photos / "sub" / "x.png", 901)
    (photos / "sub" / "bad.png").write_bytes(b"")
    scan(project, "first")
    real = os.listdir

    def listdir(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", listdir)
        assert counts(project) == {}
    assert project.images.by_path(f"{photos}/sub/x.png") is not None
    assert {path for path, _ in project.images.failed()} == {f"{photos}/sub", f"{photos}/sub/bad.png"}
    scan(project, "third")
    assert [path for path, _ in project.images.failed()] == [f"{photos}/sub/bad.png"]


def test_that_what_is_gone_counts_once(project, photos):
    event = FilesGone("scan", str(photos), ("0.png", "never.png"))
    assert project.adopt(event).images
    assert not project.adopt(event).images


def test_that_a_picture_that_could_not_be_decoded_in_full_goes_into_quarantine(project, photos):
    (image,) = project.images.get([image_at(project, photos / "0.png")])
    assert project.adopt(ImagesFailed("embed", ((image.content_hash, "truncated"),))).images
    assert project.images.failed() == [(str(photos / "0.png"), "truncated")]
    assert image.image_id not in project.images.all().ids


def test_that_a_picture_whose_file_is_gone_is_missing_rather_than_broken(project, photos):
    (image,) = project.images.get([image_at(project, photos / "0.png")])
    (photos / "0.png").unlink()
    project.adopt(ImagesFailed("embed", ((image.content_hash, "no such file"),)))
    assert project.images.failed() == []
    assert project.images.count() == 3


def test_that_a_duplicate_that_is_gone_leaves_its_twin_where_it_is(project, photos):
    shutil.copy(photos / "0.png", photos / "twin.png")
    scan(project, "second")
    (image,) = project.images.get([image_at(project, photos / "0.png")])
    (photos / "0.png").unlink()
    unread = frozenset({image.content_hash})
    project.adopt(ImagesFailed("embed", ((image.content_hash, "file is missing"),), unread))
    assert project.images.failed() == []
    (left,) = project.images.get([image.image_id])
    assert (left.path, left.missing) == (str(photos / "twin.png"), False)


def test_that_a_picture_out_of_reach_is_left_to_the_next_scan(project, photos):
    (image,) = project.images.get([image_at(project, photos / "0.png")])
    event = ImagesFailed("embed", ((image.content_hash, "no permission"),), frozenset({image.content_hash}))
    assert not project.adopt(event)
    assert project.images.failed() == []


def test_that_nothing_is_missing_below_a_folder_that_went_away_while_it_was_embedded(project, photos):
    shown = project.images.get(project.images.all().ids)
    photos.rename(photos.with_name("unplugged"))
    unread = frozenset(image.content_hash for image in shown)
    event = ImagesFailed("embed", tuple((one, "file is missing") for one in unread), unread)
    assert not project.adopt(event)
    assert len(project.images.all()) == len(shown)
    assert project.images.failed() == []


def test_that_taking_in_a_batch_twice_changes_nothing(project, photos):
    batch = FilesScanned("again", found=(ScannedFile(str(photos), "x.png", "cd" * 32, 6, 4, "PNG", 80, 1),))
    project.adopt(batch)
    before = project.images.all()
    project.adopt(batch)
    assert project.images.all().ids.tolist() == before.ids.tolist()
    assert project.scans.report("again").added == 1


def test_that_a_name_that_is_no_utf8_keeps_its_bytes(project, photos):
    name = os.fsdecode(b"caf\xe9.png")
    picture(photos / name, 900)
    assert counts(project) == {"added": 1}
    image = image_at(project, photos / name)
    assert Path(project.images.get([image])[0].path).read_bytes() == (photos / name).read_bytes()
    assert counts(project) == {}


def test_that_names_with_quotes_percents_and_emoji_survive(project, photos):
    for number, name in enumerate(["it's 100%.png", 'a "b".png', "😀 ünï.png", ";--.png"]):
        picture(photos / name, 900 + number)
    assert counts(project) == {"added": 4}
    assert counts(project) == {}
