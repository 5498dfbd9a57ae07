"""Whether the files of a project are whole and agree with its database; what can be made anew is, if asked."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.text_file import make_folder
from core.damaged import json_problem
from core.errors import READABLE, WRITABLE, EnvironmentProblem, Unreadable
from core.names import VERSION_CONFIG, head_config
from core.project.folder import BACKUPS, EMBEDDINGS, HEADS, predictions_file
from core.store.integrity import Problem
from core.store.roots import is_folder
from core.values import Head, VersionInfo

if TYPE_CHECKING:
    from core.arrays.embeddings import EmbeddingStore
    from core.project.facade import Project

_LAST_BIAS: Final = "down.5.bias"
"""The tensor of a head that has one value for each output."""
_LEFTOVER: Final = "leftover"


def is_harmless(problem: Problem) -> bool:
    """Whether it is a mere remark: nothing is broken, and nothing wants what was found."""
    return problem.kind == _LEFTOVER


def check_files(project: Project, *, repair: bool) -> Iterator[Problem]:
    """Files of unfinished work are none of it: a program may be writing them, and the next one to open tidies them."""
    yield from _folders(project)
    for folder in sorted((project.folder / EMBEDDINGS).glob("*/")):
        yield from _vectors(project, folder, repair=repair)
    for head in project.heads.all():
        yield from _versions(project, head, repair=repair)
    yield from _unrecorded(project, repair=repair)


def _folders(project: Project) -> Iterator[Problem]:
    for root in project.roots:
        if not is_folder(root):
            remedy = f"if it was moved, run `{relocate_command(project, root)}`"
            yield Problem("folder", f"the image folder {root} is not there; {remedy}")


def relocate_command(project: Project, root: str) -> str:
    """As it is typed into a shell, all but the new place."""
    return f"winnow scan {quote(project.shown)} --relocate {quote(root)} NEW"


def _vectors(project: Project, folder: Path, *, repair: bool) -> Iterator[Problem]:
    """Shards are skipped when they are broken: in the backups they are out of the way, and images are embedded anew.

    One that could not be read stays: it may be whole, and hold what no picture can be embedded for.
    """
    from core.arrays.embeddings import EmbeddingStore
    from core.arrays.shards import CropSignature

    store = EmbeddingStore(folder)
    for problem in store.problems():
        repaired = repair and problem.readable
        if repaired:
            _put_away(project, folder / problem.name)
        yield Problem("shard", f"{_below(project, folder)}: {problem.reason}", repaired)
    signature = store.signature()
    if signature is None:
        return
    if not isinstance(signature, CropSignature) and signature not in project.encoders.all():
        if repair:
            project.encoders.remember(signature)
        yield Problem("encoder", f"{_below(project, folder)} was not recorded", repair)
    strange = project.images.by_hash(store.index().hashes) < 0
    if strange.any():
        repaired = repair and _rewritten(store, ~strange)
        yield Problem("shard", f"{_below(project, folder)}: {strange.sum()} vectors of unknown images", repaired)


def _rewritten(store: EmbeddingStore, keep: NDArray[np.bool_]) -> bool:  # (images,)
    """False where a shard can be read no more: then all stay as they are."""
    try:
        store.keep_only(keep)
    except Unreadable:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Fault:
    text: str
    read: bool = True
    """False: it could not be looked at now, and may be whole."""


def _versions(project: Project, head: Head, *, repair: bool) -> Iterator[Problem]:
    """Another version takes the place of one in force that is broken, and never of one that nobody could look at."""
    known = project.versions.of(head.head_id)
    faults = {version.number: fault for version in known if (fault := _fault(project, version)) is not None}
    whole = [version.number for version in known if version.number not in faults]
    for number, fault in faults.items():
        text = f"{head.name}@{number}: {fault.text}"
        in_force = number == head.version
        if not fault.read:
            stays = "; it stays in force" if repair and in_force else ""
            yield Problem("version", f"{text}{stays}; {READABLE}")
            continue
        replaced = repair and in_force and bool(whole)
        if replaced:
            project.versions.use(head.head_id, whole[-1])
            text += f"; version {whole[-1]} is in force instead"
        yield Problem("version", f"{text}; train {head.name} again", replaced)


def _fault(project: Project, version: VersionInfo) -> _Fault | None:
    try:
        text = _damage(project, version)
    except Unreadable as error:
        return _Fault(error.problem, read=False)
    except EnvironmentProblem as error:
        text = error.problem
    except OSError as error:
        return _Fault(f"cannot read {error.filename or version.folder}: {error.strerror or error}", read=False)
    return _Fault(text) if text else None


def _damage(project: Project, version: VersionInfo) -> str:
    """Empty where there is none. Raises EnvironmentProblem, and OSError where it cannot be looked at."""
    from core.arrays.predictions import read_predictions

    folder = project.folder / version.folder
    if not _is(stat.S_ISDIR, folder):
        return f"its folder {version.folder} is not there"
    if not _is(stat.S_ISREG, predictions_file(folder)):
        return "its predictions are not there"
    read_predictions(predictions_file(folder))
    return _head_damage(folder, version.number)


def _is(kind: Callable[[int], bool], path: Path) -> bool:
    """Raises OSError where nobody may look, as Path.is_dir and Path.is_file do before Python 3.14 alone."""
    try:
        return kind(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _head_damage(folder: Path, number: int) -> str:
    """Of the head itself, by its header alone, and of its config."""
    from core.arrays.tensor_file import read_header

    files = [path for path in folder.iterdir() if path.match(f"*-v{number}.safetensors")]
    if len(files) != 1:
        return "its head file is not there" if not files else f"it has {len(files)} head files"
    (file,) = files
    config = head_config(file)
    outputs = read_header(file).tensors.get(_LAST_BIAS)
    if outputs is None:
        return f"{file.name} is broken: it holds no head"
    try:
        labels = dict(json.loads(config.read_text(encoding="utf-8")).get("labels") or {})
    except FileNotFoundError:
        return f"{VERSION_CONFIG} is not there"
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"{config.name} is broken: {json_problem(error)}"
    except (ValueError, TypeError, AttributeError):
        return f"{config.name} is broken: it is no head's config"
    return "" if (len(labels) or 1) == math.prod(outputs.shape) else f"{config.name} names other labels than the head"


def _unrecorded(project: Project, *, repair: bool) -> Iterator[Problem]:
    """Version folders that no row names: an adoption ended between its rename and its row. Moved out of the way."""
    recorded = project.versions.folders()
    for folder in sorted((project.folder / HEADS).glob("*/v*/")):
        below = _below(project, folder)
        if below not in recorded:
            if repair:
                _put_away(project, folder)
            yield Problem(_LEFTOVER, f"{below} belongs to no version; --repair moves it to {BACKUPS}/", repair)


def _put_away(project: Project, path: Path) -> None:
    """Into the backups, beside what was put there under that name before."""
    backups = project.folder / BACKUPS
    make_folder(backups)
    name = _below(project, path).replace("/", "-")
    numbered = (backups / f"{name}.{number}" for number in count(2))
    place = next(place for place in chain([backups / name], numbered) if not os.path.lexists(place))
    try:
        path.rename(place)
    except OSError as error:
        raise EnvironmentProblem(f"cannot move {path} to {place}: {error.strerror or error}", WRITABLE) from error


def _below(project: Project, path: Path) -> str:
    return path.relative_to(project.folder).as_posix()
