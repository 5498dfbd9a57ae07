"""Small text files: whole or not at all."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from core.arrays.tensor_file import write_tensors
from core.arrays.text_file import new_file, replaced, write_text
from core.errors import WRITABLE, EnvironmentProblem


def test_that_a_text_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    write_text(tmp_path / "a.json", "old\n")
    write_text(tmp_path / "a.json", "new\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"new\n")]


def test_that_others_may_read_what_a_library_wrote_for_its_owner_alone(tmp_path):
    (tmp_path / "plain").touch()
    with replaced(tmp_path / "a.bin") as temporary:
        temporary.unlink()
        os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))
    assert (tmp_path / "a.bin").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_that_a_disk_that_fails_leaves_the_old_text(tmp_path, monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    write_text(tmp_path / "a.json", "old\n")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(EnvironmentProblem, match="No space left"):
        write_text(tmp_path / "a.json", "new\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"old\n")]


def test_that_a_file_that_is_not_to_last_takes_its_place_without_waiting_for_the_disk(tmp_path, monkeypatch):
    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with replaced(tmp_path / "a.bin", lasting=False) as temporary:
        temporary.write_bytes(b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"new")]


def test_that_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem, match=f"cannot make .*{WRITABLE}"):
        write_tensors(tmp_path / "file" / "embeddings" / "a.safetensors", {"x": np.zeros(1)}, {})


@pytest.mark.parametrize("links", [True, False])
def test_that_a_new_file_is_put_whole_and_never_over_another(tmp_path, monkeypatch, links):
    def refuse(*arguments, **options):
        raise OSError(errno.EPERM, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "a.bin") as unfinished:
        unfinished.write_bytes(b"first")
        assert not (tmp_path / "a.bin").exists()
    with pytest.raises(FileExistsError), new_file(tmp_path / "a.bin") as unfinished:
        unfinished.write_bytes(b"second")
    with pytest.raises(KeyError), new_file(tmp_path / "b.bin") as unfinished:
        unfinished.write_bytes(b"half")
        raise KeyError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.bin", b"first")]


def test_that_a_name_taken_for_a_file_that_cannot_come_is_given_back(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError), new_file(tmp_path / "a.bin") as unfinished:
        unfinished.write_bytes(b"first")
    assert not list(tmp_path.iterdir())
