"""The bar at the bottom: what runs and how far it is, with cancel; notices, files that failed, the device in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from app.icons import IconSet, icon
from app.models.bars import JobBarState
from app.models.versions import ChangeLine
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count, duration, rate
from app.views.sections import rule

_HEIGHT = 32
_ICON = 14
_PROGRESS = 160
_STEPS = 1000
_BEFORE_A_NOTICE = 3
"""So many ways of giving way come before a notice is shortened."""
_OF_THE_BAR = 4
"""What was just done keeps this part of the bar, whatever else is to be said."""


class JobBar(QWidget):
    act_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = JobBarState()
        self._notice_act = self._deed_text = self._selection_text = ""
        self._change_line = ChangeLine()
        self._icons = IconSet()
        self._deed = ElidedLabel(theme, self)
        self._deed_end = rule(self, upright=True)
        self._stage = ElidedLabel(theme, self, bold=True)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._figures = ElidedLabel(theme, self, dim=True)
        self._cancel = self._button("Cancel", "Stop; what is finished is kept")
        self._curve = self._button("Curve", "Loss, evaluation loss and learning rate")
        self._live = ElidedLabel(theme, self, dim=True)
        self._change = self._button("", "")
        self._notice_mark = QLabel(self)
        self._notice = ElidedLabel(theme, self)
        self._answer = self._button("", "")
        self._dismiss = self._button("", "Close this notice")
        self._failed = self._button("", "Files that could not be read, each with its reason")
        self._device_mark = QLabel(self)
        self._device = ElidedLabel(theme, self, dim=True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.show_state(self._state)
        self.show_deed("")
        self.show_change(ChangeLine())
        self.clear_notice()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for label in (self._deed, self._stage, self._figures, self._live, self._notice, self._device):
            label.set_theme(theme)
        self._fit(theme)
        density = self.devicePixelRatioF()
        self._notice_mark.setPixmap(self._icons.get("warning", theme.warning, theme.px(_ICON), density))
        self._device_mark.setPixmap(self._icons.get("device", theme.dim, theme.px(_ICON), density))
        self._cancel.setIcon(icon("cross", theme.text, disabled=theme.disabled))
        self._curve.setIcon(icon("curve", theme.text))
        self._dismiss.setIcon(icon("cross", theme.dim))
        self._failed.setIcon(icon("broken-picture", theme.warning))
        self._paint_change()

    def show_state(self, state: JobBarState) -> None:
        self._state = state
        running = bool(state.what)
        for part in (self._stage, self._progress, self._figures, self._cancel):
            part.setVisible(running)
        self._curve.setVisible(state.training)
        if running:
            self._show_progress(state)
        self._failed.setVisible(state.failed_files > 0)
        self._device_mark.setVisible(bool(state.device))
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """What was just done and what runs stand whole; the rest gives way to them, the least said first."""
        self._deed.setMaximumWidth(self.width())
        ways = self._ways()
        for give_way in islice(ways, _BEFORE_A_NOTICE):
            give_way()
            if self._row.sizeHint().width() <= self.width():
                break
        for give_way in ways:
            if self._needed() <= self.width():
                break
            give_way()
        wanted = self._deed.sizeHint().width()
        kept = min(wanted, self.width() // _OF_THE_BAR)
        self._deed.setMaximumWidth(max(kept, wanted + min(0, self.width() - self._needed())))
        self._row.activate()  # before the next paint: a text that became longer would be cut for one frame

    def _ways(self) -> Iterator[Callable[[], None]]:
        """All in full; then step by step less of what can be looked up."""
        live, line = "" if self._state.what else self._state.live, self._change_line
        device, files = self._state.device.partition(" (")[0], count(self._state.failed_files)
        yield partial(self._show_whole, live, line, device, files)
        yield partial(self._show_live, live.partition(" · ")[0])
        yield partial(self._show_live, "")
        yield partial(self._show_device, "")
        for shorter in line.shorter:
            yield partial(self._show_change, shorter)
        yield partial(self._show_failed, files)
        yield partial(self._progress.setVisible, bool(self._state.what) and not self._figures.text)

    def _show_whole(self, live: str, line: ChangeLine, device: str, files: str) -> None:
        self._progress.setVisible(bool(self._state.what))
        self._show_live(live)
        self._show_device(device)
        self._show_change(line.text)
        self._show_failed(f"{files} {'file' if files == '1' else 'files'} failed")

    def _show_live(self, text: str) -> None:
        self._live.set_text(text, tip=self._state.live)
        self._live.setVisible(bool(text))

    def _show_device(self, text: str) -> None:
        tip = f"Embedding and training run on: {self._state.device}"
        self._device.set_text(text, tip=tip)
        self._device.setVisible(bool(text))
        self._device_mark.setToolTip(tip)

    def _show_change(self, text: str) -> None:
        line = self._change_line
        self._change.setText(f"\u2009{text}")
        self._change.setToolTip(line.tip if text == line.text else f"{line.text}\n{line.tip}")

    def _show_failed(self, text: str) -> None:
        self._failed.setText(f"\u2009{text}")

    def _needed(self) -> int:
        """Of all but what a notice can do without."""
        notice = 0 if self._notice.isHidden() else self._notice.sizeHint().width()
        return self._row.sizeHint().width() - max(0, notice - self.width() // 3)

    def show_deed(self, text: str) -> None:
        """What the last key did; it stands before what is selected until `clear_deed`."""
        self._deed_text = text
        self._show_said()

    def clear_deed(self) -> None:
        """It is not to be read as if it were of what is shown next."""
        self.show_deed("")

    def show_selection(self, text: str) -> None:
        """What the next answer goes to, where that is not the image shown."""
        self._selection_text = text
        self._show_said()

    def show_change(self, line: ChangeLine) -> None:
        """What the last retrain changed, until the next one; empty takes it away."""
        self._change_line = line
        self._change.setVisible(bool(line.text))
        self._make_room()
        self._paint_change()

    def _paint_change(self) -> None:
        colour = self._theme.danger if self._change_line.loud else self._theme.text
        self._change.setStyleSheet(f"color: {colour.name()};")
        self._change.setIcon(icon("flip", colour))

    def _show_said(self) -> None:
        text = self._deed_text or self._selection_text
        self._deed.set_text(text)
        for part in (self._deed, self._deed_end):
            part.setVisible(bool(text))
        self._make_room()

    def show_notice(self, text: str, act: str = "", act_text: str = "") -> None:
        """Stays until it is closed or replaced."""
        self._notice_act = act
        self._notice.set_text(text)
        self._answer.setText(act_text)
        for part in (self._notice_mark, self._notice, self._dismiss):
            part.setVisible(True)
        self._answer.setVisible(bool(act))
        self._make_room()

    def show_news(self, text: str, act: str = "", act_text: str = "") -> None:
        """A notice that warns of nothing."""
        self.show_notice(text, act, act_text)
        self._notice_mark.setVisible(False)
        self._make_room()

    @Slot(str)
    def forget_notice(self, text: str) -> None:
        """It is true no more."""
        if self._notice.text == text:
            self.clear_notice()

    def amend_notice(self, text: str, now: str) -> None:
        """A part of it is true no more."""
        if self._notice.text == text:
            self._notice.set_text(now)
            self._make_room()

    @Slot()
    def clear_notice(self) -> None:
        for part in (self._notice_mark, self._notice, self._dismiss, self._answer):
            part.setVisible(False)
        self._make_room()

    def clear_remark(self) -> None:
        """Takes away the last deed and a notice that asks for nothing: they are past with the next act."""
        self.clear_deed()
        if not self._notice_act:
            self.clear_notice()

    def _show_progress(self, state: JobBarState) -> None:
        says_more = state.stage and state.stage.lower() != state.what.lower()
        self._stage.set_text(f"{state.what} · {state.stage}" if says_more else state.what)
        if state.total:
            self._progress.setRange(0, _STEPS)
            self._progress.setValue(round(_STEPS * min(1.0, state.done / state.total)))
        else:
            self._progress.setRange(0, 0 if state.total is None else 1)
        self._figures.set_text(progress_text(state))

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(f"\u2009{text}" if text else "")  # some air after the icon
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _lay_out(self) -> None:
        self._dismiss.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._row = row = QHBoxLayout(self)
        left: tuple[QWidget, ...] = (
            self._deed,
            self._deed_end,
            self._stage,
            self._progress,
            self._figures,
            self._cancel,
            self._curve,
            self._live,
            self._change,
        )
        middle: tuple[QWidget, ...] = (self._notice_mark, self._notice, self._answer, self._dismiss)
        right: tuple[QWidget, ...] = (self._failed, self._device_mark, self._device)
        for label in (self._deed, self._stage, self._figures, self._live, self._device):  # a notice gives way before
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for place, group in enumerate((left, middle, right)):
            if place:
                row.addStretch(1)
            for part in group:
                row.addWidget(part)

    def _fit(self, theme: Theme) -> None:
        """To the interface size."""
        self.setFixedHeight(theme.px(_HEIGHT))
        self._progress.setFixedWidth(theme.px(_PROGRESS))
        self._row.setContentsMargins(3 * theme.grid, 0, 3 * theme.grid, 0)
        self._row.setSpacing(2 * theme.grid)
        icon_size = QSize(theme.px(_ICON), theme.px(_ICON))
        for button in (self._cancel, self._curve, self._change, self._answer, self._dismiss, self._failed):
            button.setIconSize(icon_size)

    def _connect(self) -> None:
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._curve.clicked.connect(self._ask_for_curve)
        self._change.clicked.connect(self._ask_for_change)
        self._failed.clicked.connect(self._ask_for_failed)
        self._answer.clicked.connect(self._take_notice)
        self._dismiss.clicked.connect(self.clear_notice)

    @Slot()
    def _ask_to_cancel(self) -> None:
        self.act_requested.emit("cancel_job")

    @Slot()
    def _ask_for_curve(self) -> None:
        self.act_requested.emit("show_training")

    @Slot()
    def _ask_for_change(self) -> None:
        self.act_requested.emit("show_change")

    @Slot()
    def _ask_for_failed(self) -> None:
        self.act_requested.emit("show_failed")

    @Slot()
    def _take_notice(self) -> None:
        act = self._notice_act
        self.clear_notice()
        self.act_requested.emit(act)


def progress_text(state: JobBarState) -> str:
    """ "1 204 of 20 000 · 45 / s · 7 min left"; what is not known is left out."""
    parts = []
    if state.total is not None:
        parts.append(f"{count(state.done)} of {count(state.total)}")
    elif state.done:
        parts.append(count(state.done))
    if state.rate:
        parts.append(rate(state.rate))
    if state.remaining_s is not None:
        parts.append(f"{duration(state.remaining_s)} left")
    return " · ".join(parts)
