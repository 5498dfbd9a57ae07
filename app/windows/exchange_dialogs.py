"""The dialogs around imports and exports, and what is told when one has ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.actions import Bindings
from app.encoder_in_use import encoder_in_use
from app.jobs.background import Background
from app.operations import exchanging, projects
from app.operations.exchanging import AnswersDraft, Ending, HeadFileDraft
from app.operations.rejudging import Rejudging
from app.presenting.exchanged import Report, report_of
from app.windows.dialog_context import DialogContext
from app.windows.encoder_choices import EncoderListing
from app.windows.in_turn import InTurn
from app.windows.showing import show_dialog
from core.changes import Changes
from core.errors import UserError
from core.exchange.forms import AnswersForm
from core.exchange.trees import VECTORS
from core.jobs.events import JobFailed
from core.jobs.exchange import ExchangeResult
from core.values import HeadId

if TYPE_CHECKING:
    from app.windows.export_answers_dialog import AnswersOut
    from app.windows.export_head_dialog import HeadOut
    from app.windows.import_answers_dialog import OpenProject

SHOW = "show_exchange"
_LOOKED_AT = 10_000
"""Entries of a folder that was dropped: a huge one is one of images."""


class ExchangeDialogs(QObject):
    """Asks, then orders the work; the window goes on meanwhile. Each dialog is loaded when it is first opened."""

    def __init__(self, context: DialogContext, listing: EncoderListing) -> None:
        super().__init__(context.window)
        self._here = context
        self._listing = listing
        self.looking = Background(context.desk.report, self)
        """Looks at what is to be taken in or would be written out."""
        self.beside = Background(context.desk.report, self)
        """Writes what is too much for the window's thread: no look is waited for, and all of it is written."""
        self._undo = next(iter(Bindings().keys_of("undo")), "")
        self._report: Report | None = None
        self._imported: int | None = None
        """The act that the report is about."""
        context.workspace.changed.connect(self._follow)
        self._failed_head: HeadFileDraft | None = None
        Rejudging(context.workspace, context.jobs, lambda: context.settings.value.device, self._ending(), self)

    def close(self) -> None:
        self.looking.close()
        self.beside.finish()
        self.beside.close()

    def import_head(self, source: Path | None = None) -> None:
        """Begins with what failed last, unless something else is named."""
        from app.windows.import_head_dialog import ImportHeadDialog

        self._here.project()
        begin = HeadFileDraft(str(source)) if source is not None else self._failed_head
        apply = InTurn(self._here.workspace, self._order_head)
        dialog = ImportHeadDialog(self._listing, apply, self._here.window, begin=begin)
        apply.show(dialog)
        show_dialog(dialog)

    def import_answers(
        self, form: AnswersForm, source: Path | None = None, *, instead: Callable[[Path], object] | None = None
    ) -> None:
        """`instead`: what a dropped folder would otherwise be taken for."""
        from app.windows.import_answers_dialog import ImportAnswersDialog

        if form is AnswersForm.CSV:
            self._here.project()
        asked, apply = self._asked_of(), InTurn(self._here.workspace, self.order_answers)
        dialog = ImportAnswersDialog(
            form,
            asked,
            self._listing,
            self.looking,
            self._here.window.theme,
            apply,
            self._here.window,
        )
        apply.show(dialog)
        if source is not None:
            dialog.set_source(str(source))
        if instead is not None:
            dialog.offer_instead("Only add the images", instead)
        show_dialog(dialog)

    def export_head(self) -> None:
        from app.windows.export_head_dialog import ExportHeadDialog

        project, head = self._here.workspace.opened()
        trained = [each for each in self._here.workspace.heads if each.version is not None]
        if not trained:
            raise UserError("no head has a version yet", "answer some images and retrain first")
        place, window = self._place() / "heads", self._here.window

        def versions_of(head_id: HeadId) -> list[int]:
            return [info.number for info in project.versions.of(head_id)]

        show_dialog(ExportHeadDialog(trained, head.head_id, place, versions_of, self._order_head_out, window))

    def export_answers(self) -> None:
        from app.windows.export_answers_dialog import ExportAnswersDialog

        project, head = self._here.workspace.opened()
        heads, place = self._here.workspace.heads, self._place()
        apply = self._order_answers_out
        show_dialog(
            ExportAnswersDialog(project.folder, heads, head.head_id, place, self.looking, apply, self._here.window)
        )

    def show_report(self) -> None:
        """Of the last import or export of this sitting."""
        from app.windows.failed_dialog import FailedDialog

        report = self._report
        if report is None:
            raise UserError("nothing was imported or exported yet")
        text = report.text or report.line
        show_dialog(FailedDialog(report.failed, self._here.window, title=report.title, summary=text))

    def take_heads(self, files: Sequence[Path]) -> None:
        """Head files that were dropped."""
        self._here.desk.guard(partial(self.import_head, files[0]))

    def takes_folders(self, folders: Sequence[Path], instead: Callable[[Path], object]) -> bool:
        """Whether these are ratings, which are offered to be imported."""
        if len(folders) != 1:
            return False
        form = _rated(folders[0])
        if form is None:
            return False
        self.import_answers(form, folders[0], instead=instead)
        return True

    def _order_head(self, draft: HeadFileDraft) -> None:
        ending = Ending(self._tell, partial(self._head_failed, draft))
        exchanging.import_head(self._here.workspace, self._here.jobs, self._here.settings.value.device, draft, ending)
        self._failed_head = None

    def _head_failed(self, draft: HeadFileDraft, failure: JobFailed) -> None:
        self._failed_head = draft
        self._here.desk.report_failure(
            failure.owner, failure.text, failure.details, act="import_head", act_text="Try again…"
        )

    def order_answers(self, draft: AnswersDraft) -> None:
        """What a dialog asked for; how it ends is told in the bar below."""
        if self._here.workspace.project is None:
            projects.open_images(self._here.workspace, self._here.jobs, self._here.settings, draft.source)
        exchanging.import_answers(self._here.workspace, self._here.jobs, self.beside, draft, self._ending())

    def _order_head_out(self, out: HeadOut) -> None:
        workspace, jobs = self._here.workspace, self._here.jobs
        exchanging.export_head(workspace, jobs, out.head, out.number, out.folder, self._ending(), each_tag=out.each_tag)

    def _order_answers_out(self, out: AnswersOut) -> None:
        exchanging.export_answers(
            self._here.workspace, self._here.jobs, out.head, out.form, out.destination, self._ending()
        )

    def _ending(self) -> Ending:
        return Ending(
            self._tell, lambda failure: self._here.desk.report_failure(failure.owner, failure.text, failure.details)
        )

    def _tell(self, result: ExchangeResult, changes: Changes) -> None:
        self._report = report = report_of(result, changes, self._here.workspace.head, self._undo)
        act = (SHOW, "Show…") if report.has_more else ("", "")
        self._imported = changes.act
        desk = self._here.desk
        (desk.news if report.is_well else desk.notice).emit(report.line, *act)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        """The notice of an import goes with its undo, and names no key once that takes back another act."""
        report, bar = self._report, self._here.window.job_bar
        if report is None or self._imported is None or changes.act is None:
            return
        if changes.act == self._imported:
            bar.forget_notice(report.line)
        else:
            bar.amend_notice(report.line, report.later)
        self._imported = None

    def _asked_of(self) -> OpenProject:
        from app.windows.import_answers_dialog import OpenProject

        project, head = self._here.workspace.project, self._here.workspace.head
        if project is None:
            return OpenProject()
        return OpenProject(
            project.folder,
            self._here.workspace.heads,
            head.head_id if head is not None else None,
            encoder_in_use(project),
            next((signature.dim for signature in project.encoders.all()), None),
            project.heads.scale,
        )

    def _place(self) -> Path:
        """Beside the images, not among them: what is written there would be found as new images."""
        project = self._here.workspace.project
        roots = project.roots if project is not None else ()
        return Path(roots[0]).absolute().parent if roots else Path.home()


def _rated(folder: Path) -> AnswersForm | None:
    """What folders of ratings hold; None where this is not a folder of such. It looks at no more than it must."""
    from core.exchange.preview import looks_rated

    try:
        inside = [place for place in _first_in(folder) if place.is_dir()]
        if not looks_rated(place.name for place in inside):
            return None
        some = next((file.name for place in inside for file in _first_in(place) if file.is_file()), "")
    except OSError:
        return None  # whoever opens it says why
    return AnswersForm.NPY if some.lower().endswith(VECTORS) else AnswersForm.FOLDERS


def _first_in(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(islice(entries, _LOOKED_AT))
