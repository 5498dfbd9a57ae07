"""One group of near-duplicates side by side, each as large as all of them allow; the one that stays is framed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.delegates.cell_painter import CellPainter
from app.loading.pictures import PictureKey, PictureLoader, Wish, fitted_side
from app.loading.thumbnails import ThumbnailLoader
from app.models.twins import TwinBarState, TwinState
from app.theme import Theme
from app.views.figures import file_size
from app.views.film_strip import Describe
from core.values import ImageFile

MOST_SHOWN = 24
"""Of one group; a line says how many more there are."""
_CAPTION = 48


class TwinCanvas(QWidget):
    kept_chosen = Signal(int)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        describe: Describe,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._thumbnails = thumbnails
        self._describe = describe
        self._state = TwinState(TwinBarState())
        self.set_theme(theme)
        pictures.ready.connect(self._repaint)
        thumbnails.loaded.connect(self._repaint)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = CellPainter(theme)
        self._want()
        self.update()

    def show_state(self, state: TwinState) -> None:
        self._state = state
        self._want()
        self.update()

    def is_settled(self) -> bool:
        """Every picture in sight is there, or never will be."""
        return all(self._pixmap(image) is not None or self._pictures.problem(image.image_id) for image in self._shown())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place in range(len(self._shown())):
            if self._area(place).contains(event.position()):
                self.kept_chosen.emit(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.canvas)
        for place, image in enumerate(self._shown()):
            self._paint_image(painter, self._area(place), image, kept=place == self._state.kept)
        painter.end()

    def _shown(self) -> tuple[ImageFile, ...]:
        return self._state.images[:MOST_SHOWN]

    def _shape(self) -> tuple[int, int]:
        """(columns, rows) in which the pictures, which have nearly one shape, come out largest."""
        shown, caption = self._shown(), self._theme.px(_CAPTION)
        count = max(1, len(shown))
        ratio = shown[0].width / max(1, shown[0].height) if shown else 1.0

        def height(columns: int) -> float:
            rows = -(-count // columns)
            return min(self.width() / columns / ratio, self.height() / rows - caption)

        columns = max(range(1, count + 1), key=height)
        return columns, -(-count // columns)

    def _area(self, place: int) -> QRectF:
        columns, rows = self._shape()
        width, height = self.width() / columns, self.height() / rows
        row, column = divmod(place, columns)
        return QRectF(column * width, row * height, width, height).adjusted(*self._margins())

    def _margins(self) -> tuple[int, int, int, int]:
        room = 2 * self._theme.grid
        return room, room, -room, -room

    def _picture_area(self, area: QRectF) -> QRectF:
        room = 2 * self._theme.grid
        return area.adjusted(room, room, -room, -self._theme.px(_CAPTION))

    def _side(self, image: ImageFile) -> int:
        density, area = self.devicePixelRatioF(), self._picture_area(self._area(0))
        pane = QSize(round(area.width() * density), round(area.height() * density))
        return fitted_side(image, pane)

    def _pixmap(self, image: ImageFile) -> QPixmap | None:
        return self._pictures.pixmap(PictureKey(image.image_id, self._side(image)))

    def _paint_image(self, painter: QPainter, area: QRectF, image: ImageFile, *, kept: bool) -> None:
        theme, cell = self._theme, self._describe(image.image_id)
        painter.setPen(QPen(theme.accent, 2) if kept else Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(area, theme.radius, theme.radius)
        inner, density = self._picture_area(area), self.devicePixelRatioF()
        pixmap = self._pixmap(image) or self._thumbnails.pixmap(image.image_id)
        if pixmap is None:
            unreadable = self._pictures.problem(image.image_id) is not None
            self._painter.paint_missing(painter, inner, density, unreadable=unreadable)
        else:
            shown = self._painter.paint_picture(painter, inner, pixmap, density, faded=cell.excluded)
            self._painter.paint_badge(painter, shown, cell.answer_text)
            self._painter.paint_marks(painter, shown, cell, density)
        self._paint_caption(painter, area, image, kept=kept)

    def _paint_caption(self, painter: QPainter, area: QRectF, image: ImageFile, *, kept: bool) -> None:
        theme = self._theme
        height = theme.px(_CAPTION)
        line = QRectF(area.left() + 2 * theme.grid, area.bottom() - height, area.width() - 4 * theme.grid, height / 2)
        painter.setFont(theme.font(bold=kept))
        painter.setPen(theme.text)
        name = image.path.rpartition("/")[2] + ("  ·  stays" if kept else "")
        mode = Qt.TextElideMode.ElideMiddle
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(line, middle, painter.fontMetrics().elidedText(name, mode, round(line.width())))
        painter.setFont(theme.font(theme.small))
        painter.setPen(theme.dim)
        facts = f"{image.width:,} × {image.height:,} · {image.format} · {file_size(image.size_bytes)}"
        below = line.translated(0, line.height() - theme.grid)
        painter.drawText(below, middle, painter.fontMetrics().elidedText(facts, mode, round(line.width())))

    def _want(self) -> None:
        if not self.isVisible():
            return
        images = [*self._shown(), *self._state.ahead[:MOST_SHOWN]]
        self._thumbnails.want("twins", [image.image_id for image in images])
        self._pictures.want([Wish(image, self._side(image)) for image in images])

    def _repaint(self, _: object) -> None:
        if self.isVisible():
            self.update()
