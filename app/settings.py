"""A person's preferences: one JSON file that is read kindly, written whole, and never cleared."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

_log = logging.getLogger(__name__)
_Noted = TypeVar("_Noted", int, str)
RECENT_KEPT = 12
HIDDEN_KEPT = 500
_HIDDEN_EVERYWHERE = "prediction_hidden"
"""Of earlier programs: true where predictions were hidden in every project."""


@dataclass(frozen=True, slots=True)
class Settings:
    theme: str = "system"
    """light, dark or system."""
    scale: float | None = None
    """Interface size; None: what fits screen and window."""
    auto_retrain: bool = True
    retrain_after: int = 20
    """New annotations that set off a retrain by itself."""
    auto_advance: bool = True
    hidden_in: tuple[str, ...] = ()
    """Project folders where predictions are hidden."""
    device: str = "auto"
    recent: tuple[str, ...] = ()
    """Project folders, newest first."""
    queries: tuple[str, ...] = ()
    """What was searched for, newest first."""
    heads: Mapping[str, int] = field(default_factory=dict)
    """Project folder -> number of the head that was used last."""
    images: Mapping[str, int] = field(default_factory=dict)
    """Project folder -> the image that was on screen when it was left."""
    cut_off: Mapping[str, int] = field(default_factory=dict)
    """Project folder -> the head whose training ended with the window."""
    exchanges: Mapping[str, str] = field(default_factory=dict)
    """Project folder -> the import or export that ended with the window."""
    acts_before: Mapping[str, int] = field(default_factory=dict)
    """Project folder -> the last act before that began."""
    folder: str = ""
    """Where files were chosen last."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Act id -> keys that replace its default ones."""
    window: tuple[int, int] | None = None
    """None: as large as the interface needs."""
    maximized: bool = False


def default_path() -> Path:
    return Path(platformdirs.user_config_dir("winnow", appauthor=False)) / "settings.json"


class SettingsFile:
    """The settings in force; each change is on disk before the call returns."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_path()
        self._unknown: dict[str, Any] = {}
        self.value = self._read()

    def change(self, **fields: Any) -> Settings:
        self.value = dataclasses.replace(self.value, **fields)
        self._write()
        return self.value

    def remember(self, project: Path) -> Settings:
        """Puts a project first among the recent ones."""
        text = str(project)
        others = tuple(recent for recent in self.value.recent if recent != text)
        return self.change(recent=(text, *others)[:RECENT_KEPT])

    def remember_head(self, project: Path, head: int) -> None:
        """The head that this project is opened with the next time."""
        text, heads = str(project), dict(self.value.heads)
        if heads.get(text) != head:
            self.change(heads={folder: heads[folder] for folder in self.value.recent if folder in heads} | {text: head})

    def remember_left(self, project: Path, *, image: int | None) -> None:
        """How a project is left: the image on screen."""
        self.change(images=self._with(self.value.images, project, image))

    def note_under_way(self, project: Path, *, training: int | None, exchange: str) -> None:
        """What is lost where the window ends now: the head that is trained, and the import or export that runs."""
        cut_off = self._with(self.value.cut_off, project, training)
        exchanges = self._with(self.value.exchanges, project, exchange or None)
        if (cut_off, exchanges) != (self.value.cut_off, self.value.exchanges):
            self.change(cut_off=cut_off, exchanges=exchanges)

    def note_acts(self, project: Path, act: int | None) -> None:
        """The last act before the import or export that is noted next."""
        self.change(acts_before=self._with(self.value.acts_before, project, act))

    def _with(self, known: Mapping[str, _Noted], project: Path, noted: _Noted | None) -> dict[str, _Noted]:
        """Of projects that were opened lately."""
        text = str(project)
        others = {one: each for one, each in known.items() if one != text and one in self.value.recent}
        return others if noted is None else others | {text: noted}

    def hide_predictions(self, project: Path, *, hidden: bool) -> None:
        text = str(project)
        others = tuple(folder for folder in self.value.hidden_in if folder != text)
        self.change(hidden_in=(*others, text)[-HIDDEN_KEPT:] if hidden else others)

    def remember_query(self, query: str) -> Settings:
        others = tuple(before for before in self.value.queries if before != query)
        return self.change(queries=(query, *others)[:RECENT_KEPT])

    def _read(self) -> Settings:
        try:
            raw = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as error:
            return self._set_aside(error)
        if not isinstance(raw, dict):
            return self._set_aside(ValueError("not an object"))
        known = {entry.name for entry in dataclasses.fields(Settings)} | {_HIDDEN_EVERYWHERE}
        # Keys of a newer program are kept and written back.
        self._unknown = {key: value for key, value in raw.items() if key not in known}
        return _settings_from(raw)

    def _set_aside(self, error: Exception) -> Settings:
        aside = self._path.with_suffix(".unreadable.json")
        _log.warning("settings could not be read (%s); kept as %s", error, aside.name)
        try:
            self._path.replace(aside)
        except OSError as problem:
            _log.warning("settings could not be set aside: %s", problem)
        return Settings()

    def _write(self) -> None:
        text = json.dumps(self._unknown | dataclasses.asdict(self.value), indent=2, sort_keys=True)
        temporary = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)
        except OSError as error:
            _log.warning("settings could not be written: %s", error)


def _settings_from(raw: Mapping[str, Any]) -> Settings:
    """Each field that has the right shape; the default for every other one."""
    default = Settings()
    return Settings(
        theme=raw["theme"] if raw.get("theme") in ("light", "dark", "system") else default.theme,
        scale=_scale(raw.get("scale")),
        auto_retrain=_typed(raw, "auto_retrain", bool, default.auto_retrain),
        retrain_after=max(1, _typed(raw, "retrain_after", int, default.retrain_after)),
        auto_advance=_typed(raw, "auto_advance", bool, default.auto_advance),
        hidden_in=_texts(raw, "recent" if _hid_everywhere(raw) else "hidden_in"),
        device=_typed(raw, "device", str, default.device),
        recent=_texts(raw, "recent"),
        queries=_texts(raw, "queries"),
        heads=_numbers(raw, "heads"),
        images=_numbers(raw, "images"),
        cut_off=_numbers(raw, "cut_off"),
        exchanges=_lines(raw, "exchanges"),
        acts_before=_numbers(raw, "acts_before"),
        folder=_typed(raw, "folder", str, default.folder),
        keys={act: tuple(map(str, keys)) for act, keys in _typed(raw, "keys", dict, {}).items() if _is_list(keys)},
        window=_size(raw.get("window")),
        maximized=_typed(raw, "maximized", bool, default.maximized),
    )


def _hid_everywhere(raw: Mapping[str, Any]) -> bool:
    return "hidden_in" not in raw and raw.get(_HIDDEN_EVERYWHERE) is True


def _typed(raw: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = raw.get(key, default)
    return value if isinstance(value, kind) else default


def _numbers(raw: Mapping[str, Any], key: str) -> dict[str, int]:
    return {folder: number for folder, number in _typed(raw, key, dict, {}).items() if type(number) is int}


def _lines(raw: Mapping[str, Any], key: str) -> dict[str, str]:
    return {folder: text for folder, text in _typed(raw, key, dict, {}).items() if isinstance(text, str)}


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text for text in _typed(raw, key, list, []) if isinstance(text, str))


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _size(value: object) -> tuple[int, int] | None:
    match value:
        case [int(width), int(height)] if width >= 400 and height >= 300:
            return width, height
        case _:
            return None


def _scale(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0.5 <= value <= 4 else None
