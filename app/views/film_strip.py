"""The film strip: on the left what was done, with its answer; the current image; on the right what comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.delegates.cell_painter import CellPainter
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.theme import Theme
from core.values import ImageId

Describe = Callable[[ImageId], Cell]

READ_AHEAD = 64
"""Files are read from the project this many at once, so that most steps read none."""
_GAP = 6
_ASPECT = 4 / 3
_LEGIBLE = 0.5
"""Share of a frame that must be in sight for a badge to fit on it."""
_NO_CELL = Cell()


class FilmStrip(QWidget):
    """The current frame keeps its place; the film moves. Frames are cut to one shape so that the strip stays even."""

    activated = Signal(int)
    """Position in the queue."""

    def __init__(
        self,
        theme: Theme,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        describe: Describe | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._describe = describe
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._position = 0
        self._cells: dict[ImageId, Cell] = {}
        self._frames: dict[ImageId, QPixmap] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._after_paint = QTimer(self, singleShot=True, interval=0)
        self._after_paint.timeout.connect(self._want_thumbnails)
        self.set_theme(theme)
        thumbnails.loaded.connect(self._take_thumbnail)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = CellPainter(theme)
        self._gap = theme.px(_GAP)
        self.setFixedHeight(theme.frame + 4 * theme.grid)
        self._frames.clear()
        self._look_up()

    def set_queue(self, ids: NDArray[np.int64] | Sequence[int], position: int) -> None:
        self._ids = np.asarray(ids, np.int64)  # (images,)
        self._position = position
        self._look_up()

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers or marks of these images changed."""
        if not self._cells.keys().isdisjoint(ids):
            for image_id in self._cells.keys() & set(ids):
                self._cells[image_id] = self._cell(image_id)
            self.update()

    def is_settled(self) -> bool:
        """Every frame in sight has its picture, or never will."""
        ids = [] if self.isHidden() else [self._id(position) for position in self._in_sight()]
        return all(image_id in self._frames or self._thumbnails.unreadable(image_id) for image_id in ids)

    def neighbours(self, before: int, after: int) -> list[ImageId]:
        """Ids around the current one: the following in order, then the preceding, nearest first."""
        following = self._ids[self._position + 1 : self._position + 1 + after]
        preceding = self._ids[max(0, self._position - before) : max(0, self._position)][::-1]
        return [ImageId(int(image_id)) for image_id in (*following, *preceding)]

    def sizeHint(self) -> QSize:
        return QSize(640, self.height())

    def frame_rect(self, position: int) -> QRectF:
        width = self._frame_width()
        middle = (self.width() - width) // 2
        left = middle + (position - self._position) * (width + self._gap)
        return QRectF(left, 2 * self._theme.grid, width, self._theme.frame)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self._position_at(QPointF(event.pos()))
            cell = self._cells.get(self._id(position), _NO_CELL) if position is not None else _NO_CELL
            QToolTip.showText(event.globalPos(), cell.spoken, self)
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        self._look_up()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._frames.clear()
            self._look_up()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._look_up()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        position = self._position_at(event.position())
        if position is not None and event.button() is Qt.MouseButton.LeftButton:
            self.activated.emit(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for position in self._in_sight():
            self._paint_frame(painter, position)
        painter.end()

    @Slot(int)
    def _take_thumbnail(self, image_id: int) -> None:
        if ImageId(image_id) in self._cells:
            self._cut(ImageId(image_id))
            self.update()

    def _frame_width(self) -> int:
        return round(self._theme.frame * _ASPECT)

    def _id(self, position: int) -> ImageId:
        return ImageId(int(self._ids[position]))

    def _in_sight(self) -> range:
        reach = self.width() // 2 // (self._frame_width() + self._gap) + 1
        return range(max(0, self._position - reach), min(len(self._ids), self._position + reach + 1))

    def _position_at(self, place: QPointF) -> int | None:
        return next((position for position in self._in_sight() if self.frame_rect(position).contains(place)), None)

    def _cell(self, image_id: ImageId) -> Cell:
        return self._describe(image_id) if self._describe is not None else _NO_CELL

    def _look_up(self) -> None:
        """Everything that painting needs, for the frames in sight."""
        nearest = sorted(self._in_sight(), key=lambda position: abs(position - self._position))
        ids = [self._id(position) for position in nearest]
        self._cells = {image_id: self._cell(image_id) for image_id in ids}
        self._frames = {image_id: self._frames[image_id] for image_id in ids if image_id in self._frames}
        for image_id in ids:
            if image_id not in self._frames:
                self._cut(image_id)
        self._after_paint.start()
        self.update()

    @Slot()
    def _want_thumbnails(self) -> None:
        self._thumbnails.set_density(self.devicePixelRatioF() * self._theme.scale)
        self._thumbnails.want("film", list(self._cells), self.neighbours(0, READ_AHEAD))

    def _cut(self, image_id: ImageId) -> None:
        """The frame's share of the thumbnail, in device pixels."""
        pixmap = self._thumbnails.pixmap(image_id)
        if pixmap is None:
            return
        density = self.devicePixelRatioF()
        size = QSize(round(self._frame_width() * density), round(self._theme.frame * density))
        filling, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        scaled = pixmap.scaled(size, filling, smooth)
        frame = scaled.copy(
            (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2, size.width(), size.height()
        )
        frame.setDevicePixelRatio(density)
        self._frames[image_id] = frame

    def _paint_frame(self, painter: QPainter, position: int) -> None:
        theme, density = self._theme, self.devicePixelRatioF()
        rect, image_id = self.frame_rect(position), self._id(position)
        cell, frame = self._cells.get(image_id, _NO_CELL), self._frames.get(image_id)
        if frame is None:
            unreadable = self._thumbnails.unreadable(image_id)
            self._painter.paint_missing(painter, rect, density, unreadable=unreadable)
        else:
            painter.setOpacity(0.35 if cell.excluded else 1.0)
            painter.drawPixmap(rect.topLeft(), frame)
            painter.setOpacity(1.0)
        visible = rect & QRectF(self.rect())
        if visible.width() >= _LEGIBLE * rect.width():
            self._painter.paint_badge(painter, visible, cell.answer_text)
            self._painter.paint_marks(painter, visible, cell, density)
        if position == self._position:
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 2, 2)
