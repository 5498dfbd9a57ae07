"""The try view: pictures from anywhere, dropped or pasted, and what every chosen head says of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.loading.pictures import FULL, PictureLoader, Wish, fitted_side
from app.loading.thumbnails import ThumbnailLoader
from app.models.bars import EmptyAction
from app.models.cards import Cell
from app.models.tried import TryState
from app.theme import Theme
from app.views.answer_list import AnswerList
from app.views.dropped import bitmap_of, files_of
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.figures import count, file_size
from app.views.film_strip import FilmStrip
from app.views.image_view import ImageView
from app.views.sections import bare, rule
from app.views.try_bar import TryBar
from core.values import ImageFile, ImageId

_PANEL_GROWTH = 1.4
_RESIZE_REST_MS = 60
_TITLE = "Drop or paste pictures"
_TEXT = "Every chosen head judges them at once, tile by tile. They may lie anywhere; nothing is added to the project."
_WHAT_TO_DO = "It is left as it is; try another."


class TryView(QWidget):
    act_requested = Signal(str)
    files_dropped = Signal(object)
    """list[Path]"""
    bitmap_dropped = Signal(object)
    """QImage"""
    film_activated = Signal(int)
    head_marked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._shown: ImageFile | None = None
        self._cells: dict[ImageId, Cell] = {}
        self.bar = TryBar(theme, self)
        self.image_view = ImageView(theme, pictures, thumbnails, self, advice=_WHAT_TO_DO)
        self.answers = AnswerList(theme)
        self.film_strip = FilmStrip(theme, thumbnails, self, describe=self._cell)
        self._empty = EmptyView(theme, self)
        self._name = ElidedLabel(theme, self, mode=Qt.TextElideMode.ElideMiddle)
        self._facts = ElidedLabel(theme, self, size="small", dim=True)
        self._rest = QTimer(self, singleShot=True, interval=_RESIZE_REST_MS)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.show_state(TryState())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        parts = (self.bar, self.image_view, self.answers, self.film_strip, self._empty, self._name, self._facts)
        for part in parts:
            part.set_theme(theme)
        side = 3 * theme.grid
        self._footer.setContentsMargins(side, 2 * theme.grid, side, side)
        self._footer.setSpacing(theme.grid)
        self._fit_panel()

    def show_state(self, state: TryState) -> None:
        self._shown = state.image
        self._cells = dict(zip(state.ids, state.cells, strict=True))
        self.bar.show_state(state)
        self._pages.setCurrentWidget(self._work if state.image is not None else self._empty)
        self.image_view.show_image(state.image)
        self.image_view.show_tiles(state.marks)
        self.answers.show_answers(state.answers)
        self.film_strip.set_queue(state.ids, state.position)
        self.film_strip.refresh(state.ids)
        if state.image is not None:
            self._show_facts(state.image)
        self._wish()

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        return not self._rest.isActive() and self.image_view.is_settled() and self.film_strip.is_settled()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files, bitmap = files_of(event.mimeData()), bitmap_of(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)
        elif bitmap is not None:
            event.acceptProposedAction()
            self.bitmap_dropped.emit(bitmap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_panel()

    def _cell(self, image_id: ImageId) -> Cell:
        return self._cells.get(image_id, Cell())

    def _show_facts(self, image: ImageFile) -> None:
        self._name.set_text(image.path.rsplit("/", 1)[-1], tip=image.path)
        size = f"{count(image.width)} × {count(image.height)} · {image.format} · {file_size(image.size_bytes)}"
        self._facts.set_text(size if image.format else "")

    def _fit_panel(self) -> None:
        least = self._theme.panel_width
        self._panel.setFixedWidth(max(least, min(self.width() // 5, round(least * _PANEL_GROWTH))))

    @Slot()
    def _wish(self) -> None:
        """Have the shown picture decoded, then its neighbours."""
        if self._shown is None:
            self._pictures.want(())
            return
        pane = self.image_view.pane()
        near = self._pictures.files(self.film_strip.neighbours(1, 2))
        wishes = [Wish(image, fitted_side(image, pane)) for image in (self._shown, *near)]
        if self.image_view.needs_full():
            wishes.insert(1, Wish(self._shown, FULL))
        self._pictures.want(wishes)

    def _connect(self) -> None:
        for asking in (self.bar, self._empty):
            asking.act_requested.connect(self.act_requested)
        self.answers.marked.connect(self.head_marked)
        self.film_strip.activated.connect(self.film_activated)
        self.image_view.needs_changed.connect(self._rest.start)
        self._rest.timeout.connect(self._wish)
        actions = (EmptyAction("try_files", "Choose files…", primary=True), EmptyAction("paste", "Paste"))
        self._empty.set_content(_TITLE, _TEXT, actions)

    def _lay_out(self) -> None:
        self._panel = self._make_panel()
        self._work = QWidget(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.image_view, 1)
        row.addWidget(rule(self, upright=True))
        row.addWidget(self._panel)
        work = bare(QVBoxLayout(self._work))
        work.addLayout(row, 1)
        work.addWidget(rule(self, upright=False))
        work.addWidget(self.film_strip)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._work)
        column = bare(QVBoxLayout(self))
        column.addWidget(self.bar)
        column.addWidget(rule(self, upright=False))
        column.addWidget(self._pages, 1)

    def _make_panel(self) -> QWidget:
        panel, page = _panel(self), _panel(self)
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.answers)
        inner.addStretch(1)
        scroll = QScrollArea(panel)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        self._footer = QVBoxLayout()
        self._footer.addWidget(self._name)
        self._footer.addWidget(self._facts)
        column = bare(QVBoxLayout(panel))
        column.addWidget(scroll, 1)
        column.addLayout(self._footer)
        return panel


def _panel(parent: QWidget) -> QWidget:
    panel = QWidget(parent)
    panel.setObjectName("panel")
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return panel
