"""Which encoders can be used here, asked of the program's own command line so that the window never loads torch."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal, Slot

import app
from core.names import BUILT_IN, short_encoder

_log = logging.getLogger(__name__)
_START = "import sys; sys.path.append(sys.argv.pop(1)); from app.__main__ import main; sys.exit(main())"
COMMAND = ["-P", "-c", _START, str(Path(app.__file__).parents[1]), "encoders", "--json"]
"""-P keeps the folder the person stands in off the import path; the program's own folder is added by name."""


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    encoder: str
    text: str
    available: bool = True
    reason: str = ""


KNOWN: tuple[EncoderChoice, ...] = (
    EncoderChoice(BUILT_IN, f"{BUILT_IN}: defects (compression, noise, colour fringes); built in"),
    EncoderChoice("clip-vit-l14-336", "clip-vit-l14-336: content and taste"),
    EncoderChoice("metaclip-h14", "metaclip-h14: content and taste, larger"),
)
"""Until the answer is there."""


class EncoderListing(QObject):
    """Asks once, in a process of its own; the answer is kept for the sitting."""

    listed = Signal(object)
    """tuple[EncoderChoice, ...]"""

    def __init__(self, parent: QObject | None = None, own: Callable[[], Sequence[str]] = tuple) -> None:
        """`own`: the encoders of the open project, which are offered first."""
        super().__init__(parent)
        self.own = own
        self.choices = KNOWN
        self._process: QProcess | None = None
        self.answered = False

    def ask(self) -> None:
        if self.answered or self._process is not None:
            return
        self._process = QProcess(self)
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.finished.connect(self._read)
        self._process.errorOccurred.connect(self._give_up)
        self._process.start(sys.executable, COMMAND)

    def close(self) -> None:
        if self._process is not None:
            self._process.finished.disconnect(self._read)
            self._process.errorOccurred.disconnect(self._give_up)
            self._process.kill()
            self._process.waitForFinished(1000)

    @Slot()
    def _read(self) -> None:
        if self._process is None:
            return
        output = self._process.readAllStandardOutput().toStdString()
        self._process.deleteLater()
        self._process = None
        try:
            self.choices = choices_from(json.loads(output))
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("the list of encoders could not be read: %s", error)
            return
        self.answered = True
        self.listed.emit(self.choices)

    @Slot()
    def _give_up(self) -> None:
        """It may be asked for again."""
        _log.warning("the list of encoders could not be asked for")
        if self._process is not None:
            self._process.deleteLater()
            self._process = None


def choices_from(rows: Sequence[dict[str, object]]) -> tuple[EncoderChoice, ...]:
    """From `winnow encoders --json`; raises KeyError or TypeError where that is something else."""
    texts = {choice.encoder: choice.text for choice in KNOWN}
    return tuple(
        EncoderChoice(
            encoder=str(row["id"]),
            text=texts.get(str(row["id"]), short_encoder(str(row["id"]))),
            available=bool(row["available"]),
            reason=str(row["reason"] or ""),
        )
        for row in rows
    )


def own_first(own: Sequence[str], choices: Sequence[EncoderChoice]) -> list[EncoderChoice]:
    """Those of the project, then the others."""
    known = {choice.encoder: choice for choice in choices}
    first = [known.get(one, EncoderChoice(one, f"{short_encoder(one)}: used in this project")) for one in own]
    return [*first, *(choice for choice in choices if choice.encoder not in own)]


def default_choice(choices: Sequence[EncoderChoice]) -> str:
    """The first that is at hand for content; the built-in one otherwise."""
    at_hand = [choice.encoder for choice in choices if choice.available]
    return "clip-vit-l14-336" if "clip-vit-l14-336" in at_hand else BUILT_IN
