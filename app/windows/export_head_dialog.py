"""Writes a version of a head as the two files that CityClassifiers runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.windows.file_choosers import name_folder
from app.windows.fitting import grow_to_fit, say_below
from app.windows.form_rows import add_row
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.path_field import PathField
from core.errors import WinnowError
from core.values import Head, HeadId, HeadKind

_RUNS = "The scripts of CityClassifiers run them too, where the head reads clip-vit-l14-336."
_OF_TAGS = "CityClassifiers knows no tags: of a tags head its scripts run the score heads of single tags."


@dataclass(frozen=True, slots=True)
class HeadOut:
    """What is to be written, and where."""

    head: Head
    number: int
    """Of the version."""
    folder: Path
    each_tag: bool


class ExportHeadDialog(QDialog):
    def __init__(
        self,
        heads: Sequence[Head],
        current: HeadId,
        folder: Path,
        versions_of: Callable[[HeadId], Sequence[int]],
        apply: Callable[[HeadOut], object],
        parent: QWidget | None = None,
    ) -> None:
        """`heads`: those that have a version. `folder`: to begin with. `versions_of`: numbers, the oldest first."""
        super().__init__(parent)
        self._heads = {head.head_id: head for head in heads}
        self._versions_of = versions_of
        self._apply = apply
        self.setWindowTitle("Export a head")
        self.setMinimumWidth(42 * self.fontMetrics().height())
        self.resize(self.minimumWidth(), 1)
        self.head = QComboBox(self)
        for head in heads:
            self.head.addItem(f"{head.name} ({head.kind.value})", head.head_id)
        self.head.setCurrentIndex(max(0, self.head.findData(current)))
        self.version = QComboBox(self)
        self.folder = PathField((("Choose…", name_folder),), self)
        self.folder.set_text(folder.as_posix())
        self.each_tag = QCheckBox("Also each &tag as a score head of its own", self)
        self.says = QLabel(self)
        self.note = QLabel(self)
        self._lay_out()
        self._use_head()
        grow_to_fit(self)

    def chosen(self) -> HeadOut:
        head = self._heads[self.head.currentData()]
        each_tag = head.kind is HeadKind.TAGS and self.each_tag.isChecked()
        return HeadOut(head, self.version.currentData(), self.folder.path(), each_tag=each_tag)

    @Slot()
    def accept(self) -> None:
        if not self.folder.text():
            say_below(self, self.note, "name the folder to write into")
            return
        try:
            self._apply(self.chosen())
        except WinnowError as error:
            say_below(self, self.note, str(error))
            return
        super().accept()

    @Slot()
    def _use_head(self) -> None:
        """Its versions, the newest first; the one in force is chosen."""
        head = self._heads[self.head.currentData()]
        with QSignalBlocker(self.version):
            self.version.clear()
            for number in reversed(self._versions_of(head.head_id)):
                self.version.addItem(f"v{number}{', in force' if number == head.version else ''}", number)
            self.version.setCurrentIndex(self.version.findData(head.version))
        self._follow()

    @Slot()
    def _follow(self) -> None:
        out = self.chosen()
        head = out.head
        self._form.setRowVisible(self.each_tag, head.kind is HeadKind.TAGS)
        stem = f"{head.name}-v{out.number}"
        self.says.setText(
            f"Writes {stem}.safetensors and {stem}.config.json; nothing is written over. "
            + (_OF_TAGS if head.kind is HeadKind.TAGS else _RUNS)
        )

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        add_row(self._form, "&Head", self.head)
        add_row(self._form, "&Version", self.version)
        add_row(self._form, "&Into", self.folder)
        self._form.addRow("", self.each_tag)
        for words, look in ((self.says, "dim"), (self.note, "notice")):
            words.setWordWrap(True)
            words.setObjectName(look)
        buttons = ok_and_cancel(self, "Export")
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self.says)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.note.hide()
        self.head.currentIndexChanged.connect(self._use_head)
        self.version.currentIndexChanged.connect(self._follow)
