"""What an edit of a head did, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.values import ActId, HeadId, Source
from core.wording import exact_percent


@dataclass(frozen=True, slots=True)
class HeadEdit:
    """A part of an act, or of the undo of one; `before` and `after` hold what it changed and nothing else."""

    edit_id: int
    act_id: ActId
    at: datetime
    source: Source
    head_id: HeadId
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    retracts: int | None = None
    """The edit that it took back."""

    @property
    def said(self) -> str:
        """What it did; of an undo what it took back."""
        turned = self.retracts is not None
        return describe_edit(self.after, self.before) if turned else describe_edit(self.before, self.after)


def describe_edit(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """ "renamed from a to b, label x added"."""
    said = [_hidden(after)] if "archived" in after else []
    said += [f"renamed from {before['name']} to {after['name']}"] if "name" in after else []
    said += _labels(before["labels"], after["labels"]) if "labels" in after else []
    said += [f"{words} {after[key]} instead of {before[key]}" for key, words in _SETTINGS.items() if key in after]
    said += ["another recipe"] if "recipe" in after else []
    said += [_version(before, after)] if "version" in after else []
    said += [_note(after)] if "note" in after else []
    said += [
        f"{words} {exact_percent(after[key])} instead of {exact_percent(before[key])}"
        for key, words in _SHARES.items()
        if key in after
    ]
    return ", ".join(said) or "taken over from other heads"


_SETTINGS: Final = {"encoder": "encoder", "tiles": "tiles", "combine": "tiles combined by"}
_SHARES: Final = {"audit_share": "audit set", "again_share": "asked again"}


def _hidden(after: Mapping[str, Any]) -> str:
    return "head removed" if after["archived"] else "head made" if "added" in after else "head brought back"


def _labels(before: Iterable[tuple[int, str]], after: Iterable[tuple[int, str]]) -> list[str]:
    """Labels as [id, name] in their order."""
    was, now = dict(before), dict(after)
    said = [f"label {name} added" for key, name in now.items() if key not in was]
    said += [f"label {name} removed" for key, name in was.items() if key not in now]
    said += [f"label {was[key]} renamed to {name}" for key, name in now.items() if was.get(key, name) != name]
    stayed, stays = [key for key in was if key in now], [key for key in now if key in was]
    return said + (["labels in another order"] if stayed != stays else [])


def _version(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    was = f" instead of v{before['version']}" if before.get("version") is not None else ""
    return f"v{after['version']} put in force{was}"


def _note(after: Mapping[str, Any]) -> str:
    number, note = after["of_version"], " ".join(after["note"].split())
    shown = note if len(note) <= _LONGEST else f"{note[: _LONGEST - 1]}…"
    return f"note on v{number}: {shown}" if note else f"note on v{number} removed"


_LONGEST: Final = 60
