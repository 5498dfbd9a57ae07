"""Chooses what a head is trained with: a recipe that comes with the program, or a YAML file; and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from app.presenting.recipes import described
from app.windows.file_choosers import name_recipe
from core.errors import WinnowError
from core.recipes.recipe import parse_recipe
from core.recipes.source import SourcedRecipe, load_recipe
from core.values import HeadKind

SHIPPED: tuple[tuple[str, str], ...] = (
    ("default", "Default: quick, and the most accurate here"),
    ("seed-faithful", "As CityClassifiers trains, its faults corrected"),
    ("seed-aesthetics-v1.8", "CityAesthetics-Anime v1.8"),
    ("seed-chromatic-aberration-v1.16", "CCAnime-ChromaticAberration v1.16"),
    ("seed-compression-v1.5", "CCAnime-Compression v1.5"),
)
_FILE = "file"


class RecipeBox(QWidget):
    chosen = Signal()

    def __init__(self, settings: Mapping[str, Any], parent: QWidget | None = None) -> None:
        """`settings`: those that hold now; {} for the default."""
        super().__init__(parent)
        self._recipes = {name: load_recipe(name) for name, _ in SHIPPED}
        self.box = QComboBox(self)
        for name, text in SHIPPED:
            self.box.addItem(text, name)
            self.box.setItemData(self.box.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.box.addItem("A YAML file…", _FILE)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setObjectName("dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        layout.addWidget(self.says)
        self.setFocusProxy(self.box)
        self._current = self._held(settings)
        self._select(self._current)
        self.box.activated.connect(self._choose)

    @property
    def current(self) -> SourcedRecipe:
        return self._recipes[self._current]

    def settings_for(self, kind: HeadKind) -> Mapping[str, Any]:
        """{} for the default. Raises UserError for a recipe that was written for another kind."""
        return {} if self._current == SHIPPED[0][0] else self.current.settings_for(kind)

    def use_file(self, file: Path) -> None:
        """What is wrong with it is said, and the choice stays as it was."""
        try:
            recipe = load_recipe(file)
        except WinnowError as error:
            self._select(self._current)
            self.says.setText(str(error))
            self.chosen.emit()
            return
        self._add(str(file), file.name, recipe)
        self._select(str(file))
        self.chosen.emit()

    @Slot()
    def _choose(self) -> None:
        if self.box.currentData() != _FILE:
            self._select(str(self.box.currentData()))
            self.chosen.emit()
            return
        name = name_recipe(self)
        if name:
            self.use_file(Path(name))
        else:
            self._select(self._current)

    def _held(self, settings: Mapping[str, Any]) -> str:
        """The recipe that a head has, by name; one that came from a file is added as it is."""
        if not settings:
            return SHIPPED[0][0]
        for name, recipe in self._recipes.items():
            if recipe.settings == settings:
                return name
        name = f"{parse_recipe(settings).name}, as it is"
        self._add(name, name, SourcedRecipe(name, dict(settings)))
        return name

    def _add(self, key: str, text: str, recipe: SourcedRecipe) -> None:
        if key not in self._recipes:
            self.box.insertItem(self.box.count() - 1, text, key)
        self._recipes[key] = recipe

    def _select(self, key: str) -> None:
        self._current = key
        self.box.setCurrentIndex(self.box.findData(key))
        said = described(parse_recipe(self.current.settings))
        self.says.setText("\n".join(filter(None, (said, self.current.warning))))
