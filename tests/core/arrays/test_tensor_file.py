"""One safetensors file: whole or not at all."""

import sys
from pathlib import Path

import numpy as np
import pytest

from core.arrays.tensor_file import write_tensors
from core.errors import EnvironmentProblem


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_that_a_file_for_which_there_is_no_room_is_a_problem_of_the_disk_and_leaves_nothing(tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(EnvironmentProblem, match=r"cannot write .*File too large"):
            write_tensors(tmp_path / "a.safetensors", {"x": np.zeros(100_000)}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_that_a_file_goes_into_the_folder_that_one_is_in_without_the_folder_being_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tensors(Path("a.safetensors"), {"x": np.zeros(3)}, {})
    write_tensors(Path("b/a.safetensors"), {"x": np.zeros(3)}, {}, levels=2)
    assert (tmp_path / "a.safetensors").is_file() and (tmp_path / "b/a.safetensors").is_file()
    with pytest.raises(EnvironmentProblem, match="not there any more"):
        write_tensors(Path("c/d/a.safetensors"), {"x": np.zeros(3)}, {})
