"""Makes a head or edits one: its name, kind, labels, encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.operations.heads import HeadDraft
from app.views.number_field import NumberField
from app.windows.again_field import AgainField
from app.windows.choice_box import COMBINES, KINDS, LOOKS_AT, TILES, choice_box
from app.windows.encoder_box import EncoderBox
from app.windows.encoder_choices import EncoderListing
from app.windows.fitting import grow_to_fit
from app.windows.label_list import LabelList
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.recipe_box import RecipeBox
from core.errors import UserError
from core.names import BUILT_IN
from core.project.presets import all_presets
from core.query.audit_draw import AUDIT_SHARE
from core.store.repeats import AGAIN_SHARE
from core.values import Combine, Head, HeadKind, Tiles

_AUDIT = (
    "Drawn by chance and asked without the prediction, so that figures hold for every image. "
    "A larger share keeps what was drawn; 0 draws none"
)

_NO_CONTENT = (
    "signal tells compression, noise and colour fringes apart, not what a picture shows: "
    "this question needs an encoder of content"
)


class HeadDialog(QDialog):
    """Stays open until `apply` takes the draft: what is wrong is said below the fields."""

    def __init__(
        self,
        listing: EncoderListing,
        apply: Callable[[HeadDraft], object],
        head: Head | None = None,
        parent: QWidget | None = None,
        *,
        in_use: str | None = None,
        recipe: Mapping[str, Any] | None = None,
        audit_share: float = AUDIT_SHARE,
        again: float = AGAIN_SHARE,
    ) -> None:
        """`in_use`: the encoder that the project was embedded with last, which a new head begins with.

        `recipe`: what the head is trained with. `audit_share`: of the pool, what measures it. `again`: of its answers,
        those that are asked again.
        """
        super().__init__(parent)
        self._apply = apply
        self._head = head
        self.setWindowTitle("Edit head" if head else "New head")
        self.setMinimumWidth(36 * self.fontMetrics().height())
        self.start = QComboBox(self)
        self._presets = () if head else all_presets()
        self.name = QLineEdit(head.name if head else "", self)
        self.name.setPlaceholderText("what you ask, for example: quality, species, defects")
        self.kind = choice_box(KINDS, self)
        self.labels = LabelList(head.labels if head else (), self)
        self.encoder = EncoderBox(listing, self, chosen=head.encoder if head else None, in_use=in_use)
        self.caution = QLabel(_NO_CONTENT, self)
        self.caution.setWordWrap(True)
        self.caution.setObjectName("notice")
        self.tiles = choice_box(TILES, self)
        self.combine = choice_box(COMBINES, self)
        self.recipe = RecipeBox(recipe or {}, self)
        self.audit = NumberField(0.0, 100.0, 100 * audit_share, self)
        self.audit.setDecimals(1)
        self.audit.setSuffix(" % of the images")
        self.again = AgainField(again, self)
        for box in (self.audit, self.again):
            # The style sheet's padding stops at the frame of a spin box.
            box.lineEdit().setTextMargins(self.fontMetrics().averageCharWidth(), 0, 0, 0)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        self._lay_out()
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
            audit_share=round(self.audit.value() / 100, 4),
            again=self.again.share(),
        )

    @Slot()
    def accept(self) -> None:
        self.labels.take_typed()
        try:
            self._apply(self.draft())
        except UserError as error:
            self.note.setText(str(error))
            self.note.show()
            grow_to_fit(self)
            return
        super().accept()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.addRow("Begin with", self.start)
        self._form.addRow("Name", self.name)
        self._form.addRow("Kind", self.kind)
        self._form.addRow("Labels", self.labels)
        self._form.addRow("Encoder", self.encoder)
        self._form.addRow("", self.caution)
        self._form.addRow("Looks at", self.tiles)
        self.tiles.setToolTip(LOOKS_AT)
        self._form.labelForField(self.tiles).setToolTip(LOOKS_AT)
        self._form.addRow("Verdict", self.combine)
        self._form.addRow("Recipe", self.recipe)
        self._form.addRow("Audit set", self.audit)
        self.audit.setToolTip(_AUDIT)
        self._form.labelForField(self.audit).setToolTip(_AUDIT)
        self._form.addRow("Asks again", self.again)
        buttons = ok_and_cancel(self, "Save" if self._head else "Make the head")
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        # Labels are typed more often than they are moved.
        for before, after in pairwise((self.kind, self.labels.new_name, self.labels.list, self.encoder)):
            self.setTabOrder(before, after)
        self.note.hide()
        self.kind.currentIndexChanged.connect(self._show_fitting)
        self.tiles.currentIndexChanged.connect(self._show_fitting)
        self.start.activated.connect(self._begin_with)
        self.encoder.currentIndexChanged.connect(self._show_fitting)
        self.recipe.chosen.connect(self._take_recipe)

    def _fill(self, head: Head | None) -> None:
        self.start.addItem("A question of my own")
        for preset in self._presets:
            self.start.addItem(f"{_title(preset.name)}: {preset.says[0].lower()}{preset.says[1:]}")
        self._form.setRowVisible(self.start, head is None)
        if head is not None:
            self.kind.setCurrentIndex(self.kind.findData(head.kind.value))
            self.kind.setEnabled(False)
            self.kind.setToolTip("A head keeps its kind: its answers would mean something else")
            self.tiles.setCurrentIndex(self.tiles.findData(head.tiles.value))
            self.combine.setCurrentIndex(self.combine.findData(head.combine.value))
        self._show_fitting()

    @Slot()
    def _begin_with(self) -> None:
        """Fills in what a preset says; a name that the person typed stays."""
        names = [_title(preset.name) for preset in self._presets]
        chosen = self.start.currentIndex() - 1
        if self.name.text().strip() in ("", *names):
            self.name.setText(names[chosen] if chosen >= 0 else "")
        if chosen < 0:
            self.labels.set_names({})
            self._show_fitting()
            return
        preset = self._presets[chosen]
        self.labels.set_names(preset.labels)
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
    def _show_fitting(self) -> None:
        labelled = self.kind.currentData() != HeadKind.SCORE.value
        self._form.setRowVisible(self.labels, labelled)
        chosen = self.start.currentIndex() - 1
        asks_content = 0 <= chosen < len(self._presets) and self._presets[chosen].content
        self._form.setRowVisible(self.caution, asks_content and self.encoder.encoder() == BUILT_IN)
        self._form.setRowVisible(self.combine, self.tiles.currentData() == Tiles.FIVE_CROP.value)
        self.adjustSize()


def _title(preset: str) -> str:
    return preset.replace("-", " ").capitalize()
