"""Makes degraded copies of a folder of clean pictures, and offers to add them to the project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.encoder_in_use import encoder_in_use
from app.jobs.runner import JobRunner
from app.jobs.state import Errand
from app.operations import synthesizing
from app.operations.exchanging import AnswersDraft
from app.operations.heads import HeadDraft
from app.presenting.apply_states import busy_text
from app.views.figures import count
from app.views.sections import button, side_by_side
from app.views.still_fields import pass_wheel
from app.windows.effect_rows import EffectRows
from app.windows.failed_dialog import FailedDialog
from app.windows.file_choosers import name_folder
from app.windows.fitting import grow_to_fit
from app.windows.form_rows import add_row, labelled
from app.windows.path_field import PathField
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.jobs.events import JobFailed
from core.jobs.file_results import FileResult, SynthResult
from core.jobs.file_specs import FileSpec, SynthSpec
from core.media.degrade import EFFECTS
from core.names import BUILT_IN
from core.values import Head

_EXPLAINS = "Copies with a defect of known strength, to teach heads what it looks like. The pictures are only read."
_STOPPED = "Stopped. What was made is kept, and the next time goes on there."
_MOST_COPIES, _MOST_SEED = 1000, 999_999


class SynthDialog(QDialog):
    """Lies beside the work; closing it leaves the work going, and what came of it is there when it is opened again."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: JobRunner,
        import_answers: Callable[[AnswersDraft], None],
        parent: QWidget | None = None,
    ) -> None:
        """`import_answers` orders the import and tells how it ends."""
        super().__init__(parent)
        self._import_answers = import_answers
        self._workspace = workspace
        self._jobs = jobs
        self._made: tuple[str, SynthResult] | None = None
        self.setWindowTitle("Make defects")
        self.source, self.target = self._folder("Folder of clean pictures"), self._folder("Folder for the copies")
        self.effects = EffectRows(EFFECTS.values(), self)
        self.per_image, self.seed = QSpinBox(self), QSpinBox(self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.failed = button("Show what failed…", "Each file with its reason", self._show_failed, self)
        self.then = QComboBox(self)
        self.then_says = QLabel(self)
        self.then_says.setObjectName("dim")
        self.then_says.setWordWrap(True)
        self.take = button("Add to the project", "The folder of the copies", self.add_to_project, self)
        self._lay_out()
        pass_wheel(self)
        jobs.files.ended.connect(self._end)
        jobs.state_changed.connect(self._follow)
        self.then.currentIndexChanged.connect(self._explain)
        workspace.changed.connect(self._offer_anew)
        self._follow()

    @property
    def running(self) -> bool:
        return isinstance(self._jobs.files.spec, SynthSpec)

    @Slot()
    def make(self) -> None:
        source, target = (str(field.path()) if field.text() else "" for field in (self.source, self.target))
        try:
            order = synthesizing.synth_order(
                source, target, self.effects.wishes(), per_image=self.per_image.value(), seed=self.seed.value()
            )
            self._jobs.work_on_files(order)
        except UserError as error:
            self._say(str(error))
            return
        self._made = None
        self._say("")

    @Slot()
    def add_to_project(self) -> None:
        if self._made is None:
            return
        target, result = self._made
        wanted = self._wanted(result)
        try:
            if wanted is None:
                synthesizing.add_copies(self._workspace, self._jobs, target)
                done = "They are being added to the project."
            else:
                self._import_answers(synthesizing.answers_of_copies(target, wanted))
                done = f"They are being added to the project with their answers, for the head {wanted.name}."
        except UserError as error:
            self._say(str(error))
            return
        self._made = None
        self._say(done)

    @Slot(object, object)
    def _end(self, spec: FileSpec, outcome: FileResult | JobFailed | None) -> None:
        match spec, outcome:
            case SynthSpec(), SynthResult():
                self._made = spec.target, outcome
                there = f", {count(outcome.kept)} there already" if outcome.kept else ""
                pictures = "1 picture" if len(outcome.failed) == 1 else f"{count(len(outcome.failed))} pictures"
                failed = f", {pictures} failed" if outcome.failed else ""
                self._offer_heads(outcome)
                copies = "1 copy" if outcome.written == 1 else f"{count(outcome.written)} copies"
                self._end_with(f"{copies} made{there}{failed}: {', '.join(outcome.folders)}")
            case SynthSpec(), JobFailed():
                self._say(outcome.text)
            case SynthSpec(), _:
                self._end_with(_STOPPED)
            case _:
                self._follow()

    @Slot()
    def _follow(self) -> None:
        """Progress while copies are made, else what can be done next."""
        running, state = self.running, self._jobs.state
        if running:
            self.says.setText(busy_text(state, waiting=True))
        at_work = state is not None and state.errand is Errand.FILES and state.total
        self.progress.setRange(0, state.total or 0 if at_work and state is not None else 0)
        self.progress.setValue(state.done if at_work and state is not None else 0)
        self.progress.setVisible(running)
        self.start.setEnabled(not running)
        self.stop.setVisible(running)
        self._fields.setEnabled(not running)
        made = self._made[1] if self._made is not None else None
        self.failed.setVisible(made is not None and bool(made.failed))
        offers = made is not None and self._workspace.project is not None and bool(made.written + made.kept)
        for part in (self.then, self.then_says, self.take):
            part.setVisible(offers)
        grow_to_fit(self)

    def _end_with(self, text: str) -> None:
        self._say(text)
        if not self.isVisible():
            self._jobs.notice.emit(text)

    @Slot(object, object)
    def _offer_anew(self, changes: Changes, initiator: object) -> None:
        """Heads came or went, or another project was opened."""
        if changes.heads and self._made is not None:
            self._offer_heads(self._made[1])
            self._follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:  # the interface grew or shrank beside the dialog
            self._fit()
            if self.layout() is not None:
                grow_to_fit(self)

    def _fit(self) -> None:
        self.setMinimumWidth(52 * self.fontMetrics().height())

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self._follow()

    def _offer_heads(self, result: SynthResult) -> None:
        self.then.clear()
        self.then.addItem("Images without an answer", None)
        if self._workspace.project is not None and synthesizing.numbered(result.folders):
            self.then.addItem("Rated images, for a new head", "new")
            for head in synthesizing.fitting_heads(self._workspace.heads, result.folders):
                self.then.addItem(f"Rated images, for {head.name}", head.head_id)

    def _wanted(self, result: SynthResult) -> Head | HeadDraft | None:
        chosen, project = self.then.currentData(), self._workspace.project
        if chosen is None or project is None:
            return None
        if chosen == "new":
            encoder = encoder_in_use(project) or BUILT_IN
            return synthesizing.head_of_copies(result.folders, encoder, self._workspace.heads)
        return next(head for head in self._workspace.heads if head.head_id == chosen)

    @Slot()
    def _explain(self) -> None:
        """Which folder is answered by which label: a number alone does not say."""
        wanted = self._wanted(self._made[1]) if self._made is not None else None
        if wanted is None or self._made is None:
            self.then_says.setText("")
            return
        names = [label.name for label in wanted.labels]
        made = synthesizing.numbered(self._made[1].folders)
        means = ", ".join(f"{number}_{name} as {names[number]}" for number, name in made.items())
        clean = f"; clean pictures are {names[0]}" if 0 not in made else ""
        self.then_says.setText(f"Answered: {means}{clean}.")
        grow_to_fit(self)

    def _show_failed(self) -> None:
        if self._made is not None:
            dialog = FailedDialog(self._made[1].failed, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _folder(self, title: str) -> PathField:
        return PathField((("Choose…", partial(name_folder, title=title)),), self, hint=title.lower())

    def _lay_out(self) -> None:
        explains = QLabel(_EXPLAINS, self)
        explains.setWordWrap(True)
        self._fit()
        self.per_image.setRange(1, _MOST_COPIES)
        self.seed.setRange(0, _MOST_SEED)
        for spin in (self.per_image, self.seed):
            spin.setAlignment(Qt.AlignmentFlag.AlignRight)
            spin.ensurePolished()  # the style's height counts before the fields are laid out
        self.seed.setToolTip("The same seed gives the same copies, byte for byte")
        self._fields = self._make_form()
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Close, self)
        self.start = buttons.addButton("Make copies", QDialogButtonBox.ButtonRole.ActionRole)
        self.start.setDefault(True)
        self.stop = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.ActionRole)
        self.stop.setAutoDefault(False)
        self.start.clicked.connect(self.make)
        self.stop.clicked.connect(self._jobs.cancel_files)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(explains)
        layout.addWidget(self._fields)
        layout.addWidget(self.says)
        layout.addWidget(self.progress)
        layout.addLayout(side_by_side(self.failed))
        layout.addLayout(side_by_side(self.then, self.take, stretch=(0,)))
        layout.addWidget(self.then_says)
        layout.addStretch(1)
        layout.addWidget(buttons)

    def _make_form(self) -> QWidget:
        fields = QWidget(self)
        fields.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSizeConstraint(QFormLayout.SizeConstraint.SetMinimumSize)
        add_row(form, "&Of", self.source)
        add_row(form, "&Into", self.target)
        form.addRow("Defects", self.effects)
        form.addRow(
            labelled("Copies of &each", self.per_image),
            side_by_side(self.per_image, labelled("&Seed", self.seed), self.seed),
        )
        return fields
