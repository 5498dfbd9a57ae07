"""What the next answers are worth, in a few words beside the head's figure; worked out a while after a version came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs.background import Background
from app.workspace import Workspace
from core.changes import Changes
from core.errors import WinnowError
from core.project import Project
from core.project.figures import beside_texts
from core.project.progress import gather_progress
from core.review.progress_words import short
from core.values import OUT_OF_FOLD, Head, HeadId
from core.wording import counted

OUTLOOK = "what the next answers are worth"
REST_MS = 1_500
"""Nobody waits for it; what was asked for comes first."""


@dataclass(frozen=True, slots=True)
class ShortOutlook:
    text: str = ""
    tip: str = ""


NO_OUTLOOK = ShortOutlook()


class OutlookReader(QObject):
    arrived = Signal()

    def __init__(self, workspace: Workspace, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._background = background
        self._of: tuple[Path, HeadId, int] | None = None
        self._found = NO_OUTLOOK
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        workspace.changed.connect(self._follow)

    @property
    def found(self) -> ShortOutlook:
        """Of the version in force; empty until it is known."""
        return self._found if self._asked() == self._of else NO_OUTLOOK

    def _asked(self) -> tuple[Path, HeadId, int] | None:
        project, head, version = self._workspace.project, self._workspace.head, self._workspace.version
        if project is None or head is None or version is None:
            return None
        return project.folder, head.head_id, version.number

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.versions or changes.heads:
            self._rest.start()

    @Slot()
    def _ask(self) -> None:
        asked = self._asked()
        if asked is None or asked == self._of:
            return
        self._background.run(OUTLOOK, partial(_read, asked[0], asked[1]), partial(self._take, asked))

    def _take(self, asked: tuple[Path, HeadId, int], found: ShortOutlook) -> None:
        self._of, self._found = asked, found
        self.arrived.emit()


def _read(folder: Path, head_id: HeadId) -> ShortOutlook:
    """Reads the project beside the window; where that fails nothing is said, and nothing is lost."""
    try:
        with Project.open(folder, read_only=True) as project:
            head = project.heads.by_id(head_id)
            found, bent = gather_progress(project, head), _bent(project, head)
    except WinnowError:
        return NO_OUTLOOK
    texts = (bent.text, short(head.kind, found.last, found.ahead))
    return ShortOutlook(" · ".join(filter(None, texts)), "\n".join(filter(None, (bent.tip, *found.told()))))


def _bent(project: Project, head: Head) -> ShortOutlook:
    """What is to be read beside a figure of answers that are no fair draw: it rises with the easy ones."""
    version = project.versions.in_force(head.head_id)
    if version is None or version.metrics.by != OUT_OF_FOLD:
        return NO_OUTLOOK
    bulk = project.versions.given_in_bulk(head.head_id, version.number)
    brief, full = beside_texts(project, head, version.number)
    texts = (f"{bulk:,} in bulk" if bulk else "", brief)
    tips = (f"{counted(bulk, 'answer')} given in bulk, with others at once" if bulk else "", full)
    return ShortOutlook(*(sep.join(filter(None, told)) for sep, told in ((" · ", texts), ("\n", tips))))
