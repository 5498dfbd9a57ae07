"""Heads by hub repository and name, as `City96/AnimeClassifiers/CCAnime-Compression-v1.5`: from the hub's local cache,
else from the hub itself where it answers.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

from core.encoders.pretrained.source import first_line, hub_answers
from core.errors import EnvironmentProblem, UserError

_NAMED = re.compile(r"([\w.-]+/[\w.-]+)(?:/([\w.+ -]+))?")
_TENSORS = ".safetensors"
_FILES = (_TENSORS, ".pth")


class HubName(NamedTuple):
    repository: str
    name: str | None
    """None: the only head of the repository."""


def hub_name(text: str) -> HubName | None:
    """None for what cannot be a repository of the hub."""
    match = _NAMED.fullmatch(text)
    if match is None or text.startswith((".", "/")) or (match.group(2) is None and text.endswith(_FILES)):
        return None
    return HubName(match.group(1), match.group(2) and match.group(2).removesuffix(_TENSORS))


def fetch_head(wanted: HubName) -> Path:
    """The .safetensors file, its .config.json beside it where the repository has one.

    Raises UserError, or EnvironmentProblem where it is neither on this machine nor can be had.
    """
    if wanted.name is None:
        return _only_one(wanted.repository)
    file = _cached(wanted.repository, wanted.name)
    return file if file is not None else _download(wanted.repository, wanted.name)


def _only_one(repository: str) -> Path:
    files = [path for snapshot in _snapshots(repository) for path in sorted(snapshot.glob(f"*{_TENSORS}"))]
    names = sorted({path.stem for path in files})
    if len(names) != 1:
        known = f"on this machine are {', '.join(names)}" if names else "its heads are not on this machine"
        remedy = f"to take a head of the hub, name it as {repository}/NAME; {known}"
        raise UserError(f"there is no file or folder {repository}", remedy)
    return fetch_head(HubName(repository, names[0]))


def _cached(repository: str, name: str) -> Path | None:
    """Of the newest snapshot that has it."""
    return next((path for folder in _snapshots(repository) if (path := folder / f"{name}{_TENSORS}").is_file()), None)


def _snapshots(repository: str) -> list[Path]:
    """Newest first."""
    from huggingface_hub.constants import HF_HUB_CACHE

    folders = (Path(HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}" / "snapshots").glob("*/")
    return sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)


def _download(repository: str, name: str) -> Path:
    instead = f"fetch {name}.safetensors and {name}.config.json elsewhere and name the file"
    if not hub_answers():
        raise EnvironmentProblem(f"{repository}/{name} is not on this machine and the hub cannot be reached; {instead}")
    from huggingface_hub import errors, hf_hub_download

    # The base error of whichever HTTP client this version of the hub's package stands on.
    dropped: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]
    try:
        file = Path(hf_hub_download(repository, f"{name}{_TENSORS}"))
        with contextlib.suppress(errors.EntryNotFoundError):  # score heads were released without one
            hf_hub_download(repository, f"{name}.config.json")
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError):
        raise UserError(f"the hub has no head {name} in {repository}", instead) from None
    except (OSError, ValueError, dropped) as error:
        raise EnvironmentProblem(f"fetching {repository}/{name} failed ({first_line(error)}); {instead}") from None
    return file
