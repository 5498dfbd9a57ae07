"""The text side of tiny models that the library itself made and saved: words and pictures in one space."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from core.encoders.pretrained.source import ModelSource
from core.encoders.pretrained.text import PLAIN, TEMPLATES, describe_in_words
from core.encoders.registry import load_encoder, model_at_hand
from core.errors import UserError
from tests.core.encoders.tiny_clip import save_clip, save_siglip, save_vision_side


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_clip(tmp_path_factory.mktemp("models") / "clip")


def found(folder: Path) -> ModelSource:
    return model_at_hand(str(folder))


def test_that_words_lie_where_the_whole_model_puts_them(clip: Path):
    words = describe_in_words(found(clip), ("cat", "red"))
    model = transformers.CLIPModel.from_pretrained(clip).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(clip)
    tokens = tokenizer([template.format("cat") for template in TEMPLATES], padding=True, return_tensors="pt")
    with torch.inference_mode():
        said = model.text_projection(model.text_model(**tokens).pooler_output)
    mean = torch.nn.functional.normalize(said, dim=1).mean(0)
    np.testing.assert_allclose(words.labels[0], torch.nn.functional.normalize(mean, dim=0), atol=1e-5)
    assert words.labels.shape == (2, load_encoder(str(clip)).signature.dim)
    np.testing.assert_allclose(np.linalg.norm(words.labels, axis=1), 1.0, atol=1e-5)
    assert words.scale == pytest.approx(float(model.logit_scale.detach().exp()))
    assert words.bias is None
    assert len(PLAIN) > 1


def test_that_siglip_has_a_bias_and_the_space_of_its_pictures(tmp_path: Path):
    folder = save_siglip(tmp_path / "siglip")
    words = describe_in_words(found(folder), ("cat",))
    model = transformers.SiglipModel.from_pretrained(folder)
    assert words.bias == pytest.approx(float(model.logit_bias.detach()))
    assert words.labels.shape == (1, load_encoder(str(folder)).signature.dim)


def test_that_an_encoder_without_a_text_side_says_so_in_one_line(tmp_path: Path):
    vision = found(save_vision_side(tmp_path / "vision"))
    with pytest.raises(UserError, match="has no text side; answer some images") as refused:
        describe_in_words(vision, ("cat",))
    assert "\n" not in str(refused.value)
    with pytest.raises(UserError, match="signal has no text side"):
        model_at_hand("signal")


def test_that_a_model_without_its_tokenizer_is_refused_in_one_line(clip: Path, tmp_path: Path):
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("config.json", "preprocessor_config.json", "model.safetensors"):
        shutil.copy(clip / name, bare)
    with pytest.raises(UserError, match="lacks the tokenizer"):
        describe_in_words(found(bare), ("cat",))


@pytest.mark.parametrize("damage", ["tokenizer.json", "config.json"])
def test_that_a_damaged_text_side_is_refused_in_one_line(clip: Path, tmp_path: Path, damage: str):
    broken = tmp_path / "broken"
    shutil.copytree(clip, broken)
    if damage == "config.json":
        config = json.loads((broken / damage).read_text())
        config["text_config"]["num_hidden_layers"] = 3
        (broken / damage).write_text(json.dumps(config))
    else:
        (broken / damage).write_text("{")
    with pytest.raises(UserError, match="cannot be loaded") as refused:
        describe_in_words(found(broken), ("cat",))
    assert "\n" not in str(refused.value)
