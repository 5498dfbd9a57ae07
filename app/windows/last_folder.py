"""Where files were chosen last: the next chooser opens there, in another sitting too."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from app.settings import SettingsFile


class LastFolder(QObject):
    """A child of the main window, so that every chooser finds the one of the window that it opens over."""

    def __init__(self, settings: SettingsFile, window: QWidget) -> None:
        super().__init__(window)
        self._settings = settings

    @classmethod
    def above(cls, widget: QWidget | None) -> LastFolder | None:
        """None where no window of the program lies below."""
        while widget is not None:
            found: LastFolder | None = widget.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if found is not None:
                return found
            widget = widget.parentWidget()
        return None

    @property
    def path(self) -> str:
        return self._settings.value.folder

    def remember(self, chosen: Path) -> None:
        """A folder, or a file in it; of one that is not there yet the folder above it."""
        folder = str(chosen if chosen.is_dir() else chosen.parent)
        if folder != self.path:
            self._settings.change(folder=folder)
