"""Two to four images side by side; zoom and pan in one of them are followed by the others."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.loading.pictures import FULL, PictureLoader, Wish, fitted_side
from app.loading.thumbnails import ThumbnailLoader
from app.models.beside import BesidePane, BesideState
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.image_view import ImageView
from app.views.viewport import Viewport
from core.errors import UserError

MOST = 4
_PLACES = {1: ((0, 0),), 2: ((0, 0), (0, 1)), 3: ((0, 0), (0, 1), (0, 2)), 4: ((0, 0), (0, 1), (1, 0), (1, 1))}
_RESIZE_REST_MS = 60


class BesideView(QWidget):
    act_requested = Signal(str)

    def __init__(
        self, theme: Theme, pictures: PictureLoader, thumbnails: ThumbnailLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._state = BesideState()
        self._title = ElidedLabel(theme, self, bold=True)
        self._hint = ElidedLabel(theme, self, size="small", dim=True)
        self._message = QLabel(self)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._panes = tuple(_Pane(theme, pictures, thumbnails, self) for _ in range(MOST))
        self._rest = QTimer(self, singleShot=True, interval=_RESIZE_REST_MS)
        self._lay_out()
        for pane in self._panes:
            pane.view.viewed.connect(self._follow)
            pane.view.needs_changed.connect(self._rest.start)
            pane.view.act_requested.connect(self.act_requested)
        self._rest.timeout.connect(self._wish)
        self.set_theme(theme)
        self.show_state(self._state)

    @property
    def image_view(self) -> ImageView:
        """The first one; the others follow it."""
        return self._panes[0].view

    @property
    def lost_root(self) -> str:
        """Of the first picture that cannot be shown as its image folder is not there."""
        return next(filter(None, (pane.view.lost_root for pane, _ in self._shown())), "")

    @property
    def state(self) -> BesideState:
        return self._state

    def set_theme(self, theme: Theme) -> None:
        self._title.set_theme(theme)
        self._hint.set_theme(theme)
        self._message.setFont(theme.font())
        for pane in self._panes:
            pane.set_theme(theme)
        side = 3 * theme.grid
        self._top.setContentsMargins(side, 2 * theme.grid, side, 2 * theme.grid)
        self._top.setSpacing(4 * theme.grid)
        self._middle.setSpacing(theme.grid)

    def show_state(self, state: BesideState) -> None:
        self._state = state
        self._title.set_text(state.title)
        self._hint.set_text(state.hint)
        self._message.setText(state.message)
        self._message.setVisible(not state.panes)
        places = _PLACES.get(len(state.panes), ())
        for number, pane in enumerate(self._panes):
            self._middle.removeWidget(pane)
            pane.setVisible(number < len(places))
            if number < len(places):
                self._middle.addWidget(pane, *places[number])
                pane.show_pane(state.panes[number])
            else:
                pane.view.show_image(None)
        for line in range(max(MOST - 1, 2)):
            self._middle.setColumnStretch(line, int(any(column == line for _, column in places)))
            self._middle.setRowStretch(line, int(any(row == line for row, _ in places)))
        self._rest.start()
        self._wish()

    def is_settled(self) -> bool:
        shown = self._panes[: len(self._state.panes)]
        return not self._state.waiting and not self._rest.isActive() and all(pane.view.is_settled() for pane in shown)

    def unread(self) -> bool:
        """Raises UserError where a picture cannot be shown."""
        shown = [pane.view for pane in self._panes[: len(self._state.panes)]]
        if any(view.problem is not None for view in shown):
            raise UserError("a picture of these is not on screen, so they were not judged", "S passes over them")
        return not all(view.shows_anything() for view in shown)

    @Slot(object)
    def _follow(self, view: Viewport) -> None:
        """Where one is looked at closely, all are, at the same place."""
        for pane in self._panes[: len(self._state.panes)]:
            if pane.view is not self.sender():
                pane.view.look_as(view)
        self._rest.start()

    @Slot()
    def _wish(self) -> None:
        shown = self._panes[: len(self._state.panes)]
        wishes = [Wish(one.image, fitted_side(one.image, pane.view.pane())) for pane, one in self._shown()]
        wishes += [Wish(one.image, FULL) for pane, one in self._shown() if pane.view.needs_full()]
        if shown:
            wishes += [Wish(image, fitted_side(image, shown[0].view.pane())) for image in self._state.ahead]
        self._pictures.want(wishes)

    def _shown(self) -> list[tuple[_Pane, BesidePane]]:
        return list(zip(self._panes, self._state.panes, strict=False))

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._title)
        self._top.addWidget(self._hint, 1)
        self._middle = QGridLayout()
        self._middle.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self._message, 1)
        column.addLayout(self._middle, 1)


class _Pane(QWidget):
    """One image, with a line below it."""

    def __init__(self, theme: Theme, pictures: PictureLoader, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = ImageView(theme, pictures, thumbnails, self, offers=True)
        self._title = ElidedLabel(theme, self, bold=True)
        self._name = ElidedLabel(theme, self, size="small", dim=True, mode=Qt.TextElideMode.ElideMiddle)
        self._note = ElidedLabel(theme, self)
        self._line = QHBoxLayout()
        self._line.addWidget(self._title)
        self._line.addWidget(self._note)
        self._line.addWidget(self._name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(self._line)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.view, self._title, self._name, self._note):
            part.set_theme(theme)
        side = 3 * theme.grid
        self._line.setContentsMargins(side, theme.grid, side, 2 * theme.grid)
        self._line.setSpacing(2 * theme.grid)

    def show_pane(self, pane: BesidePane) -> None:
        self.view.show_image(pane.image)
        self._title.set_text(pane.title)
        self._note.set_text(pane.note)
        self._name.set_text(pane.image.path.rsplit("/", 1)[-1], tip=pane.image.path)
