"""Whether a folder holds a vision model that can be used, told from its names and headers alone: nothing is loaded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from core.damaged import json_problem, tensors_problem
from core.errors import UserError

WEIGHTS: Final = "*.safetensors"
INSTEAD: Final = "name a local model folder, or use the built-in encoder 'signal'"
_PICKLES: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack")
_PART: Final = re.compile(r"-\d{5}-of-\d{5}\.safetensors$")
_VISION_KEYS: Final = ("vision_config", "image_size", "num_channels", "patch_size")


def check_model_folder(folder: Path) -> dict[str, Any]:
    """The model's configuration. Raises UserError for what is no vision model or has no usable weights."""
    config = read_json(folder, "config.json")
    if "model_type" not in config:
        raise UserError(f"{folder} is no model folder: its config.json names no model_type", INSTEAD)
    if not any(key in config for key in _VISION_KEYS) and not (folder / "preprocessor_config.json").is_file():
        raise UserError(f"{folder} is a '{config['model_type']}' model, which sees no images", INSTEAD)
    _check_weights(folder)
    return config


def read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder} is no model folder: it has no {name}", INSTEAD) from None
    except OSError as error:
        raise UserError(f"{folder / name} cannot be read ({error.strerror})", "get the model again") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{folder / name} cannot be read ({json_problem(error)})", "get the model again") from None
    if not isinstance(content, dict):
        raise UserError(f"{folder / name} is not a JSON object", "get the model again")
    return content


def _check_weights(folder: Path) -> None:
    from safetensors import SafetensorError, safe_open

    files = sorted(folder.glob(WEIGHTS))
    if not files:
        if any(next(folder.glob(pattern), None) for pattern in _PICKLES):
            raise UserError(
                f"{folder} holds its weights only as pickles, which are never opened", "get its model.safetensors"
            )
        raise UserError(f"{folder} holds no weights (model.safetensors)", INSTEAD)
    lacking = lacking_weights(folder)
    if lacking:
        raise UserError(f"{folder} holds only a part of its weights: it lacks {lacking[0]}", "get the model again")
    for path in files:
        try:
            with safe_open(path, framework="numpy"):
                pass
        except OSError as error:
            raise UserError(f"{path} cannot be read ({error.strerror or error})", "get the model again") from None
        except SafetensorError as error:
            raise UserError(f"{path} is damaged ({tensors_problem(error)})", "get the model again") from None


def lacking_weights(folder: Path) -> list[str]:
    """Files that weights in several parts need and that are not there."""
    if (folder / "model.safetensors").is_file():
        return []
    indices = sorted(folder.glob(f"{WEIGHTS}.index.json"))
    if not indices and any(_PART.search(path.name) for path in folder.glob(WEIGHTS)):
        return ["model.safetensors.index.json"]
    named: set[str] = set()
    for index in indices:
        try:
            named |= set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return [f"a whole {index.name}"]
    return sorted(name for name in named if not (folder / name).is_file())
