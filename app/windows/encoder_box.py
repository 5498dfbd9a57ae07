"""Chooses an encoder: those of the project, those that the program knows, or a folder with a vision model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.windows.encoder_choices import (
    EncoderChoice,
    EncoderListing,
    default_choice,
    own_first,
)
from app.windows.file_choosers import name_folder
from core.errors import UserError
from core.model_folder import INSTEAD, check_model_folder
from core.names import BUILT_IN, short_encoder

_FOLDER = "folder"
_ASK_MS = 300
"""Another process loads a network's library for the answer: the dialog has the keys by then."""


class EncoderBox(QComboBox):
    """Follows the listing, which comes a moment after the dialog; what the person chose stays chosen.

    A folder without a vision model is not taken.
    """

    told = Signal(str)
    """Why the folder that was just named is not taken; empty where a choice is."""

    def __init__(
        self,
        listing: EncoderListing,
        parent: QWidget | None = None,
        *,
        chosen: str | None = None,
        in_use: str | None = None,
        for_content: str | None = None,
        left_open: str = "",
    ) -> None:
        """`in_use`: what a new choice begins with; `for_content`: where it is asked what pictures show.

        `left_open`: a first line that chooses none.
        """
        super().__init__(parent)
        self._listing = listing
        self._in_use = in_use
        self._for_content = for_content
        self._asks_content = False
        self._left_open = left_open
        self._touched = chosen is not None
        self._last: str | None = None
        self._list(listing.choices)
        if chosen is not None:
            self.select(chosen)
        self.activated.connect(self._choose)
        listing.listed.connect(self._list)
        QTimer.singleShot(_ASK_MS, self, listing.ask)

    def encoder(self) -> str | None:
        """None where that was left open."""
        return str(self.currentData()) if self.currentData() is not None else None

    def select(self, encoder: str) -> None:
        if self.findData(encoder) < 0:
            place = 1 if self._left_open else 0
            self.insertItem(place, short_encoder(encoder), encoder)
            self.setItemData(place, encoder, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self.findData(encoder))
        self.setToolTip(encoder)
        self._last = encoder

    def propose(self, encoder: str | None) -> None:
        """What fits, unless the person chose already."""
        if encoder is not None and not self._touched:
            self._in_use = encoder
            self.select(encoder)

    def fit(self, *, content: bool) -> None:
        """Offers what fits a question of what pictures show, or any other one, unless the person chose already."""
        self._asks_content = content
        if not self._touched:
            self.select(self._default())

    @Slot(object)
    def _list(self, choices: Sequence[EncoderChoice]) -> None:
        chosen = self._last if self.currentData() == _FOLDER else self.encoder()
        current = chosen if self._touched else self._default()
        self.clear()
        if self._left_open:
            self.addItem(self._left_open, None)
        for choice in own_first(self._listing.own(), choices):
            text = choice.text if choice.available else f"{choice.text} (weights not at hand)"
            self.addItem(text, choice.encoder)
            tip = choice.encoder if choice.available else choice.reason
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.addItem("A folder with a vision model…", _FOLDER)
        if current:
            self.select(current)

    @Slot()
    def _choose(self) -> None:
        if self.currentData() != _FOLDER:
            self._touched = True
            self._last = self.encoder()
            self.told.emit("")
            return
        folder = name_folder(self, "Folder of a transformers vision model")
        wrong = _fault_of(folder) if folder else ""
        if folder and not wrong:
            self._touched = True
            self.select(folder)
        else:
            self._go_back()
        self.told.emit(f"{wrong}. {short_encoder(self.encoder() or self.currentText())} stays chosen." if wrong else "")

    def _go_back(self) -> None:
        """To what was chosen before."""
        if self._last is None and self._left_open:
            self.setCurrentIndex(0)
        else:
            self.select(self._last or self._default())

    def _default(self) -> str:
        """The project's own; before its first embedding the built-in one until it is known what is at hand."""
        if self._left_open:
            return ""
        usual = self._for_content if self._asks_content else self._in_use
        if usual is not None:
            return usual
        return default_choice(self._listing.choices) if self._listing.answered else BUILT_IN


def _fault_of(folder: str) -> str:
    """Why it holds no encoder; empty where it does, as far as names and headers tell."""
    try:
        check_model_folder(Path(folder))
    except UserError as error:
        return error.problem if error.remedy == INSTEAD else str(error)
    return ""
