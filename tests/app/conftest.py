"""A real window on a real project of small drawn pictures; only the worker may be a recording one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app import garbage
from app.bootstrap import Shell, build
from app.operations import heads, projects
from app.operations.heads import HeadDraft, LabelEdit
from app.settings import SettingsFile
from app.views.image_view import ImageView
from app.views.page_grid import PageGrid
from core.jobs.events import Event
from core.jobs.run import run_job
from core.jobs.spec import AskSpec, JobSpec, LiveSpec
from core.project import Project
from core.store.log import Annotations
from core.values import HeadKind

PICTURES = 12
ANIMALS = ("cat", "dog", "bird")
WATCH = garbage.Watch()


@dataclass
class RecordingWorker:
    """Notes every order; `tell` reports an event from a thread of its own, as the real one does."""

    on_event: Callable[[Event], None]
    submitted: list[JobSpec] = field(default_factory=list)
    lived: list[LiveSpec] = field(default_factory=list)
    judged: list[AskSpec] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    made_room: list[str] = field(default_factory=list)
    """Those of them that nobody gave up."""
    closed: bool = False

    def submit(self, spec: JobSpec) -> None:
        self.submitted.append(spec)

    def live(self, spec: LiveSpec) -> None:
        self.lived.append(spec)

    def judge(self, spec: AskSpec) -> None:
        self.judged.append(spec)

    def cancel(self, job: str, *, makes_room: bool = False) -> None:
        self.cancelled.append(job)
        if makes_room:
            self.made_room.append(job)

    def close(self) -> None:
        self.closed = True

    def tell(self, event: Event) -> None:
        thread = threading.Thread(target=self.on_event, args=(event,))
        thread.start()
        thread.join()


def draw_pictures(folder: Path, count: int, *, seed: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for number in range(count):
        small = rng.integers(0, 256, (6, 8, 3), np.uint8)
        Image.fromarray(small).resize((64, 48)).save(folder / f"{number:02d}.jpg")


def scanned_project(folder: Path, images: Path) -> Project:
    """Made and scanned in this process."""
    project = Project.create(folder, [str(images)])
    run_job(project.scan_spec("scan"), project.adopt, lambda: False)
    return project


@pytest.fixture(autouse=True)
def collected_on_this_thread() -> Iterator[None]:
    """As in the window: a thread that decodes would destroy the dialogs of a test that is over."""
    gc.disable()
    yield
    WATCH.collect_due()
    gc.enable()


@pytest.fixture(autouse=True)
def pictures_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of tests come faster than pictures can; that these must be seen first is shown where they are held back."""
    monkeypatch.setattr(ImageView, "shows_anything", lambda view: True)
    monkeypatch.setattr(PageGrid, "is_settled", lambda grid: True)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    draw_pictures(tmp_path / "pictures", PICTURES)
    return tmp_path / "pictures"


@pytest.fixture
def project_folder(tmp_path: Path, images: Path) -> Path:
    scanned_project(tmp_path / "project", images).close()
    return tmp_path / "project"


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings" / "settings.json")


@pytest.fixture
def open_shell(qapp: QApplication, settings: SettingsFile) -> Iterator[Callable[[Path | None], Shell]]:
    """Builds windows with a recording worker and closes them again; the worker is `shell.jobs._worker`."""
    shells: list[Shell] = []

    def make(folder: Path | None) -> Shell:
        shell = build(settings, start_worker=RecordingWorker)
        shells.append(shell)
        shell.window.show()
        if folder is not None:
            projects.open_any(shell.workspace, shell.jobs, shell.settings, folder)
        return shell

    yield make
    for shell in shells:
        shell.close()
        assert not shell.desk.bugs, "the window reported its own fault"
    # A window that lingers is styled again with every new one.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def shell(open_shell: Callable[[Path | None], Shell], project_folder: Path) -> Shell:
    """A window on the scanned project, without a head."""
    return open_shell(project_folder)


@pytest.fixture
def class_shell(shell: Shell) -> Shell:
    add_head(shell, HeadKind.CLASS, ANIMALS)
    return shell


@pytest.fixture
def score_shell(shell: Shell) -> Shell:
    add_head(shell, HeadKind.SCORE, ())
    return shell


@pytest.fixture
def tags_shell(shell: Shell) -> Shell:
    add_head(shell, HeadKind.TAGS, ANIMALS)
    return shell


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Answers and marks are written once this is set, in a transaction that is open meanwhile."""
    go_on, plain, mark = threading.Event(), Annotations.annotate, Annotations.mark

    def annotate(self: Annotations, *said, **named):
        with self._database.write():
            assert go_on.wait(20)
            return plain(self, *said, **named)

    def marked(self: Annotations, *said, **named):
        with self._database.write():
            assert go_on.wait(20)
            return mark(self, *said, **named)

    monkeypatch.setattr(Annotations, "annotate", annotate)
    monkeypatch.setattr(Annotations, "mark", marked)
    return go_on


def add_head(shell: Shell, kind: HeadKind, labels: tuple[str, ...], name: str = "question") -> None:
    draft = HeadDraft(name, kind, tuple(LabelEdit(label) for label in labels), "signal")
    heads.add_head(shell.workspace, draft)


def worker_of(shell: Shell) -> RecordingWorker:
    worker = shell.jobs._worker
    assert isinstance(worker, RecordingWorker)
    return worker
