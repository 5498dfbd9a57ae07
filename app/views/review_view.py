"""The review view: an answered image as the label view shows it, under the sentence that says why it is here again."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.models.reviewed import ReviewBarState, ReviewState
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.film_strip import Describe
from app.views.image_view import ImageView
from app.views.label_view import LabelView
from app.views.review_bar import ReviewBar
from app.views.sections import bare, rule
from core.values import ImageId


class ReviewView(QWidget):
    act_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        describe: Describe | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = ReviewState(ReviewBarState())
        self.bar = ReviewBar(theme, self)
        self.cards = LabelView(theme, pictures, thumbnails, self, describe=describe, reasons=False)
        self._reason = ElidedLabel(theme, self, size="large")
        self._hint = ElidedLabel(theme, self, size="small", dim=True)
        self._hint.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._empty = EmptyView(theme, self)
        self._empty.act_requested.connect(self.act_requested)
        self._lay_out()
        self.set_theme(theme)

    @property
    def image_view(self) -> ImageView:
        return self.cards.image_view

    def set_theme(self, theme: Theme) -> None:
        for part in (self.bar, self.cards, self._reason, self._hint, self._empty):
            part.set_theme(theme)
        self._sentence.setContentsMargins(3 * theme.grid, theme.grid, 3 * theme.grid, theme.grid)
        self._sentence.setSpacing(3 * theme.grid)

    def show_state(self, state: ReviewState) -> None:
        self._state = state
        self.bar.show_state(state.bar)
        if state.card is None:
            if state.message is not None:
                self._empty.set_content(state.message.title, state.message.text, state.message.actions, mark="done")
            else:
                self._empty.wait("Looking through the answers…")
            self.cards.show_card(None)
            self._pages.setCurrentWidget(self._empty)
            return
        self._reason.set_text(state.reason[:1].upper() + state.reason[1:])
        self._hint.set_text(state.hint)
        self._pages.setCurrentWidget(self._work)
        self.cards.show_queue(state.ids, state.position, state.card)

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers of these images changed."""
        self.cards.film_strip.refresh(ids)

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        if self._state.card is None:
            return self._state.message is not None
        return self.cards.is_settled()

    def _lay_out(self) -> None:
        self._work = QWidget(self)
        self._sentence = QHBoxLayout()
        self._sentence.addWidget(self._reason, 1)
        self._sentence.addWidget(self._hint)
        work = bare(QVBoxLayout(self._work))
        work.addLayout(self._sentence)
        work.addWidget(rule(self, upright=False))
        work.addWidget(self.cards, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._work)
        column = bare(QVBoxLayout(self))
        column.addWidget(self.bar)
        column.addWidget(rule(self, upright=False))
        column.addWidget(self._pages, 1)
