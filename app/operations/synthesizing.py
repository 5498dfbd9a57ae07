"""Defects made of clean pictures, and what becomes of the copies: images of the project, or answers too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from app.jobs.runner import JobRunner
from app.operations import projects
from app.operations.exchanging import AnswersDraft
from app.operations.heads import HeadDraft, LabelEdit
from app.workspace import Workspace
from core.errors import UserError
from core.exchange.forms import AnswersForm
from core.jobs.file_specs import EffectWish, SynthSpec
from core.media.degrade.plans import plan_copies
from core.values import Head, HeadKind

CLEAN = "clean"
"""Label 0, which `synth` leaves to what has no defect."""
_NAME = "defects"
_FOLDER = re.compile(r"(\d+)_(.+)", re.DOTALL)


def synth_order(source: str, target: str, effects: Sequence[EffectWish], *, per_image: int, seed: int) -> SynthSpec:
    """Raises UserError with what is missing or cannot be done."""
    if not source or not target:
        raise UserError("it is not said from where to where", "choose two folders")
    if not effects:
        raise UserError("no effect is chosen", "tick one or more")
    for wish in effects:
        plan_copies(Path(source), Path(target), wish.name, per_image=per_image, seed=seed, strength=wish.strength)
    return SynthSpec("synth", source, target, tuple(effects), per_image=per_image, seed=seed)


def numbered(folders: Sequence[str]) -> dict[int, str]:
    """Effects by the numbers of their folders."""
    found = (_FOLDER.fullmatch(folder) for folder in folders)
    return {int(match[1]): match[2] for match in found if match is not None}


def fitting_heads(known: Sequence[Head], folders: Sequence[str]) -> list[Head]:
    """Heads that have a label for the number of each folder."""
    most = max(numbered(folders), default=0)
    return [head for head in known if head.kind is not HeadKind.SCORE and len(head.labels) > most]


def head_of_copies(folders: Sequence[str], encoder: str, known: Sequence[Head] = ()) -> HeadDraft:
    """A new head that tells what was made from what is clean, its labels in the order of the folders' numbers.

    It is called as none of those that are `known`.
    """
    names = numbered(folders)
    labels = [LabelEdit(names.get(number, CLEAN if not number else f"{number}")) for number in range(max(names) + 1)]
    taken = {head.name.casefold() for head in known}
    called = itertools.chain([_NAME], (f"{_NAME} {number}" for number in itertools.count(2)))
    name = next(name for name in called if name not in taken)
    return HeadDraft(name, HeadKind.CLASS, tuple(labels), encoder, recipe={})


def add_copies(workspace: Workspace, jobs: JobRunner, target: str) -> None:
    """As images to be answered. Raises UserError where no project is open."""
    projects.add_folders(workspace, jobs, [Path(target)])


def answers_of_copies(target: str, wanted: Head | HeadDraft) -> AnswersDraft:
    """Each folder's number is the answer to what lies in it."""
    head = wanted if isinstance(wanted, HeadDraft) else wanted.head_id
    return AnswersDraft(AnswersForm.FOLDERS, Path(target), head)
