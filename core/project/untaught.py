"""How much was said under a head, and how much of it since its newest version: answers, and acts that judged pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.project.incoming import NOT_MEASURED
from core.project.inputs import changed_inputs, read_inputs
from core.project.specs import inputs_now
from core.values import Head, HeadKind, VersionInfo

if TYPE_CHECKING:
    from core.project.facade import Project


def count_said(project: Project, head: Head) -> int:
    answers = project.annotations.count(head.head_id)
    return answers + (project.pairs.acts(head.head_id) if head.kind is HeadKind.SCORE else 0)


def count_untaught(project: Project, head: Head) -> int:
    """Since the newest version was trained."""
    answers = project.annotations.since_version(head.head_id)
    return answers + (project.pairs.acts(head.head_id, since_version=True) if head.kind is HeadKind.SCORE else 0)


def newest_trained_here(project: Project, head: Head) -> VersionInfo | None:
    """The version in force, where it is the newest; None of one that came from elsewhere, whatever is answered here."""
    if head.version != project.versions.next_number(head.head_id) - 1:
        return None
    version = project.versions.in_force(head.head_id)
    return None if version is None or version.metrics.by == NOT_MEASURED else version


def nothing_new(project: Project, head: Head, untaught: int, inputs: Mapping[str, Any] | None = None) -> str:
    """What is to be known before a retrain where no answer is new; empty where something was said since.

    `untaught`: as it was counted; `inputs`: of the order, where that was made. The device is not asked for.
    """
    version = None if untaught else newest_trained_here(project, head)
    if version is None:
        return ""
    newest = version.number
    changed = _changed(project, head, version, inputs)
    if changed is None:
        unless = "images, groups, exclusions, recipe, seed or device changed"
        return f"no answer is new since v{newest}: a retrain says the same again unless {unless}"
    if not changed:
        return f"nothing changed since v{newest}: a retrain on {version.device} says the same again"
    return f"no answer is new since v{newest}; {'; '.join(changed)}; otherwise nothing changed"


def _changed(
    project: Project, head: Head, version: VersionInfo, inputs: Mapping[str, Any] | None
) -> Sequence[str] | None:
    """None where the version was made before it was kept what it was trained on, or elsewhere."""
    then = read_inputs(project.folder / version.folder)
    return None if then is None else changed_inputs(then, inputs or inputs_now(project, head))
