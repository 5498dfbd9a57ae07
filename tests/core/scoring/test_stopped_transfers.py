"""What a kill left half done is put back where nothing is lost with it; links lead on wherever they are moved."""

import os

import pytest

from core.scoring import transfers
from core.scoring.putting_back import PutBack, put_back
from core.scoring.transfers import Act, Transfer
from tests.core.scoring.sending import never, nothing, sent


@pytest.mark.parametrize("text", ["a.png", "../from/./a.png", None], ids=["beside", "roundabout", "absolute"])
def test_that_a_link_that_is_moved_leads_on_and_is_put_back_as_it_was(source, tmp_path, text):
    link = source.parent / "link.png"
    link.symlink_to(text or source)
    was = link.readlink()
    done = sent(Act.MOVE, link, tmp_path / "deep" / "to", "link.png")
    target = tmp_path / "deep" / "to" / "link.png"
    assert not os.path.lexists(link) and target.is_symlink() and target.read_bytes() == b"picture"
    assert put_back(done.manifest, nothing, never) == PutBack(1, ())
    assert link.readlink() == was and source.read_bytes() == b"picture"
    assert not (tmp_path / "deep").exists()


def test_that_a_link_whose_moving_was_stopped_is_put_back(source, tmp_path):
    link, target = source.parent / "link.png", tmp_path / "to" / "link.png"
    link.symlink_to("a.png")
    manifest = transfers._write_manifest(tmp_path / "to", [Transfer(Act.MOVE, link, target)])
    target.symlink_to(transfers.link_moved(link))
    assert put_back(manifest, nothing, never) == PutBack(0, ())
    assert link.read_bytes() == b"picture" and not (tmp_path / "to").exists()


GONE = 2**22 + 5
"""No process has this number."""


@pytest.mark.parametrize("act", [Act.COPY, Act.MOVE])
def test_that_a_name_without_content_that_a_kill_left_is_put_back(source, tmp_path, act):
    target = tmp_path / "to" / "a.png"
    manifest = transfers._write_manifest(tmp_path / "to", [Transfer(act, source, target)])
    target.touch()
    left = target.with_name(f".a.png.{GONE}.tmp")
    left.write_bytes(b"picture")
    assert put_back(manifest, nothing, never).failed == ()
    assert source.read_bytes() == b"picture" and not (tmp_path / "to").exists()


@pytest.mark.parametrize("act", [Act.COPY, Act.MOVE])
def test_that_an_empty_file_stays_where_its_source_is_not_there(source, tmp_path, act):
    target = tmp_path / "to" / "a.png"
    manifest = transfers._write_manifest(tmp_path / "to", [Transfer(act, source, target)])
    target.touch()
    source.rename(tmp_path / "elsewhere.png")
    left = target.with_name(f".a.png.{GONE}.tmp")
    left.write_bytes(b"picture")
    put_back(manifest, nothing, never)
    assert left.read_bytes() == b"picture", "it may be all that is left"


def test_that_what_another_process_is_writing_stays(source, tmp_path):
    done = sent(Act.COPY, source, tmp_path / "to")
    writing = tmp_path / "to" / f".a.png.{os.getppid()}.tmp"
    writing.write_bytes(b"pict")
    assert put_back(done.manifest, nothing, never).undone == 1
    assert writing.exists()


def test_that_a_putting_back_that_was_stopped_goes_on(source, tmp_path):
    done = sent(Act.MOVE, source, tmp_path / "to")
    source.touch()
    assert len(put_back(done.manifest, nothing, never).failed) == 1, "an empty file may be anybody's"
    source.with_name(f".a.png.{GONE}.tmp").write_bytes(b"picture")
    assert put_back(done.manifest, nothing, never) == PutBack(1, ())
    assert source.read_bytes() == b"picture" and [path.name for path in source.parent.iterdir()] == ["a.png"]
