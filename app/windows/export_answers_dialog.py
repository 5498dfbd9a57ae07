"""Writes the answers of a head as a data set; says beforehand how much that is and what is in the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs.background import Background
from app.presenting.exchanged import export_forecast
from app.windows.file_choosers import name_folder
from app.windows.fitting import grow_to_fit
from app.windows.form_rows import add_row
from app.windows.ok_and_cancel import ok_and_cancel
from app.windows.path_field import PathField
from core.errors import WinnowError
from core.exchange.answers_out import export_answers
from core.exchange.forms import Exported, Form
from core.jobs.exchange import ExportAnswersSpec
from core.project import Project
from core.values import Head, HeadId

LOOK_WAIT_MS = 250
_LOOK = "export"
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_FORMS = (
    (Form.FOLDERS, "Folders of images, N_label, as CityClassifiers has them"),
    (Form.NPY, "Folders of embeddings (.npy), as CityClassifiers has them"),
    (Form.CSV, "CSV: path and answer, which Winnow reads again"),
    (Form.JSONL, "JSON lines"),
    (Form.PARQUET, "Parquet"),
    (Form.IMAGEFOLDER, "Image folder, as data set libraries read it"),
)


@dataclass(frozen=True, slots=True)
class AnswersOut:
    """What is to be written, and where."""

    head: Head
    form: Form
    destination: Path


class ExportAnswersDialog(QDialog):
    def __init__(
        self,
        project: Path,
        heads: Sequence[Head],
        current: HeadId,
        place: Path,
        looking: Background,
        apply: Callable[[AnswersOut], object],
        parent: QWidget | None = None,
    ) -> None:
        """`place`: the folder to propose something new in."""
        super().__init__(parent)
        self._project = project
        self._heads = {head.head_id: head for head in heads}
        self._place = place
        self._looking = looking
        self._apply = apply
        self.setWindowTitle("Export answers")
        self.setMinimumWidth(42 * self.fontMetrics().height())
        self.head = QComboBox(self)
        for head in heads:
            self.head.addItem(f"{head.name} ({head.kind.value})", head.head_id)
        self.head.setCurrentIndex(max(0, self.head.findData(current)))
        self.form = QComboBox(self)
        for form, text in _FORMS:
            self.form.addItem(text, form.value)
        self.destination = PathField((("Choose…", self._ask),), self)
        self.says = QLabel(self)
        self.buttons = ok_and_cancel(self, "Export")
        self._wait = QTimer(self, singleShot=True, interval=LOOK_WAIT_MS)
        self._lay_out()
        self._propose()

    def chosen(self) -> AnswersOut:
        head, form = self._heads[self.head.currentData()], Form(self.form.currentData())
        return AnswersOut(head, form, self.destination.path())

    @Slot()
    def accept(self) -> None:
        if not self._button().isEnabled():
            return
        try:
            self._apply(self.chosen())
        except WinnowError as error:
            self.says.setText(str(error))
            return
        super().accept()

    @Slot(int)
    def done(self, result: int) -> None:
        self._wait.stop()
        self._looking.forget(_LOOK)
        super().done(result)

    def _lay_out(self) -> None:
        form = QFormLayout()
        add_row(form, "Answers &of", self.head)
        add_row(form, "&As", self.form)
        add_row(form, "&To", self.destination)
        self.says.setWordWrap(True)
        self.says.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.says)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.head.currentIndexChanged.connect(self._propose)
        self.form.currentIndexChanged.connect(self._propose)
        self.destination.changed.connect(self._look_again)
        self._wait.timeout.connect(self._look)

    def _ask(self, parent: QWidget) -> str:
        folder = name_folder(parent)
        return self._free(Path(folder)) if folder else ""

    @Slot()
    def _propose(self) -> None:
        here = Path(self.destination.text()).parent if self.destination.text() else self._place
        self.destination.set_text(self._free(here))
        self._look_again()

    def _free(self, folder: Path) -> str:
        """A name in `folder` that nothing has yet."""
        chosen = self.chosen()
        stem = _UNSAFE.sub("_", chosen.head.name).strip(" .") or "answers"
        suffix = f".{chosen.form.value}" if chosen.form.is_table else ""
        base = stem if suffix else f"{stem}-{chosen.form.value}"
        names = (base if number == 1 else f"{base}-{number}" for number in range(1, 10_000))
        places = (folder / f"{name}{suffix}" for name in names)
        return next(place for place in places if not place.exists()).as_posix()

    def _button(self) -> QPushButton:
        return self.buttons.button(QDialogButtonBox.StandardButton.Ok)

    @Slot()
    def _look_again(self) -> None:
        self._looking.forget(_LOOK)
        self._button().setEnabled(False)
        self._wait.start()

    @Slot()
    def _look(self) -> None:
        if self.destination.text():
            self.says.setText("Counting the answers…")
            self._looking.run(_LOOK, partial(_forecast, self._project, self.chosen()), self._show)

    def _show(self, found: Exported | WinnowError) -> None:
        self._button().setEnabled(isinstance(found, Exported))
        self.says.setText(str(found) if isinstance(found, WinnowError) else export_forecast(found))
        grow_to_fit(self)


def _forecast(project: Path, out: AnswersOut) -> Exported | WinnowError:
    """What would be written, or what is in the way."""
    spec = ExportAnswersSpec("forecast", str(project), out.head, out.form, out.destination.as_posix())
    try:
        with Project.open(project, read_only=True) as reading:
            return export_answers(reading, spec, lambda event: None, lambda: False, dry_run=True)
    except WinnowError as error:
        return error
