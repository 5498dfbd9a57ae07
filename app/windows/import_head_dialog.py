"""Takes in a head from a file, a folder or the hub; what is left open is as its file says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.operations.exchanging import HeadFileDraft
from app.windows.choice_box import COMBINES, LOOKS_AT, TILES, choice_box
from app.windows.encoder_box import EncoderBox
from app.windows.encoder_choices import EncoderListing
from app.windows.file_choosers import name_folder, name_head
from app.windows.fitting import grow_to_fit, say_below
from app.windows.form_rows import add_row
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.path_field import PathField
from core.errors import WinnowError
from core.values import Combine, Tiles

_OPEN = "As its file says"
_SAYS = (
    "A .safetensors file with its .config.json, an aesthetic head (.pth), a version's folder, or a head of the hub. "
    "It judges every embedded image, is in force at once and becomes the current head. Under the name of a head that "
    "asks the same it is that head's next version."
)


class ImportHeadDialog(QDialog):
    def __init__(
        self,
        listing: EncoderListing,
        apply: Callable[[HeadFileDraft], object],
        parent: QWidget | None = None,
        *,
        begin: HeadFileDraft | None = None,
    ) -> None:
        """`begin`: what stands in the fields; else nothing."""
        super().__init__(parent)
        self._apply = apply
        begin = begin or HeadFileDraft("")
        self.setWindowTitle("Import a head")
        self.setMinimumWidth(42 * self.fontMetrics().height())
        self.resize(self.minimumWidth(), 1)
        ways = (("File…", name_head), ("Folder…", name_folder))
        self.source = PathField(ways, self, hint="file, folder, or OWNER/REPOSITORY/NAME of the hub")
        self.source.set_text(begin.source)
        self.name = QLineEdit(begin.name or "", self)
        self.name.setPlaceholderText(_OPEN.lower())
        self.encoder = EncoderBox(listing, self, chosen=begin.encoder, left_open=_OPEN)
        self.tiles = choice_box(TILES, self, left_open=_OPEN)
        self.tiles.setToolTip(LOOKS_AT)
        self.combine = choice_box(COMBINES, self, left_open=_OPEN)
        self.tiles.setCurrentIndex(max(0, self.tiles.findData(begin.tiles)))
        self.combine.setCurrentIndex(max(0, self.combine.findData(begin.combine)))
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        self.encoder.told.connect(partial(say_below, self, self.note))
        self._lay_out()
        grow_to_fit(self)

    def draft(self) -> HeadFileDraft:
        tiles, combine = self.tiles.currentData(), self.combine.currentData()
        return HeadFileDraft(
            self.source.text(),
            name=self.name.text().strip() or None,
            encoder=self.encoder.encoder(),
            tiles=None if tiles is None else Tiles(tiles),
            combine=None if combine is None else Combine(combine),
        )

    @Slot()
    def accept(self) -> None:
        source = self.source.text()
        if not source:
            say_below(self, self.note, "name a file, a folder, or a head of the hub")
            return
        may_be_hub = (
            source.count("/") in (1, 2) and not source.startswith((".", "~")) and not Path(source).is_absolute()
        )
        if not self.source.path().exists() and not may_be_hub:
            say_below(self, self.note, f"there is no file or folder {source}")
            return
        try:
            self._apply(self.draft())
        except WinnowError as error:
            say_below(self, self.note, str(error))
            return
        super().accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        add_row(form, "&From", self.source)
        add_row(form, "&Name", self.name)
        add_row(form, "&Encoder", self.encoder)
        add_row(form, "Looks a&t", self.tiles)
        add_row(form, "&Verdict", self.combine)
        says = QLabel(_SAYS, self)
        says.setWordWrap(True)
        says.setObjectName("dim")
        buttons = ok_and_cancel(self, "Import")
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(says)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.note.hide()
