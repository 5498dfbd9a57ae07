"""Where a model lies, whether it can be used, and one clear line where it cannot. Needs no torch."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from core.encoders.base import EncoderInfo
from core.errors import EnvironmentProblem, UserError
from core.model_folder import INSTEAD, WEIGHTS, check_model_folder, lacking_weights

HUB_TIMEOUT_S = 5.0


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
        check_model_folder(found)
        return ModelSource(name, found, digest_of_weights(found))
    folder = _fetch(name, found)
    check_model_folder(folder)
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
        config = check_model_folder(folder)
    except UserError as problem:
        return EncoderInfo(name, None, False, str(problem))
    return EncoderInfo(name, _dim(config), True, f"weights in {folder}")


KNOWN_DIMS = {"clip-vit-l14-336": 768, "metaclip-h14": 1024}


def digest_of_weights(folder: Path) -> str:
    """SHA-256 over the weight files in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(WEIGHTS)):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


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
        if (path / "config.json").is_file() and any(path.glob(WEIGHTS)) and not lacking_weights(path)
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
