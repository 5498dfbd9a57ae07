"""Whole models with both sides, a few thousand weights each, made and saved by the library itself."""

from __future__ import annotations

import json
from pathlib import Path

import tokenizers
import torch
import transformers

from tests.core.encoders.pixels import CLIP_PIXELS, SIDE

_LAYERS = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
_WORDS = ["a", "an", "of", "with", "photo", "picture", "drawing", "image", "cat", "dog", "bird", "red", "green", "blue"]
_SPECIAL = ("<|startoftext|>", "<|endoftext|>", "<unk>")
_PIXELS = CLIP_PIXELS | {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}


def save_clip(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.CLIPConfig(text_config=_text(), vision_config=_vision(), projection_dim=12)
    return _save(folder, transformers.CLIPModel(config), _PIXELS)


def save_siglip(folder: Path) -> Path:
    torch.manual_seed(0)
    config = transformers.SiglipConfig(text_config=_text() | {"projection_size": 16}, vision_config=_vision())
    square = {**_PIXELS, "image_processor_type": "SiglipImageProcessor", "size": {"height": SIDE, "width": SIDE}}
    del square["do_center_crop"], square["crop_size"]
    return _save(folder, transformers.SiglipModel(config), square)


def save_vision_side(folder: Path) -> Path:
    config = transformers.CLIPVisionConfig(**_vision(), projection_dim=12)
    transformers.CLIPVisionModelWithProjection(config).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(_PIXELS))
    return folder


def _save(folder: Path, model: transformers.PreTrainedModel, pixels: dict[str, object]) -> Path:
    model.save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(pixels))
    return folder


def _tokenizer() -> transformers.PreTrainedTokenizerFast:
    vocabulary = {word: number for number, word in enumerate((*_SPECIAL, *_WORDS))}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    start, end = _SPECIAL[:2]
    words.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{start} $A {end}", special_tokens=[(start, 0), (end, 1)]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token=start, eos_token=end, pad_token=end, unk_token="<unk>"
    )


def _text() -> dict[str, object]:
    ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    return {**_LAYERS, **ids, "vocab_size": len(_SPECIAL) + len(_WORDS), "max_position_embeddings": 16}


def _vision() -> dict[str, object]:
    return {**_LAYERS, "image_size": SIDE, "patch_size": 8}
