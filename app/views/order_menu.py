"""The list of orders: a few at once, all others under "More"; of those that go for something, what they go for."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from app.models.bars import HeadBarState
from app.models.orders import TITLES, needs_target, tip
from core.values import Strategy


def fill_orders(menu: QMenu, group: QActionGroup, state: HeadBarState) -> None:
    """Each action's data is the order, and after a colon what it goes for."""
    for strategy in state.orders.few:
        _add(menu, group, state, strategy)
    if state.orders.more:
        more = _inner(menu, "More", "Every order that was measured")
        for strategy in state.orders.more:
            _add(more, group, state, strategy)


def order_text(state: HeadBarState) -> tuple[str, str]:
    """What the button says of the order, and its tip."""
    target = dict(state.orders.targets).get(state.target) if state.target is not None else None
    title = f"{TITLES[state.order]} {target}" if target and needs_target(state.order) else TITLES[state.order]
    title = state.hunt_title or title
    return title, f"{state.hunt_text[0].upper()}{state.hunt_text[1:]}" if state.hunt_text else tip(state.order)


def _add(menu: QMenu, group: QActionGroup, state: HeadBarState, strategy: Strategy) -> None:
    if not needs_target(strategy):
        _add_choice(menu, group, TITLES[strategy], strategy.value, tip(strategy), checked=strategy is state.order)
        return
    targets = _inner(menu, TITLES[strategy], tip(strategy))
    for output, name in state.orders.targets:
        chosen = strategy is state.order and output == state.target
        _add_choice(targets, group, name, f"{strategy.value}:{output}", tip(strategy), checked=chosen)


def _add_choice(menu: QMenu, group: QActionGroup, text: str, data: str, tip_text: str, *, checked: bool) -> None:
    action = menu.addAction(text.replace("&", "&&"))
    action.setData(data)
    action.setToolTip(tip_text)
    action.setCheckable(True)
    action.setChecked(checked)
    group.addAction(action)


def _inner(menu: QMenu, title: str, tip_text: str) -> QMenu:
    inner = QMenu(title, menu)
    inner.setToolTipsVisible(True)
    menu.addMenu(inner).setToolTip(tip_text)
    return inner
