"""Head files: ours, the seed's, and those that must be refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core.errors import UserError
from core.heads.checkpoint import load_head, save_head
from core.heads.head_config import HeadConfig, write_config
from core.heads.network import SeedNetwork
from core.heads.version_files import write_head
from core.values import Combine, EncoderSignature, HeadKind, Tiles
from tests.core.heads.conftest import refusal
from tests.core.heads.seed_forward import run_seed

SIGNATURE = EncoderSignature("clip", "clip-1", "abc", '{"size": 336}', 12, Tiles.FIVE_CROP)
ROWS = np.random.default_rng(0).normal(0, 2, (7, 12)).astype(np.float32)


def network(outputs: int = 3) -> SeedNetwork:
    torch.manual_seed(outputs)
    return SeedNetwork(features=12, hidden=20, outputs=outputs)


def plain_file(folder: Path, outputs: int = 3, **changed: torch.Tensor) -> Path:
    """As the seed writes it: tensors alone."""
    save_file(network(outputs).state_dict() | changed, folder / "plain.safetensors")
    return folder / "plain.safetensors"


def test_that_a_saved_head_comes_back_whole(tmp_path: Path):
    config = HeadConfig(
        "Defect", "v3", HeadKind.CLASS, ("Pass", "JPEG", "WebP"), 12, 20, SIGNATURE, Combine.MAX, 3, 1.4, 0.0, "f00", 90
    )
    file, _ = save_head(tmp_path, "Defect-v3", network(), config)
    for place in (tmp_path, file):
        head = load_head(place)
        assert head.config == config
        assert (head.signature, head.labels, head.features) == (SIGNATURE, ("Pass", "JPEG", "WebP"), 12)
        np.testing.assert_allclose(head.predict(ROWS), run_seed(file, ROWS), atol=1e-6)


def test_that_the_config_of_a_version_is_called_plainly_and_one_by_the_files_name_goes_before_it(tmp_path: Path):
    config, folder = HeadConfig("Defect", "v3", HeadKind.CLASS, ("Pass", "JPEG", "WebP"), 12, 20), tmp_path / "v3"
    folder.mkdir()
    write_head(folder, "Defect", 3, network(), config)
    assert sorted(file.name for file in folder.iterdir()) == ["Defect-v3.safetensors", "config.json"]
    assert load_head(folder).config == load_head(folder / "Defect-v3.safetensors").config == config
    old = replace(config, labels=("a", "b", "c"))  # as versions were written before
    write_config(folder / "Defect-v3.config.json", old)
    assert load_head(folder).config == old


def test_that_a_config_beside_a_file_of_no_version_is_not_its(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "clip"}')
    assert load_head(plain_file(tmp_path)).labels == ("0", "1", "2")


def test_that_the_config_has_the_seeds_keys(tmp_path: Path):
    config = HeadConfig("Defect", "v3", HeadKind.CLASS, ("Pass", "JPEG", "WebP"), 12, 20)
    _, written = save_head(tmp_path, "Defect-v3", network(), config)
    fields = json.loads(written.read_text())
    assert fields["name"] == "Defect"
    assert fields["rev"] == "v3"
    assert fields["arch"] == "class"
    assert fields["labels"] == {"0": "Pass", "1": "JPEG", "2": "WebP"}
    assert fields["model_params"] == {"features": 12, "hidden": 20, "outputs": 3}


def test_that_a_score_head_has_no_labels_and_a_fixed_scale(tmp_path: Path):
    _, written = save_head(tmp_path, "Taste-v1", network(1), HeadConfig("Taste", "v1", HeadKind.SCORE, (), 12, 20))
    fields = json.loads(written.read_text())
    assert fields["labels"] is None
    assert fields["scale"] == {"low": 0, "high": 10}


def test_that_a_released_class_head_takes_its_labels_from_its_config(tmp_path: Path):
    file = plain_file(tmp_path)
    released = {"name": "CCAnime", "rev": "v1.5", "arch": "class", "labels": {"0": "Pass", "1": "JPEG", "2": "WEBP"}}
    released["model_params"] = {"features": 12, "hidden": 20, "outputs": 3}
    file.with_name("plain.config.json").write_text(json.dumps(released))
    head = load_head(file)
    assert (head.name, head.kind, head.labels, head.signature) == (
        "CCAnime",
        HeadKind.CLASS,
        ("Pass", "JPEG", "WEBP"),
        None,
    )


def test_that_a_file_without_config_is_a_score_or_a_class_head_by_its_outputs(tmp_path: Path):
    assert load_head(plain_file(tmp_path, outputs=1)).kind is HeadKind.SCORE
    assert load_head(plain_file(tmp_path, outputs=4)).labels == ("0", "1", "2", "3")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_that_half_precision_files_load(tmp_path: Path, dtype: torch.dtype):
    tensors = {name: value.to(dtype) for name, value in network().state_dict().items()}
    save_file(tensors, tmp_path / "half.safetensors")
    assert np.isfinite(load_head(tmp_path / "half.safetensors").predict(ROWS)).all()


@pytest.mark.parametrize("combine", list(Combine))
def test_that_tiles_are_combined_label_by_label(tmp_path: Path, combine: Combine):
    head = load_head(plain_file(tmp_path))
    tiles = np.random.default_rng(1).normal(0, 2, (4, 5, 12)).astype(np.float16)
    each = np.stack([head.predict(tiles[:, i]) for i in range(5)])
    rule = {Combine.MEAN: np.mean, Combine.MEDIAN: np.median, Combine.MAX: np.max, Combine.MIN: np.min}[combine]
    np.testing.assert_allclose(head.predict(tiles, combine=combine), rule(each, axis=0), atol=1e-6)


def test_that_vectors_that_are_not_finite_still_get_finite_answers(tmp_path: Path):
    rows = ROWS.copy()
    rows[0, 0], rows[1, 1] = np.nan, np.inf
    assert np.isfinite(load_head(plain_file(tmp_path)).predict(rows)).all()


def test_that_embeddings_of_another_width_are_refused(tmp_path: Path):
    head = load_head(plain_file(tmp_path))
    with pytest.raises(UserError, match=r"needs embeddings of 12 values, these have 768"):
        head.predict(np.zeros((2, 768), np.float32))


def test_that_a_wrong_shape_is_named_with_what_it_needs(tmp_path: Path):
    said = refusal(plain_file(tmp_path, **{"down.1.weight": torch.zeros(64, 127)}))
    assert "down.1.weight is (64, 127)" in said
    assert "(64, 128)" in said


def test_that_weights_that_are_not_finite_are_refused(tmp_path: Path):
    assert "up.0.bias" in refusal(plain_file(tmp_path, **{"up.0.bias": torch.full((20,), torch.nan)}))


def test_that_another_network_is_refused(tmp_path: Path):
    save_file({"layers.0.weight": torch.zeros(4, 4)}, tmp_path / "other.safetensors")
    assert "up.0.weight" in refusal(tmp_path / "other.safetensors")
    assert "down.7.bias" in refusal(plain_file(tmp_path, **{"down.7.bias": torch.zeros(2)}))


def test_that_a_missing_tensor_is_named(tmp_path: Path):
    tensors = network().state_dict()
    del tensors["down.4.bias"]
    save_file(tensors, tmp_path / "short.safetensors")
    assert "down.4.bias" in refusal(tmp_path / "short.safetensors")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a pickle", b"\xff" * 40, (1 << 40).to_bytes(8, "little") + b"{}"]
)
def test_that_a_broken_file_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "broken.safetensors").write_bytes(content)
    assert "broken.safetensors" in refusal(tmp_path / "broken.safetensors")


def test_that_a_pickle_is_never_run(tmp_path: Path):
    (tmp_path / "head.pth").write_bytes(b"\x80\x04.")
    assert "cannot be read" in refusal(tmp_path / "head.pth")


@pytest.mark.parametrize("key", ["/tmp/x", "../x", "a/b", "a\\b", "C:a", ".", "..", "", ".hidden", "a\0b", "x" * 300])
def test_that_a_config_whose_vectors_would_lie_elsewhere_is_refused(tmp_path: Path, key: str):
    config = HeadConfig("plain", "", HeadKind.SCORE, (), 12, 20, SIGNATURE)
    file, written = save_head(tmp_path, "plain", network(outputs=1), config)
    written.write_text(json.dumps(json.loads(written.read_text()) | {"encoder_key": key}))
    assert "plain.config.json is no head's config" in (said := refusal(file)) and "no plain name" in said


def test_that_a_config_of_another_head_is_refused(tmp_path: Path):
    file = plain_file(tmp_path)
    file.with_name("plain.config.json").write_text(json.dumps({"arch": "class", "labels": {"0": "a", "1": "b"}}))
    assert "2 labels, the head answers 3" in refusal(file)


UNLEARNED = '{"arch": "class", "labels": {"0": "a", "1": "b", "2": "c"}, "unlearned": ["a"]}'


def labelled(*names: object) -> dict[str, object]:
    return {"arch": "class", "labels": {str(place): name for place, name in enumerate(names)}}


CONTRADICTED = {
    "it is no JSON object": [1],
    "its arch is 'poem', not one of score, class, tags": {"arch": "poem"},
    "its combine is 'sum', not one of mean, median, max, min": {"combine": "sum"},
    "its labels are not numbered from 0 on": {"arch": "class", "labels": {"1": "a", "2": "b", "3": "c"}},
    "its labels are no JSON object": {"arch": "class", "labels": ["a", "b", "c"]},
    "its label 1 is None, not a name": labelled("a", None, "c"),
    "its label 2 is '', not a name": labelled("a", "b", ""),
    "it has the label 'A' twice": labelled("a", "b", "A"),
    "its model_params are no JSON object": {"model_params": 5},
    "its hidden is 'x', not a number": {"model_params": {"hidden": "x"}},
    "its version is 'abc', not a number": {"version": "abc"},
    "its features are 768, those of the head 12": {"model_params": {"features": 768}},
    "its hidden are 21, those of the head 20": {"model_params": {"hidden": 21}},
    "a value in it is of another kind": {
        "encoder": "a",
        "encoder_key": "a",
        "revision": "",
        "preprocessing": "",
        "dim": float("inf"),
    },
    "names 1 label, the head answers 3": {"arch": "tags", "labels": {"0": "a"}},
    "is of a score head, which gives 1 value; this one gives 3": {"arch": "score"},
}


@pytest.mark.parametrize("reason", CONTRADICTED)
def test_that_a_config_that_contradicts_its_head_or_itself_says_how(tmp_path: Path, reason: str):
    file = plain_file(tmp_path)
    file.with_name("plain.config.json").write_text(json.dumps(CONTRADICTED[reason]))
    assert reason in refusal(file)


def test_that_labels_that_were_written_as_no_text_are_names(tmp_path: Path):
    file = plain_file(tmp_path)
    file.with_name("plain.config.json").write_text(json.dumps(labelled(False, True, 2)))
    assert load_head(file).labels == ("False", "True", "2")


def test_that_a_class_head_of_one_label_is_refused(tmp_path: Path):
    file = plain_file(tmp_path, outputs=1)
    file.with_name("plain.config.json").write_text(json.dumps(labelled("a")))
    assert "is of a class head, which needs at least 2 labels, not 1" in refusal(file)


def test_that_numbers_of_another_kind_are_told_as_such(tmp_path: Path):
    whole = torch.zeros((64, 128), dtype=torch.int32)
    assert "down.1.weight holds no floating-point numbers" in refusal(plain_file(tmp_path, **{"down.1.weight": whole}))


@pytest.mark.parametrize("text", ["{", "[]", '{"arch": "poem"}', '{"arch": "class", "labels": {"1": "a"}}', UNLEARNED])
def test_that_a_broken_config_is_refused(tmp_path: Path, text: str):
    file = plain_file(tmp_path)
    file.with_name("plain.config.json").write_text(text)
    assert "plain.config.json" in refusal(file)


def test_that_a_folder_without_a_head_is_refused(tmp_path: Path):
    assert "holds no head file" in refusal(tmp_path)
    assert "there is no head file" in refusal(tmp_path / "gone.safetensors")


def test_that_a_folder_of_several_weights_names_them(tmp_path: Path):
    for name in ("a.pth", "b.pth"):
        (tmp_path / name).write_bytes(b"")
    assert "holds 2 head files; name one: a.pth, b.pth" in refusal(tmp_path)


def test_that_the_only_weights_of_a_folder_are_its_head(tmp_path: Path):
    (tmp_path / "b.pth").write_bytes(b"")
    assert "b.pth" in refusal(tmp_path)
