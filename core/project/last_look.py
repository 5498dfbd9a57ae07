"""What a live head said last: gone on with where a head is opened again, until its next live head speaks.

Of each head its newest file that is whole counts, and only where it is of the head as it is now.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from core.errors import EnvironmentProblem, WinnowError
from core.project.folder import discard, live_files
from core.values import MEMBERS, Head

if TYPE_CHECKING:
    from core.arrays.predictions import Predictions
    from core.project.facade import Project

_ANSWERS: Final = "annotations"
_COUNT: Final = re.compile("[0-9]{1,12}")


def last_look(project: Project, head: Head) -> Predictions | None:
    """None where nothing was left that was learned from answers, where the version in force knows as many, and where
    the head has other labels or another encoder by now."""
    found = _newest(project, head)
    return None if found is None else found[1]


def answers_learned(look: Predictions) -> int:
    """How many answers a last look knows."""
    return int(look.metadata[_ANSWERS])


def files_to_keep(project: Project) -> frozenset[Path]:
    """Those of which `last_look` reads one for each head. None of a project whose heads cannot be read."""
    if next(live_files(project.folder), None) is None:
        return frozenset()
    try:
        heads = project.heads.all()
        return frozenset(found[0] for head in heads if (found := _newest(project, head)) is not None)
    except (WinnowError, ValueError):
        return frozenset()


def forget_others(project: Project, head: Head, file: Path) -> None:
    """A live head spoke in `file`: what was said of this head before is of no use, whatever time its files bear."""
    for folder in {other.parent for other in live_files(project.folder, head.head_id)} - {file.parent}:
        discard(folder)


def _newest(project: Project, head: Head) -> tuple[Path, Predictions] | None:
    from core.arrays.predictions import read_predictions

    files = [(age, file) for file in live_files(project.folder, head.head_id) if (age := _age(file)) is not None]
    for _, file in sorted(files, reverse=True):
        try:
            said = read_predictions(file)
        except EnvironmentProblem:
            continue  # torn by a power cut, or gone by now
        return (file, said) if _is_of(said, head) and answers_learned(said) > _known_before(project, head) else None
    return None


def _known_before(project: Project, head: Head) -> int:
    """Answers that the version in force learned."""
    version = project.versions.in_force(head.head_id)
    return version.annotations if version is not None else 0


def _age(file: Path) -> tuple[int, int] | None:
    """Grows with each file that is written; None of what is no file of this project."""
    try:
        here = file.is_file() and not file.is_symlink() and not file.parent.is_symlink()
        return (file.stat().st_mtime_ns, len(file.name)) if here else None
    except OSError:
        return None


def _is_of(said: Predictions, head: Head) -> bool:
    from core.arrays.predictions import spoken_by

    return (
        spoken_by(head).items() <= said.metadata.items()
        and _COUNT.fullmatch(said.metadata.get(_ANSWERS, "")) is not None
        and said.members.shape[1:] == (MEMBERS, head.outputs)
        and len(np.unique(said.order)) == len(said.order)
    )
