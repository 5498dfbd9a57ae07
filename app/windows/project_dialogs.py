"""The dialogs around a project: which folder, which head, which files failed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog

from app.encoder_in_use import encoder_for_content, encoder_in_use, encoders_of
from app.jobs.background import Background
from app.operations import heads, projects
from app.operations.heads import HeadDraft
from app.project_places import is_project
from app.windows import file_choosers
from app.windows.dialog_context import DialogContext
from app.windows.encoder_choices import EncoderListing
from app.windows.exchange_dialogs import ExchangeDialogs
from app.windows.in_turn import InTurn
from app.windows.showing import show_dialog
from core.errors import UserError
from core.wording import counted

if TYPE_CHECKING:
    from core.project.moved import MovedFolder


class ProjectDialogs(QObject):
    """Asks, then calls the operation. Dialogs lie over the window without stopping its work.

    Those that are rarely opened are loaded then: the first picture does not wait for them.
    """

    def __init__(self, context: DialogContext) -> None:
        super().__init__(context.window)
        self._here = context
        self.listing = EncoderListing(self, self._own_encoders)
        self.exchange = ExchangeDialogs(context, self.listing)
        self._training: QDialog | None = None
        self._synth: QDialog | None = None

    def open(self, folders: Sequence[Path]) -> None:
        """Folders that were dropped, named or chosen: projects are opened, images opened or added."""
        open_here = self._here.workspace.project is not None and self._here.workspace.writable
        found = [folder for folder in folders if is_project(folder)]
        if found or not open_here:
            projects.open_any(self._here.workspace, self._here.jobs, self._here.settings, (found or list(folders))[0])
            folders = [] if found else list(folders)[1:]
        if folders:
            self._add(folders)

    def take_dropped(self, folders: Sequence[Path]) -> None:
        self._here.desk.guard(partial(self._take, folders))

    def _take(self, folders: Sequence[Path]) -> None:
        if not self.exchange.takes_folders(folders, lambda folder: self._here.desk.guard(partial(self.open, [folder]))):
            self.open(folders)

    def ask_folder(self) -> None:
        folder = self._ask("Folder of images")
        if folder is not None:
            projects.open_any(self._here.workspace, self._here.jobs, self._here.settings, folder)

    def ask_project(self) -> None:
        folder = self._ask("Project folder")
        if folder is not None:
            projects.open_project(self._here.workspace, self._here.jobs, self._here.settings, folder)

    def ask_more_folders(self) -> None:
        if self._here.workspace.project is None:
            self.ask_folder()
            return
        folder = self._ask("Folder of images to add")
        if folder is not None:
            self._add([folder])

    def _add(self, folders: Sequence[Path]) -> None:
        """At once, or right after a large act that is being written."""
        workspace, desk = self._here.workspace, self._here.desk
        project, add = workspace.project, partial(projects.add_folders, workspace, self._here.jobs, folders)
        if project is not None and workspace.large_acts.is_under_way(project):
            workspace.large_acts.after(project, partial(desk.guard, add))
            desk.news.emit("A large act is still being written: the folder is added right after it.", "", "")
        else:
            add()

    def relocate(self, lost: str) -> None:
        """Of the image folder `lost`; without one, of the first that is not there."""
        project = self._here.workspace.opened_for_writing()
        lost = lost or next(iter(project.look_for_lost()), "")
        if not lost:
            raise UserError(*_all_there(project.images.count_missing()))
        folder = self._ask(f"Where {lost} lies now")
        if folder is not None:
            take = partial(self._take_moved, folder)
            projects.look_at_moved(self._here.workspace, self.exchange.looking, lost, folder, take)

    def _take_moved(self, folder: Path, moved: MovedFolder) -> None:
        """Where not nearly all of its images lie there, the person is asked first."""
        if moved.holds_nearly_all or file_choosers.confirms_moved(self._here.window, moved):
            here, beside = self._here, self.exchange.beside
            here.desk.guard(partial(projects.relocate, here.workspace, here.jobs, beside, moved.old, folder))

    def make_head(self) -> None:
        from app.windows.head_dialog import HeadBegin, HeadDialog

        project, asked = self._here.project(), self._here.workspace.head
        apply = InTurn(self._here.workspace, partial(heads.add_head, self._here.workspace))
        in_use = encoder_in_use(project) if asked is None else asked.encoder
        begin = HeadBegin(in_use, encoder_for_content(project, in_use))
        self._show(HeadDialog(self.listing, apply, parent=self._here.window, begin=begin), apply)

    def edit_head(self) -> None:
        from app.windows.head_dialog import HeadBegin, HeadDialog

        project, head = self._here.workspace.opened()
        apply = InTurn(self._here.workspace, partial(heads.edit_head, self._here.workspace, head.head_id))
        recipe = project.heads.recipe(head.head_id)
        audited, again = project.audits.share(head.head_id), project.repeats.share(head.head_id)
        answers = project.annotations.label_counts(head.head_id)
        begin = HeadBegin(recipe=recipe or {}, audit_share=audited, again=again, answers=answers)
        self._show(HeadDialog(self.listing, apply, head, self._here.window, begin=begin), apply)

    def _show(self, dialog: QDialog, apply: InTurn[HeadDraft]) -> None:
        apply.show(dialog)
        show_dialog(dialog)

    def unify_heads(self) -> None:
        from app.operations import unifying
        from app.windows.unify_dialog import UnifyDialog, UnifyWork

        project, current = self._here.workspace.opened()
        made = {head.head_id: origins for head in project.heads.all() if (origins := project.origins.of(head.head_id))}
        if not unifying.sources_of(self._here.workspace.heads):
            raise UserError("only class and tags heads can be unified", "make some with New head")
        acts = self._here.workspace.large_acts
        dialog = UnifyDialog(
            self._here.workspace.heads,
            made,
            UnifyWork(
                partial(unifying.preview_unified, project),
                partial(unifying.make_unified, project),
                partial(unifying.show_unified, self._here.workspace),
                partial(acts.begin, project),
                partial(acts.end, project),
            ),
            Background(self._here.desk.report, self),
            self._here.window.theme,
            self._here.window,
            current=current.head_id,
        )
        show_dialog(dialog)

    def retrain_with(self) -> None:
        from app.windows.retrain_dialog import RetrainDialog

        project, head = self._here.workspace.opened()
        train = partial(self._here.jobs.train, head_id=head.head_id)  # another one may be the current one by then
        show_dialog(RetrainDialog(head, project.heads.recipe(head.head_id), train, self._here.window))

    def show_failed(self) -> None:
        from app.windows.failed_dialog import FailedDialog

        project = self._here.workspace.project
        show_dialog(FailedDialog(project.images.failed() if project is not None else [], self._here.window))

    def show_training(self) -> None:
        """One dialog, beside the work: it follows what is trained."""
        if self._training is not None:
            self._training.raise_()
            self._training.activateWindow()
            return
        from app.windows.training_dialog import TrainingDialog  # pyqtgraph takes a while to load

        dialog = self._training = TrainingDialog(self._here.workspace, self._here.jobs, self._here.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._forget_training)
        dialog.show()

    def make_defects(self) -> None:
        """Beside the work too."""
        from app.windows.synth_dialog import SynthDialog  # its effects load what nothing else here needs

        if self._synth is None:
            self._synth = SynthDialog(
                self._here.workspace, self._here.jobs, self.exchange.order_answers, self._here.window
            )
        self._synth.show()
        self._synth.raise_()

    @Slot()
    def _forget_training(self) -> None:
        self._training = None

    def _own_encoders(self) -> tuple[str, ...]:
        project = self._here.workspace.project
        return () if project is None else encoders_of(project)

    def _ask(self, title: str) -> Path | None:
        return file_choosers.ask_folder(self._here.window, title)


def _all_there(missing: int) -> tuple[str, str]:
    """Why no folder is asked for, and what to do."""
    there = "every image folder is where it was"
    if not missing:
        return there, "Look for new images looks for changes in them"
    what = f"{there}, but {counted(missing, 'known image is', 'known images are')} missing"
    return what, "Add images… takes in the folder that holds them now"
