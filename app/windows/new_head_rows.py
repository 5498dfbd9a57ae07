"""The rows of a form that describe a head to be made along with what is imported."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.operations.heads import HeadDraft, LabelEdit
from app.windows.choice_box import KINDS, choice_box
from app.windows.encoder_box import EncoderBox
from app.windows.encoder_choices import EncoderListing
from app.windows.form_rows import add_row
from core.values import Head, HeadId, HeadKind, Label, LabelId


class NewHeadRows(QObject):
    """What the person typed stays; the rest follows what was found."""

    changed = Signal()

    def __init__(self, form: QFormLayout, listing: EncoderListing, in_use: str | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = form
        self._shown = True
        self.name = QLineEdit(parent)
        self.name.setPlaceholderText("what the answers are about, for example: quality")
        self.kind = choice_box(KINDS, parent)
        self.labels = QLineEdit(parent)
        self.labels.setPlaceholderText("the first is folder 0: pass, jpeg, webp")
        self.encoder = EncoderBox(listing, parent, in_use=in_use)
        for text, field in (("&Name", self.name), ("&Kind", self.kind), ("&Labels", self.labels)):
            add_row(form, text, field)
        add_row(form, "&Encoder", self.encoder)
        self._name_typed = self._kind_chosen = self._labels_typed = False
        self.name.textEdited.connect(self._note_name)
        self.labels.textEdited.connect(self._note_labels)
        self.kind.activated.connect(self._note_kind)
        for signal in (self.name.textChanged, self.labels.textChanged, self.kind.currentIndexChanged):
            signal.connect(self._tell)

    def show(self, *, on: bool) -> None:
        self._shown = on
        for field in (self.name, self.kind, self.encoder):
            self._form.setRowVisible(field, on)
        self._form.setRowVisible(self.labels, on and self._kind() is not HeadKind.SCORE)

    def propose(self, name: str, kind: HeadKind, labels: Sequence[str]) -> None:
        """From what was found."""
        if not self._name_typed:
            self.name.setText(name)
        if not self._kind_chosen:
            self.kind.setCurrentIndex(self.kind.findData(kind.value))
        if not self._labels_typed:
            self.labels.setText(", ".join(" ".join(label.replace(",", " ").split()) for label in labels))

    def draft(self) -> HeadDraft:
        kind = self._kind()
        names = [] if kind is HeadKind.SCORE else [part.strip() for part in self.labels.text().split(",")]
        labels = tuple(LabelEdit(name) for name in names if name)
        return HeadDraft(self.name.text().strip(), kind, labels, self.encoder.encoder() or "")

    @property
    def is_open(self) -> bool:
        """What was found may say its labels: the person said nothing of them."""
        return not self._labels_typed and not (self._kind_chosen and self._kind() is HeadKind.SCORE)

    def head(self) -> Head:
        """As it would be, to show what would be read."""
        draft = self.draft()
        labels = tuple(Label(LabelId(place), label.name) for place, label in enumerate(draft.labels))
        return Head(HeadId(0), draft.name or "the new head", draft.kind, labels, draft.encoder)

    def _kind(self) -> HeadKind:
        return HeadKind(self.kind.currentData())

    @Slot()
    def _note_name(self) -> None:
        self._name_typed = True

    @Slot()
    def _note_labels(self) -> None:
        self._labels_typed = True

    @Slot()
    def _note_kind(self) -> None:
        self._kind_chosen = True

    @Slot()
    def _tell(self) -> None:
        self.show(on=self._shown)
        self.changed.emit()
