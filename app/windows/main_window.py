"""The main window: the bars, the view in the middle, the menu; it takes folders dropped on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Bindings
from app.acts import View
from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.operations.trying import HEAD_ENDINGS
from app.theme import LEAST, Theme
from app.views.empty_view import EmptyView
from app.views.grid_view import GridView
from app.views.head_bar import HeadBar
from app.views.job_bar import JobBar
from app.views.label_view import LabelView
from app.views.try_view import TryView
from app.windows.key_overlay import KeyOverlay
from app.windows.menus import Menus
from core.values import ImageId

if TYPE_CHECKING:
    from app.views.apply_view import ApplyView
    from app.views.beside_view import BesideView
    from app.views.find_bar import FindBar
    from app.views.insight_view import InsightView
    from app.views.keep_view import KeepView
    from app.views.page_view import PageView
    from app.views.review_view import ReviewView
    from app.views.twin_view import TwinView
    from app.views.versions_view import VersionsView

_RESIZED_MS = 150


@dataclass(frozen=True, slots=True)
class ViewParts:
    """What the views look pictures and cells up in."""

    theme: Theme
    pictures: PictureLoader
    thumbnails: ThumbnailLoader
    describe: Callable[[ImageId], Cell]
    tried_pictures: PictureLoader
    tried_thumbnails: ThumbnailLoader
    """Of files outside the project."""
    scored_thumbnails: ThumbnailLoader


class MainWindow(QMainWindow):
    act_requested = Signal(str)
    folders_dropped = Signal(object)
    """list[Path]"""
    heads_dropped = Signal(object)
    """list[Path] of head files"""
    view_shown = Signal(str)
    apply_view_made = Signal(object)
    keep_view_made = Signal(object)
    review_view_made = Signal(object)
    page_view_made = Signal(object)
    compare_view_made = Signal(object)
    pair_view_made = Signal(object)
    versions_view_made = Signal(object)
    insight_view_made = Signal(object)
    find_bar_made = Signal(object)
    twin_view_made = Signal(object)
    themed = Signal(object)
    """Theme that its dialogs take too"""
    resized = Signal()
    """A moment after the last of several changes of its size."""
    closing = Signal()

    def __init__(self, parts: ViewParts, bindings: Bindings) -> None:
        super().__init__()
        self.setWindowTitle("Winnow")
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST)
        self.theme = theme = parts.theme
        self.head_bar = HeadBar(theme, self)
        self.job_bar = JobBar(theme, self)
        self.label_view = LabelView(theme, parts.pictures, parts.thumbnails, self, describe=parts.describe)
        self.grid_view = GridView(theme, parts.thumbnails, parts.describe, self)
        self.empty_view = EmptyView(theme, self)
        self.try_view = TryView(theme, parts.tried_pictures, parts.tried_thumbnails, self)
        self._parts = parts
        self._resizing = QTimer(self, singleShot=True, interval=_RESIZED_MS)
        self._resizing.timeout.connect(self.resized)
        self._apply_view: ApplyView | None = None
        self._keep_view: KeepView | None = None
        self._review_view: ReviewView | None = None
        self._page_view: PageView | None = None
        self._compare_view: BesideView | None = None
        self._pair_view: BesideView | None = None
        self._versions_view: VersionsView | None = None
        self._insight_view: InsightView | None = None
        self._find_bar: FindBar | None = None
        self._twin_view: TwinView | None = None
        self._pages: dict[View, QWidget] = {
            View.LABEL: self.label_view,
            View.GRID: self.grid_view,
            View.TRY: self.try_view,
            View.EMPTY: self.empty_view,
        }
        self._stack = QStackedWidget(self)
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.menus = Menus(self.menuBar(), bindings, self.act_requested.emit)
        self._lay_out()
        self.overlay = KeyOverlay(theme, bindings.lines(), self)
        self.show_view(View.EMPTY)

    @property
    def apply_view(self) -> ApplyView:
        """Loaded and built when it is first asked for: the first picture does not wait for it."""
        if self._apply_view is None:
            from app.views.apply_view import ApplyView

            self._apply_view = self._pages[View.FOLDERS] = ApplyView(self.theme, self._parts.scored_thumbnails, self)
            self._stack.addWidget(self._apply_view)
            self.apply_view_made.emit(self._apply_view)
        return self._apply_view

    @property
    def keep_view(self) -> KeepView:
        """Built when it is first asked for, as well."""
        if self._keep_view is None:
            from app.views.keep_view import KeepView

            parts = self._parts
            view = KeepView(self.theme, parts.pictures, parts.thumbnails, self, describe=parts.describe)
            self._keep_view = self._pages[View.APPLY] = view
            self._stack.addWidget(view)
            self.keep_view_made.emit(view)
        return self._keep_view

    @property
    def review_view(self) -> ReviewView:
        """Built when it is first asked for, as well."""
        if self._review_view is None:
            from app.views.review_view import ReviewView

            parts = self._parts
            view = ReviewView(self.theme, parts.pictures, parts.thumbnails, self, describe=parts.describe)
            self._review_view = self._pages[View.REVIEW] = view
            self._stack.addWidget(view)
            self.review_view_made.emit(view)
        return self._review_view

    @property
    def page_view(self) -> PageView:
        """Built when it is first asked for, as well."""
        if self._page_view is None:
            from app.views.page_view import PageView

            view = PageView(self.theme, self._parts.thumbnails, self._parts.describe, self)
            self._page_view = self._pages[View.PAGES] = view
            self._stack.addWidget(view)
            self.page_view_made.emit(view)
        return self._page_view

    @property
    def compare_view(self) -> BesideView:
        """Built when it is first asked for, as well."""
        if self._compare_view is None:
            self._compare_view = self._beside(View.COMPARE)
            self.compare_view_made.emit(self._compare_view)
        return self._compare_view

    @property
    def pair_view(self) -> BesideView:
        """Built when it is first asked for, as well."""
        if self._pair_view is None:
            self._pair_view = self._beside(View.PAIRS)
            self.pair_view_made.emit(self._pair_view)
        return self._pair_view

    def _beside(self, view: View) -> BesideView:
        from app.views.beside_view import BesideView

        found = BesideView(self.theme, self._parts.pictures, self._parts.thumbnails, self)
        self._pages[view] = found
        self._stack.addWidget(found)
        return found

    @property
    def versions_view(self) -> VersionsView:
        """Built when it is first asked for, as well."""
        if self._versions_view is None:
            from app.views.versions_view import VersionsView

            self._versions_view = self._pages[View.VERSIONS] = VersionsView(self.theme, self._parts.thumbnails, self)
            self._stack.addWidget(self._versions_view)
            self.versions_view_made.emit(self._versions_view)
        return self._versions_view

    @property
    def insight_view(self) -> InsightView:
        """Built when it is first asked for, as well."""
        if self._insight_view is None:
            from app.views.insight_view import InsightView

            self._insight_view = self._pages[View.INSIGHT] = InsightView(self.theme, self._parts.thumbnails, self)
            self._stack.addWidget(self._insight_view)
            self.insight_view_made.emit(self._insight_view)
        return self._insight_view

    @property
    def twin_view(self) -> TwinView:
        """Built when it is first asked for, as well."""
        if self._twin_view is None:
            from app.views.twin_view import TwinView

            parts = self._parts
            view = TwinView(self.theme, parts.pictures, parts.thumbnails, parts.describe, self)
            self._twin_view = self._pages[View.TWINS] = view
            self._stack.addWidget(view)
            self.twin_view_made.emit(view)
        return self._twin_view

    @property
    def has_find_bar(self) -> bool:
        return self._find_bar is not None

    @property
    def find_bar(self) -> FindBar:
        """Built when it is first asked for, as well; between the bar at the top and the view."""
        if self._find_bar is None:
            from app.views.find_bar import FindBar

            self._find_bar = FindBar(self.theme, self)
            self._column.insertWidget(1, self._find_bar)
            self.find_bar_made.emit(self._find_bar)
        return self._find_bar

    @property
    def view(self) -> View:
        current = self._stack.currentWidget()
        return next(view for view, page in self._pages.items() if page is current)

    def show_view(self, view: View) -> None:
        page = self._page(view)
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            self.head_bar.setVisible(view not in (View.TRY, View.FOLDERS))  # these ask heads of their own choice
            self.menus.show_view(view)
            self.view_shown.emit(view.value)
        if view in (View.GRID, View.PAGES):
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _page(self, view: View) -> QWidget:
        match view:
            case View.FOLDERS:
                return self.apply_view
            case View.APPLY:
                return self.keep_view
            case View.REVIEW:
                return self.review_view
            case View.PAGES:
                return self.page_view
            case View.TWINS:
                return self.twin_view
            case View.COMPARE:
                return self.compare_view
            case View.PAIRS:
                return self.pair_view
            case View.VERSIONS:
                return self.versions_view
            case View.INSIGHT:
                return self.insight_view
            case _:
                return self._pages[view]

    def is_settled(self) -> bool:
        """The view shows all it has to show; pictures on their way would still change it."""
        match self.view:
            case View.LABEL:
                return self.label_view.is_settled()
            case View.GRID:
                return self.grid_view.is_settled()
            case View.TRY:
                return self.try_view.is_settled()
            case View.FOLDERS:
                return self.apply_view.is_settled()
            case View.APPLY:
                return self.keep_view.is_settled()
            case View.VERSIONS:
                return self.versions_view.is_settled()
            case View.COMPARE:
                return self.compare_view.is_settled()
            case View.PAIRS:
                return self.pair_view.is_settled()
            case View.REVIEW:
                return self.review_view.is_settled()
            case View.PAGES:
                return self.page_view.is_settled()
            case View.TWINS:
                return self.twin_view.is_settled()
            case View.INSIGHT:
                return self.insight_view.is_settled()
            case View.EMPTY:
                return True

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        bars = (self.head_bar, self.job_bar, self.overlay)
        views = (self.label_view, self.grid_view, self.try_view, self.empty_view)
        for widget in (*bars, *views):
            widget.set_theme(theme)
        late = (
            self._apply_view,
            self._keep_view,
            self._twin_view,
            self._review_view,
            self._page_view,
            self._versions_view,
            self._compare_view,
            self._pair_view,
            self._insight_view,
            self._find_bar,
        )
        for made_late in late:
            if made_late is not None:
                made_late.set_theme(theme)
        self.themed.emit(theme)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _folders(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        heads, folders = _heads(event), _folders(event)
        if heads or folders:
            event.acceptProposedAction()
        if heads:
            self.heads_dropped.emit(heads)
        elif folders:
            self.folders_dropped.emit(folders)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.overlay.setGeometry(self.rect())
        self._resizing.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        middle = QWidget(self)
        self._column = layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head_bar)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.job_bar)
        self.setCentralWidget(middle)


def _folders(event: QDropEvent) -> list[Path]:
    """Folders among what is dragged; of a picture, the folder that it lies in."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    folders = [path if path.is_dir() else path.parent for path in paths]
    return list(dict.fromkeys(folder for folder in folders if folder.is_dir()))


def _heads(event: QDropEvent) -> list[Path]:
    """Head files among what is dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix in HEAD_ENDINGS and path.is_file()]
