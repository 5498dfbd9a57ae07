"""Loading a vision network, and which of its outputs is the vector.

Shapes: n = images, h, w = input size, dim = values of one vector.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from core.encoders.pretrained.source import ModelSource, first_line
from core.errors import UserError
from core.model_folder import INSTEAD


def load_network(source: ModelSource) -> torch.nn.Module:
    """The frozen vision network in float32 on the CPU, none of its weights made up. Raises UserError."""
    with loading_quietly():
        try:
            model_class, config = _model_class(source.folder)
            model, report = model_class.from_pretrained(
                source.folder,
                config=config,
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                ignore_mismatched_sizes=True,
                output_loading_info=True,
                local_files_only=True,
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise UserError(f"{source.folder} cannot be loaded ({first_line(error)})", INSTEAD) from None
    if getattr(model, "main_input_name", None) != "pixel_values":
        raise UserError(f"{source.folder} is a '{model.config.model_type}' model, which sees no images", INSTEAD)
    _refuse_made_up_weights(source.folder, model, report)
    network: torch.nn.Module = model.eval().requires_grad_(requires_grad=False)
    return network


def vectors(network: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Image embedding, else the network's own pooling, else the mean over places.  # (n, 3, h, w) -> (n, dim)"""
    if hasattr(network, "get_image_features"):
        found = network.get_image_features(pixel_values=pixels)
        return _flat(found if isinstance(found, torch.Tensor) else found.pooler_output)
    output = network(pixel_values=pixels)
    for name in ("image_embeds", "pooler_output"):
        value = output.get(name)
        if value is not None and not getattr(network, _MADE_UP_POOLING, False):
            return _flat(value)
    hidden: torch.Tensor = output.last_hidden_state
    return hidden.mean(dim=1) if hidden.ndim == 3 else hidden.mean(dim=(2, 3))


_MADE_UP_POOLING = "pooling_is_made_up"
"""Set on a network whose file holds no weights for its pooling layer, as files of classifiers do."""


def _flat(value: torch.Tensor) -> torch.Tensor:
    return value.flatten(start_dim=1)


def _model_class(folder: Path) -> tuple[Any, Any]:
    """The library's class for the vision side of a model, and its configuration."""
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    match config.model_type:
        case "clip":
            # The whole model's projection counts; what its vision part says of it is often the default.
            config.vision_config.projection_dim = config.projection_dim
            return transformers.CLIPVisionModelWithProjection, config.vision_config
        case "clip_vision_model":
            return transformers.CLIPVisionModelWithProjection, config
        case "siglip":
            return transformers.SiglipVisionModel, config.vision_config
        case _:
            return transformers.AutoModel, config


def _refuse_made_up_weights(folder: Path, model: Any, report: dict[str, Any]) -> None:
    """The library makes up the weights that a file lacks; of those only a pooling layer can be done without."""
    missing = set(report["missing_keys"]) | {key for key, *_ in report["mismatched_keys"]}
    pooling = {key for key in missing if "pooler" in key}
    if missing - pooling:
        example = min(missing - pooling)
        raise UserError(f"{folder} lacks {len(missing - pooling)} weights of its model ({example} ...)", INSTEAD)
    if pooling:
        setattr(model, _MADE_UP_POOLING, True)


@contextmanager
def loading_quietly() -> Iterator[None]:
    """The library reports on loading through its own log and progress bar; the program has words of its own."""
    from transformers.utils import logging

    verbosity, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bar:
            logging.enable_progress_bar()
