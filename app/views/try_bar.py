"""The bar of the try view: which heads, which tiles, how they become one answer, and what of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from app.icons import icon
from app.models.tried import COMBINE_TEXTS, TILE_TEXTS, HeadToTry, TryState, Ways
from app.theme import Theme


class TryBar(QWidget):
    act_requested = Signal(str)
    head_toggled = Signal(str)
    tiles_chosen = Signal(object)
    """Tiles, or None for as trained."""
    combine_chosen = Signal(object)
    """Combine, or None for as trained."""
    default_toggled = Signal(bool)
    tiles_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state: TryState | None = None
        self._heads = self._chooser("The heads that are asked about each picture")
        self._tiles = self._chooser("How heads look at a large picture")
        self._combine = self._chooser("How the answers for the five crops become one")
        self._default = self._toggle("Default class", "Show the first label of class heads too, and count it")
        self._shown = self._toggle("Show tiles", "What the marked head says of each tile, over the picture")
        self._buttons = [self._button("Choose files…", "try_files"), self._button("Clear", "try_clear")]
        self._row = QHBoxLayout(self)
        for part in (self._heads, self._tiles, self._combine, self._default, self._shown):
            self._row.addWidget(part)
        self._row.addStretch(1)
        for button in self._buttons:
            self._row.addWidget(button)
        self._default.clicked.connect(self.default_toggled)
        self._shown.clicked.connect(self.tiles_toggled)
        self.set_theme(theme)
        self.show_state(TryState())

    def set_theme(self, theme: Theme) -> None:
        self.setFixedHeight(theme.bar_height)
        self._row.setContentsMargins(theme.grid, 0, 2 * theme.grid, 0)
        self._row.setSpacing(2 * theme.grid)
        for chooser in (self._heads, self._tiles, self._combine):
            chooser.setIcon(icon("chevron-down", theme.dim))
            chooser.setIconSize(QSize(theme.large, theme.large))

    def show_state(self, state: TryState) -> None:
        before, self._state = self._state, state
        if before is None or state.heads != before.heads:
            self._fill_heads(state.heads)
        if before is None or state.ways != before.ways:
            self._show_ways(state.ways)
        self._buttons[1].setEnabled(bool(state.ids))

    def _show_ways(self, ways: Ways) -> None:
        self._fill(self._tiles, "Tiles", TILE_TEXTS, ways.tiles, self.tiles_chosen.emit)
        self._fill(self._combine, "Combine", COMBINE_TEXTS, ways.combine, self.combine_chosen.emit)
        self._default.setChecked(ways.with_default)
        self._shown.setChecked(ways.shows_tiles)

    def _fill_heads(self, heads: Sequence[HeadToTry]) -> None:
        menu = self._heads.menu()
        menu.clear()
        for head in heads:
            action = menu.addAction(f"{head.name}  ·  {head.detail}".replace("&", "&&"))
            action.setToolTip(head.model)
            action.setCheckable(True)
            action.setChecked(head.chosen)
            action.triggered.connect(partial(self._emit_head, head.model))
        menu.addSeparator()
        menu.addAction("Add a head file…").triggered.connect(lambda: self.act_requested.emit("try_heads"))
        chosen = [head.name for head in heads if head.chosen]
        self._heads.setText(
            chosen[0].replace("&", "&&") if len(chosen) == 1 else f"{len(chosen)} heads" if chosen else "No head"
        )

    def _emit_head(self, model: str, _checked: bool) -> None:  # noqa: FBT001 - the signal's argument
        self.head_toggled.emit(model)

    def _fill(
        self, button: QToolButton, name: str, texts: Mapping[Any, str], chosen: object, emit: Callable[[object], None]
    ) -> None:
        menu = button.menu()
        menu.clear()
        for before in menu.findChildren(QActionGroup):
            before.deleteLater()
        group = QActionGroup(menu)
        for choice, text in texts.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(choice is chosen)
            action.triggered.connect(partial(_pass, emit, choice))
            group.addAction(action)
        button.setText(f"{name}: {texts[chosen].lower()}")

    def _chooser(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the name
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        return button

    def _toggle(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _button(self, text: str, act: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.act_requested.emit(act))
        return button


def _pass(emit: Callable[[object], None], choice: object, _checked: bool) -> None:  # noqa: FBT001 - the signal's
    emit(choice)
