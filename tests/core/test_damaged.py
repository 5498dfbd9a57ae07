"""What is said of files that a library refuses."""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from safetensors.torch import load_file as load_torch_file

from core.damaged import json_problem, name_problem, tensors_problem

WHOLE = save({"a": np.zeros((3, 4), np.float32)})
SIZE = struct.unpack("<Q", WHOLE[:8])[0]
CUT = "it is cut off, or no .safetensors file"


def with_header(**changed: object) -> bytes:
    header = json.loads(WHOLE[8 : 8 + SIZE])
    header["a"] |= changed
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + WHOLE[8 + SIZE :]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is empty"),
        ('{"a": 1,\n "b": }', "line 2, column 7: a value is missing"),
        ('{"a": 1\n "b": 2}', "line 2, column 2: a comma, or an end, is missing"),
        ('{"a" 1}', "line 1, column 6: a colon is missing"),
        ("{a: 1}", "line 1, column 2: a name in double quotes is missing"),
        ('{"a": "b', "line 1, column 7: a text is never closed"),
        ('{"a": "b\n"}', "line 1, column 9: a text goes over its line"),
        ('{"a": "\\q"}', "line 1, column 8: a backslash stands before what it cannot"),
        ("{} {}", "line 1, column 4: more comes after its end"),
        ("\ufeff{}", "line 1, column 1: a byte order mark stands before it"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_that_broken_json_is_told_with_its_place(text: str, told: str):
    with pytest.raises((ValueError, RecursionError)) as caught:
        json.loads(text)
    assert json_problem(caught.value) == told


def test_that_what_is_no_text_is_told_as_such():
    with pytest.raises(UnicodeDecodeError) as caught:
        b'{"a": "\xff"}'.decode()
    assert json_problem(caught.value) == "it is no text in UTF-8 (byte 8)"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", CUT),
        (WHOLE[:20], CUT),
        (b"version https://git-lfs.github.com/spec/v1", CUT),
        (WHOLE[:-10], "it is cut off, or something was added to it"),
        (WHOLE + b"more", "it is cut off, or something was added to it"),
        (WHOLE[:8] + b"x" * SIZE + WHOLE[8 + SIZE :], "its header is damaged, or of a newer kind"),
        (WHOLE[:8] + b"\xff" * SIZE + WHOLE[8 + SIZE :], "its header is damaged, or of a newer kind"),
        (with_header(dtype="F99"), "its header is damaged, or of a newer kind"),
        (with_header(shape=[3, 5]), "its tensors do not lie as its header says"),
        (with_header(data_offsets=[48, 0]), "its tensors do not lie as its header says"),
        (with_header(shape=[1 << 62, 1 << 62]), "its tensors do not lie as its header says"),
    ],
)
def test_that_a_broken_file_of_tensors_is_told_in_plain_words(tmp_path: Path, content: bytes, told: str):
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(SafetensorError) as caught:
        load_file(tmp_path / "a.safetensors")
    assert tensors_problem(caught.value) == told


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_that_a_name_that_is_no_text_is_told_as_such(tmp_path: Path):
    folder = tmp_path / os.fsdecode(b"d\xefr")
    with pytest.raises(UnicodeEncodeError) as caught:
        str(folder).encode()
    assert (name_problem(caught.value) or "").startswith(f"{folder} is no text in UTF-8")
    (tmp_path / "a.safetensors").write_bytes(WHOLE)
    folder.mkdir()
    strange = (tmp_path / "a.safetensors").rename(folder / "a.safetensors")
    with pytest.raises(SafetensorError) as refused:
        load_torch_file(strange)
    assert tensors_problem(refused.value).startswith("its folder or name is no text in UTF-8")
    assert name_problem(ValueError("other")) is None
