"""The bar at the top: which head, how good its version is and on how many images, the order, and Retrain."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from app.icons import icon
from app.models.bars import HeadBarState
from app.theme import Theme
from app.views.elided_label import ElidedLabel
from app.views.figures import count
from app.views.order_menu import fill_orders, order_text

_NAME_WIDTH = 220
_ORDER_WIDTH = 260


class HeadBar(QWidget):
    head_chosen = Signal(int)
    act_requested = Signal(str)
    auto_retrain_toggled = Signal(bool)
    auto_advance_toggled = Signal(bool)
    order_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = HeadBarState()
        self._theme = theme
        self._heads = self._tool("Head", "Choose, make or edit a head (Tab: the next one)")
        self._make_menu(self._heads)
        self._version = ElidedLabel(theme, self, bold=True)
        self._figure = ElidedLabel(theme, self, dim=True, lines=2, centred=True)
        self._find = self._tool("", "Find images by path, answer, prediction, mark … (/)")
        self._orders = self._tool("", "The order in which images are asked")
        self._make_menu(self._orders)
        self._advance = self._tool("Advance", "Show the next image at once after an answer", checkable=True)
        self._auto = self._tool("Auto", "Retrain by itself after 20 new answers", checkable=True)
        self._retrain = QPushButton("Retrain", self)
        self._retrain.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._connect()
        self._fill_heads(self._state)
        self._fill_orders(self._state)
        self.set_theme(theme)
        self.show_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for label in (self._version, self._figure):
            label.set_theme(theme)
        self._fit(theme)
        for chooser in (self._heads, self._orders):
            chooser.setIcon(icon("chevron-down", theme.dim))
        self._find.setIcon(icon("search", theme.text))
        self._toggle_icons = {
            (button, on): icon(name, theme.accent if on else theme.dim)
            for button, name in ((self._advance, "advance"), (self._auto, "retrain"))
            for on in (False, True)
        }
        self._retrain_icons = {
            True: icon("retrain", theme.accent_text),
            False: icon("retrain", theme.text, disabled=theme.disabled),
        }
        self._paint_toggles()
        self._paint_retrain()

    def show_state(self, state: HeadBarState) -> None:
        before, self._state = self._state, state
        if state.heads != before.heads or state.current != before.current:
            self._fill_heads(state)
        if (state.orders, state.order, state.target) != (before.orders, before.order, before.target):
            self._fill_orders(state)
        self._show_order(state)
        self._version.set_text(state.version_text)
        self._figure.set_text(state.figure_text, tip=state.figure_tip)
        for button, on in ((self._auto, state.auto_retrain), (self._advance, state.auto_advance)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self._paint_toggles()
        has_head = state.current is not None
        for part in (self._find, self._orders, self._advance, self._auto, self._retrain, self._version, self._figure):
            part.setVisible(has_head)
        self._paint_retrain()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """How good the head is, and on what that was measured, goes before words that a tip says too."""
        style = Qt.ToolButtonStyle
        for words in (style.ToolButtonTextBesideIcon, style.ToolButtonIconOnly):
            for button in (self._advance, self._auto):
                button.setToolButtonStyle(words)
            beside = self._row.sizeHint().width() - self._figure.sizeHint().width()
            if self._figure.is_whole_within(self.width() - beside):
                break
        self._retrain.setFixedHeight(self._auto.sizeHint().height())
        # Before the next paint: a text that became longer would be cut for one frame.
        self._row.activate()

    @Slot(QAction)
    def _choose_order(self, action: QAction) -> None:
        if action.data():
            self.order_chosen.emit(action.data())

    @Slot(QAction)
    def _choose_head(self, action: QAction) -> None:
        chosen = action.data()
        if isinstance(chosen, str):
            self.act_requested.emit(chosen)
        elif chosen is not None:
            self.head_chosen.emit(int(chosen))

    def _fill_heads(self, state: HeadBarState) -> None:
        menu, group = self._cleared(self._heads)
        for choice in state.heads:
            action = menu.addAction(choice.name.replace("&", "&&"))
            action.setData(int(choice.head_id))
            action.setToolTip(choice.detail)
            action.setCheckable(True)
            action.setChecked(choice.head_id == state.current)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction("New head…").setData("new_head")
        edit = menu.addAction("Edit head…")
        edit.setData("edit_head")
        edit.setEnabled(state.current is not None)
        unify = menu.addAction("Unify heads…")
        unify.setData("unify_heads")
        unify.setEnabled(len(state.heads) > 1)
        self._show_head_name()

    def _show_head_name(self) -> None:
        state = self._state
        current = next((choice for choice in state.heads if choice.head_id == state.current), None)
        metrics = self._heads.fontMetrics()
        name = current.name if current else "No head"
        room = self._theme.px(_NAME_WIDTH)  # names often differ at the end
        self._heads.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room).replace("&", "&&"))
        self._heads.setToolTip(f"{name} · {current.detail}" if current else "Choose or make a head")

    def _fill_orders(self, state: HeadBarState) -> None:
        menu, group = self._cleared(self._orders)
        fill_orders(menu, group, state)

    def _show_order(self, state: HeadBarState) -> None:
        text, tip = order_text(state)
        if state.order_waits:
            tip = f"{text} begins as soon as the head has learned from some answers; until then the order is random"
            text = state.hunt_title or "Random for now"  # the card says that it is random
        metrics, room = self._orders.fontMetrics(), self._theme.px(_ORDER_WIDTH)
        # The end of a hunt's name says how far it is.
        shown = metrics.elidedText(f"Order: {text}", Qt.TextElideMode.ElideMiddle, room)
        self._orders.setText(shown.replace("&", "&&"))
        self._orders.setToolTip(tip if text in shown else f"{text}. {tip}")

    def _cleared(self, button: QToolButton) -> tuple[QMenu, QActionGroup]:
        """Its menu, emptied, and the group in which one action stays checked, chosen again or not."""
        menu = button.menu()
        menu.clear()
        for inner in menu.findChildren(QMenu):
            inner.deleteLater()
        for before in menu.findChildren(QActionGroup):
            before.deleteLater()
        return menu, QActionGroup(menu)

    @Slot()
    def _paint_toggles(self) -> None:
        for button in (self._advance, self._auto):
            button.setIcon(self._toggle_icons[button, button.isChecked()])

    def _paint_retrain(self) -> None:
        state = self._state
        new = state.new_annotations
        text = "Training…" if state.training else f"Retrain · {count(new)} new" if new else "Retrain"
        self._retrain.setText(f"\u2009{text}")
        self._retrain.setEnabled(state.can_retrain and not state.training)
        self._retrain.setToolTip(state.retrain_tip)
        primary = bool(new) and self._retrain.isEnabled()
        self._retrain.setIcon(self._retrain_icons[primary])
        if self._retrain.property("primary") != primary:
            self._retrain.setProperty("primary", primary)
            self._retrain.style().unpolish(self._retrain)
            self._retrain.style().polish(self._retrain)

    def _make_menu(self, button: QToolButton) -> None:
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the name
        menu = QMenu(button)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # else the arrows of inner menus point left
        menu.setToolTipsVisible(True)
        button.setMenu(menu)

    def _tool(self, text: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setText(f"\u2009{text}" if checkable else text)  # some air after the icon
        button.setToolTip(tip)
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if checkable:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _lay_out(self) -> None:
        self._version.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._figure.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = row = QHBoxLayout(self)
        row.addWidget(self._heads)
        row.addWidget(self._version)
        row.addWidget(self._figure)
        row.addStretch(1)
        for part in (self._find, self._orders, self._advance, self._auto, self._retrain):
            row.addWidget(part)

    def _fit(self, theme: Theme) -> None:
        """To the interface size."""
        self.setFixedHeight(theme.bar_height)
        self._heads.setStyleSheet(f"font-size: {theme.large}px; font-weight: 600;")
        self._row.setContentsMargins(theme.grid, 0, 2 * theme.grid, 0)
        self._row.setSpacing(2 * theme.grid)
        for button in (self._heads, self._find, self._orders, self._advance, self._auto, self._retrain):
            button.setIconSize(QSize(theme.large, theme.large))
        self._show_head_name()

    def _connect(self) -> None:
        self._heads.menu().triggered.connect(self._choose_head)
        self._orders.menu().triggered.connect(self._choose_order)
        for button in (self._advance, self._auto):
            button.toggled.connect(self._paint_toggles)
        self._find.clicked.connect(lambda: self.act_requested.emit("find"))
        self._advance.toggled.connect(self.auto_advance_toggled)
        self._auto.toggled.connect(self.auto_retrain_toggled)
        self._retrain.clicked.connect(self._ask_for_retrain)

    @Slot()
    def _ask_for_retrain(self) -> None:
        self.act_requested.emit("retrain")
