"""The view of pages: a bar and a page of cards under it, or what to do where there are none."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.loading.thumbnails import ThumbnailLoader
from app.models.pages import PageBarState, PageState
from app.theme import Theme
from app.views.empty_view import EmptyView
from app.views.film_strip import Describe
from app.views.page_bar import PageBar
from app.views.page_grid import PageGrid
from app.views.sections import bare, rule
from core.values import ImageId


class PageView(QWidget):
    act_requested = Signal(str)

    def __init__(
        self, theme: Theme, thumbnails: ThumbnailLoader, describe: Describe, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.state = PageState(PageBarState())
        self.bar = PageBar(theme, self)
        self.grid = PageGrid(theme, thumbnails, describe, self)
        self._empty = EmptyView(theme, self)
        self._empty.act_requested.connect(self.act_requested)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._empty)
        line = rule(self, upright=False)
        column = bare(QVBoxLayout(self))
        column.addWidget(self.bar)
        column.addWidget(line)
        column.addWidget(self._pages, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.bar, self.grid, self._empty):
            part.set_theme(theme)

    def show_state(self, state: PageState) -> None:
        self.state = state
        self.bar.show_state(state.bar)
        self.grid.show_cards(state.cards, state.cursor, state.ahead)
        if state.message is not None:
            self._empty.set_content(state.message.title, state.message.text, state.message.actions, mark="done")
        self._pages.setCurrentWidget(self.grid if state.message is None else self._empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Past the last page, where no card is in sight, keys lead back as well."""
        self.grid.keyPressEvent(event)

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers of these images changed."""
        if any(card.image_id in ids for card in self.state.cards):
            self.grid.update()

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        there = self.state.message is not None or (bool(self.state.cards) and self.grid.is_settled())
        return there and not self.state.waits
