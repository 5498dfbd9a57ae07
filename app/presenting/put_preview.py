"""Shows what an order about files would do, with pictures; the view that asked says the rest."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.loading.by_path import PathThumbnails
from app.loading.decode_pool import DecodePool
from app.models.planned import PlannedFile
from app.presenting.apply_states import transferred_text
from app.windows.main_window import MainWindow
from app.windows.showing import show_dialog
from core.jobs.file_results import TransferResult
from core.jobs.file_specs import TransferSpec
from core.wording import counted


class PutPreview(QObject):
    def __init__(self, window: MainWindow, pool: DecodePool) -> None:
        super().__init__(window)
        self._window = window
        self._sources: tuple[str, ...] = ()
        self._thumbnails = PathThumbnails(lambda: self._sources, pool, self)

    def show(self, spec: TransferSpec, result: TransferResult) -> None:
        from app.windows.put_preview_dialog import PutPreviewDialog

        folder = Path(spec.folder).absolute()
        files = [PlannedFile(Path(target).relative_to(folder).as_posix(), source) for source, target in result.first]
        self._sources = tuple(file.source for file in files)
        self._thumbnails.read_anew()
        more = result.done - len(files)
        rest = f"and {counted(more, 'more file', 'more files')}" if more > 0 else ""
        told, theme = transferred_text(spec, result), self._window.theme
        dialog = PutPreviewDialog(told, files, rest, theme, self._thumbnails, self._window)
        self._window.themed.connect(dialog.set_theme)
        show_dialog(dialog)
