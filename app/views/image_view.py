"""The picture, large: fit, 1:1, wheel zoom, pan; a thumbnail stands in until the decoded picture is there."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.loading.pictures import FULL, PictureKey, PictureLoader, fitted_side
from app.loading.thumbnails import ThumbnailLoader
from app.models.tile_marks import TileMark
from app.theme import Theme
from app.views.problem_note import ProblemNote
from app.views.tile_painter import paint_tiles
from app.views.viewport import ACTUAL, Viewport
from core.values import ImageFile

_STEP = 1.25
_SMOOTH_UP_TO = 2.0
"""Beyond this zoom single pixels are drawn as squares: defects are judged by them."""
_WHAT_TO_DO = (
    "S skips it, X keeps it out for good. Was it moved? Project › Look for new images finds it below the same image "
    "folder, Project › Add images… in another one."
)
_PREVIEW_REACH = 1.3
"""A preview is stretched this far before every pixel of the file is asked for."""


class ImageView(QWidget):
    """Shows one image; what it lacks it looks up again when told that something arrived."""

    painted = Signal(int)
    """Image id, once for each image shown, at the end of the paint that first drew its decoded picture."""
    needs_changed = Signal()
    """Other pixels are needed than before: the pane or the zoom changed."""
    zoom_changed = Signal(str)
    viewed = Signal(object)
    """Viewport, once the person moved or zoomed"""
    act_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
        *,
        advice: str = _WHAT_TO_DO,
        offers: bool = False,
    ) -> None:
        """`advice`: what to do with a file that cannot be shown. `offers`: it can be done here."""
        super().__init__(parent)
        self._note = ProblemNote(self, advice, partial(self.act_requested.emit, "relocate") if offers else None)
        self._theme = theme
        self._pictures = pictures
        self._thumbnails = thumbnails
        self._image: ImageFile | None = None
        self._view = Viewport(1, 1, QSizeF(1, 1))
        self._tiles: tuple[TileMark, ...] = ()
        self._tiles_hidden = False
        self._locked = False
        self._was_painted = False
        self._stand_in: QPixmap | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(200, 160)
        pictures.ready.connect(self._look_again)
        thumbnails.loaded.connect(self._look_for_thumbnail)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_image(self, image: ImageFile | None) -> None:
        """Zoom and place stay on the same image, and on another one where they are locked; else it is shown whole."""
        same = image is not None and self._image is not None and image.image_id == self._image.image_id
        if image != self._image:
            self._tiles = ()
            self._was_painted = False
            self._stand_in = None
        self._image = image
        if image is not None:
            self._set_view(self._view.on(image.width, image.height, keep=same or self._locked), announce=False)
            self.setAccessibleName(image.path)
        self._note.offer(self._theme, self.problem, self.lost_root)
        self.update()

    def show_tiles(self, tiles: tuple[TileMark, ...]) -> None:
        """Of the image shown; () takes them away."""
        if tiles != self._tiles:
            self._tiles = tiles
            self.update()

    def hide_tiles(self, *, hidden: bool) -> None:
        """They tell the prediction as well."""
        if hidden != self._tiles_hidden:
            self._tiles_hidden = hidden
            self.update()

    def pane(self) -> QSize:
        """In device pixels."""
        return (QSizeF(self.size()) * self.devicePixelRatioF()).toSize()

    @property
    def problem(self) -> str | None:
        """Why the image cannot be shown."""
        return self._pictures.problem(self._image.image_id) if self._image is not None else None

    @property
    def lost_root(self) -> str:
        """The image folder that is not there, where the image cannot be shown for that."""
        image = self._image
        return image.root if image is not None and self._pictures.is_lost(image.image_id) else ""

    def has_picture(self) -> bool:
        """What is to be shown is decoded already."""
        return self._image is not None and self._decoded(self._image) is not None

    def shows_anything(self) -> bool:
        """The picture, or a smaller one of it meanwhile."""
        return self._best_pixmap() is not None

    def is_settled(self) -> bool:
        """Nothing better is to come: the picture at this size, or why it cannot be shown."""
        image = self._image
        if image is None or self.problem is not None:
            return True
        full = self._pictures.pixmap(PictureKey(image.image_id, FULL)) is not None
        return full or (self.has_picture() and not self.needs_full())

    def needs_full(self) -> bool:
        """Every pixel of the file is needed at this zoom."""
        view = self._view
        if view.zoom is None:
            return False
        return view.zoom >= ACTUAL or view.zoom > view.fit_scale * _PREVIEW_REACH

    def zoomed(self) -> bool:
        return self._view.zoom is not None

    @property
    def zoom_text(self) -> str:
        text = f"{self._view.scale * 100:.0f} %"
        text = f"Fit · {text}" if self._view.zoom is None else text
        return f"{text} · locked" if self._locked else text

    def look_as(self, other: Viewport) -> None:
        """As close, and at the same place, as another view looks at its picture."""
        self._set_view(self._view.like(other), announce=False)

    def fit(self) -> None:
        self._set_view(replace(self._view, zoom=None, centre=(0.5, 0.5)))

    def actual_size(self) -> None:
        """1:1 at the cursor."""
        self._set_view(self._view.zoomed(ACTUAL, self._cursor()))
        if self._view.zoom is None:  # a picture that is small enough to be fitted at 1:1 or enlarged
            self._set_view(replace(self._view, zoom=ACTUAL))

    def toggle_actual_size(self) -> None:
        if self._view.zoom is None:
            self.actual_size()
        else:
            self.fit()

    def zoom_in(self) -> None:
        self._set_view(self._view.zoomed(self._view.scale * _STEP, self._cursor()))

    def zoom_out(self) -> None:
        self._set_view(self._view.zoomed(self._view.scale / _STEP, self._cursor()))

    def lock_zoom(self, locked: bool) -> None:  # noqa: FBT001 - a slot of a toggle
        """Zoom and place stay for the next image."""
        self._locked = locked
        self.update()
        self.zoom_changed.emit(self.zoom_text)
        self.needs_changed.emit()

    def zoom_locked(self) -> bool:
        return self._locked

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QRegion(event.rect())
        problem = self.problem
        pixmap = self._best_pixmap() if problem is None else None
        if pixmap is not None:  # pictures are opaque: only what they leave is filled
            ground -= QRegion(self._covered(pixmap))
        painter.setClipRegion(ground)
        painter.fillRect(event.rect(), self._theme.canvas)
        painter.setClipping(False)
        if problem is not None:
            self._note.paint(painter, self._theme, problem, self.lost_root)
        elif self._image is not None:
            self._paint_picture(painter, pixmap)
            painter.resetTransform()
            if not self._tiles_hidden:
                paint_tiles(painter, self._theme, self._picture_rect(), QRectF(self.rect()), self._tiles)
            self._paint_zoom(painter)
        painter.end()
        if self._image is not None and not self._was_painted and (problem is not None or self.has_picture()):
            self._was_painted = True
            self.painted.emit(int(self._image.image_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resize_pane()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resize_pane()
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._image is not None and event.angleDelta().y():
            factor = _STEP ** (event.angleDelta().y() / 120)
            self._set_view(self._view.zoomed(self._view.scale * factor, self._device(event.position())))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = event.position() - self._pressed
        if not self._dragging and moved.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragging = True
        self._pressed = event.position()
        ratio = self.devicePixelRatioF()
        self._set_view(self._view.moved(moved.x() * ratio, moved.y() * ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            if not self._dragging and self._image is not None:
                self.toggle_actual_size()
            self._pressed = None
            self._dragging = False
            self._set_cursor()

    @Slot(object)
    def _look_again(self, key: PictureKey) -> None:
        if self._image is not None and key.image_id == self._image.image_id:
            self._note.offer(self._theme, self.problem, self.lost_root)
            self.update()

    @Slot(int)
    def _look_for_thumbnail(self, image_id: int) -> None:
        if self._image is not None and image_id == self._image.image_id and not self._was_painted:
            self.update()

    def _resize_pane(self) -> None:
        self._note.offer(self._theme, self.problem, self.lost_root)
        self._view = replace(self._view, pane=QSizeF(self.pane()))
        self.zoom_changed.emit(self.zoom_text)
        self.needs_changed.emit()
        self.update()

    def _set_view(self, view: Viewport, *, announce: bool = True) -> None:
        if view == self._view:
            return
        zoomed = view.scale != self._view.scale
        needed_full = self.needs_full()
        self._view = view
        self._set_cursor()
        self.update()
        if zoomed:
            self.zoom_changed.emit(self.zoom_text)
        if announce and self.needs_full() != needed_full:
            self.needs_changed.emit()
        if announce:
            self.viewed.emit(view)

    def _set_cursor(self) -> None:
        target, pane = self._view.target(), self._view.pane
        larger = target.width() > pane.width() or target.height() > pane.height()
        hand = Qt.CursorShape.ClosedHandCursor if self._dragging else Qt.CursorShape.OpenHandCursor
        self.setCursor(hand if larger else Qt.CursorShape.ArrowCursor)

    def _cursor(self) -> QPointF:
        """The cursor where it is over the picture, the middle otherwise; in device pixels."""
        place = QPointF(self.mapFromGlobal(self.cursor().pos()))
        inside = self.underMouse() and QRectF(self.rect()).contains(place)
        return self._device(place if inside else QRectF(self.rect()).center())

    def _device(self, place: QPointF) -> QPointF:
        return place * self.devicePixelRatioF()

    def _best_pixmap(self) -> QPixmap | None:
        """The decoded picture; until it is there what was shown of it before, or its thumbnail."""
        if self._image is None:
            return None
        decoded = self._decoded(self._image)
        if decoded is not None:
            self._stand_in = decoded
        return decoded or self._stand_in or self._thumbnails.pixmap(self._image.image_id)

    def _target(self, pixmap: QPixmap) -> QRectF:
        """Where `pixmap` is drawn; one that is a pixel off by rounding keeps its size and is copied as it is."""
        target = self._view.target()
        if abs(pixmap.width() - target.width()) <= 1 and abs(pixmap.height() - target.height()) <= 1:
            return QRectF(target.topLeft(), QSizeF(pixmap.size()))
        return target

    def _covered(self, pixmap: QPixmap) -> QRect:
        """Whole logical pixels that the picture fills."""
        ratio, target = self.devicePixelRatioF(), self._target(pixmap)
        left, top = math.ceil(target.left() / ratio), math.ceil(target.top() / ratio)
        right, bottom = math.floor(target.right() / ratio), math.floor(target.bottom() / ratio)
        return QRect(left, top, max(0, right - left), max(0, bottom - top)) & self.rect()

    def _paint_picture(self, painter: QPainter, pixmap: QPixmap | None) -> None:
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        if pixmap is None:
            painter.fillRect(self._view.target(), self._theme.track)
        else:
            self._paint_pixmap(painter, pixmap)

    def _picture_rect(self) -> QRectF:
        """The whole picture in logical pixels."""
        target, ratio = self._view.target(), self.devicePixelRatioF()
        return QRectF(target.topLeft() / ratio, target.size() / ratio)

    def _paint_zoom(self, painter: QPainter) -> None:
        """How large it is shown, while that is not the whole picture or is kept for the next."""
        if self._view.zoom is None and not self._locked:
            return
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(theme.small, bold=True)
        width = QFontMetricsF(font).horizontalAdvance(self.zoom_text) + 4 * theme.grid
        pill = QRectF(2 * theme.grid, self.height() - theme.cap - 2 * theme.grid, width, theme.cap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.scrim)
        painter.drawRoundedRect(pill, theme.radius, theme.radius)
        painter.setFont(font)
        painter.setPen(theme.scrim_text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self.zoom_text)

    def _decoded(self, image: ImageFile) -> QPixmap | None:
        full = self._pictures.pixmap(PictureKey(image.image_id, FULL))
        if self.needs_full() and full is not None:
            return full
        preview = PictureKey(image.image_id, fitted_side(image, self.pane()))
        return self._pictures.pixmap(preview) or full

    def _paint_pixmap(self, painter: QPainter, pixmap: QPixmap) -> None:
        target = self._target(pixmap)
        if target.size() == QSizeF(pixmap.size()):
            painter.drawPixmap(target.topLeft(), pixmap)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._shows_squares(pixmap))
        seen = target.intersected(QRectF(QPointF(0, 0), self._view.pane))
        across, down = pixmap.width() / target.width(), pixmap.height() / target.height()
        source = QRectF(
            (seen.left() - target.left()) * across,
            (seen.top() - target.top()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        painter.drawPixmap(seen, pixmap, source)

    def _shows_squares(self, pixmap: QPixmap) -> bool:
        zoom = self._view.zoom
        return zoom is not None and zoom >= _SMOOTH_UP_TO and pixmap.width() == self._view.width
