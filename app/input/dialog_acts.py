"""Which dialog each act of the project opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.windows.project_dialogs import ProjectDialogs
from core.exchange.forms import AnswersForm


def dialog_acts(dialogs: ProjectDialogs) -> dict[str, Callable[[], object]]:
    exchange = dialogs.exchange
    return {
        "open_folder": dialogs.ask_folder,
        "open_project": dialogs.ask_project,
        "add_folders": dialogs.ask_more_folders,
        "new_head": dialogs.make_head,
        "edit_head": dialogs.edit_head,
        "unify_heads": dialogs.unify_heads,
        "show_failed": dialogs.show_failed,
        "make_defects": dialogs.make_defects,
        "import_head": exchange.import_head,
        "import_folders": partial(exchange.import_answers, AnswersForm.FOLDERS),
        "import_vectors": partial(exchange.import_answers, AnswersForm.NPY),
        "import_table": partial(exchange.import_answers, AnswersForm.CSV),
        "export_head": exchange.export_head,
        "export_answers": exchange.export_answers,
        "show_exchange": exchange.show_report,
    }
