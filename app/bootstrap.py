"""The one place where the window's objects are built and connected."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app import fetching
from app import theme as themes
from app.actions import Bindings
from app.cli.terminal import INTERRUPTED
from app.collector import Collector
from app.connections import connect
from app.dressing import Dresser, normal_size, show_fitting
from app.ending import EndOnInterrupt
from app.errors import ErrorDesk, start_log
from app.input.commands import Commands
from app.input.dispatcher import KeyContext, KeyDispatcher
from app.input.view_acts import Looks
from app.jobs.background import Background
from app.jobs.judging import Judging
from app.jobs.postponed import Postponed
from app.jobs.runner import JobRunner
from app.jobs.work_mark import WorkMark
from app.jobs.worker import Worker
from app.loading.by_path import PathThumbnails
from app.loading.image_files import Locate
from app.loading.loaders import Loaders
from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.loading.tried import TriedLoaders
from app.operations import projects
from app.operations.applying import FolderScore
from app.operations.trying import Trial
from app.presenting.apply_presenter import ApplyPresenter
from app.presenting.cards import build_cell
from app.presenting.compare_presenter import ComparePresenter
from app.presenting.find_presenter import FindPresenter
from app.presenting.insight_presenter import InsightPresenter
from app.presenting.keep_files import KeepFiles
from app.presenting.keep_presenter import KeepPresenter
from app.presenting.known import KnownReader
from app.presenting.map_reader import MapReader
from app.presenting.outlook import OutlookReader
from app.presenting.page_presenter import PagePresenter
from app.presenting.pair_presenter import PairPresenter
from app.presenting.presenter import Presenter
from app.presenting.put_preview import PutPreview
from app.presenting.review_presenter import ReviewPresenter
from app.presenting.tile_look import TileLook
from app.presenting.try_presenter import TryPresenter
from app.presenting.twin_presenter import TwinPresenter
from app.presenting.version_presenter import VersionPresenter
from app.project_places import is_project
from app.queue.asker import Asker
from app.queue.hunt_watch import HuntWatch
from app.queue.version_watch import VersionWatch
from app.screenshots import Shot, take_screenshot
from app.settings import SettingsFile
from app.windows.dialog_context import DialogContext
from app.windows.last_folder import LastFolder
from app.windows.main_window import MainWindow, ViewParts
from app.windows.project_dialogs import ProjectDialogs
from app.workspace import Workspace
from core.errors import UserError
from core.jobs.events import Event
from core.jobs.process import WorkerProcess
from core.project import Project

_log = logging.getLogger(__name__)
StartWorker = Callable[[Callable[[Event], None]], Worker]
SWITCH_INTERVAL = 0.001
"""Decoding threads hand the interpreter back to the window this soon (seconds)."""


@dataclass(eq=False)
class Shell:
    """The built window and what stands behind it."""

    application: QApplication
    root: QObject
    """Owns what is no widget."""
    window: MainWindow
    workspace: Workspace
    jobs: JobRunner
    judging: Judging
    trial: Trial
    trying: TryPresenter
    settings: SettingsFile
    presenter: Presenter
    commands: Commands
    dispatcher: KeyDispatcher
    dialogs: ProjectDialogs
    desk: ErrorDesk
    background: Background
    writing: Background
    """Tables and contact sheets."""
    aside: Background
    """What nobody waits for."""
    counting: Background
    """What pictures of the head are drawn from."""
    mapping: Background
    searching: Background
    finding: FindPresenter
    loaders: Loaders
    closed: bool = False

    @property
    def pictures(self) -> PictureLoader:
        return self.loaders.pictures

    @property
    def thumbnails(self) -> ThumbnailLoader:
        return self.loaders.thumbnails

    def open(self, folder: Path) -> None:
        """A project folder or a folder of images; what goes wrong is shown."""
        self.desk.guard(partial(projects.open_any, self.workspace, self.jobs, self.settings, folder))

    def close(self) -> None:
        """Ends every thread and process of the window; the project is closed last."""
        if self.closed:
            return
        self.closed = True
        self.application.removeEventFilter(self.dispatcher)
        self.settings.change(window=normal_size(self.window), maximized=self.window.isMaximized())
        self.dialogs.listing.close()
        self.dialogs.exchange.close()
        projects.leave(self.workspace, self.jobs, self.settings)
        self.jobs.close()
        self.background.close()
        self.writing.close()
        self.aside.close()
        self.counting.close()
        self.mapping.close()
        self.searching.close()
        self.loaders.close()
        self.trial.close()
        self.workspace.close()
        self.root.deleteLater()
        self.window.deleteLater()


def run_window(folder: Path | None, *, images: Path | None = None) -> int:
    """Opens the window on a project, or on the project of a folder of images; returns its exit code."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    start_log()
    opened = projects.begin_opening(folder) if folder is not None and is_project(folder) else None
    shell = build(SettingsFile())
    interrupt = EndOnInterrupt(shell.application.closeAllWindows, shell.application)
    shell.desk.install_hook()
    _put_off(shell)
    show_fitting(shell.window, maximized=shell.settings.value.maximized)
    QTimer.singleShot(0, partial(_open_first, shell, opened, folder, images))
    code = shell.application.exec()
    shell.close()
    interrupt.stop()
    return INTERRUPTED if interrupt.happened else code


def screenshot(folder: Path, out: Path, shot: Shot) -> Path:
    """The window on a project, drawn to a file without a display."""
    return take_screenshot(folder, out, shot)


def build(settings: SettingsFile, *, start_worker: StartWorker = WorkerProcess) -> Shell:
    """Builds and connects everything; nothing is open and nothing shown yet."""
    application = _application()
    ground = _ground(settings, start_worker, application)
    window, workspace, jobs, desk = ground.window, ground.workspace, ground.jobs, ground.desk
    outlook = OutlookReader(workspace, ground.aside, ground.root)
    known = KnownReader(workspace, ground.aside, ground.root)
    presenter = Presenter(
        workspace, jobs, settings, window, ground.bindings, ground.dresser, ground.files, outlook, known
    )
    dialogs = ProjectDialogs(DialogContext(workspace, jobs, settings, desk, window))
    looks = _looks(ground, presenter)
    commands = Commands(workspace, jobs, settings, window, presenter, looks, dialogs, desk)
    context = partial(_key_context, workspace, window)
    dispatcher = KeyDispatcher(window, window.overlay, ground.bindings, context, commands.perform)
    application.installEventFilter(dispatcher)
    shell = Shell(
        application,
        ground.root,
        window,
        workspace,
        jobs,
        ground.judging,
        ground.pictures.trial,
        looks.trying,
        settings,
        presenter,
        commands,
        dispatcher,
        dialogs,
        desk,
        ground.background,
        ground.writing,
        ground.aside,
        ground.counting,
        ground.mapping,
        ground.searching,
        looks.finding,
        ground.pictures.loaders,
    )
    connect(shell)
    return shell


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """What is shown of pictures: those of the project, those that are tried, and files that were scored."""

    loaders: Loaders
    trial: Trial
    tried: TriedLoaders
    scored: FolderScore
    scored_thumbnails: PathThumbnails


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What presenters, dialogs and keys stand on."""

    root: QObject
    settings: SettingsFile
    dresser: Dresser
    desk: ErrorDesk
    background: Background
    writing: Background
    aside: Background
    counting: Background
    mapping: Background
    searching: Background
    workspace: Workspace
    jobs: JobRunner
    judging: Judging
    bindings: Bindings
    pictures: _Pictures
    window: MainWindow

    @property
    def files(self) -> Locate:
        return self.pictures.loaders.pictures.files

    def device(self) -> str:
        return self.settings.value.device


def _ground(settings: SettingsFile, start_worker: StartWorker, application: QApplication) -> _Ground:
    root = QObject(application)
    desk = ErrorDesk(parent=root)
    background, writing, aside, counting, mapping, searching = (Background(desk.report, root) for _ in range(6))
    workspace = Workspace(background, root)
    jobs = JobRunner(workspace, settings, start_worker, desk.report, root)
    WorkMark(workspace, jobs, settings, root)
    judging = Judging(jobs, lambda: settings.value.device, root)
    bindings = _bindings(settings, desk)
    pictures = _pictures(workspace, root)
    dresser = Dresser(application, settings)
    size = dresser.window_size()
    window = MainWindow(_view_parts(dresser.dress(size), workspace, pictures), bindings)
    window.resize(*size)
    desk.set_window(window)
    LastFolder(settings, window)
    return _Ground(
        root,
        settings,
        dresser,
        desk,
        background,
        writing,
        aside,
        counting,
        mapping,
        searching,
        workspace,
        jobs,
        judging,
        bindings,
        pictures,
        window,
    )


def _pictures(workspace: Workspace, root: QObject) -> _Pictures:
    loaders, trial, scored = Loaders(workspace, root), Trial(), FolderScore()
    pool = loaders.pictures.pool

    def scored_paths() -> tuple[str, ...]:
        return scored.result.paths if scored.result is not None else ()

    thumbnails = PathThumbnails(scored_paths, pool, root)
    return _Pictures(loaders, trial, TriedLoaders(trial, pool, root), scored, thumbnails)


def _view_parts(theme: themes.Theme, workspace: Workspace, pictures: _Pictures) -> ViewParts:
    loaders, tried = pictures.loaders, pictures.tried
    return ViewParts(
        theme,
        loaders.pictures,
        loaders.thumbnails,
        partial(build_cell, workspace),
        tried.pictures,
        tried.thumbnails,
        pictures.scored_thumbnails,
    )


def _looks(ground: _Ground, presenter: Presenter) -> Looks:
    """A presenter for each view."""
    workspace, jobs, window, files = ground.workspace, ground.jobs, ground.window, ground.files
    background, counting, searching, bindings = ground.background, ground.counting, ground.searching, ground.bindings
    scored, scored_thumbnails = ground.pictures.scored, ground.pictures.scored_thumbnails
    cell, preview = partial(build_cell, workspace), PutPreview(window, ground.pictures.loaders.pictures.pool)
    looks = Looks(
        tiles=TileLook(workspace, ground.judging, window, files),
        trying=TryPresenter(workspace, ground.judging, window, ground.pictures.trial),
        applying=ApplyPresenter(
            workspace, jobs, ground.device, window, scored, scored_thumbnails, ground.writing, preview
        ),
        versions=VersionPresenter(workspace, background, window, cell),
        reviewing=ReviewPresenter(workspace, background, window, bindings, files),
        paging=PagePresenter(workspace, background, window),
        insight=InsightPresenter(workspace, counting, MapReader(workspace, ground.mapping, ground.root), window, cell),
        finding=FindPresenter(workspace, jobs, ground.settings, window, presenter, searching),
        keeping=KeepPresenter(
            workspace, counting, window, bindings, files, KeepFiles(workspace, jobs, window, preview)
        ),
        twins=TwinPresenter(workspace, searching, window),
        comparing=ComparePresenter(workspace, background, window, bindings, files),
        pairing=PairPresenter(workspace, searching, window, bindings, files),
    )
    Asker(workspace, background, window)
    HuntWatch(workspace, jobs.notice.emit, window)
    VersionWatch(workspace, jobs.notice.emit, window)
    return looks


def _put_off(shell: Shell) -> None:
    """What nobody waits for comes after the first picture."""
    painted = shell.window.label_view.image_painted
    shell.jobs.housekeeping.wait_for(painted)
    collector = Collector(shell.root)
    settling = Postponed(collector.settle, shell.root)
    settling.wait_for(painted)
    settling.start(wait=True)
    fetch = partial(shell.counting.run, "fetch", fetching.fetch, lambda _: collector.settle())
    ahead = Postponed(lambda: QTimer.singleShot(fetching.AHEAD_MS, shell.root, fetch), shell.root)
    ahead.wait_for(painted)
    ahead.start(wait=True)


def _key_context(workspace: Workspace, window: MainWindow) -> KeyContext:
    return KeyContext(workspace.head.kind if workspace.head is not None else None, window.view)


def _bindings(settings: SettingsFile, desk: ErrorDesk) -> Bindings:
    try:
        return Bindings(settings.value.keys)
    except UserError as error:
        _log.warning("the keys of the settings are not used: %s", error)
        QTimer.singleShot(0, partial(desk.report, UserError(f"your own keys are not used: {error}")))
        return Bindings()


def _application() -> QApplication:
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    application = QApplication(sys.argv[:1])
    application.setApplicationName("winnow")
    application.setApplicationDisplayName("Winnow")
    application.setDesktopFileName("winnow")
    return application


def _open_first(shell: Shell, opened: Callable[[], Project] | None, folder: Path | None, images: Path | None) -> None:
    parts = (shell.workspace, shell.jobs, shell.settings)
    if opened is not None:
        shell.desk.guard(partial(projects.show_opened, *parts, opened))
    elif images is not None:
        shell.desk.guard(partial(projects.open_images, *parts, images, folder=folder))
    elif folder is not None:
        shell.open(folder)
