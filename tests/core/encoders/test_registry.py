"""Encoder ids: known names, folders, hub ids and what is none of them."""

import json
import subprocess
import sys

import pytest

from core.encoders.registry import default_encoder, describe, list_encoders, load_encoder
from core.errors import EnvironmentProblem, UserError
from core.values import Tiles


@pytest.fixture(autouse=True)
def _empty_hub_cache(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def test_that_the_built_in_encoder_is_listed_first_and_always_available():
    first = list_encoders()[0]
    assert (first.id, first.available) == ("signal", True)
    assert first.dim == load_encoder("signal").signature.dim


def test_that_an_encoder_without_weights_is_listed_with_the_reason():
    listed = {info.id: info for info in list_encoders()}
    clip = listed["clip-vit-l14-336"]
    assert (clip.dim, clip.available) == (768, False)
    assert "not on this machine" in clip.reason


def test_that_the_default_is_the_built_in_encoder_where_clip_has_no_weights():
    assert default_encoder() == "signal"


@pytest.mark.parametrize("name", ["clip-vit-l14-336", "somebody/some-model"])
def test_that_weights_out_of_reach_are_one_line_that_says_what_to_do(name):
    with pytest.raises(EnvironmentProblem) as caught:
        load_encoder(name)
    text = str(caught.value)
    assert name in text
    assert "\n" not in text
    assert "use the built-in encoder 'signal'" in text


def test_that_a_model_of_which_only_a_part_was_fetched_is_not_at_hand(tmp_path):
    snapshot = tmp_path / "hub" / "models--somebody--some-model" / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text('{"model_type": "clip", "vision_config": {}}')
    (snapshot / "model-00001-of-00002.safetensors").write_bytes(b"")
    parts = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (snapshot / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    assert "not on this machine" in describe("somebody/some-model").reason


@pytest.mark.parametrize("name", ["sgnal", "./nowhere", "/no/such/folder", "a/b/c", ""])
def test_that_an_unknown_id_names_the_known_ones(name):
    with pytest.raises(UserError, match="choose signal, clip-vit-l14-336"):
        describe(name)


def test_that_tiles_are_part_of_the_signature_and_of_the_folder():
    whole, cut = load_encoder("signal"), load_encoder("signal", tiles=Tiles.FIVE_CROP)
    assert whole.signature.folder == whole.signature.key
    assert cut.signature.folder == f"{whole.signature.key}+five-crop"


def test_that_the_built_in_encoder_needs_no_torch():
    script = (
        "import sys; from core.encoders.registry import list_encoders, load_encoder; "
        "list_encoders(); load_encoder('signal'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
