"""Which files are candidates."""

import os
import socket
import sys
from pathlib import Path

import pytest

from core.media.listing import Found, Unlistable, list_files
from tests.core.media.pictures import non_utf8

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file system")


def put(folder, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def listed(root) -> tuple[list[str], dict[str, str], list[str]]:
    """Candidates, unlistable ones with their reason, ignored ones."""
    ignored: list[str] = []
    items = list(list_files(str(root), on_ignored=ignored.append))
    found = [item.relative for item in items if isinstance(item, Found)]
    return found, {item.relative: item.reason for item in items if isinstance(item, Unlistable)}, ignored


def test_that_files_come_by_name_and_whatever_their_extension(tmp_path):
    put(tmp_path, "b.png", "a", "z/c.xyz", "B.JPG", "z/a/d.webp")
    assert listed(tmp_path) == (["B.JPG", "a", "b.png", "z/c.xyz", "z/a/d.webp"], {}, [])


def test_that_size_and_time_of_change_are_told(tmp_path):
    put(tmp_path, "a.png")
    status = (tmp_path / "a.png").stat()
    assert list(list_files(str(tmp_path))) == [Found("a.png", 1, status.st_mtime_ns)]


def test_that_hidden_and_system_files_are_ignored(tmp_path):
    put(tmp_path, "a.png", ".hidden.png", ".winnow/project.sqlite", ".git/x.png", "Thumbs.db", "desktop.ini")
    found, unlistable, ignored = listed(tmp_path)
    assert (found, unlistable) == (["a.png"], {})
    assert sorted(ignored) == [".git", ".hidden.png", ".winnow", "Thumbs.db", "desktop.ini"]


def test_that_captions_are_ignored_beside_their_picture_only(tmp_path):
    put(tmp_path, "a.png", "a.txt", "a.png.xmp", "a.JSON", "lonely.txt", "pair.txt", "pair.json", "sub/a.txt")
    found, _, ignored = listed(tmp_path)
    assert found == ["a.png", "lonely.txt", "pair.json", "pair.txt", "sub/a.txt"]
    assert sorted(ignored) == ["a.JSON", "a.png.xmp", "a.txt"]


def test_that_a_project_below_the_pictures_is_left_out(tmp_path):
    put(tmp_path, "a.png", "mine/project.sqlite", "mine/thumbnails/ab/x.jpg")
    assert listed(tmp_path) == (["a.png"], {}, ["mine"])


def test_that_a_project_among_its_own_pictures_lists_the_pictures(tmp_path):
    put(
        tmp_path,
        "project.sqlite",
        "project.sqlite-wal",
        "thumbnails/ab/x.jpg",
        "heads/h/v1/config.json",
        "a.png",
        "b/c.png",
    )
    assert listed(tmp_path)[0] == ["a.png", "b/c.png"]


def test_that_a_folder_named_like_a_picture_is_a_folder(tmp_path):
    put(tmp_path, "a.jpg/b.png")
    assert listed(tmp_path)[:2] == (["a.jpg/b.png"], {})


@posix
def test_that_links_to_files_and_folders_are_followed(tmp_path):
    put(tmp_path, "photos/a.png", "elsewhere/b.png")
    (tmp_path / "photos/link.png").symlink_to("a.png")
    (tmp_path / "photos/more").symlink_to("../elsewhere")
    assert listed(tmp_path / "photos")[:2] == (["a.png", "link.png", "more/b.png"], {})


@posix
def test_that_a_folder_is_listed_once_and_by_its_real_path(tmp_path):
    put(tmp_path, "z/a.png")
    (tmp_path / "a_link").symlink_to("z")
    assert listed(tmp_path) == (["z/a.png"], {}, ["a_link"])


@posix
def test_that_links_that_lead_nowhere_or_back_have_a_reason(tmp_path):
    put(tmp_path, "sub/a.png")
    (tmp_path / "nothing.png").symlink_to("gone.png")
    (tmp_path / "self.png").symlink_to("self.png")
    (tmp_path / "sub/up").symlink_to("..")
    (tmp_path / "sub/here").symlink_to(".")
    found, unlistable, _ = listed(tmp_path)
    assert found == ["sub/a.png"]
    assert unlistable == {
        "nothing.png": "a link to nothing",
        "self.png": "a link that leads back to itself",
        "sub/up": "a link that leads back to a folder it lies in",
        "sub/here": "a link that leads back to a folder it lies in",
    }


@posix
def test_that_pipes_sockets_and_devices_are_named_and_never_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # socket names may not be long
    os.mkfifo("pipe.jpg")
    (tmp_path / "device.png").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        _, unlistable, _ = listed(tmp_path)
    assert unlistable == {
        "device.png": "a device, not a file",
        "pipe.jpg": "a pipe, not a file",
        "socket.png": "a socket, not a file",
    }


@posix
def test_that_names_that_are_no_utf8_can_be_opened_again(tmp_path):
    path = non_utf8(tmp_path, b"caf\xe9\xff.png")
    Path(path).write_bytes(b"x")
    (found,) = listed(tmp_path)[0]
    assert Path(tmp_path, found).exists()
    assert os.fsencode(found) == b"caf\xe9\xff.png"


@posix
def test_that_a_folder_without_permission_has_a_reason(tmp_path, monkeypatch):
    put(tmp_path, "open/a.png", "closed/b.png")
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    monkeypatch.chdir(tmp_path)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything
    try:
        found, unlistable, _ = listed(".")
    finally:
        os.seteuid(user)
        (tmp_path / "closed").chmod(0o755)
    assert found == ["open/a.png"]
    assert unlistable == {"closed": "a folder that cannot be listed: no permission to read it"}


def test_that_a_root_that_is_not_there_has_a_reason(tmp_path):
    assert list(listed(tmp_path / "gone")[1]) == [""]


@posix
def test_that_deep_folders_do_not_exhaust_the_stack(tmp_path):
    deep = tmp_path.joinpath(*["d"] * 600)
    deep.mkdir(parents=True)
    (deep / "a.png").write_bytes(b"x")
    assert len(listed(tmp_path)[0]) == 1
