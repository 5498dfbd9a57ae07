"""Trains one version by another recipe than the head's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFormLayout, QLabel, QVBoxLayout, QWidget

from app.windows.fitting import grow_to_fit
from app.windows.form_rows import add_row
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.recipe_box import RecipeBox
from core.errors import UserError
from core.recipes.recipe import check_label_weights, parse_recipe
from core.values import Head


class RetrainDialog(QDialog):
    """Stays open until the training could be asked for: what is wrong is said below."""

    def __init__(
        self,
        head: Head,
        recipe: Mapping[str, Any],
        train: Callable[[Mapping[str, Any]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._head = head
        self._train = train
        self.setWindowTitle(f"Retrain {head.name} with…")
        self.setMinimumWidth(36 * self.fontMetrics().height())
        self.recipe = RecipeBox(recipe, self)
        explains = QLabel("For this version only. Edit the head to keep a recipe for all that follow.", self)
        explains.setWordWrap(True)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        self.note.hide()
        buttons = ok_and_cancel(self, "Retrain")
        form = QFormLayout()
        add_row(form, "&Recipe", self.recipe)
        layout = QVBoxLayout(self)
        layout.addWidget(explains)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.recipe.chosen.connect(self._forget_note)

    @Slot()
    def accept(self) -> None:
        try:
            settings = self.recipe.settings_for(self._head.kind)
            check_label_weights(parse_recipe(settings), self._head)
            self._train(settings)
        except UserError as error:
            self.note.setText(str(error))
            self.note.show()
            grow_to_fit(self)
            return
        super().accept()

    @Slot()
    def _forget_note(self) -> None:
        self.note.hide()
        grow_to_fit(self)
