"""Where a model lies, whether it can be used, and one clear line where it cannot. Needs no torch."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from core.damaged import json_problem, tensors_problem
from core.encoders.base import EncoderInfo
from core.errors import EnvironmentProblem, UserError

WEIGHTS = "*.safetensors"
HUB_TIMEOUT_S = 5.0
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack")
_PART = re.compile(r"-\d{5}-of-\d{5}\.safetensors$")
INSTEAD = "name a local model folder, or use the built-in encoder 'signal'"
_VISION_KEYS = ("vision_config", "image_size", "num_channels", "patch_size")


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model that is on this machine. `revision` is its commit on the hub, or the digest of its weights."""

    name: str
    folder: Path
    revision: str

    @property
    def key(self) -> str:
        """Safe as a folder name; other weights under the same name get another key."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(self.name).name)[:200].strip("-.") or "model"
        return f"{stem}-{self.revision[:12]}"


def open_source(name: str, found: Path | str) -> ModelSource:
    """The checked local folder, or the fetched (or cached) repository of the hub."""
    if isinstance(found, Path):
        check_folder(found)
        return ModelSource(name, found, digest_of_weights(found))
    folder = _fetch(name, found)
    check_folder(folder)
    return ModelSource(name, folder, folder.name)


def key_at_hand(name: str, found: Path | str) -> str | None:
    """Its key, if its weights are on this machine; nothing is fetched and nothing loaded."""
    source = source_at_hand(name, found)
    return None if source is None else source.key


def source_at_hand(name: str, found: Path | str) -> ModelSource | None:
    """The model, if its weights are on this machine; nothing is fetched and nothing loaded."""
    folder = found if isinstance(found, Path) else _cached(found)
    return None if folder is None else open_source(name, found)


def describe(name: str, found: Path | str) -> EncoderInfo:
    """Whether the weights are at hand, from file names and headers alone."""
    folder = found if isinstance(found, Path) else _cached(found)
    if folder is None:
        return EncoderInfo(name, KNOWN_DIMS.get(name), False, f"weights are not on this machine (hub: {found})")
    try:
        config = check_folder(folder)
    except UserError as problem:
        return EncoderInfo(name, None, False, str(problem))
    return EncoderInfo(name, _dim(config), True, f"weights in {folder}")


KNOWN_DIMS = {"clip-vit-l14-336": 768, "metaclip-h14": 1024}


def check_folder(folder: Path) -> dict[str, Any]:
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


def digest_of_weights(folder: Path) -> str:
    """SHA-256 over the weight files in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(WEIGHTS)):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _check_weights(folder: Path) -> None:
    from safetensors import SafetensorError, safe_open

    files = sorted(folder.glob(WEIGHTS))
    if not files:
        if any(next(folder.glob(pattern), None) for pattern in PICKLES):
            raise UserError(
                f"{folder} holds its weights only as pickles, which are never opened", "get its model.safetensors"
            )
        raise UserError(f"{folder} holds no weights (model.safetensors)", INSTEAD)
    lacking = _lacking(folder)
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


def _lacking(folder: Path) -> list[str]:
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


def _dim(config: dict[str, Any]) -> int | None:
    vision = config.get("vision_config") or {}
    found = config.get("projection_dim") or vision.get("hidden_size") or config.get("hidden_size")
    return found if isinstance(found, int) else None


def _cached(hub_id: str) -> Path | None:
    """The newest complete snapshot of a hub repository on this machine."""
    from huggingface_hub.constants import HF_HUB_CACHE

    snapshots = (Path(HF_HUB_CACHE) / f"models--{hub_id.replace('/', '--')}" / "snapshots").glob("*")
    whole = [
        path
        for path in snapshots
        if (path / "config.json").is_file() and any(path.glob(WEIGHTS)) and not _lacking(path)
    ]
    return max(whole, key=lambda path: path.stat().st_mtime, default=None)


def _fetch(name: str, hub_id: str) -> Path:
    """Snapshot of a hub repository: from the cache where it is whole, else from the hub."""
    cached = _cached(hub_id)
    if cached is not None:
        return cached
    if not hub_answers():
        raise EnvironmentProblem(_unreachable(name, hub_id))
    from huggingface_hub import errors, snapshot_download

    # The base error of whichever HTTP client this version of the hub's package stands on.
    dropped: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]

    try:
        return Path(snapshot_download(hub_id, revision=_revision_with_weights(hub_id), allow_patterns=_WANTED))
    except errors.GatedRepoError:
        raise EnvironmentProblem(f"the hub asks for an account to fetch {hub_id}; {INSTEAD}") from None
    except errors.RepositoryNotFoundError:
        raise UserError(f"the hub has no model '{hub_id}'", INSTEAD) from None
    except (OSError, ValueError, dropped) as error:
        raise EnvironmentProblem(f"fetching {hub_id} failed ({first_line(error)}); {INSTEAD}") from None


_TOKENIZER = ["tokenizer*.json", "special_tokens_map.json", "vocab.json", "merges.txt", "*.model"]
_WANTED = ["config.json", "preprocessor_config.json", "*.safetensors", "*.safetensors.index.json", *_TOKENIZER]


def _revision_with_weights(hub_id: str) -> str | None:
    """Main, or the hub's own conversion to safetensors (a pull request) where main has only pickles."""
    from huggingface_hub import HfApi

    api = HfApi()
    if any(name.endswith(".safetensors") for name in api.list_repo_files(hub_id)):
        return None
    for request in api.list_repo_refs(hub_id, include_pull_requests=True).pull_requests or []:
        if any(name.endswith(".safetensors") for name in api.list_repo_files(hub_id, revision=request.ref)):
            return str(request.ref)
    return None


def hub_answers() -> bool:
    """One short try, because the hub's own client goes on trying for half a minute."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        with urlopen(Request(constants.ENDPOINT, method="HEAD"), timeout=HUB_TIMEOUT_S):
            return True
    except HTTPError:
        return True
    except OSError:
        return False


def _unreachable(name: str, hub_id: str) -> str:
    origin = "" if name == hub_id else f" ({hub_id})"
    return f"the weights of {name}{origin} are not on this machine and the hub cannot be reached; {INSTEAD}"


def first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
