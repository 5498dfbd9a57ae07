"""The grid: many images at once, selected in runs and answered together; fixed sections keep a million fluid."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.delegates.cell_delegate import CellDelegate, cell_height
from app.loading.thumbnails import ThumbnailLoader
from app.models.grid_model import GridModel
from app.models.selection import Selection
from app.theme import Theme
from app.views.film_strip import Describe
from core.values import ImageId

_SCREENS_AHEAD = 1


class GridView(QTableView):
    """Places are positions in the queue; the model and the selection know no widgets."""

    opened = Signal(int)
    selection_changed = Signal()
    position_changed = Signal(int)
    thumbnails_painted = Signal()
    """Every cell in sight was painted with its picture."""

    def __init__(
        self, theme: Theme, thumbnails: ThumbnailLoader, describe: Describe, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._describe = describe
        self._model = GridModel(self)
        self._selection = Selection()
        self._delegate = CellDelegate(theme, self._model, thumbnails, self._selection, self)
        self._asked: int | None = None
        """The image at which the queue stands."""
        self._places: dict[ImageId, int] = {}
        """Of the images in sight when it was last looked up."""
        self._described_anew = True
        """At the next look: what is known of images may have changed since the last one."""
        self._awaiting_paint = False
        self._look_soon = QTimer(self, singleShot=True, interval=0)
        self._dress()
        self._look_soon.timeout.connect(self._look_up)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        thumbnails.loaded.connect(self._take_thumbnail)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._delegate.set_theme(theme)
        self._fit_cells()
        self._set_columns()
        self._show_current()
        self._look_soon.start()
        self.viewport().update()

    def set_queue(self, ids: NDArray[np.int64] | Sequence[int], position: int) -> None:
        """What is selected stays selected in the new order, and the frame on its image while the queue stands still."""
        selected = self._model.ids[self._selection.positions]
        ids = np.asarray(ids, np.int64)
        mask = np.isin(ids, selected) if len(selected) else np.zeros(len(ids), np.bool_)
        self._described_anew = True
        self._selection.reset(mask, self._place_of_frame(ids, position))
        self._model.set_ids(ids)
        self._show_current()
        self._look_soon.start()

    def _place_of_frame(self, ids: NDArray[np.int64], position: int) -> int:
        asked, self._asked = self._asked, int(ids[position]) if 0 <= position < len(ids) else None
        framed = self._selection.current
        if asked != self._asked or framed < 0 or not self.isVisible():
            return position
        places = np.flatnonzero(ids == self._model.ids[framed])
        return int(places[np.argmin(np.abs(places - framed))]) if len(places) else position

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers or marks of these images changed."""
        held = self._model.held(ids)
        if held:
            self._model.replace({image_id: self._describe(image_id) for image_id in held})
            self.viewport().update()

    def selected_ids(self) -> list[ImageId]:
        """In queue order; the current image where none is selected."""
        positions = self._selection.positions
        if not len(positions) and self._selection.current >= 0:
            positions = np.array([self._selection.current])
        return [ImageId(image_id) for image_id in self._model.ids[positions].tolist()]

    def marked_ids(self) -> NDArray[np.int64]:
        """Those that are selected, in queue order; empty where none is."""
        return self._model.ids[self._selection.positions]

    def current_position(self) -> int:
        return self._selection.current

    def is_settled(self) -> bool:
        """Every cell in sight is described and has its picture, or never will."""
        shown, loader = self._ids_in_sight(0), self._thumbnails
        described = len(self._model.held(shown)) == len(shown)
        return described and all(loader.pixmap(image) is not None or loader.unreadable(image) for image in shown)

    def select_all(self) -> None:
        self._selection.select_all()
        self._announce()

    def clear_selection(self) -> None:
        self._selection.clear()
        self._announce()

    def step(self, by: int, *, extend: bool = False) -> None:
        """Move the current place; `extend` takes the selection along."""
        if not len(self._model.ids):
            return
        place = max(0, min(self._selection.current + by, len(self._model.ids) - 1))
        if extend:
            self._selection.extend_to(place)
        else:
            self._selection.move_to(place)
        self._show_current(stepping=True)
        self._announce()
        self.position_changed.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._step_of(event.key())
        if step is not None:
            self.step(step, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.current >= 0:
            self.opened.emit(self._selection.current)
        elif event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.select_all()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = self._model.position_of(self.indexAt(event.position().toPoint()))
        if event.button() is not Qt.MouseButton.LeftButton or position < 0:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selection.extend_to(position)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._selection.toggle(position)
        else:
            self._selection.only(position)
        self._announce()
        self.position_changed.emit(position)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging selects the run from where it began."""
        position = self._model.position_of(self.indexAt(event.position().toPoint()))
        dragging = event.buttons() & Qt.MouseButton.LeftButton
        if dragging and position >= 0 and position != self._selection.current:
            self._selection.extend_to(position)
            self._announce()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Selection is settled on the press."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = self._model.position_of(self.indexAt(event.position().toPoint()))
        if position >= 0:
            self.opened.emit(position)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_columns()
        self._look_soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._thumbnails.set_density(self.devicePixelRatioF() * self._theme.scale)
        self._show_current()
        self._look_soon.start()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._thumbnails.set_density(self.devicePixelRatioF() * self._theme.scale)
            self._look_soon.start()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._awaiting_paint and self.is_settled():
            self._awaiting_paint = False
            self.thumbnails_painted.emit()

    @Slot()
    def _scrolled(self) -> None:
        self._look_up()  # at once, so that what comes into sight is painted with its description, and once only

    @Slot()
    def _look_up(self) -> None:
        """Describe what is in sight and ask for its thumbnails, then for those of the screen below."""
        if not self.isVisible():
            return
        shown, before = self._ids_in_sight(0), self._places
        first = self._rows_in_sight(0).start * self._model.columns
        self._places = {image_id: first + place for place, image_id in enumerate(shown)}
        known = {} if self._described_anew else self._model.cells
        self._described_anew = False
        self._model.hold({image_id: known.get(image_id) or self._describe(image_id) for image_id in shown})
        self._thumbnails.want("grid", self._ids_in_sight(_SCREENS_AHEAD))
        self._awaiting_paint = True
        came = self._places.items() - before.items()
        for place in [place for _, place in came] or [first]:  # the others are painted as they scroll
            self.update(self._model.index_of(place))

    @Slot(int)
    def _take_thumbnail(self, image_id: int) -> None:
        place = self._places.get(ImageId(image_id))
        if place is not None:
            self.update(self._model.index_of(place))

    def _ids_in_sight(self, screens_below: int) -> list[ImageId]:
        rows, columns = self._rows_in_sight(screens_below), self._model.columns
        return [ImageId(image_id) for image_id in self._model.ids[rows.start * columns : rows.stop * columns].tolist()]

    def _rows_in_sight(self, screens_below: int) -> range:
        height = self.viewport().height() * (1 + screens_below)
        pitch = self.verticalHeader().defaultSectionSize()
        top = self.verticalScrollBar().value()
        return range(top // pitch, -(-(top + height) // pitch))

    def _step_of(self, key: int) -> int | None:
        columns = self._model.columns
        page = max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize()) * columns
        everything = len(self._model.ids)
        steps: dict[int, int] = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -everything,
            Qt.Key.Key_End: everything,
        }
        return steps.get(key)

    def _set_columns(self) -> None:
        """As many cells side by side as fit, sharing the width that is left."""
        width = self.viewport().width()
        columns = max(1, width // self._theme.cell)
        self.horizontalHeader().setDefaultSectionSize(width // columns)
        if columns != self._model.columns:
            self._model.set_columns(columns)
            self._show_current()

    def _show_current(self, *, stepping: bool = False) -> None:
        if self._selection.current >= 0 and self.isVisible():
            self.executeDelayedItemsLayout()  # the scroll bar's range is that of the queue before until then
            row = self._selection.current // self._model.columns
            self.verticalScrollBar().setValue(self._top_for(row, stepping=stepping))

    def _top_for(self, row: int, *, stepping: bool) -> int:
        """Where to scroll so that `row` is seen whole, and none is cut at the top.

        Steps scroll no further than needed; otherwise one row of what was before is left above.
        """
        pitch, top = self.verticalHeader().defaultSectionSize(), self.verticalScrollBar().value()
        height, place = self.viewport().height(), row * pitch
        if top <= place and place + pitch <= top + height:
            return top
        whole = max(1, height // pitch)
        if stepping:
            return (row if place < top else max(0, row - whole + 1)) * pitch
        return max(0, row - 1 if whole > 1 else row) * pitch

    def _announce(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

    def _dress(self) -> None:
        self.setObjectName("grid")
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, most: bar.setEnabled(most > 0))  # what fits shows no handle
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit_cells()

    def _fit_cells(self) -> None:
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(self._theme.cell)
        self.verticalHeader().setDefaultSectionSize(cell_height(self._theme))
