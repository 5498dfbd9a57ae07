"""What the worker is told for the work on the open project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.workspace import Workspace
from core.jobs.spec import EmbedSpec, ScanSpec, TrainSpec
from core.project import Project
from core.values import HeadId


@dataclass(frozen=True, slots=True)
class ToTrain:
    """The head that a retrain was asked for, which may not be on screen when it starts, and with what recipe."""

    head_id: HeadId
    recipe: Mapping[str, Any] | None
    """None: the head's own."""


def scan_order(workspace: Workspace, job: str) -> ScanSpec | None:
    project = open_project(workspace)
    return project.scan_spec(job) if project is not None and project.roots else None


def train_order(workspace: Workspace, job: str, device: str, wanted: ToTrain | None) -> TrainSpec | None:
    """Raises UserError with what is missing."""
    project = open_project(workspace)
    if project is None or wanted is None:
        return None
    return project.training_spec(job, project.heads.by_id(wanted.head_id), device, recipe=wanted.recipe)


def embed_order(workspace: Workspace, job: str, device: str) -> EmbedSpec | None:
    """The images asked next go first."""
    project, head = open_project(workspace), workspace.head
    if project is None or head is None or not len(workspace.pool):
        return None
    queue, pool = workspace.queue, workspace.pool
    first = pool.hashes_of(queue.ids[queue.position :][:256])
    return project.embed_spec(job, head.encoder, head.tiles, device, first=first)


def open_project(workspace: Workspace) -> Project | None:
    """The project, where it may be written to."""
    return workspace.project if workspace.writable else None
