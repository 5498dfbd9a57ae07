"""Versions that say what a test wants, and what the versions view shows of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.bootstrap import Shell
from core.arrays.hashes import find_hashes
from core.arrays.held_out import HeldOut, write_held_out
from core.changes import Changes
from core.heads.version_files import write_curve
from core.project.folder import held_out_file
from core.values import ClassValue, CurvePoint, ImageId
from tests.app.conftest import ANIMALS, PICTURES
from tests.core.store.projects import version_saying

CAT, DOG, BIRD = ANIMALS


def answer(shell: Shell, image: int, name: str) -> None:
    workspace = shell.workspace
    label = next(label for label in workspace.head.labels if label.name == name)
    value = {ImageId(image): ClassValue(label.label_id)}
    workspace.announce(workspace.project.annotations.annotate(workspace.head.head_id, value))


def retrain(shell: Shell, said: Sequence[str], unseen: Sequence[str] = ()) -> int:
    """A version that says so of the first images and "bird" of the others; adopted as a retrain is.

    `unseen`: what its heads that had not seen them say of the first images.
    """
    workspace = shell.workspace
    rest = [BIRD] * (PICTURES - len(said))
    number = version_saying(workspace.project, workspace.head, [*said, *rest])
    version = workspace.project.versions.get(workspace.head.head_id, number)
    curve = [CurvePoint(10 * step, 1.0 / step, 1.5 / step, 0.004) for step in range(1, 9)]
    write_curve(workspace.project.folder / version.folder / "training.csv", curve)
    if unseen:
        say_unseen(shell, number, unseen)
    workspace.announce(Changes(head=workspace.head.head_id, heads=True, versions=True))
    return number


def say_unseen(shell: Shell, number: int, said: Sequence[str]) -> None:
    """What heads that had not seen them say in that version of the images 1, 2, ..."""
    project, head = shell.workspace.project, shell.workspace.head
    held = project.annotations.annotated_set(head)
    rows = find_hashes(held.hashes, project.images.all().hashes[: len(said)])
    values = np.eye(len(ANIMALS), dtype=np.float16)[[ANIMALS.index(one) for one in said]]
    folder = project.folder / project.versions.get(head.head_id, number).folder
    found = HeldOut(held.hashes[rows], values, values[:, None], held.targets[rows], held.groups[rows])
    write_held_out(held_out_file(folder), found)


def wait_for_comparison(shell: Shell, qtbot) -> None:
    view = shell.window.versions_view
    qtbot.waitUntil(lambda: not view._waiting and not view._reading and view._curves.is_whole, timeout=10_000)


def title(shell: Shell) -> str:
    return shell.window.versions_view.pane._title.text


def groups(shell: Shell) -> dict[str, list[int]]:
    return {group.name: group.ids.tolist() for group in shell.window.versions_view.pane._state.groups}


def shown_text(shell: Shell, row: int, column: int) -> str:
    model = shell.window.versions_view.model
    return model.data(model.index(row, column))
