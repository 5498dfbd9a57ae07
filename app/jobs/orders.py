"""What the worker is told for the work on the open project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, assert_never

from app.jobs.background import Background
from app.jobs.exchanges import Exchanges
from app.jobs.file_work import FileWork
from app.jobs.state import Errand
from app.settings import SettingsFile
from app.workspace import Workspace
from core.jobs.spec import EmbedSpec, JobSpec, ScanSpec, TrainSpec
from core.project import Project
from core.values import HeadId

TRAINING = "the order of a training"
GATHERING = "gathering the answers"
AtOnce = Literal[Errand.EXCHANGE, Errand.SCAN, Errand.FILES, Errand.EMBED]


@dataclass(frozen=True, slots=True)
class ToTrain:
    """The head that a retrain was asked for, which may not be on screen when it starts, and with what recipe."""

    project: Project
    head_id: HeadId
    recipe: Mapping[str, Any] | None
    """None: the head's own."""


class Orders:
    def __init__(
        self,
        workspace: Workspace,
        settings: SettingsFile,
        files: FileWork,
        exchanges: Exchanges,
        beside: Background,
    ) -> None:
        self._workspace = workspace
        self._settings = settings
        self._files = files
        self._exchanges = exchanges
        self._beside = beside
        self.to_train: ToTrain | None = None

    def ask_training(self, recipe: Mapping[str, Any] | None, head_id: HeadId | None) -> None:
        """Of the current head unless one is named. Raises UserError with what is missing."""
        project, head = self._workspace.opened()
        head = head if head_id is None else project.heads.by_id(head_id)
        project.check_trainable(head)
        self.to_train = ToTrain(project, head.head_id, recipe)

    def gather_training(
        self, job: str, take: Callable[[TrainSpec], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Beside the window's thread, since it reads every answer: `take` gets the order later.

        It is of one state of the project, with all that was said before this call. `failed` hears what is missing,
        which the person is told by then.
        """
        assert self.to_train is not None
        self._beside.run(
            TRAINING, partial(_training, self.to_train, job, self._settings.value.device), take, failed=failed
        )

    def forget_training(self) -> None:
        """What is gathered is asked for no more."""
        self._beside.forget(TRAINING)

    def of(self, errand: AtOnce, job: str) -> JobSpec | None:
        """None where there is nothing to do. Raises UserError with what is missing."""
        match errand:
            case Errand.SCAN:
                return _scan_order(self._workspace, job)
            case Errand.EMBED:
                return _embed_order(self._workspace, job, self._settings.value.device)
            case Errand.FILES:
                return self._files.order(job)
            case Errand.EXCHANGE:
                return self._exchanges.begin()
            case _:
                assert_never(errand)


def _scan_order(workspace: Workspace, job: str) -> ScanSpec | None:
    project = _open_project(workspace)
    return project.scan_spec(job) if project is not None and project.roots else None


def _training(wanted: ToTrain, job: str, device: str) -> TrainSpec:
    """Raises UserError with what is missing."""
    project = wanted.project
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
