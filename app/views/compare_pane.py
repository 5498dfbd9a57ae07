"""What changed between two versions: flips as thumbnails in groups, and how the pool moved."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.models.versions import CompareState, FlipGroup
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count
from app.views.grid_view import GridView
from app.views.share_bars import ShareBars
from app.views.wrapped_text import WrappedText
from core.values import ImageId

_CAUTIONS = 5
"""Lines kept for what should be known of the numbers."""


class ComparePane(QWidget):
    image_opened = Signal(int)
    """Id of an image."""

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = CompareState()
        self._group = ""
        self._title = ElidedLabel(theme, self, bold=True)
        self._figure = WrappedText(theme, self, size="base", dim=False)
        self._alarm = ElidedLabel(theme, self, bold=True)
        self._cautions = tuple(WrappedText(theme, self) for _ in range(_CAUTIONS))
        self._chips = QHBoxLayout()
        self._unseen_chips = QHBoxLayout()
        self._chips_shown: list[QToolButton] = []
        self.grid = GridView(theme, thumbnails, self._cell, self)
        self._shares_title = ElidedLabel(theme, self, size="small", dim=True)
        self._shares = ShareBars(theme)
        self._panel = QWidget(self)
        self._lay_out()
        self.grid.opened.connect(self._open)
        self.set_theme(theme)
        self.show_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for line in (self._title, self._alarm, self._shares_title):
            line.set_theme(theme)
        for text in (self._figure, *self._cautions):
            text.set_theme(theme)
        self.grid.set_theme(theme)
        self._shares.set_theme(theme)
        side = 3 * theme.grid
        self._head.setContentsMargins(side, 2 * theme.grid, side, theme.grid)
        for lines in (self._head, self._said):
            lines.setSpacing(theme.grid // 2)
        for chips in (self._chips, self._unseen_chips):
            chips.setSpacing(theme.grid)
        self._panel.setFixedWidth(theme.panel_width)
        self._side.setContentsMargins(side, 2 * theme.grid, side, side)
        self._show_texts()
        self._fill_chips()
        self._check_chips()

    def show_state(self, state: CompareState) -> None:
        """The group that is looked at stays, where there still is one of that name."""
        self._state = state
        self._show_texts()
        self._fill_chips()
        self._panel.setVisible(bool(state.shares))
        self._shares_title.set_text(state.shares_title)
        self._shares.show_rows(state.shares)
        self._shares.setToolTip(state.shares_tip)
        names = [group.name for group in state.groups if len(group.ids)]
        self.show_group(self._group if self._group in names else next(iter(names), ""))

    def show_group(self, name: str) -> None:
        self._group = name
        group = self._shown_group()
        self._group = name if group is not None else ""
        ids = group.ids if group is not None else np.zeros(0, np.int64)
        self.grid.set_queue(ids, 0 if len(ids) else -1)
        self.grid.refresh(ids.tolist())  # the group before may have said something else of the same image
        self.grid.setVisible(bool(len(ids)))
        self._filler.setVisible(not len(ids))
        self._check_chips()

    def next_group(self) -> None:
        """The next one that holds an image, around the end."""
        names = [group.name for group in self._state.groups if len(group.ids)]
        if names:
            self.show_group(names[(names.index(self._group) + 1) % len(names) if self._group in names else 0])

    @property
    def group(self) -> str:
        return self._group

    def is_settled(self) -> bool:
        return not self.grid.isVisible() or self.grid.is_settled()

    def _shown_group(self) -> FlipGroup | None:
        return next((group for group in self._state.groups if group.name == self._group), None)

    def _cell(self, image_id: ImageId) -> Cell:
        group = self._shown_group()
        describe = group.describe if group is not None and group.describe is not None else self._state.describe
        return describe(image_id) if describe is not None else Cell()

    @Slot(int)
    def _open(self, position: int) -> None:
        group = self._shown_group()
        if group is not None and 0 <= position < len(group.ids):
            self.image_opened.emit(int(group.ids[position]))

    def _show_texts(self) -> None:
        state = self._state
        self._title.set_text(state.title)
        self._figure.set_text(state.figure)
        self._figure.setVisible(bool(state.figure))
        self._alarm.set_text(state.alarm, colour=self._theme.danger)
        self._alarm.setVisible(bool(state.alarm))
        for place, label in enumerate(self._cautions):
            label.set_text(state.cautions[place] if place < len(state.cautions) else "")
            label.setVisible(place < len(state.cautions))

    def _fill_chips(self) -> None:
        """Those of the unseen stand beside the figure that they make, and make no row of their own."""
        for chips in (self._chips, self._unseen_chips):
            while (item := chips.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
        self._chips_shown = [self._chip(group) for group in self._state.groups]
        for group, chip in zip(self._state.groups, self._chips_shown, strict=True):
            (self._chips if group.describe is None else self._unseen_chips).addWidget(chip)
        self._chips.addStretch(1)

    def _check_chips(self) -> None:
        for chip in self._chips_shown:
            chip.setChecked(chip.property("group") == self._group)

    def _chip(self, group: FlipGroup) -> QToolButton:
        button = QToolButton(self)
        button.setText(f"{group.name} {count(len(group.ids))}")
        button.setToolTip(group.tip)
        button.setCheckable(True)
        button.setEnabled(bool(len(group.ids)))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("group", group.name)
        if group.loud and len(group.ids):
            button.setStyleSheet(f"color: {self._theme.danger.name()}; font-weight: 600;")
        button.clicked.connect(partial(self._choose, group.name))
        return button

    def _choose(self, name: str, _checked: object = None) -> None:
        self.show_group(name)

    def _lay_out(self) -> None:
        self._said = QVBoxLayout()
        self._said.addWidget(self._title)
        self._said.addWidget(self._figure)
        figure = QHBoxLayout()
        figure.addLayout(self._said, 1)
        figure.addLayout(self._unseen_chips)
        self._head = QVBoxLayout()
        self._head.addLayout(figure)
        self._head.addWidget(self._alarm)
        for label in self._cautions:
            self._head.addWidget(label)
        self._head.addLayout(self._chips)
        scroll = QScrollArea(self._panel)
        scroll.setObjectName("shares")
        scroll.setWidget(self._shares)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side = QVBoxLayout(self._panel)
        self._side.addWidget(self._shares_title)
        self._side.addWidget(scroll, 1)
        self._filler = QWidget(self)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(self._head)
        left.addWidget(self.grid, 1)
        left.addWidget(self._filler, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._panel)
