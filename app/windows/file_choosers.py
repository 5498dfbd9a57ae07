"""Asks for files to try: pictures, or heads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_pictures(parent: QWidget) -> list[Path]:
    names, _ = QFileDialog.getOpenFileNames(parent, "Pictures to try")
    return [Path(name) for name in names]


def ask_heads(parent: QWidget) -> list[Path]:
    names, _ = QFileDialog.getOpenFileNames(parent, "Head files", filter="Heads (*.safetensors *.pth)")
    return [Path(name) for name in names]
