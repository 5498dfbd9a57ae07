"""Heads and files as a person names them, ready to be judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.cli.learning import parse_version
from app.project_places import project_at
from core.errors import UserError
from core.heads.checkpoint import head_files
from core.heads.hub import fetch_head, hub_name
from core.project.folder import existing
from core.project.outputs import check_version
from core.scoring.eyes import Eyes
from core.scoring.files import Listing
from core.scoring.judging import Judge, Memory
from core.scoring.left_out import left_out
from core.scoring.seeing import EyesKey, Seeing, for_files, open_judge
from core.scoring.shelf import cache_folder

_OF_A_HEAD = frozenset({".safetensors", ".pth", ".json", ".yaml", ".csv", ".md", ".txt"})


def load_judges(models: Sequence[str], seeing: Seeing, listed: Callable[[], Listing]) -> tuple[Listing, list[Judge]]:
    """The files that `listed` finds, once the heads are there, and the heads with what these files need.

    Raises UserError where a head cannot be found, or does not fit the encoder.
    """
    found = {model: find_model(model) for model in models}
    listing = listed()
    seeing, known = for_files(seeing, listing.files), dict[EyesKey, Eyes]()
    return listing, [open_judge(model, file, seeing, known) for model, file in found.items()]


def memory_of(models: Sequence[str], *, keep: bool) -> Memory:
    """Vectors of the projects whose heads are asked, and, unless told not to `keep` any, those of earlier calls."""
    projects = dict.fromkeys(named[0] for model in models if (named := _in_project(model)) is not None)
    return Memory(tuple(projects), cache_folder() if keep else None)


def excluded_files(models: Sequence[str], paths: Sequence[str]) -> frozenset[str]:
    """Of `paths`, images that a person excluded for a head of a project that is asked."""
    asked = [(named[0], find_model(model)) for model in models if (named := _in_project(model)) is not None]
    projects = dict.fromkeys(project for project, _ in asked)
    return frozenset().union(*(left_out(project, [model for _, model in asked], paths) for project in projects))


def is_model(text: str) -> bool:
    """Whether `text` can only mean a head, where files and folders may stand too."""
    path = Path(text)
    if path.is_dir():
        return _project_of(path) is None and _holds_heads_alone(path)
    return text.endswith((".safetensors", ".pth")) or (not path.exists() and _in_project(text) is not None)


def _holds_heads_alone(folder: Path) -> bool:
    """Whether `folder` is that of a head: head files in it, and nothing that could be judged."""
    try:
        held = [each for each in folder.iterdir() if not each.name.startswith(".")]
    except OSError:
        return False
    return all(each.suffix in _OF_A_HEAD and each.is_file() for each in held) and bool(head_files(folder))


def find_model(text: str) -> Path:
    """The file or folder of a head: as it is, as PROJECT:HEAD[@N] names it, or a head of the hub by REPOSITORY/NAME."""
    path = Path(text)
    if _project_of(path) is not None:
        raise UserError(f"{text} is a project", f"name its head too: {text}:HEAD")
    if path.exists():
        return path
    named = _in_project(text)
    if named is None and (wanted := hub_name(text)) is not None:
        return fetch_head(wanted)
    folder, mark, name = text.rpartition(":")
    if named is None and mark and Path(name).name == name:
        existing(Path(folder))  # raises: it is the project that is not there
    if named is None:
        raise UserError(f"there is no head {text}", "give a head file, its folder, or PROJECT:HEAD")
    return _version_folder(named[0], *parse_version(named[1]))


def _in_project(text: str) -> tuple[Path, str] | None:
    """PROJECT:HEAD as the project's folder and the rest."""
    folder, mark, name = text.rpartition(":")
    project = _project_of(Path(folder)) if mark else None
    return None if project is None else (project, name)


def _project_of(folder: Path) -> Path | None:
    """The project that `folder` is or hides, found as everywhere else."""
    try:
        return existing(project_at(folder))
    except UserError:
        return None


def _version_folder(folder: Path, name: str, number: int | None) -> Path:
    from app.cli.session import opened

    with opened(folder) as project:
        head = project.heads.get(name)
        versions = {info.number: info for info in project.versions.of(head.head_id)}
        wanted = number if number is not None else head.version
        if wanted in versions and not (project.folder / versions[wanted].folder).is_dir():
            check_version(project, head, wanted)
    if wanted is None:
        raise UserError(f"{name} has no version yet", f"`winnow train {folder} {name}` makes one")
    if wanted not in versions:
        known = ", ".join(f"v{one}" for one in sorted(versions)) or "none yet"
        raise UserError(f"{name} has no version {wanted}", f"there is {known}")
    return folder / versions[wanted].folder
