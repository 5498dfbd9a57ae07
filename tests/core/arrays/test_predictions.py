"""Predictions of a version on disk."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.arrays.predictions import Predictions, read_predictions, write_predictions
from core.arrays.tensor_file import HEADER_LIMIT
from core.errors import EnvironmentProblem


def make(images: int, *, members: int = 3, outputs: int = 2, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    return Predictions(
        hashes=rng.integers(0, 256, (images, 32), np.uint8),
        probabilities=rng.random((images, outputs)).astype(np.float16),
        members=rng.random((images, members, outputs)).astype(np.float16),
        utility=rng.random(images).astype(np.float32),
        order=rng.permutation(images)[: images // 2].astype(np.int64),
        metadata={"head": "taste", "version": "3"},
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.integers(0, 50), st.integers(1, 9), st.integers(1, 5), st.integers(0, 99))
def test_that_predictions_survive_the_way_to_disk(tmp_path: Path, images, members, outputs, seed):
    written = make(images, members=members, outputs=outputs, seed=seed)
    write_predictions(tmp_path / "predictions.safetensors", written)
    read = read_predictions(tmp_path / "predictions.safetensors")
    assert len(read) == images
    assert read.metadata == written.metadata
    for name in ("hashes", "probabilities", "members", "utility", "order"):
        assert getattr(read, name).dtype == getattr(written, name).dtype
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name))


def test_that_the_arrays_read_are_views_that_cannot_be_written(tmp_path):
    write_predictions(tmp_path / "p.safetensors", make(10))
    with pytest.raises(ValueError, match="read-only"):
        read_predictions(tmp_path / "p.safetensors").utility[0] = 1


def test_that_arrays_of_unlike_lengths_are_refused(tmp_path):
    good = make(10)
    bad = Predictions(good.hashes, good.probabilities, good.members, good.utility[:5], good.order)
    with pytest.raises(EnvironmentProblem, match="do not belong together"):
        write_predictions(tmp_path / "p.safetensors", bad)


def test_that_an_order_beyond_the_images_is_refused(tmp_path):
    good = make(10)
    bad = Predictions(good.hashes, good.probabilities, good.members, good.utility, np.array([10]))
    with pytest.raises(EnvironmentProblem):
        write_predictions(tmp_path / "p.safetensors", bad)


def safetensors(header: dict[str, object], data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        struct.pack("<Q", HEADER_LIMIT * 1000) + b"{}",
        struct.pack("<Q", 500) + b"{}",
        struct.pack("<Q", 6) + b"[1, 2]",
        struct.pack("<Q", 9) + b"not json!",
        struct.pack("<Q", 4000) + b"[" * 4000,
        safetensors({}),
        safetensors({"__metadata__": {"a": 1}}),
        safetensors({"hashes": {"dtype": "U8", "shape": [9, 32], "data_offsets": [0, 288]}}, b"short"),
        safetensors({"hashes": {"dtype": "U8", "shape": [-1, -5], "data_offsets": [0, 5]}}, b"short"),
        safetensors({"hashes": {"dtype": "U8", "shape": [5], "data_offsets": [0, 5]}}, b"short"),
        safetensors({"hashes": {"dtype": "PICKLE", "shape": [5], "data_offsets": [0, 5]}}, b"short"),
    ],
)
def test_that_a_hostile_file_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "p.safetensors").write_bytes(content)
    with pytest.raises(EnvironmentProblem, match=r"^p.safetensors is broken: [^\n]*$"):
        read_predictions(tmp_path / "p.safetensors")


def test_that_a_file_cut_at_any_byte_is_refused(tmp_path):
    write_predictions(tmp_path / "whole.safetensors", make(3))
    whole = (tmp_path / "whole.safetensors").read_bytes()
    for length in range(0, len(whole), 7):
        (tmp_path / "cut.safetensors").write_bytes(whole[:length])
        with pytest.raises(EnvironmentProblem):
            read_predictions(tmp_path / "cut.safetensors")
