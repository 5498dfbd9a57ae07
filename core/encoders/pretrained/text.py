"""The text side of a CLIP or SigLIP model: vectors of words in the space of the model's pictures.

Prompts and their mean follow Radford et al., "Learning transferable visual models from natural language supervision"
(2021): each label in several sentences, one vector for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open

from core.encoders.pretrained.network import loading_quietly
from core.encoders.pretrained.source import ModelSource, first_line
from core.errors import UserError
from core.model_folder import WEIGHTS, read_json

TEMPLATES = ("a photo of {}", "a picture of {}", "a drawing of {}", "an image with {}", "{}")
PLAIN = ("a photo", "a picture", "a drawing", "an image")
"""What a tag is held against: the same sentences without it."""
REMEDY = "answer some images, or choose a whole CLIP or SigLIP model"
_TOKENIZERS = ("tokenizer.json", "vocab.json", "spiece.model")
_CLIP_SCALE = math.log(100.0)
"""Where a file holds none: what CLIP's training ends at."""


@dataclass(frozen=True, slots=True, eq=False)
class TextVectors:
    """What a label's own words say of a picture: scale * cosine + bias, before softmax or sigmoid."""

    labels: NDArray[np.float32]
    """(labels, dim) of length 1"""
    plain: NDArray[np.float32]
    """(dim,) of length 1: no label in particular"""
    scale: float
    bias: float | None
    """None: the model was trained to choose among texts, so a tag is held against `plain`."""


def describe_in_words(source: ModelSource, labels: Sequence[str]) -> TextVectors:
    """Loads the text side and lets it go again. Raises UserError, in one line, where there is none."""
    config = read_json(source.folder, "config.json")
    kind = config.get("model_type")
    if kind not in ("clip", "siglip") or "text_config" not in config:
        raise UserError(f"{source.name} has no text side", REMEDY)
    if not any((source.folder / name).is_file() for name in _TOKENIZERS):
        raise UserError(f"{source.name} lacks the tokenizer of its text side", "get the whole model, or answer images")
    with loading_quietly():
        try:
            encode = _encoder(source.folder, str(kind))
            said = [_mean_unit(encode([template.format(label) for template in TEMPLATES])) for label in labels]
            plain = _mean_unit(encode(list(PLAIN)))
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, IndexError) as error:
            raise UserError(f"the text side of {source.name} cannot be loaded ({first_line(error)})", REMEDY) from None
    scale = _scalar(source.folder, "logit_scale")
    bias = _scalar(source.folder, "logit_bias") if kind == "siglip" else None
    return TextVectors(np.stack(said), plain, math.exp(_CLIP_SCALE if scale is None else scale), bias)


def _encoder(folder: Path, kind: str) -> Callable[[list[str]], torch.Tensor]:
    """Sentences -> vectors (sentences, dim)."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    model_class = transformers.CLIPTextModelWithProjection if kind == "clip" else transformers.SiglipTextModel
    config.text_config.projection_dim = getattr(config, "projection_dim", None)
    model = _load(model_class, folder, config.text_config)
    # SigLIP learned on sentences padded to their full length, and without a mask.
    padding: Any = True if kind == "clip" else "max_length"
    longest = config.text_config.max_position_embeddings

    @torch.inference_mode()
    def encode(sentences: list[str]) -> torch.Tensor:
        tokens = tokenizer(sentences, padding=padding, truncation=True, max_length=longest, return_tensors="pt")
        mask = {"attention_mask": tokens["attention_mask"]} if kind == "clip" else {}
        output = model(input_ids=tokens["input_ids"], **mask)
        vectors: torch.Tensor = output.text_embeds if kind == "clip" else output.pooler_output
        return vectors

    return encode


def _load(model_class: Any, folder: Path, config: Any) -> Any:
    """Raises ValueError where weights are missing: the library would make them up."""
    model, report = model_class.from_pretrained(
        folder,
        config=config,
        use_safetensors=True,
        dtype=torch.float32,
        output_loading_info=True,
        local_files_only=True,
    )
    missing = sorted(report["missing_keys"])
    if missing:
        raise ValueError(f"it lacks {len(missing)} weights, such as {missing[0]}")
    return model.eval()


def _mean_unit(vectors: torch.Tensor) -> NDArray[np.float32]:  # (sentences, dim) -> (dim,)
    mean = torch.nn.functional.normalize(vectors.float(), dim=1).mean(dim=0)
    return np.asarray(torch.nn.functional.normalize(mean, dim=0).numpy(), np.float32)


def _scalar(folder: Path, name: str) -> float | None:
    """One number of the model's own, from whichever of its files holds it."""
    for path in sorted(folder.glob(WEIGHTS)):
        with safe_open(path, framework="pt") as file:
            if name in file.keys():  # noqa: SIM118 - the file is no mapping
                return float(file.get_tensor(name).float().reshape(-1)[0])
    return None
