"""What the views and the worker ask for, connected to who does it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.input.commands import Commands
from app.jobs.state import Errand
from app.operations.versions import note_version
from app.views.label_view import LabelView
from core.jobs.events import JobFailed

if TYPE_CHECKING:
    from app.bootstrap import Shell
    from app.views.apply_view import ApplyView
    from app.views.insight_view import InsightView
    from app.views.keep_view import KeepView
    from app.views.page_view import PageView
    from app.views.review_view import ReviewView
    from app.views.versions_view import VersionsView


def connect(shell: Shell) -> None:
    window, commands, presenter = shell.window, shell.commands, shell.presenter
    for asking in (window, window.head_bar, window.job_bar, window.empty_view):
        asking.act_requested.connect(commands.perform)
    window.folders_dropped.connect(shell.dialogs.take_dropped)
    window.heads_dropped.connect(shell.dialogs.exchange.take_heads)
    window.closing.connect(shell.close)
    window.head_bar.head_chosen.connect(commands.use_head)
    window.head_bar.order_chosen.connect(commands.use_order)
    window.head_bar.auto_retrain_toggled.connect(lambda on: presenter.change(auto_retrain=on))
    window.head_bar.auto_advance_toggled.connect(lambda on: presenter.change(auto_advance=on))
    _connect_cards(window.label_view, commands)
    window.label_view.film_activated.connect(commands.go_to)
    window.grid_view.opened.connect(commands.open_single)
    window.versions_view_made.connect(partial(_connect_versions, shell))
    _connect_trying(shell)
    window.review_view_made.connect(partial(_connect_reviewing, commands))
    window.page_view_made.connect(partial(_connect_paging, commands))
    for made in (window.twin_view_made, window.compare_view_made, window.pair_view_made):
        made.connect(lambda view: view.act_requested.connect(commands.perform))
    window.insight_view_made.connect(partial(_connect_insight, commands))
    window.apply_view_made.connect(partial(_connect_applying, commands))
    window.keep_view_made.connect(partial(_connect_keeping, commands))
    shell.desk.notice.connect(window.job_bar.show_notice)
    shell.desk.news.connect(window.job_bar.show_news)
    shell.jobs.notice.connect(window.job_bar.show_notice)
    shell.jobs.news.connect(window.job_bar.show_news)
    shell.jobs.outdated.connect(window.job_bar.forget_notice)
    shell.jobs.failed.connect(partial(_report_failure, shell))
    shell.judging.notice.connect(window.job_bar.show_notice)
    shell.judging.failed.connect(lambda failure: _report_failure(shell, failure, None))
    shell.jobs.scanned.connect(shell.loaders.look_again)
    shell.jobs.scanned.connect(presenter.show_all)
    QGuiApplication.styleHints().colorSchemeChanged.connect(presenter.follow_system_theme)


def _connect_cards(view: LabelView, commands: Commands) -> None:
    view.row_activated.connect(commands.answer_row)
    view.row_denied.connect(commands.refuse_row)
    view.score_activated.connect(commands.answer_score)
    view.image_view.act_requested.connect(commands.perform)


def _connect_trying(shell: Shell) -> None:
    view, commands, trying = shell.window.try_view, shell.commands, shell.trying
    view.act_requested.connect(commands.perform)
    view.files_dropped.connect(commands.try_dropped)
    view.bitmap_dropped.connect(commands.try_bitmap)
    view.film_activated.connect(trying.go_to)
    view.head_marked.connect(trying.mark_head)
    bar = view.bar
    bar.head_toggled.connect(trying.toggle_head)
    bar.tiles_chosen.connect(lambda tiles: trying.change(tiles=tiles))
    bar.combine_chosen.connect(lambda combine: trying.change(combine=combine))
    bar.default_toggled.connect(lambda on: trying.change(with_default=on))
    bar.tiles_toggled.connect(lambda on: trying.change(shows_tiles=on))


def _connect_reviewing(commands: Commands, view: ReviewView) -> None:
    view.act_requested.connect(commands.perform)
    _connect_cards(view.cards, commands)


def _connect_paging(commands: Commands, view: PageView) -> None:
    view.act_requested.connect(commands.perform)


def _connect_insight(commands: Commands, view: InsightView) -> None:
    view.act_requested.connect(commands.perform)


def _connect_keeping(commands: Commands, view: KeepView) -> None:
    view.act_requested.connect(commands.perform)
    _connect_cards(view.cards, commands)


def _connect_applying(commands: Commands, view: ApplyView) -> None:
    view.act_requested.connect(commands.perform)
    view.table.opened.connect(commands.try_path)


def _connect_versions(shell: Shell, view: VersionsView) -> None:
    def note(number: int, text: str) -> None:
        shell.desk.guard(lambda: shell.presenter.tell("note_version", note_version(shell.workspace, number, text)))

    view.note_edited.connect(note)
    view.image_opened.connect(shell.commands.open_image)


def _report_failure(shell: Shell, failure: JobFailed, errand: Errand | None) -> None:
    """A project that was moved away is opened where it is; an encoder that cannot be had is changed in the head."""
    help_with, project = {}, shell.workspace.project
    if project is not None and not project.folder.is_dir():
        help_with = {"act": "open_project", "act_text": "Open a project…"}
    elif errand is Errand.EMBED:
        help_with = {"act": "edit_head", "act_text": "Choose another encoder…"}
    shell.desk.report_failure(failure.owner, failure.text, failure.details, **help_with)
