"""Makes a head or edits one: its name, kind, labels, encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.operations.heads import HeadDraft
from app.presenting.removed_labels import removal_text
from app.windows.again_field import AgainField
from app.windows.audit_field import AuditField
from app.windows.choice_box import COMBINES, KINDS, LOOKS_AT, TILES, choice_box
from app.windows.encoder_box import EncoderBox
from app.windows.encoder_choices import EncoderListing
from app.windows.fitting import grow_to_fit, say_below
from app.windows.form_rows import add_row
from app.windows.label_list import LabelList
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.preset_box import PresetBox, title_of
from app.windows.recipe_box import RecipeBox
from core.errors import UserError
from core.names import BUILT_IN
from core.query.audit_draw import AUDIT_SHARE
from core.store.repeats import AGAIN_SHARE
from core.values import Combine, Head, HeadKind, LabelId, Tiles

_NO_CONTENT = (
    "signal tells compression, noise and colour fringes apart, not what a picture shows: "
    "this question needs an encoder of content"
)


@dataclass(frozen=True, slots=True)
class HeadBegin:
    """What the fields hold at first."""

    in_use: str | None = None
    """The encoder of a new head; None: the best at hand."""
    for_content: str | None = None
    """Where it asks what pictures show."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """What the head is trained with; {} is the default."""
    audit_share: float = AUDIT_SHARE
    """Of the pool, what measures it."""
    again: float = AGAIN_SHARE
    """Of its answers, those that are asked again."""
    answers: Mapping[LabelId, int] = field(default_factory=dict)
    """How many name each of its labels."""


class HeadDialog(QDialog):
    """Stays open until `apply` takes the draft: what is wrong is said below the fields."""

    def __init__(
        self,
        listing: EncoderListing,
        apply: Callable[[HeadDraft], object],
        head: Head | None = None,
        parent: QWidget | None = None,
        *,
        begin: HeadBegin | None = None,
    ) -> None:
        super().__init__(parent)
        self._apply = apply
        self._head = head
        self.setWindowTitle("Edit head" if head else "New head")
        self.setMinimumWidth(36 * self.fontMetrics().height())
        self._make_fields(listing, head, begin or HeadBegin())
        self._lay_out()
        self._connect()
        self._fill(head)
        self.name.setFocus()  # letters typed at once would choose presets

    def draft(self) -> HeadDraft:
        kind = HeadKind(self.kind.currentData())
        return HeadDraft(
            name=self.name.text().strip(),
            kind=kind,
            labels=() if kind is HeadKind.SCORE else self.labels.edits(),
            encoder=self.encoder.encoder() or "",
            tiles=Tiles(self.tiles.currentData()),
            combine=Combine(self.combine.currentData()),
            recipe=self.recipe.settings_for(kind),
            audit_share=self.audit.share(),
            again=self.again.share(),
        )

    @Slot()
    def accept(self) -> None:
        self.labels.take_typed()
        try:
            self._apply(self.draft())
        except UserError as error:
            self._tell(str(error))
            return
        super().accept()

    def _make_fields(self, listing: EncoderListing, head: Head | None, begin: HeadBegin) -> None:
        self.start = PresetBox(self)
        self.name = QLineEdit(head.name if head else "", self)
        self.name.setPlaceholderText("what you ask, for example: quality, species, defects")
        self.kind = choice_box(KINDS, self)
        self.labels = LabelList(head.labels if head else (), self)
        self.taken_out = _notice("", self)
        self._answers = begin.answers
        chosen = head.encoder if head else None
        self.encoder = EncoderBox(listing, self, chosen=chosen, in_use=begin.in_use, for_content=begin.for_content)
        self.caution = _notice(_NO_CONTENT, self)
        self.tiles = choice_box(TILES, self)
        self.tiles.setToolTip(LOOKS_AT)
        self.combine = choice_box(COMBINES, self)
        self.recipe = RecipeBox(begin.recipe, self)
        self.audit = AuditField(begin.audit_share, self)
        self.again = AgainField(begin.again, self)
        for box in (self.audit, self.again):
            # The style sheet's padding stops at the frame of a spin box.
            box.lineEdit().setTextMargins(self.fontMetrics().averageCharWidth(), 0, 0, 0)
        self.note = _notice("", self)
        self.note.hide()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        for text, row in (
            ("&Begin with", self.start),
            ("&Name", self.name),
            ("&Kind", self.kind),
            ("&Labels", self.labels),
            ("", self.taken_out),
            ("&Encoder", self.encoder),
            ("", self.caution),
            ("Looks a&t", self.tiles),
            ("&Verdict", self.combine),
            ("&Recipe", self.recipe),
            ("A&udit set", self.audit),
            ("&Asks again", self.again),
        ):
            add_row(self._form, text, row, self.labels.new_name if row is self.labels else None)
        for told in (self.tiles, self.audit, self.again):
            self._form.labelForField(told).setToolTip(told.toolTip())
        buttons = ok_and_cancel(self, "Save" if self._head else "Make the head")
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        for before, after in pairwise((self.kind, *self.labels.in_turn, self.encoder)):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._show_fitting)
        self.tiles.currentIndexChanged.connect(self._show_fitting)
        self.start.activated.connect(self._begin_with)
        self.encoder.currentIndexChanged.connect(self._show_fitting)
        self.encoder.told.connect(self._tell)
        self.recipe.chosen.connect(self._take_recipe)
        self.labels.changed.connect(self._tell_taken_out)

    def _fill(self, head: Head | None) -> None:
        self._form.setRowVisible(self.start, head is None)
        self._form.setRowVisible(self.taken_out, False)
        if head is not None:
            self.kind.setCurrentIndex(self.kind.findData(head.kind.value))
            self.kind.setEnabled(False)
            self.kind.setToolTip("A head keeps its kind: its answers would mean something else")
            self.tiles.setCurrentIndex(self.tiles.findData(head.tiles.value))
            self.combine.setCurrentIndex(self.combine.findData(head.combine.value))
        self._show_fitting()

    @Slot(str)
    def _tell(self, text: str) -> None:
        say_below(self, self.note, text)

    @Slot()
    def _begin_with(self) -> None:
        """Fills in what a preset says; a name that the person typed stays, and so does an encoder that was chosen."""
        preset = self.start.preset
        if self.name.text().strip() in ("", *self.start.titles):
            self.name.setText(title_of(preset) if preset else "")
        self.encoder.fit(content=self.start.asks_content)
        self.labels.set_names(preset.labels if preset else {})
        if preset is not None:
            self.kind.setCurrentIndex(self.kind.findData(preset.kind.value))
            self.tiles.setCurrentIndex(self.tiles.findData(preset.tiles.value))
            self.combine.setCurrentIndex(self.combine.findData(preset.combine.value))
        self._show_fitting()

    @Slot()
    def _take_recipe(self) -> None:
        """A recipe that is written for certain labels fills in a new head that has none yet."""
        chosen = self.recipe.current
        if self._head is None and chosen.labels and not self.labels.edits():
            self.labels.set_names(dict.fromkeys(chosen.labels, ""))
        if self._head is None and chosen.kind is not None:
            self.kind.setCurrentIndex(self.kind.findData(chosen.kind.value))
        grow_to_fit(self)

    @Slot()
    def _tell_taken_out(self) -> None:
        """Before anything is saved."""
        head = self._head
        told = "" if head is None else removal_text(head, self.labels.edits(), self._answers)
        self.taken_out.setText(told)
        self._form.setRowVisible(self.taken_out, bool(told))
        grow_to_fit(self)

    @Slot()
    def _show_fitting(self) -> None:
        labelled = self.kind.currentData() != HeadKind.SCORE.value
        self._form.setRowVisible(self.labels, labelled)
        blind = self.start.asks_content and self.encoder.encoder() == BUILT_IN
        self._form.setRowVisible(self.caution, blind)
        self._form.setRowVisible(self.combine, self.tiles.currentData() == Tiles.FIVE_CROP.value)
        self.adjustSize()
        grow_to_fit(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Words that wrap are measured only now; as labels are added nothing is to move."""
        super().showEvent(event)
        grow_to_fit(self)


def _notice(text: str, parent: QWidget) -> QLabel:
    notice = QLabel(text, parent)
    notice.setWordWrap(True)
    notice.setObjectName("notice")
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    policy.setHeightForWidth(True)  # and that alone: by itself a label wants more lines than it has in a form
    notice.setSizePolicy(policy)
    return notice
