"""Takes in answers of folders named by numbers or labels, or of a table: first shows how each would be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs.background import Background
from app.operations.exchanging import AnswersDraft
from app.presenting.import_preview import Preview, preview_of
from app.theme import Theme
from app.windows.encoder_choices import EncoderListing
from app.windows.failed_dialog import FailedDialog
from app.windows.file_choosers import name_folder, name_table
from app.windows.fitting import say_below
from app.windows.form_rows import add_row
from app.windows.import_looking import Found, Look, look
from app.windows.new_head_rows import NewHeadRows
from app.windows.number_field import NumberField
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.path_field import PathField
from app.windows.preview_table import PreviewTable
from core.errors import WinnowError
from core.exchange.forms import AnswersForm
from core.exchange.preview import TreeFound
from core.names import SEED_ENCODERS
from core.values import BRACKETS, Head, HeadId, HeadKind

LOOK_WAIT_MS = 250
"""While a path is being typed."""
_LOOK = "look"
_NEW = None
_TITLES = {
    AnswersForm.FOLDERS: "Import rated folders of images",
    AnswersForm.NPY: "Import rated folders of embeddings",
    AnswersForm.CSV: "Import answers from a table",
}
_HINTS = {
    AnswersForm.FOLDERS: "the folder above 0_pass, 1_jpeg …, or 1, 2 … 10, or daisy, rose …",
    AnswersForm.NPY: "the folder above those named 0_pass, 1_jpeg … or 1, 2 … 10",
    AnswersForm.CSV: "a CSV file with the columns path and value",
}


@dataclass(frozen=True, slots=True)
class OpenProject:
    """What the dialog asks of the open project; without one, of none."""

    folder: Path | None = None
    heads: tuple[Head, ...] = ()
    current: HeadId | None = None
    in_use: str | None = None
    """The encoder that it was embedded with last."""
    in_use_values: int | None = None
    """How many values that one gives."""
    scale_of: Callable[[HeadId], tuple[float, float] | None] = lambda head: None


class ImportAnswersDialog(QDialog):
    """Nothing is written before `apply` takes the draft; what is wrong is said below the fields."""

    def __init__(
        self,
        form: AnswersForm,
        project: OpenProject,
        listing: EncoderListing,
        looking: Background,
        theme: Theme,
        apply: Callable[[AnswersDraft], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form = form
        self._project = project
        self._looking = looking
        self._apply = apply
        self._found: Found | None = None
        self._looked_by: tuple[str, ...] | None = None
        self._preview = Preview()
        self.setWindowTitle(_TITLES[form])
        self.setMinimumWidth(46 * self.fontMetrics().height())
        self._make_fields(listing, theme)
        self._wait = QTimer(self, singleShot=True, interval=LOOK_WAIT_MS)
        self._lay_out()
        self._connect()
        self._use_head()
        self._show_found()

    def _make_fields(self, listing: EncoderListing, theme: Theme) -> None:
        ask = name_table if self.form is AnswersForm.CSV else name_folder
        self.source = PathField((("Choose…", ask),), self, hint=_HINTS[self.form])
        self.head = QComboBox(self)
        self._rows = QFormLayout()
        add_row(self._rows, "&From", self.source)
        add_row(self._rows, "Answers &of", self.head)
        self.new_head = NewHeadRows(self._rows, listing, self._project.in_use, self)
        self.low, self.high = NumberField(self), NumberField(self)
        self._scale_row = self._between()
        self.table = PreviewTable(theme, self)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.left_out = QPushButton("Show what is left out…", self)
        self.left_out.setAutoDefault(False)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        self.buttons = ok_and_cancel(self, "Import")

    def set_source(self, source: str) -> None:
        self.source.set_text(source)

    def offer_instead(self, text: str, act: Callable[[Path], object]) -> None:
        """Another thing to do with what was dropped."""
        button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setAutoDefault(False)
        button.clicked.connect(self.reject)
        button.clicked.connect(lambda: act(self.source.path()))

    def draft(self) -> AnswersDraft:
        chosen = self.head.currentData()
        head = self.new_head.draft() if chosen is _NEW else HeadId(chosen)
        return AnswersDraft(self.form, self.source.path(), head, self._scale())

    @Slot()
    def accept(self) -> None:
        if not self._preview.images:
            return
        try:
            self._apply(self.draft())
        except WinnowError as error:
            say_below(self, self.note, str(error))
            return
        super().accept()

    @Slot(int)
    def done(self, result: int) -> None:
        self._wait.stop()
        self._looking.forget(_LOOK)
        super().done(result)

    def _between(self) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        for text, field in (("worst", self.low), ("best", self.high)):
            layout.addWidget(field)
            layout.addWidget(QLabel(text, row))
        layout.addStretch(1)
        row.setFocusProxy(self.low)
        add_row(self._rows, "Folder n&umbers", row)
        row.setToolTip("Which number is a score of 0, and which is 10; kept for the next import")
        return row

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.says, 1)
        below.addWidget(self.left_out)
        layout = QVBoxLayout(self)
        layout.addLayout(self._rows)
        layout.addWidget(self.table, 1)
        layout.addLayout(below)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.note.hide()
        for head in self._project.heads:
            self.head.addItem(f"{head.name} ({head.kind.value})", head.head_id)
        self.head.addItem("A new head…", _NEW)
        self.head.setCurrentIndex(max(0, self.head.findData(self._project.current)))

    def _connect(self) -> None:
        self.source.changed.connect(self._look_again)
        self._wait.timeout.connect(self._look)
        self.head.currentIndexChanged.connect(self._use_head)
        self.new_head.changed.connect(self._follow_head)
        self.low.textChanged.connect(self._show_found)
        self.high.textChanged.connect(self._show_found)
        self.left_out.clicked.connect(self._show_left_out)
        self.new_head.encoder.told.connect(self._tell)

    def _head(self) -> Head:
        chosen = self.head.currentData()
        known = next((head for head in self._project.heads if head.head_id == chosen), None)
        return known or self.new_head.head()

    def _scale(self) -> tuple[float, float]:
        return self.low.value(), self.high.value()

    @Slot()
    def _use_head(self) -> None:
        chosen = self.head.currentData()
        self.new_head.show(on=chosen is _NEW)
        kept = None if chosen is _NEW else self._project.scale_of(HeadId(chosen))
        for field, value in zip((self.low, self.high), kept or (0.0, float(BRACKETS)), strict=True):
            field.set_value(value)
        self._follow_head()

    @Slot()
    def _follow_head(self) -> None:
        """A table is read by the head, and so are folders that are called by labels; numbers stand for themselves."""
        scored = self._head().kind is HeadKind.SCORE and self.form is not AnswersForm.CSV
        self._rows.setRowVisible(self._scale_row, scored)
        if self._reads_otherwise():
            self._look_again()
        else:
            self._show_found()

    def _reads_otherwise(self) -> bool:
        """What was found is not what the head of now would find."""
        if self.form is AnswersForm.FOLDERS:
            numbered = isinstance(self._found, TreeFound) and not self._found.by_label
            return not numbered and self._looked_by != self._labels()
        return self.form is AnswersForm.CSV

    def _labels(self) -> tuple[str, ...] | None:
        """That folders are called by; None: of a head to be made, which has those that the folders are called."""
        if self.head.currentData() is _NEW and self.new_head.is_open:
            return None
        return tuple(label.name for label in self._head().labels)

    @Slot()
    def _look_again(self) -> None:
        """What was found before is not what would be taken in."""
        self._looking.forget(_LOOK)
        self._take(None)
        self._wait.start()

    @Slot()
    def _look(self) -> None:
        if not self.source.text():
            return
        self.says.setText("Looking…")
        self._looked_by = self._labels()
        asked = Look(self.form, self.source.path(), self._project.folder, self._head(), self._looked_by)
        self._looking.run(_LOOK, partial(look, asked), self._take)

    def _take(self, found: Found | None) -> None:
        self._found = found
        if not isinstance(found, WinnowError) and found is not None:
            source = self.source.path()
            name = source.stem if self.form is AnswersForm.CSV else source.name
            self.new_head.propose(name, found.kind, found.labels)
            if isinstance(found, TreeFound) and found.values not in (None, self._project.in_use_values):
                self.new_head.encoder.propose(SEED_ENCODERS.get(found.values))
        self._show_found()

    @Slot()
    def _show_found(self) -> None:
        self._preview = preview_of(self.form, self._found, self._head(), self._scale())
        self.table.show_rows(self._preview.rows, sources=self.form is not AnswersForm.CSV)
        self.says.setText(self._preview.summary)
        self.left_out.setVisible(bool(self._preview.left_out))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self._preview.images > 0)
        self._tell("")

    @Slot(str)
    def _tell(self, text: str) -> None:
        say_below(self, self.note, text or self._preview.wrong or self._preview.doubt)

    @Slot()
    def _show_left_out(self) -> None:
        FailedDialog(self._preview.left_out, self, title="Left out", summary="Each with its reason.").open()
