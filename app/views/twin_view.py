"""The view of near-duplicates: a bar with the strictness, and one group after another below it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QStackedWidget, QVBoxLayout, QWidget

from app.loading.pictures import PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.models.twins import STEPS, Measure, TwinBarState, TwinState
from app.theme import Theme
from app.views.chooser import Chooser
from app.views.elided_label import ElidedLabel
from app.views.empty_view import EmptyView
from app.views.film_strip import Describe
from app.views.sections import bare, rule
from app.views.twin_canvas import TwinCanvas
from core.values import ImageId

_SLIDER = 140
_MEASURE_TIP = (
    "What images are alike in: their pixels, or what the head's encoder makes of them.\n"
    "The built-in one sees compression, noise and colour fringes, and no content"
)
_SLIDER_TIPS = {
    Measure.PIXELS: "How alike pictures must look to be of one group",
    Measure.CONTENT: "How near each other embeddings must be, by the head's encoder, for images to be of one group",
}


class TwinBar(QWidget):
    slack_chosen = Signal(int)
    measure_chosen = Signal(object)
    """Measure"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = ElidedLabel(theme, self, lines=2, centred=True)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._counted = ElidedLabel(theme, self, dim=True)
        self._strictness = ElidedLabel(theme, self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS - 1)
        self.slider.setPageStep(1)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.valueChanged.connect(lambda value: self.slack_chosen.emit(STEPS - 1 - value))
        self.measure = Chooser(_MEASURE_TIP, self)
        self.measure.chosen.connect(self.measure_chosen)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._line, 1)
        for part in (self._counted, self.measure, self.slider, self._strictness):
            self._row.addWidget(part)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setFixedHeight(theme.bar_height)
        self._row.setContentsMargins(3 * theme.grid, 0, 3 * theme.grid, 0)
        self._row.setSpacing(3 * theme.grid)
        for label in (self._line, self._counted, self._strictness):
            label.set_theme(theme)
        self.measure.set_theme(theme)
        self.slider.setFixedSize(QSize(theme.px(_SLIDER), theme.row_dense))

    def show_state(self, state: TwinBarState) -> None:
        self._line.set_text(state.line)
        self._counted.set_text(state.counted)
        self._strictness.set_text(state.strictness)
        named = {one: one.value for one in Measure}
        if not state.sees_content:
            named[Measure.CONTENT] = "in faults only"
        self.measure.show_choices("Alike", list(named.items()), state.measure)
        self.slider.setToolTip(f"{_SLIDER_TIPS[state.measure]}: stricter to the right")
        self.slider.blockSignals(True)
        self.slider.setValue(STEPS - 1 - state.slack)
        self.slider.blockSignals(False)


class TwinView(QWidget):
    act_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        pictures: PictureLoader,
        thumbnails: ThumbnailLoader,
        describe: Describe,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = TwinState(TwinBarState())
        self.bar = TwinBar(theme, self)
        self.canvas = TwinCanvas(theme, pictures, thumbnails, describe, self)
        self._empty = EmptyView(theme, self)
        self._empty.act_requested.connect(self.act_requested)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.canvas)
        self._pages.addWidget(self._empty)
        line = rule(self, upright=False)
        column = bare(QVBoxLayout(self))
        for part in (self.bar, line):
            column.addWidget(part)
        column.addWidget(self._pages, 1)

    def set_theme(self, theme: Theme) -> None:
        for part in (self.bar, self.canvas, self._empty):
            part.set_theme(theme)

    def show_state(self, state: TwinState) -> None:
        self.state = state
        self.bar.show_state(state.bar)
        self.canvas.show_state(state)
        if state.message is not None:
            self._empty.set_content(state.message.title, state.message.text, state.message.actions, mark="done")
        elif not state.images:
            self._empty.wait("Looking for near-duplicates…")
        self._pages.setCurrentWidget(self.canvas if state.message is None and state.images else self._empty)

    def refresh(self, ids: Collection[ImageId]) -> None:
        """Answers or marks of these images changed."""
        if any(image.image_id in ids for image in self.state.images):
            self.canvas.update()

    def is_settled(self) -> bool:
        """Everything in sight is there to be painted."""
        return self.state.message is not None or (bool(self.state.images) and self.canvas.is_settled())
