"""The right-hand panel: what the head says of the image, what was answered, why it is asked, and which file it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.models.cards import AS_LEFT, UNSEEN, Card
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count, file_size
from app.views.label_rows import LabelRows
from app.views.score_scale import ScoreScale
from app.views.state_marks import StateMarks
from core.values import HeadKind

_BLIND_TIP = (
    "Asked blind: what the head says of it is shown once it is answered, so that it does not sway you.\n"
    "Figures on such answers are honest; those of the audit set are images that chance drew."
)
_SOURCES = {
    "text": "by the labels' names",
    "live": "live: learns as you answer",
    AS_LEFT: "live, as you left it",
    UNSEEN: "did not learn from it",
}

_HIDDEN_TIP = "What the head says is left out, so that it does not sway you, in this project and until you ask for it:"


class PredictionPanel(QWidget):
    row_activated = Signal(int)
    row_denied = Signal(int)
    score_activated = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, reasons: bool = True) -> None:
        """Without `reasons` no room is kept for why an image is asked: the view says that elsewhere."""
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._card: Card | None = None
        self._hidden = False
        self._shown_by = ""
        """The key that shows what is hidden."""
        self._title = ElidedLabel(theme, self, size="large", bold=True)
        self._source = ElidedLabel(theme, self, size="small", dim=True)
        self._source.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rows = LabelRows(theme)
        self._scale = ScoreScale(theme)
        self._marks = StateMarks(theme, self)
        self._confirms = ElidedLabel(theme, self, lines=2)
        self._refuses = ElidedLabel(theme, self, dim=True)
        self._reason = ElidedLabel(theme, self, size="small", dim=True, lines=2)
        self._name = ElidedLabel(theme, self, mode=Qt.TextElideMode.ElideMiddle)
        self._facts = ElidedLabel(theme, self, size="small", dim=True)
        self._said = (self._confirms, self._refuses, self._reason, self._name, self._facts)
        self._reason.setVisible(reasons)
        for part in self._said[:2]:
            part.hide()
        self._lay_out()
        self.set_theme(theme)
        self._rows.activated.connect(self.row_activated)
        self._rows.denied.connect(self.row_denied)
        self._scale.activated.connect(self.score_activated)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self._title, self._source, *self._said):
            part.set_theme(theme)
        self._rows.set_theme(theme)
        self._scale.set_theme(theme)
        self._marks.set_theme(theme)
        side, grid = 3 * theme.grid, theme.grid
        self.setFixedWidth(theme.panel_width)
        self._header.setContentsMargins(side, side, side, 2 * grid)
        self._header.setSpacing(2 * grid)
        self._footer.setContentsMargins(side, 2 * grid, side, side)
        self._footer.setSpacing(grid)
        self._rows.fit_height(self._scroll.viewport().height())

    def show_card(self, card: Card) -> None:
        self._card = card
        self._title.set_text(card.head.name)
        self._show_source()
        if card.head.kind is HeadKind.SCORE:
            self._scale.show_card(card)
            self._body.setCurrentWidget(self._scale_page)
        else:
            self._rows.show_card(card)
            self._body.setCurrentWidget(self._scroll)
            self._rows.fit_height(self._scroll.viewport().height())
            self._bring_into_sight(card)
        self._marks.show_states(flagged=card.flagged, excluded=card.excluded, skipped=card.skipped, pinned=card.pinned)
        image = card.image
        self._name.set_text(image.path.rsplit("/", 1)[-1], tip=image.path)
        size = f"{count(image.width)} × {count(image.height)}"
        self._facts.set_text(f"{size} · {image.format} · {file_size(image.size_bytes)}")

    def set_prediction_hidden(self, *, hidden: bool, key: str = "") -> None:
        """`key` shows it again."""
        self._hidden, self._shown_by = hidden, key
        self._rows.set_hidden(hidden)
        self._scale.set_hidden(hidden)
        self._show_source()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self._rows.fit_height(self._scroll.viewport().height())
        return super().eventFilter(watched, event)

    def _bring_into_sight(self, card: Card) -> None:
        """The row that is marked, where there are more than fit."""
        marked = next((number for number, row in enumerate(card.rows) if row.focused), None)
        if marked is not None:
            row = self._rows.row_rect(marked)
            self._scroll.ensureVisible(0, int(row.center().y()), 0, int(row.height()))

    def _show_source(self) -> None:
        self._reason.set_text(self._why())
        self._show_commit()
        if self._hidden:
            self._source.set_text("hidden", tip=f"{_HIDDEN_TIP} {self._why()}.")
        elif self._card is not None and self._card.blind:
            self._source.set_text("blind: you first", tip=_BLIND_TIP)
        elif self._card is not None and self._card.source:
            source = self._card.source
            self._source.set_text(_SOURCES.get(source, source), tip=_source_tip(source))
        else:
            self._source.set_text("no prediction yet", tip="Answer a few images; the head learns while you go on.")

    def _show_commit(self) -> None:
        """What the keys that end an image would write; a proposal that is hidden is not taken either."""
        commit = self._card.commit if self._card is not None else None
        for part in self._said[:2]:
            part.setVisible(commit is not None)
        if commit is not None:
            unseen = commit.proposes and self._hidden
            self._confirms.set_text("nothing ticked, the proposal is hidden" if unseen else commit.confirms)
            self._refuses.set_text(commit.refuses)

    def _why(self) -> str:
        """Why the image is asked, which mostly tells what is predicted."""
        if self._hidden:
            return "predictions are hidden" + (f": {self._shown_by} shows them" if self._shown_by else "")
        return "" if self._card is None else self._card.reason

    def _lay_out(self) -> None:
        self._header = QHBoxLayout()
        self._header.addWidget(self._title, 1)
        self._header.addWidget(self._source, 0, Qt.AlignmentFlag.AlignBottom)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(_on_top(self._rows))
        self._scroll.viewport().installEventFilter(self)
        self._scale_page = _on_top(self._scale)
        self._body = QStackedWidget(self)
        self._body.addWidget(self._scroll)
        self._body.addWidget(self._scale_page)
        self._footer = QVBoxLayout()
        for part in (*self._said[:2], self._marks, *self._said[2:]):
            self._footer.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._header)
        column.addWidget(self._body, 1)
        column.addLayout(self._footer)


def _source_tip(source: str) -> str:
    if source == "live":
        return "By the live head, which learns from each answer at once. Retrain makes a version, which has figures."
    if source == AS_LEFT:
        return "By the live head as you left it: it knows no answer given since. A live head takes its place."
    if source == UNSEEN:
        return "By heads that did not learn from your answer to this image, and so do not only repeat it."
    if source == "text":
        return "By what the labels' own words mean to the encoder; there are no answers yet."
    return f"By version {source.removeprefix('v')} of this head, which is in force."


def _on_top(widget: QWidget) -> QWidget:
    """A page that keeps `widget` at its top."""
    page = QWidget()
    page.setObjectName("panel")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return page
