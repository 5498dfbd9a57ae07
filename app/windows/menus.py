"""The menu bar: a quiet list of every act with its keys, for those who look before they press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.actions import BY_ID, Bindings
from app.acts import View

SEPARATOR = ""
_OPENS = ("open_folder", "open_project", "recent")
_ANSWERS = ("confirm", "refuse_rest", "clear", "skip", "exclude", "flag", "pin")
_MOVES = ("previous", "next", "next_undecided", "first", "last")
_ZOOMS = ("fit", "actual_size", "zoom_in", "zoom_out", "lock_zoom")
_THEMES = ("theme_system", "theme_light", "theme_dark")
_SIZES = ("larger", "smaller", "fitting_size")
_HEADS = ("new_head", "edit_head", "unify_heads", "next_head", "previous_head", "hunt", "hunt_like")
_FINDS = ("find", "similar", "twins")
_PAGES = ("pages", "correct_marked")
_BESIDE = ("compare", "judge_pairs")
_VIEWS = (*_FINDS, SEPARATOR, "single", "grid", *_PAGES, *_BESIDE, "review", "insight", "keep", "versions", "try_it")
_PICTURES = ("add_folders", "relocate", "rescan", "show_failed")
_FILES = ("apply", "put_back", "make_defects")
_VERSIONS = ("show_change", "use_version", "note_version")
_TRIES = ("paste", "try_files", "try_heads", "try_clear")
_TRAINS = ("retrain", "retrain_with", "cancel_job", "show_training")
_AUTO = ("auto_retrain", "auto_advance")
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&Project",
        (*_OPENS, SEPARATOR, *_PICTURES, "import", "export", SEPARATOR, *_FILES, SEPARATOR, "quit"),
    ),
    (
        "&Image",
        ("undo", "redo", SEPARATOR, *_ANSWERS, SEPARATOR, *_MOVES),
    ),
    (
        "&View",
        (
            *_VIEWS,
            SEPARATOR,
            *_ZOOMS,
            "tiles",
            "hide_prediction",
            SEPARATOR,
            *_SIZES,
            SEPARATOR,
            *_THEMES,
        ),
    ),
    (
        "H&ead",
        (*_HEADS, SEPARATOR, *_TRIES, SEPARATOR, *_TRAINS, SEPARATOR, *_VERSIONS, SEPARATOR, *_AUTO),
    ),
    ("&Help", ("key_overlay",)),
)
SUBMENUS: dict[str, tuple[str, tuple[str, ...]]] = {
    "import": (
        "Import",
        ("import_folders", "import_vectors", "import_table", "import_head", SEPARATOR, "show_exchange"),
    ),
    "export": ("Export", ("export_head", "export_answers")),
}
_LOOKS = ("lock_zoom", "tiles", "hide_prediction")
CHECKABLE = frozenset({*_AUTO, *_THEMES, *_LOOKS})


class Menus:
    """Fills a menu bar. The keys stand beside the texts; they are bound by the dispatcher, not by Qt."""

    def __init__(self, bar: QMenuBar, bindings: Bindings, perform: Callable[[str], None]) -> None:
        self._perform = perform
        self._actions: dict[str, QAction] = {}
        self._recent = QMenu("Open recent", bar)
        for title, act_ids in MENUS:
            menu = bar.addMenu(title)
            for act_id in act_ids:
                self._add(menu, act_id, bindings)

    def set_checked(self, act_id: str, *, checked: bool) -> None:
        self._actions[act_id].setChecked(checked)

    def show_view(self, view: View) -> None:
        """What is of no use in it is grey: nothing changes unseen."""
        for act_id, action in self._actions.items():
            action.setEnabled(view in BY_ID[act_id].views)

    def set_recent(self, folders: Sequence[str]) -> None:
        self._recent.clear()
        self._recent.setEnabled(bool(folders))
        for folder in folders:
            action = self._recent.addAction(_short(folder))
            action.setToolTip(folder)
            action.triggered.connect(partial(self._request, f"recent:{folder}"))

    def _add(self, menu: QMenu, act_id: str, bindings: Bindings) -> None:
        if act_id == SEPARATOR:
            menu.addSeparator()
            return
        if act_id in SUBMENUS:
            title, act_ids = SUBMENUS[act_id]
            inner = menu.addMenu(title)
            for inner_id in act_ids:
                self._add(inner, inner_id, bindings)
            return
        if act_id == "recent":
            menu.addMenu(self._recent)
            return
        act = BY_ID[act_id]
        keys = bindings.keys_of(act_id)
        action = menu.addAction(act.text + (f"\t{keys[0]}" if keys else ""))
        action.setStatusTip(act.tip)
        action.setCheckable(act_id in CHECKABLE)
        action.triggered.connect(partial(self._request, act_id))
        self._actions[act_id] = action

    def _request(self, act: str, _checked: object = None) -> None:
        self._perform(act)


def _short(folder: str) -> str:
    """The folder that says what it is: a project inside its images goes by their name."""
    path = Path(folder)
    named = path.parent if path.name == ".winnow" else path
    return f"{named.name}  —  {named.parent}".replace("&", "&&")
