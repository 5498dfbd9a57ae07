"""Makes one tags head from several heads, or lets one take over what was answered since; first it shows what comes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.jobs.background import Background
from app.operations.unifying import Preview, UnifyDraft, sources_of
from app.theme import Theme
from app.windows.form_rows import add_row
from app.windows.tag_table import TagRow, TagTable
from core.errors import EnvironmentProblem, UserError
from core.project.unify import Unified, says_none
from core.values import Head, HeadId, HeadKind, Origin
from core.wording import counted

Result = TypeVar("Result")
_ID = Qt.ItemDataRole.UserRole
_CHECK = Qt.ItemDataRole.CheckStateRole
_PREVIEW, _MAKE = "preview", "make"
_LONGEST_NAME = 60
_SHOWN_HEADS = 5
_EXPLAINS = (
    "An answer of one head is a yes or a no to its own tags. Of the other heads' tags it says nothing: these stay "
    "unknown, and each head sorts them for you to review. The heads and their answers stay as they are."
)


@dataclass(frozen=True, slots=True)
class UnifyWork:
    """What the dialog calls; the first two beside the window's thread."""

    preview: Callable[[UnifyDraft], Preview]
    make: Callable[[UnifyDraft], Unified]
    show: Callable[[Unified], None]
    begun: Callable[[Background], None]
    """Hears where the head is being made, and `ended` that it is there or is not: it is written meanwhile."""
    ended: Callable[[], None]


class UnifyDialog(QDialog):
    """Stays open until the head is made: what is wrong is said below the tags."""

    def __init__(
        self,
        heads: tuple[Head, ...],
        made: Mapping[HeadId, tuple[Origin, ...]],
        work: UnifyWork,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        current: HeadId | None = None,
    ) -> None:
        """`made`: the heads that were made from others."""
        super().__init__(parent)
        self._heads = {head.head_id: head for head in sources_of(heads)}
        self._taken_names = {head.name.casefold() for head in heads}
        self._made = made
        self._theme = theme
        self._work = work
        self._background = background
        background.setParent(self)
        self._named = False
        self._making = False
        self.setWindowTitle("Unify heads")
        line = self.fontMetrics().height()
        self.resize(46 * line, 38 * line)
        self.into = QComboBox(self)
        self.name = QLineEdit(self)
        self.sources = QListWidget(self)
        self.sources.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.sources.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tags = TagTable(theme.dim, self)
        self.table = QTableView(self)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel, self)
        self._lay_out()
        self._fill(current)

    def draft(self) -> UnifyDraft:
        rows = [row for row in self.tags.rows if not row.taken and not row.fixed]
        return UnifyDraft(
            name=self.name.text().strip(),
            sources=tuple(self._chosen()),
            left_out=frozenset((row.head, row.label) for row in rows),
            target=self._target(),
        )

    @Slot()
    def accept(self) -> None:
        self._set_making(on=True)
        self._work.begun(self._background)
        make = partial(_tried, self._work.make, self.draft())
        self._background.run(_MAKE, make, self._finish, ended=self._work.ended)

    @Slot()
    def reject(self) -> None:
        """Not while the head is being made: the window has to be told of it."""
        if not (self._making and self._background.busy):
            super().reject()

    @Slot(int)
    def done(self, result: int) -> None:
        self._background.close(wait=False)  # what is still counted only reads
        super().done(result)

    def _set_making(self, *, on: bool) -> None:
        self._making = on
        for part in (self.into, self.name, self.sources, self.table, self.buttons):
            part.setEnabled(not on)

    def _finish(self, made: Unified | UserError | EnvironmentProblem) -> None:
        self._set_making(on=False)
        if not isinstance(made, Unified):
            self._complain(str(made))
            return
        super().accept()
        self._work.show(made)

    def _target(self) -> HeadId | None:
        chosen = self.into.currentData()
        return None if chosen is None else HeadId(chosen)

    def _chosen(self) -> list[HeadId]:
        items = [self.sources.item(row) for row in range(self.sources.count())]
        return [HeadId(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked]

    def _lay_out(self) -> None:
        explains = QLabel(_EXPLAINS, self)
        explains.setWordWrap(True)
        self._form = QFormLayout()
        add_row(self._form, "&Into", self.into)
        add_row(self._form, "&Name", self.name)
        add_row(self._form, "&From", self.sources)
        self.table.setObjectName("tags")
        self.table.setModel(self.tags)
        self.table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self._theme.row)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for names in (0, 1):
            header.setSectionResizeMode(names, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.addWidget(explains)
        layout.addLayout(self._form)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.says)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.note.hide()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.into.currentIndexChanged.connect(self._start_anew)
        self.name.textEdited.connect(self._keep_name)
        self.sources.itemChanged.connect(self._follow_sources)
        self.tags.toggled.connect(self._ask)

    def _fill(self, current: HeadId | None) -> None:
        self.into.blockSignals(True)
        self.into.addItem("A new head", None)
        for head_id in self._made:
            self.into.addItem(f"{self._heads[head_id].name}, which takes over what was answered since", head_id)
        self.into.setCurrentIndex(max(0, self.into.findData(current) if current in self._made else 0))
        self.into.blockSignals(False)
        self._form.setRowVisible(self.into, bool(self._made))
        self._start_anew()

    @Slot()
    def _start_anew(self) -> None:
        """Another head to unify into: its own heads belong to it for good; a new one begins with every class head."""
        target = self._target()
        belonging = {origin.head_id for origin in self._made.get(target, ())} if target is not None else set()
        self.sources.blockSignals(True)
        self.sources.clear()
        for head in self._heads.values():
            if head.head_id != target:
                fresh = target is None and head.kind is HeadKind.CLASS
                self._add_source(head, chosen=fresh or head.head_id in belonging, fixed=head.head_id in belonging)
        rows = min(self.sources.count(), _SHOWN_HEADS)
        self.sources.setFixedHeight(rows * max(self.sources.sizeHintForRow(0), 1) + 2 * self.sources.frameWidth() + 6)
        self.sources.blockSignals(False)
        self._form.setRowVisible(self.name, target is None)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(
            "Make the head" if target is None else "Take over"
        )
        self._follow_sources()

    def _add_source(self, head: Head, *, chosen: bool, fixed: bool) -> None:
        labels = ", ".join(label.name for label in head.labels)
        version = f"v{head.version}" if head.version is not None else "no version yet"
        item = QListWidgetItem(f"{head.name}  ·  {labels}  ·  {version}")
        item.setToolTip(item.text())
        item.setData(_ID, int(head.head_id))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | (Qt.ItemFlag(0) if fixed else Qt.ItemFlag.ItemIsUserCheckable))
        item.setData(_CHECK, Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self.sources.addItem(item)

    @Slot(str)
    def _keep_name(self, text: str) -> None:
        self._named = bool(text.strip())

    @Slot()
    def _follow_sources(self) -> None:
        """A new label that says none of the others is left out; what the person chose of the others stays."""
        heads = [self._heads[head_id] for head_id in self._chosen()]
        if not self._named:
            self.name.setText(_proposed([head.name for head in heads], self._taken_names))
        before = {(row.head, row.label): row.taken for row in self.tags.rows if not row.fixed}
        target = self._target()
        origins = self._made[target] if target is not None else ()
        became = {label: tag for origin in origins for label, tag in origin.tags.items()}
        rows = []
        for head in heads:
            for place, label in enumerate(head.labels):
                fixed, known = label.label_id in became, (head.name, label.name)
                is_tag = before.get(known, not says_none(head, place))
                taken = became[label.label_id] is not None if fixed else is_tag
                rows.append(TagRow(*known, taken, fixed))
        self.tags.show_rows(rows)
        self._ask()

    @Slot()
    def _ask(self) -> None:
        """Counts what would come of it; of several questions the last one is answered."""
        draft = self.draft()
        self.says.setText("Counting the answers…")
        self.tags.wait_for_figures()
        self._background.run(_PREVIEW, partial(_tried, self._work.preview, draft), partial(self._show, draft))

    def _show(self, draft: UnifyDraft, found: Preview | UserError | EnvironmentProblem) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        button.setEnabled(isinstance(found, Preview))
        if not isinstance(found, Preview):
            self.says.setText("")
            self.tags.show_rows(self.tags.rows)
            self._complain(str(found))
            return
        self.note.hide()
        made = {(tag.head.name, tag.label.name): at for at, tag in enumerate(found.plan.tags)}
        rows = []
        for row in self.tags.rows:
            at = made.get((row.head, row.label))
            name = found.plan.tags[at].name if at is not None else ""
            figures = found.counts[at] if at is not None else None
            rows.append(TagRow(row.head, row.label, at is not None, row.fixed, name, figures))
        self.tags.show_rows(rows)
        self.says.setText(_summary(draft, found))

    def _complain(self, text: str) -> None:
        self.note.setText(text)
        self.note.show()


def _proposed(names: Sequence[str], taken: Collection[str]) -> str:
    """What a head of these may be called, as none is called yet."""
    if not names:
        return ""
    name = " + ".join(names)
    if len(name) > _LONGEST_NAME or not names[1:]:
        rest = f" + {counted(len(names) - 1, 'head')}" if names[1:] else " tags"
        name = names[0][: _LONGEST_NAME - len(rest)].rstrip() + rest
    called = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(one for one in called if one.casefold() not in taken)


def _tried(work: Callable[[UnifyDraft], Result], draft: UnifyDraft) -> Result | UserError | EnvironmentProblem:
    try:
        return work(draft)
    except (UserError, EnvironmentProblem) as error:
        return error


def _summary(draft: UnifyDraft, found: Preview) -> str:
    """What is taken over, what waits, and what cannot judge yet."""
    changed = int(found.taken.changed.sum())
    images = counted(changed, "image")
    taken = f"{images} would get answers." if draft.target is None else f"{images} would change."
    taken = taken if changed else "No answer is new."
    review, likely = sum(one.review for one in found.counts), sum(one.likely for one in found.counts)
    tags = "1 open tag waits" if review == 1 else f"{review:,} open tags wait"
    waiting = f"{tags} for review, {likely:,} likely a yes." if review else ""
    untrained = [head.name for head in found.plan.sources if head.version is None]
    lacking = f"Retrain {' and '.join(untrained)} to have the others' images sorted." if untrained else ""
    return " ".join(text for text in (taken, waiting, lacking) if text)
