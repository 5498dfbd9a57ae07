"""The order about files outside the project that a person gave, one at a time, and how it ended."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.jobs.events import JobFailed
from core.jobs.file_results import FileResult
from core.jobs.file_specs import FileSpec, ScoreSpec, SynthSpec


class FileWork(QObject):
    ended = Signal(object, object)
    """FileSpec and FileResult; JobFailed where it failed, None where it was stopped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.spec: FileSpec | None = None

    @property
    def can_go_on(self) -> bool:
        """Started again it takes up where it was; a transfer would have two tables that undo it."""
        return isinstance(self.spec, ScoreSpec | SynthSpec)

    def take(self, spec: FileSpec) -> None:
        """Raises UserError while another order is not done."""
        if self.spec is not None:
            raise UserError("files are being worked on already", "wait until that is done, or cancel it")
        self.spec = spec

    def order(self, job: str) -> FileSpec | None:
        """The order under the name of the job that it is sent as."""
        if self.spec is not None:
            self.spec = replace(self.spec, job=job)
        return self.spec

    def end(self, outcome: FileResult | JobFailed | None) -> None:
        spec, self.spec = self.spec, None
        if spec is not None:
            self.ended.emit(spec, outcome)
