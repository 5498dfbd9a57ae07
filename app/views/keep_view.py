"""The screen of limits: the pool by what is said, how good the limits are, and the images at the border to judge."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.models.keeping import KeepMessage, KeepState, StripState
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.figures import count
from app.views.film_strip import Describe
from app.views.histogram import Histogram
from app.views.image_view import ImageView
from app.views.interval_rows import IntervalRows
from app.views.keep_panel import KeepPanel
from app.views.label_view import LabelView
from app.views.sections import bare, rule, side_by_side
from core.values import ImageId

_PANEL_GROWTH = 1.25
_JUDGED_BY = (
    "What is answered counts as it was answered: the version keeps it or not, though it learned from it.\n"
    "Of open images those answers tell that were given without the prediction and in a random order, as the images\n"
    "below are asked. Others were asked because they are hard, and would say too little good of the head."
)
_HISTOGRAM = 0.16
"""Of the height."""
_TALL = 620
"""A lower view leaves out what comes next: the labels of what is judged need its room."""


class KeepView(QWidget):
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
        self._theme = theme
        self._ready = False
        self._strip: StripState | None = None
        self.panel = KeepPanel(theme, self)
        self.histogram = Histogram(theme, self)
        self.figures = IntervalRows(theme, self)
        self.cards = LabelView(theme, pictures, thumbnails, self, describe=describe, reasons=False)
        self.kept = ElidedLabel(theme, self, size="large", bold=True)
        self._note = ElidedLabel(theme, self, dim=True)
        self.warning = ElidedLabel(theme, self, lines=2)
        self.reason = ElidedLabel(theme, self, dim=True)
        self._empty = EmptyView(theme, self)
        self._empty.act_requested.connect(self.act_requested)
        self.panel.act_requested.connect(self.act_requested)
        self._lay_out()
        self.set_theme(theme)

    @property
    def image_view(self) -> ImageView:
        return self.cards.image_view

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        parts = (self.panel, self.histogram, self.figures, self.cards, self.kept, self._note, self.warning, self.reason)
        for part in (*parts, self._empty):
            part.set_theme(theme)
        side = 3 * theme.grid
        self._top.setContentsMargins(side, 2 * theme.grid, side, theme.grid)
        self._top.setSpacing(3 * theme.grid)
        for row in (self._warned, self._judged):
            row.setContentsMargins(side, 0, side, theme.grid)
        self._asked.setContentsMargins(side, theme.grid, side, theme.grid)
        self._fit()

    def show_state(self, state: KeepState) -> None:
        self._ready = state.spread is not None
        self.panel.show_state(state)
        self.histogram.show_state(state)
        self.figures.show_rows(state.figures)
        share = f" ({100 * state.kept / state.total:.1f} %)" if state.total else ""
        known = self._ready or state.total
        self.kept.set_text(f"{count(state.kept)} of {count(state.total)} kept{share}" if known else "")
        note = " · ".join(filter(None, (state.beyond, state.note)))
        self._note.set_text(note, tip=_JUDGED_BY)
        self.warning.set_text(state.warning, colour=self._theme.warning)
        self.warning.setVisible(bool(state.warning))
        self._pages.setCurrentWidget(self._work)

    def show_strip(self, strip: StripState) -> None:
        self._strip = strip
        self.reason.set_text(strip.reason)
        self.cards.show_queue(strip.ids, strip.position, strip.card)

    def show_message(self, message: KeepMessage) -> None:
        self._ready = True
        self._strip = None
        self.cards.show_card(None)
        self._empty.set_content(message.title, message.text, message.actions, mark="curve")
        self._pages.setCurrentWidget(self._empty)

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers of these images changed."""
        self.cards.film_strip.refresh(ids)

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        if self._pages.currentWidget() is self._empty:
            return self._ready
        return self._ready and bool(self.figures.height()) and (self._strip is not None and self.cards.is_settled())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        least = self._theme.panel_width
        self._side.setFixedWidth(max(least, min(self.width() // 5, round(least * _PANEL_GROWTH))))
        self.cards.film_strip.setVisible(self.height() >= self._theme.px(_TALL))
        self.histogram.setFixedHeight(max(self.histogram.minimumSizeHint().height(), round(self.height() * _HISTOGRAM)))

    def _lay_out(self) -> None:
        self._top = side_by_side(self.kept, self._note, stretch=(1,))
        self._warned, self._judged = side_by_side(self.warning, stretch=(0,)), side_by_side(self.figures, stretch=(0,))
        self._asked = side_by_side(self.reason, stretch=(0,))
        right = QWidget(self)
        column = bare(QVBoxLayout(right))
        column.addLayout(self._top)
        column.addWidget(self.histogram)
        column.addLayout(self._judged)
        column.addLayout(self._warned)
        column.addWidget(rule(self, upright=False))
        column.addLayout(self._asked)
        column.addWidget(self.cards, 1)
        self._side = QWidget(self)
        side = bare(QVBoxLayout(self._side))
        side.addWidget(self.panel, 1)
        side.addWidget(self.panel.footer)
        self._work = QWidget(self)
        row = bare(QHBoxLayout(self._work))
        row.addWidget(self._side)
        row.addWidget(rule(self, upright=True))
        row.addWidget(right, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._work)
        self._pages.addWidget(self._empty)
        bare(QVBoxLayout(self)).addWidget(self._pages)
