"""Chooses what a new head begins with: a ready-made question, or one of the person's own."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from core.project.presets import Preset, all_presets


class PresetBox(QComboBox):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets = all_presets()
        self.addItem("A question of my own")
        for preset in self._presets:
            self.addItem(f"{title_of(preset)}: {preset.says[0].lower()}{preset.says[1:]}")

    @property
    def preset(self) -> Preset | None:
        place = self.currentIndex() - 1
        return self._presets[place] if place >= 0 else None

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title_of(preset) for preset in self._presets)

    @property
    def asks_content(self) -> bool:
        """What is chosen is known to ask what a picture shows."""
        return self.preset is not None and self.preset.content


def title_of(preset: Preset) -> str:
    return preset.name.replace("-", " ").capitalize()
