"""The label view: the picture large, the prediction beside it, the film strip below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.loading.pictures import FULL, PictureLoader, Wish, fitted_side
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Card
from app.theme import Theme
from app.views.film_strip import READ_AHEAD, Describe, FilmStrip
from app.views.image_view import ImageView
from app.views.prediction_panel import PredictionPanel
from app.views.sections import bare, rule
from core.values import ImageFile, ImageId

_AHEAD, _BEHIND = 6, 2
_PANEL_GROWTH = 1.4
_RESIZE_REST_MS = 60
"""A pane that is being dragged asks for new pictures only once it rests."""


class LabelView(QWidget):
    row_activated = Signal(int)
    row_denied = Signal(int)
    score_activated = Signal(float)
    film_activated = Signal(int)
    image_painted = Signal(int)
    zoom_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        describe: Describe | None = None,
        reasons: bool = True,
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._shown: ImageFile | None = None
        self._upcoming: Sequence[ImageId] = ()
        self.image_view = ImageView(theme, pictures, thumbnails, self, offers=True)
        self._panel_width = theme.panel_width
        self.panel = PredictionPanel(theme, self, reasons=reasons)
        self.film_strip = FilmStrip(theme, thumbnails, self, describe=describe)
        self._rest = QTimer(self, singleShot=True, interval=_RESIZE_REST_MS)
        self._after_paint = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self.panel.row_activated.connect(self.row_activated)
        self.panel.row_denied.connect(self.row_denied)
        self.panel.score_activated.connect(self.score_activated)
        self.film_strip.activated.connect(self.film_activated)
        self.image_view.painted.connect(self.image_painted)
        self.image_view.zoom_changed.connect(self.zoom_changed)
        self.image_view.needs_changed.connect(self._rest.start)
        self._rest.timeout.connect(self._wish)
        self._after_paint.timeout.connect(self._wish)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.image_view, self.panel, self.film_strip):
            part.set_theme(theme)
        self._panel_width = theme.panel_width
        self._fit_panel()

    def show_card(self, card: Card | None, upcoming: Sequence[ImageId] = ()) -> None:
        """`upcoming`: the images that come next, in order; without them the film strip's queue is followed."""
        self._shown = card.image if card is not None else None
        self._upcoming = upcoming
        self.image_view.show_image(self._shown)
        self.panel.setVisible(card is not None)
        if card is not None:
            self.panel.show_card(card)
        if self._shown is not None and self.image_view.problem is not None:
            self._wish()
            self._pictures.try_again((self._shown.image_id,))
        elif self._shown is not None and self.image_view.has_picture():
            self._after_paint.start()
        else:
            self._wish()

    def show_queue(self, ids: NDArray[np.int64], position: int, card: Card | None) -> None:
        """A queue of which all is known: the card of the image in `position`, and those that come next."""
        self.film_strip.set_queue(ids, position)
        self.show_card(card, [ImageId(int(one)) for one in ids[position + 1 : position + 1 + _AHEAD]])

    def show_nothing(self) -> None:
        self.film_strip.set_queue((), 0)
        self.show_card(None)

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        return not self._rest.isActive() and self.image_view.is_settled() and self.film_strip.is_settled()

    def set_prediction_hidden(self, *, hidden: bool, key: str) -> None:
        """`key` shows it again."""
        self.panel.set_prediction_hidden(hidden=hidden, key=key)
        self.image_view.hide_tiles(hidden=hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_panel()

    def _fit_panel(self) -> None:
        """On a large screen the panel takes more room, for names."""
        least = self._panel_width
        self.panel.setFixedWidth(max(least, min(self.width() // 5, round(least * _PANEL_GROWTH))))

    @Slot()
    def _wish(self) -> None:
        """Have the shown picture decoded, then those that may come next, at the size they will be shown."""
        if self._shown is None:
            self._pictures.want(())
            return
        pane = self.image_view.pane()
        near = self.film_strip.neighbours(_BEHIND, 0 if self._upcoming else _AHEAD)
        later = self.film_strip.neighbours(0, READ_AHEAD)
        files = self._pictures.files([*self._upcoming[:_AHEAD], *near], later)
        wishes = [Wish(image, fitted_side(image, pane)) for image in (self._shown, *files)]
        if self.image_view.needs_full():
            wishes.insert(1, Wish(self._shown, FULL))
            if self.image_view.zoom_locked() and files:
                wishes.insert(2, Wish(files[0], FULL))
        self._pictures.want(wishes)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.image_view, 1)
        row.addWidget(rule(self, upright=True))
        row.addWidget(self.panel)
        column = bare(QVBoxLayout(self))
        column.addLayout(row, 1)
        column.addWidget(rule(self, upright=False))
        column.addWidget(self.film_strip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
