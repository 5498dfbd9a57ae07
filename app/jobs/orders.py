"""What the worker is told for the work on the open project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from app.jobs.exchanges import Exchanges
from app.jobs.file_work import FileWork
from app.jobs.state import Errand
from app.workspace import Workspace
from core.jobs.spec import EmbedSpec, JobSpec, ScanSpec, TrainSpec
from core.project import Project
from core.values import HeadId


@dataclass(frozen=True, slots=True)
class ToTrain:
    """The head that a retrain was asked for, which may not be on screen when it starts, and with what recipe."""

    head_id: HeadId
    recipe: Mapping[str, Any] | None
    """None: the head's own."""


class Orders:
    def __init__(self, workspace: Workspace, device: Callable[[], str], files: FileWork, exchanges: Exchanges) -> None:
        """`device`: what the person chose, asked for each order."""
        self._workspace = workspace
        self._device = device
        self._files = files
        self._exchanges = exchanges
        self.to_train: ToTrain | None = None

    def of(self, errand: Errand, job: str) -> JobSpec | None:
        """None where there is nothing to do. Raises UserError with what is missing."""
        match errand:
            case Errand.SCAN:
                return _scan_order(self._workspace, job)
            case Errand.EMBED:
                return _embed_order(self._workspace, job, self._device())
            case Errand.TRAIN:
                return _train_order(self._workspace, job, self._device(), self.to_train)
            case Errand.FILES:
                return self._files.order(job)
            case Errand.EXCHANGE:
                return self._exchanges.begin()
            case _:
                assert_never(errand)


def _scan_order(workspace: Workspace, job: str) -> ScanSpec | None:
    project = _open_project(workspace)
    return project.scan_spec(job) if project is not None and project.roots else None


def _train_order(workspace: Workspace, job: str, device: str, wanted: ToTrain | None) -> TrainSpec | None:
    """Raises UserError with what is missing."""
    project = _open_project(workspace)
    if project is None or wanted is None:
        return None
    return project.training_spec(job, project.heads.by_id(wanted.head_id), device, recipe=wanted.recipe)


def _embed_order(workspace: Workspace, job: str, device: str) -> EmbedSpec | None:
    """The images asked next go first."""
    project, head = _open_project(workspace), workspace.head
    if project is None or head is None or not len(workspace.pool):
        return None
    queue, pool = workspace.queue, workspace.pool
    first = pool.hashes_of(queue.ids[queue.position :][:256])
    return project.embed_spec(job, head.encoder, head.tiles, device, first=first)


def _open_project(workspace: Workspace) -> Project | None:
    """The project, where it may be written to."""
    return workspace.project if workspace.writable else None
