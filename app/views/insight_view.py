"""The insight view: a list of pictures, one of them large, and below it the images of what is marked in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.delegates.cell_delegate import cell_height
from app.icons import icon
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.models.insight import NAMES, Group, InsightState, Picture, Selected
from app.theme import Theme
from app.views.colour_key import ColourKey
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.figures import count
from app.views.grid_view import GridView
from app.views.palette import map_colours, tone_colour
from app.views.sections import bare, rule
from app.views.wrapped_text import WrappedText
from core.values import ImageId

if TYPE_CHECKING:
    from app.views.chart_canvas import ChartCanvas
    from app.views.map_canvas import MapCanvas

_LIST = 224
_TALL = 1000
"""A window of this height has room for a second row of images."""

_SAID_BY_TIP = (
    "A head repeats the answers that it learned from.\n"
    "What stands below an answered image is therefore said by heads that learned from other answers only.\n"
    "Of an image that was answered since the version it is said by the head that learns as you answer."
)


class InsightView(QWidget):
    act_requested = Signal(str)
    picture_chosen = Signal(object)
    """Picture"""
    choice_chosen = Signal(int)
    group_chosen = Signal(int)
    opened = Signal(int)
    """Position in the marked images."""
    canvas_made = Signal(object)
    """The ChartCanvas, once."""
    map_made = Signal(object)
    """The MapCanvas, once."""

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = InsightState(waiting=True)
        self._describe: Callable[[ImageId], Cell] | None = None
        self._canvas: ChartCanvas | None = None
        self._map: MapCanvas | None = None
        self._buttons = {picture: self._picture_button(picture) for picture in Picture}
        self._title = ElidedLabel(theme, self, bold=True)
        self._note = WrappedText(theme, self)
        self._choice = self._chooser()
        self._key = ColourKey(theme, self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._told = WrappedText(theme, self, size="base", dim=False)
        self._said_by = ElidedLabel(theme, self, size="small", dim=True)
        self._groups = QHBoxLayout()
        self._groups.addStretch(1)
        self._group_buttons: list[QToolButton] = []
        self.strip = GridView(theme, thumbnails, self._cell, self)
        self.strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.strip.opened.connect(self.opened)
        self._empty = EmptyView(theme, self)
        self._empty.act_requested.connect(self.act_requested)
        self._lay_out()
        self.set_theme(theme)

    @property
    def canvas(self) -> ChartCanvas:
        """Built with the first picture: pyqtgraph takes a while to load."""
        if self._canvas is None:
            from app.views.chart_canvas import ChartCanvas

            self._canvas = ChartCanvas(self._theme, self)
            self._pages.addWidget(self._canvas)
            self.canvas_made.emit(self._canvas)
        return self._canvas

    @property
    def map(self) -> MapCanvas:
        if self._map is None:
            from app.views.map_canvas import MapCanvas

            self._map = MapCanvas(self._theme, self)
            self._pages.addWidget(self._map)
            self.map_made.emit(self._map)
        return self._map

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        texts = (self._title, self._note, self._told, self._said_by)
        for part in (*texts, self._key, self.strip, self._empty, self._canvas, self._map):
            if part is not None:
                part.set_theme(theme)
        self._side.setFixedWidth(theme.px(_LIST))
        self._list.setContentsMargins(theme.grid, 2 * theme.grid, theme.grid, theme.grid)
        self._list.setSpacing(theme.grid // 2)
        for button in self._buttons.values():
            button.setFixedHeight(theme.row)
        side = 3 * theme.grid
        self._head.setContentsMargins(side, 2 * theme.grid, side, theme.grid)
        self._head.setSpacing(3 * theme.grid)
        self._below.setContentsMargins(side, theme.grid, side, theme.grid)
        self._below.setSpacing(3 * theme.grid)
        self._groups.setContentsMargins(2 * theme.grid, 0, side, theme.grid)
        self._groups.setSpacing(theme.grid)
        self.words.setContentsMargins(side, theme.grid, side, 2 * theme.grid)
        self._choice.setIcon(icon("chevron-down", theme.dim))
        self._choice.setIconSize(QSize(theme.large, theme.large))
        self._show_key()
        self._fit()

    def describe_by(self, describe: Callable[[ImageId], Cell]) -> None:
        """What stands below an image of the strip."""
        self._describe = describe

    def show_state(self, state: InsightState) -> None:
        self._state = state
        for picture, button in self._buttons.items():
            button.setChecked(picture is state.picture)
        self._title.set_text(NAMES[state.picture])
        shown = state.chart or state.map
        self._note.set_text(shown.note if shown is not None else "")
        self._fill_choices(state)
        words = state.chart.words if state.chart is not None and state.message is None else ()
        self.words.setText("\n".join(words))
        self.words.setVisible(bool(words))
        if state.message is not None:
            self._empty.set_content(state.message.title, state.message.text, state.message.actions, mark="curve")
            self._pages.setCurrentWidget(self._empty)
        elif state.chart is not None:
            self.canvas.show_chart(state.chart)
            self._pages.setCurrentWidget(self.canvas)
        elif state.map is not None:
            self.map.show_map(state.map)
            self._pages.setCurrentWidget(self.map)
        self._show_key()
        self._strip_area.setVisible(state.message is None)

    def _show_key(self) -> None:
        """What the colours mean, those without words only as part of a ramp."""
        chart, picture = self._state.chart, self._state.map
        key = [(tone_colour(self._theme, tone), text) for tone, text in chart.key] if chart is not None else []
        if picture is not None:
            key = list(zip(map_colours(self._theme, picture.scheme, len(picture.names)), picture.names, strict=True))
            key += [(self._theme.dot, picture.rest)] if picture.rest else []
        self._key.show_key(key)

    def show_selected(self, selected: Selected) -> None:
        self._told.set_text(selected.text)
        self._said_by.set_text(selected.below, tip=_SAID_BY_TIP)
        self._said_by.setVisible(bool(selected.below) and not selected.groups)  # with groups the picture's note says so
        self._show_groups(selected.groups, selected.group)
        if self._canvas is not None:
            self._canvas.mark(selected.mark)
            if selected.threshold is not None:
                self._canvas.set_threshold(selected.threshold)
        if self._map is not None:
            self._map.mark(selected.ids)
        self.strip.set_queue(selected.ids, 0 if len(selected.ids) else -1)

    def zoom(self, steps: int) -> None:
        """The map, where that is shown; 0 steps: all of it."""
        if self._state.map is not None:
            self.map.zoom_by(steps)

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers of these images changed."""
        self.strip.refresh(ids)

    def is_settled(self) -> bool:
        return not self._state.waiting and (not self.strip.isVisible() or self.strip.is_settled())

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _cell(self, image_id: ImageId) -> Cell:
        return self._describe(image_id) if self._describe is not None else Cell()

    def _fit(self) -> None:
        rows = 2 if self.height() >= self._theme.px(_TALL) else 1
        self.strip.setFixedHeight(rows * cell_height(self._theme) + self._theme.grid)

    def _show_groups(self, groups: Sequence[Group], chosen: int) -> None:
        while len(self._group_buttons) < len(groups):
            button = QToolButton(self)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._emit_group, len(self._group_buttons)))
            self._group_buttons.append(button)
            self._groups.insertWidget(len(self._group_buttons) - 1, button)
        for place, button in enumerate(self._group_buttons):
            button.setVisible(place < len(groups))
            if place < len(groups):
                button.setText(f"{groups[place].name} {count(groups[place].count)}")
                button.setToolTip(groups[place].tip)
                button.setChecked(place == chosen)

    def _emit_group(self, place: int, _checked: object = None) -> None:
        self.group_chosen.emit(place)

    def _fill_choices(self, state: InsightState) -> None:
        self._choice.setVisible(len(state.choices) > 1)
        menu = self._choice.menu()
        menu.clear()
        for place, text in enumerate(state.choices):
            action = QAction(text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(place == state.choice)
            action.triggered.connect(partial(self._emit_choice, place))
            menu.addAction(action)
        if state.choices:
            self._choice.setText(state.choices[state.choice].replace("&", "&&"))

    def _emit_choice(self, place: int, _checked: object = None) -> None:
        self.choice_chosen.emit(place)

    def _picture_button(self, picture: Picture) -> QPushButton:
        button = QPushButton(NAMES[picture], self)
        button.setObjectName("listed")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._emit_picture, picture))
        return button

    def _emit_picture(self, picture: Picture, _checked: object = None) -> None:
        self.picture_chosen.emit(picture)

    def _chooser(self) -> QToolButton:
        button = QToolButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the name
        button.setMenu(QMenu(button))
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def _lay_out(self) -> None:
        self._side = QWidget(self)
        self._side.setObjectName("panel")
        self._side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list = QVBoxLayout(self._side)
        for button in self._buttons.values():
            self._list.addWidget(button)
        self._list.addStretch(1)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._note, 1)
        self._head.addWidget(self._choice)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(QWidget(self))
        self._pages.addWidget(self._empty)
        self._below = QHBoxLayout()
        self._below.addWidget(self._told, 1)
        self._below.addWidget(self._said_by)
        self._strip_area = QWidget(self)
        strip = bare(QVBoxLayout(self._strip_area))
        strip.addWidget(rule(self, upright=False))
        strip.addLayout(self._below)
        strip.addLayout(self._groups)
        strip.addWidget(self.strip)
        work = bare(QVBoxLayout())
        work.addLayout(self._head)
        work.addWidget(self._key)
        work.addWidget(self._pages, 1)
        work.addWidget(self.words)
        work.addWidget(self._strip_area)
        row = bare(QHBoxLayout(self))
        row.addWidget(self._side)
        row.addWidget(rule(self, upright=True))
        row.addLayout(work, 1)
