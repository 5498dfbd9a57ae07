"""Looking at every file: found, failed, never the end of the run."""

import csv
import os
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from core.arrays.hashes import content_hash
from core.errors import Cancelled, EnvironmentProblem
from core.jobs.events import FailedFile, FilesGone, FilesScanned, JobNotice, JobProgress, ScannedFile, ScanResult
from core.jobs.spec import ScanSpec
from core.media import content, scan
from core.media.scan import Found, inspect, run_scan
from core.media.thumbnails import ThumbnailStore
from tests.core.media.pictures import non_utf8, png_claiming, write_picture

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file system")


class Run:
    """One scan and what it said."""

    def __init__(self, project: Path, *roots: Path | str, known=None, is_cancelled=lambda: False):
        self.events = []
        spec = ScanSpec("job", str(project), tuple(map(str, roots)))
        self.result = run_scan(spec, known or {}, self.events.append, is_cancelled)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def found(self) -> dict[str, ScannedFile]:
        return {file.relative: file for batch in self.of(FilesScanned) for file in batch.found}

    @property
    def failed(self) -> dict[str, str]:
        return {file.relative: file.reason for batch in self.of(FilesScanned) for file in batch.failed}


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def photos(tmp_path) -> Path:
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


def test_that_a_picture_is_found_with_all_that_is_known_of_it(photos, project):
    path = write_picture(photos / "sub/a.png", size=(800, 600))
    file = Run(project, photos).found["sub/a.png"]
    status = path.stat()
    assert file == ScannedFile(
        root=str(photos),
        relative="sub/a.png",
        content_hash=content_hash(path),
        width=800,
        height=600,
        format="PNG",
        size_bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
    )


def test_that_every_picture_gets_its_thumbnail(photos, project):
    path = write_picture(photos / "a.png", size=(800, 600))
    Run(project, photos)
    with Image.open(ThumbnailStore(project / "thumbnails").path(content_hash(path))) as thumbnail:
        assert thumbnail.size == (512, 384)


def test_that_bad_files_are_quarantined_each_with_one_line(photos, project):
    write_picture(photos / "good.png")
    (photos / "empty.jpg").touch()
    (photos / "text.png").write_text("I am no picture")
    (photos / "bomb.png").write_bytes(png_claiming(100_000, 100_000))
    whole = write_picture(photos / "whole.jpg", size=(300, 300)).read_bytes()
    (photos / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    run = Run(project, photos)
    assert sorted(run.found) == ["good.png", "whole.jpg"]
    assert run.failed["empty.jpg"] == "zero bytes"
    assert run.failed["text.png"] == "text, not a picture"
    assert run.failed["bomb.png"].startswith("refused")
    assert run.failed["cut.jpg"].startswith("truncated JPEG")
    assert run.result == ScanResult(found=2, unchanged=0, failed=4, ignored=0)


@posix
def test_that_special_files_and_loops_are_quarantined_and_a_pipe_does_not_stop_the_run(photos, project):
    write_picture(photos / "good.png")
    os.mkfifo(photos / "pipe.jpg")
    (photos / "loop").symlink_to(".")
    (photos / "self.png").symlink_to("self.png")
    run = Run(project, photos)
    assert list(run.found) == ["good.png"]
    assert sorted(run.failed) == ["loop", "pipe.jpg", "self.png"]


@posix
def test_that_odd_names_are_found_and_can_be_opened_by_them(photos, project):
    picture = write_picture(photos / "plain.png").read_bytes()
    names = [
        b"caf\xe9.png",
        b"line\nbreak.png",
        b" spaces .png",
        "図.png".encode(),
        b"x" * 251 + b".png",
        b"-rf",
        b"a\\b.png",
    ]
    for number, name in enumerate(names):
        Path(non_utf8(photos, name)).write_bytes(picture + bytes([number]))
    run = Run(project, photos)
    assert {os.fsencode(relative) for relative in run.found} == {b"plain.png", *names}
    assert all(Path(photos, relative).exists() for relative in run.found)


def test_that_a_file_that_vanished_after_listing_has_a_reason(photos):
    seen = inspect(str(photos), Found("gone.png", 7, 8), None)
    assert seen == FailedFile(str(photos), "gone.png", "it is not there", 7, 8)


@posix
def test_that_a_file_without_permission_has_a_reason(photos, project, monkeypatch):
    write_picture(photos / "closed.png").chmod(0)
    photos.chmod(0o755)
    monkeypatch.chdir(photos)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything
    try:
        seen = inspect(".", Found("closed.png", 1, 1), None)
    finally:
        os.seteuid(user)
    assert isinstance(seen, FailedFile)
    assert seen.reason == "no permission to read it"


def test_that_a_file_too_large_to_hold_is_read_in_pieces_and_alike(photos, monkeypatch):
    path = write_picture(photos / "a.png", size=(600, 400))
    found = Found("a.png", path.stat().st_size, path.stat().st_mtime_ns)
    whole = inspect(str(photos), found, None)
    monkeypatch.setattr(content, "_WHOLE_BYTES", 100)
    assert inspect(str(photos), found, None) == whole
    assert isinstance(whole, ScannedFile) and whole.content_hash == content_hash(path)


def test_that_what_is_known_and_unchanged_is_not_opened(photos, project):
    (photos / "old.png").write_bytes(b"garbage that would fail")
    write_picture(photos / "new.png")
    status = (photos / "old.png").stat()
    known = {str(photos): {"old.png": (status.st_size, status.st_mtime_ns)}}
    run = Run(project, photos, known=known)
    assert run.result == ScanResult(found=1, unchanged=1, failed=0, ignored=0)
    known = {str(photos): {"old.png": (status.st_size, status.st_mtime_ns - 1)}}
    assert Run(project, photos, known=known).result.failed == 1


def test_that_what_is_gone_is_told_after_the_files_of_its_root(photos, project):
    write_picture(photos / "a.png")
    (photos / "bad.png").touch()
    known = {"a.png": (1, 1), "bad.png": (1, 1), "gone.png": (1, 1), "sub/gone.png": (1, 1)}
    run = Run(project, photos, known={str(photos): known})
    (gone,) = run.of(FilesGone)
    assert gone.relatives == ("gone.png", "sub/gone.png")
    assert run.events.index(gone) > run.events.index(run.of(FilesScanned)[-1])


def test_that_a_root_is_told_to_be_there_where_nothing_is_gone(photos, project):
    write_picture(photos / "a.png")
    (told,) = Run(project, photos, known={str(photos): {"a.png": (1, 1)}}).of(FilesGone)
    assert (told.root, told.relatives) == (str(photos), ())


def test_that_many_that_are_gone_are_told_in_parts(photos, project, monkeypatch):
    monkeypatch.setattr(scan, "_GONE_AT_ONCE", 3)
    known = {f"{number}.png": (1, 1) for number in range(7)}
    parts = [event.relatives for event in Run(project, photos, known={str(photos): known}).of(FilesGone)]
    assert [len(part) for part in parts] == [3, 3, 1]
    assert {one for part in parts for one in part} == known.keys()


def test_that_a_root_that_is_gone_is_no_reason_to_call_its_pictures_missing(photos, project, tmp_path):
    write_picture(photos / "a.png")
    run = Run(project, tmp_path / "unplugged", photos, known={str(tmp_path / "unplugged"): {"x.png": (1, 1)}})
    assert [gone.root for gone in run.of(FilesGone)] == [str(photos)]
    assert "unplugged" in run.of(JobNotice)[0].text
    assert list(run.found) == ["a.png"]


@posix
def test_that_what_lay_in_a_folder_that_cannot_be_listed_is_not_missing(photos, project, monkeypatch):
    (photos / "closed").mkdir()
    real = os.listdir

    def listdir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    run = Run(project, photos, known={str(photos): {"closed/a.png": (1, 1), "gone.png": (1, 1)}})
    assert run.of(FilesGone)[0].relatives == ("gone.png",)


@posix
def test_that_dead_links_cost_no_look_at_all_that_is_known_each(photos, project):
    """What lay below a link that leads nowhere now is not missing: its drive may be unplugged."""

    class Counted(dict):
        looks = 0

        def __iter__(self):
            Counted.looks += 1
            return super().__iter__()

    for number in range(30):
        (photos / f"link{number}").symlink_to(photos / "nowhere")
    known = Counted({f"link{number}/deep/a.png": (1, 1) for number in range(30)} | {"link": (1, 1), "other/b": (1, 1)})
    run = Run(project, photos, known={str(photos): known})
    assert run.of(FilesGone)[0].relatives == ("link", "other/b")
    assert Counted.looks <= 1


def test_that_batches_are_small_enough_for_one_transaction(photos, project):
    for number in range(450):
        (photos / f"{number:03}").write_bytes(b"no picture")
    sizes = [len(batch.found) + len(batch.failed) for batch in Run(project, photos).of(FilesScanned)]
    assert sum(sizes) == 450
    assert max(sizes) <= 200


def test_that_files_come_in_the_order_of_their_names(photos, project):
    for number in range(40):
        write_picture(photos / f"{number:02}.png", seed=number, size=(40 if number % 2 else 700, 30))
    run = Run(project, photos)
    assert list(run.found) == sorted(run.found)


def test_that_progress_ends_at_the_total(photos, project):
    for number in range(20):
        write_picture(photos / f"{number}.png", seed=number)
    last = {progress.stage: progress for progress in Run(project, photos).of(JobProgress)}
    assert list(last)[-2:] == ["scanning", "comparing"]
    assert all((last[stage].done, last[stage].total) == (20, 20) for stage in ("scanning", "comparing"))


def test_that_events_come_from_the_calling_thread(photos, project):
    write_picture(photos / "a.png")
    threads = set()
    spec = ScanSpec("job", str(project), (str(photos),))
    run_scan(spec, {}, lambda event: threads.add(threading.get_ident()), lambda: False)
    assert threads == {threading.get_ident()}


def test_that_a_cancelled_scan_stops_and_keeps_what_was_finished(photos, project, monkeypatch):
    monkeypatch.setattr(scan, "_CANCEL_SECONDS", 0.0)
    monkeypatch.setattr(scan, "_BATCH_SECONDS", 0.0)
    for number in range(150):
        write_picture(photos / f"{number:03}.png", seed=number)
    events = []
    spec = ScanSpec("job", str(project), (str(photos),))
    with pytest.raises(Cancelled):
        known = {str(photos): {"gone.png": (1, 1)}}
        run_scan(spec, known, events.append, lambda: any(isinstance(event, FilesScanned) for event in events))
    found = [file for event in events if isinstance(event, FilesScanned) for file in event.found]
    assert 0 < len(found) < 150
    assert not any(isinstance(event, FilesGone) for event in events)


def test_that_a_full_disk_ends_the_scan_as_a_problem_of_the_machine(photos, project):
    write_picture(photos / "a.png")
    (project / "thumbnails").write_text("in the way")
    with pytest.raises(EnvironmentProblem, match="cannot write a thumbnail"):
        Run(project, photos)


def test_that_no_thread_is_left_behind(photos, project):
    write_picture(photos / "a.png")
    Run(project, photos)
    for thread in threading.enumerate():
        if thread.name.startswith("scan"):
            thread.join(20)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scan")]


@pytest.mark.shared
def test_that_every_nasty_file_is_found_or_has_a_reason(shared, project):
    """The labels say what Pillow did; PostScript is refused here, and the merged picture of a PSD is read."""
    run = Run(project, shared / "nasty")
    with (shared / "index.csv").open(newline="") as file:
        labels = {
            row["path"].removeprefix("nasty/"): row["label"] for row in csv.DictReader(file) if row["set"] == "nasty"
        }
    assert run.found.keys() | run.failed.keys() == labels.keys()
    assert all(reason and len(reason) < 220 and "\n" not in reason for reason in run.failed.values())
    other = {name for name, label in labels.items() if (label == "ok") != (name in run.found)}
    refused = {name for name in other if name.endswith(".eps")}
    assert all("another program" in run.failed[name] for name in refused)
    more = other - refused
    assert all(run.found[name].format in ("PSD", "SPIDER") for name in more)
    assert len(more) <= 6
