"""Shows over the image what the head in force says of each tile, for as long as the person wants it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from app.jobs.judging import Judging, Question
from app.loading.image_files import Locate
from app.presenting.tile_marks import tile_marks
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.errors import UserError
from core.values import ImageFile, Tiles

TOPIC = "tiles"
WAIT_MS = 60
"""The image is painted first, and one that is only passed by is not asked about."""


class TileLook(QObject):
    def __init__(self, workspace: Workspace, judging: Judging, window: MainWindow, files: Locate) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._judging = judging
        self._window = window
        self._files = files
        self.on = False
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        workspace.moved.connect(self._follow)
        workspace.changed.connect(self._follow)
        judging.changed.connect(self._look_up)

    def toggle(self) -> None:
        """Raises UserError with what is missing where the head cannot say anything of tiles."""
        if not self.on:
            self._check()
        self.on = not self.on
        self._window.menus.set_checked("tiles", checked=self.on)
        self._follow()

    def _check(self) -> None:
        head, version = self._workspace.head, self._workspace.version
        if head is None:
            raise UserError("this project asks no question yet", "add a head first")
        if head.tiles is Tiles.NONE:
            raise UserError(
                f"{head.name} looks at whole images", "a head with tiles (five crops) says where it sees what it says"
            )
        if version is None:
            raise UserError(f"{head.name} has no version yet", "retrain it first")

    @Slot()
    def _follow(self) -> None:
        self._show()
        if self.on:
            self._timer.start()

    @Slot(str)
    def _look_up(self, topic: str) -> None:
        if topic == TOPIC:
            self._show()

    @Slot()
    def _ask(self) -> None:
        image, model, project = self._image(), self._model(), self._workspace.project
        if self.on and image is not None and model is not None and project is not None:
            self._judging.ask(Question(TOPIC, (image.path,), (model,), project=str(project.folder)))

    def _show(self) -> None:
        image, model = (self._image(), self._model()) if self.on else (None, None)  # nothing is looked up while off
        answer = self._judging.answer(image.path, model) if image and model else None
        self._window.label_view.image_view.show_tiles(tile_marks(answer) if answer is not None else ())

    def _image(self) -> ImageFile | None:
        current = self._workspace.queue.current
        if current is not None and self._workspace.is_blind(current):
            return None
        found = self._files([current]) if current is not None else ()
        return found[0] if found else None

    def _model(self) -> str | None:
        """The folder of the version in force, if its head looks at tiles."""
        project, head, version = self._workspace.project, self._workspace.head, self._workspace.version
        if project is None or head is None or version is None or head.tiles is Tiles.NONE:
            return None
        return str(project.folder / version.folder)
