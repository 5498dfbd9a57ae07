"""Aesthetic heads of LAION: the released files, and files that only look like them."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.heads.checkpoint import load_head, save_head
from core.values import HeadKind
from tests.core.heads.conftest import refusal


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def released(file: Path, rows: np.ndarray) -> np.ndarray:
    """The released code: plain linear layers, one after the other, on embeddings of length 1."""
    tensors = torch.load(file, map_location="cpu", weights_only=True)
    names = sorted({name.rpartition(".")[0] for name in tensors})
    x = torch.from_numpy(unit(rows))
    for name in names:
        dot = "." if name else ""
        x = torch.nn.functional.linear(x, tensors[f"{name}{dot}weight"], tensors[f"{name}{dot}bias"])
    return x.numpy().ravel()


@pytest.mark.parametrize(
    ("name", "features", "encoder"),
    [
        ("laion_v1/sa_0_4_vit_b_16_linear.pth", 512, "openai/clip-vit-base-patch16"),
        ("laion_v1/sa_0_4_vit_b_32_linear.pth", 512, "openai/clip-vit-base-patch32"),
        ("laion_v1/sa_0_4_vit_l_14_linear.pth", 768, "openai/clip-vit-large-patch14"),
        ("improved_aesthetic/sac+logos+ava1-l14-linearMSE.pth", 768, "openai/clip-vit-large-patch14"),
    ],
)
def test_that_a_released_head_answers_as_its_own_code(shared, tmp_path, name, features, encoder):
    file = shared / "heads" / name
    head = load_head(file)
    rows = np.random.default_rng(0).normal(0, 1, (64, features)).astype(np.float32)
    said = released(file, rows).clip(0, 10)
    assert (head.kind, head.features, head.config.encoder(features)) == (HeadKind.SCORE, features, encoder)
    assert np.abs(head.predict(rows).ravel() * 10 - said).max() < 1e-5
    kept, _ = save_head(tmp_path, "kept", head.network, head.config)
    np.testing.assert_array_equal(load_head(kept).predict(rows), head.predict(rows))
    assert load_head(kept).config.encoder(features) == encoder


def pth(folder: Path, content: object) -> Path:
    torch.save(content, folder / "head.pth")
    return folder / "head.pth"


class Evil:
    def __reduce__(self):
        return os.mkdir, ("was run",)


def test_that_code_in_a_file_is_never_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "more than weights" in refusal(pth(tmp_path, {"weight": Evil()}))
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Evil()))
    assert "cannot be read" in refusal(tmp_path / "plain.pth")
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([1, 2], "more than weights"),
        ({"weight": 3}, "more than weights"),
        ({}, "no aesthetic head"),
        ({"weight": torch.zeros(1, 12), "bias": torch.zeros(1)}, "reads 12 values"),
        ({"weight": torch.zeros(2, 768), "bias": torch.zeros(2)}, "weight is (2, 768)"),
        ({"weight": torch.zeros(1, 768)}, "bias is missing"),
        ({"weight": torch.zeros(1, 768), "bias": torch.zeros(1), "more": torch.zeros(1)}, "more is too much"),
        ({"weight": torch.full((1, 768), torch.nan), "bias": torch.zeros(1)}, "not finite"),
        ({"weight": torch.zeros(1, 1).expand(10**12, 768), "bias": torch.zeros(1)}, "weight is (1000000000000, 768)"),
        ({"layers.0.weight": torch.zeros(1024, 768)}, "is missing"),
    ],
)
def test_that_what_is_no_such_head_is_refused_by_name(tmp_path, content, says):
    assert says in refusal(pth(tmp_path, content))


def test_that_a_small_file_that_unpacks_to_much_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", b"\0" * (80 << 20))
    assert "unpacks to more than" in refusal(tmp_path / "bomb.pth")


@pytest.fixture(scope="module")
def whole() -> bytes:
    content = io.BytesIO()
    torch.save({"weight": torch.ones(1, 768), "bias": torch.ones(1)}, content)
    return content.getvalue()


@given(cut=st.integers(0, 4000), flips=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=6))
def test_that_a_damaged_file_is_read_or_refused_in_one_line(tmp_path_factory, whole, cut, flips):
    damaged = bytearray(whole[: len(whole) - cut])
    for place, value in flips:
        if place < len(damaged):
            damaged[place] = value
    path = tmp_path_factory.mktemp("damaged") / "head.pth"
    path.write_bytes(damaged)
    try:
        load_head(path)
    except UserError as refused:
        assert "\n" not in str(refused)
