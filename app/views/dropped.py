"""Pictures among what is dropped or pasted: files, or a bitmap that another program copied."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


def files_of(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def bitmap_of(data: QMimeData) -> QImage | None:
    if not data.hasImage():
        return None
    bitmap = cast(QImage, data.imageData())
    return None if bitmap is None or bitmap.isNull() else bitmap
