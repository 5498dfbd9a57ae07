"""The labels of a head in the order of their keys: add, rename, move, remove."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.operations.heads import LabelEdit
from core.values import Label, LabelId

_ID = Qt.ItemDataRole.UserRole
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_ROOM = 12
"""Lines: seven labels, as a preset has, are in sight."""


class LabelList(QWidget):
    """A double click renames; dragging or the buttons move."""

    changed = Signal()

    def __init__(self, labels: Sequence[Label], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget(self)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(_ROOM * self.fontMetrics().height())
        self.list.installEventFilter(self)
        self.new_name = QLineEdit(self)
        self.new_name.setPlaceholderText("add a label; several at once with commas")
        self.new_name.installEventFilter(self)
        self.add = self._button("Add", self.take_typed)
        self.add.setToolTip("Add what is typed (Enter)")
        for label in labels:
            self._append(label.name, label.label_id)
        self._on_selected: list[QPushButton] = []
        self._lay_out()
        rows = self.list.model()
        for touched in (rows.rowsInserted, rows.rowsRemoved, rows.rowsMoved, rows.dataChanged, rows.modelReset):
            touched.connect(self.changed)
            touched.connect(self._follow_rows)
        self.list.itemSelectionChanged.connect(self._follow_selection)
        self._follow_rows()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter adds what is typed and goes no further; where nothing is typed it presses the dialog's own button.

        Who comes to the list by key finds a label marked: by itself Qt makes the first one current and shows nothing.
        """
        if watched is self.list and isinstance(event, QFocusEvent) and event.reason() in _BY_KEY and event.gotFocus():
            if self._marked() < 0:
                self.list.setCurrentRow(max(self.list.currentRow(), 0))
            return False
        enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        typed = watched is self.new_name and bool(self.new_name.text().strip())
        if typed and enter and event.type() == QEvent.Type.KeyPress:
            self.take_typed()
            return True
        return super().eventFilter(watched, event)

    def edits(self) -> tuple[LabelEdit, ...]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(LabelEdit(item.text().strip(), item.data(_ID)) for item in items)

    @property
    def in_turn(self) -> tuple[QWidget, ...]:
        """As Tab goes through them."""
        return self.list, self.new_name, self.add, *self._on_selected

    @Slot()
    def take_typed(self) -> None:
        """Adds what stands in the field."""
        present = {edit.name.casefold() for edit in self.edits()}
        for name in (part.strip() for part in self.new_name.text().split(",")):
            if name and name.casefold() not in present:
                self._append(name, None)
                present.add(name.casefold())
        self.new_name.clear()

    def set_names(self, meanings: Mapping[str, str]) -> None:
        """These labels instead, each with what it means as its tip."""
        self.list.clear()
        for name, meaning in meanings.items():
            self._append(name, None, meaning)

    @Slot()
    def remove_selected(self) -> None:
        row = self._marked()
        if row >= 0:
            self.list.takeItem(row)

    @Slot()
    def move_up(self) -> None:
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        self._move(1)

    @Slot()
    def _follow_rows(self) -> None:
        """Tab passes over an empty list: what is typed there would be lost."""
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.list.count() else Qt.FocusPolicy.NoFocus)
        self._follow_selection()

    @Slot()
    def _follow_selection(self) -> None:
        row, last = self._marked(), self.list.count() - 1
        for button, can in zip(self._on_selected, (row > 0, 0 <= row < last, row >= 0), strict=True):
            button.setEnabled(can)

    def _append(self, name: str, label_id: LabelId | None, meaning: str = "") -> None:
        item = QListWidgetItem(name)
        item.setToolTip(meaning)
        item.setData(_ID, label_id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self.list.addItem(item)

    def _marked(self) -> int:
        """The row that is seen to be marked, or -1: one that is current need not be."""
        return next((index.row() for index in self.list.selectedIndexes()), -1)

    def _move(self, step: int) -> None:
        row = self._marked()
        if 0 <= row + step < self.list.count() and row >= 0:
            self.list.insertItem(row + step, self.list.takeItem(row))
            self.list.setCurrentRow(row + step)

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        for text, slot in (("Up", self.move_up), ("Down", self.move_down), ("Remove", self.remove_selected)):
            self._on_selected.append(self._button(text, slot))
            buttons.addWidget(self._on_selected[-1])
        buttons.addStretch(1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.list, 0, 0)
        layout.addLayout(buttons, 0, 1)
        layout.addWidget(self.new_name, 1, 0)
        layout.addWidget(self.add, 1, 1)

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        """Enter never presses it."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button
