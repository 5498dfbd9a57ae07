"""What is told of a look at the folders, once it is over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from app.jobs.background import Background
from app.workspace import Workspace
from core.jobs.events import ScanResult
from core.project import Project
from core.store.scanning import ScanReport
from core.wording import counted


class Tell(Protocol):
    def __call__(self, text: str, *, well: bool) -> object: ...


class ScanTold:
    """Of a look that nobody asked for only what it missed is told."""

    def __init__(self, workspace: Workspace, beside: Background, tell: Tell) -> None:
        self._workspace = workspace
        self._beside = beside
        self._tell = tell
        self.asked = False
        """By a person, who is told what came of it."""

    def over(self, job: str, result: ScanResult) -> None:
        project, asked, self.asked = self._workspace.project, self.asked, False
        if project is not None:
            report = partial(project.scans.report, job)
            self._beside.run("scan told", report, partial(self._say, project, result, asked=asked))

    def _say(self, project: Project, result: ScanResult, report: ScanReport, *, asked: bool) -> None:
        if self._workspace.project is not project:
            return
        warnings = missing_text(report, project.lost_roots)
        if asked:
            well = not warnings and scan_count(result) > 0
            self._tell(" ".join(filter(None, (scan_text(result, report), warnings))), well=well)
        elif report.missing and report.gone > report.moved:
            self._tell(warnings, well=False)


def scan_count(result: ScanResult) -> int:
    """Files that were looked at."""
    return result.found + result.unchanged + result.failed


def scan_text(result: ScanResult, report: ScanReport) -> str:
    """What came of a scan that was asked for, in a line."""
    looked = scan_count(result)
    if not looked:
        return "No images were found: are the folders of this project where they were?"
    found_again = report.moved + report.returned
    told = (
        (report.added, "new"),
        (report.changed, "changed"),
        (found_again, "found again"),
        (report.copies, "copies of known ones" if report.copies > 1 else "copy of a known one"),
    )
    news = ", ".join(f"{number:,} {what}" for number, what in told if number) or "nothing new found"
    failed = f", {result.failed:,} cannot be read" if result.failed else ""
    return f"Looked at {counted(looked, 'file')}: {news}{failed}."


def missing_text(report: ScanReport, lost_roots: Sequence[str]) -> str:
    """What a look did not find, and what to do; empty where it found all."""
    told = [f"{root} is not there: Project › This folder now lies in… says where it is." for root in lost_roots[:1]]
    if report.missing:
        images = counted(report.missing, "known image is", "known images are")
        told.append(f"{images} missing: Project › Add images… takes in the folder that holds them now.")
    return " ".join(told)
