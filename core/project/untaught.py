"""How much was said under a head, and how much of it since its newest version: answers, and acts that judged pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.values import Head, HeadKind

if TYPE_CHECKING:
    from core.project.facade import Project


def count_said(project: Project, head: Head) -> int:
    answers = project.annotations.count(head.head_id)
    return answers + (project.pairs.acts(head.head_id) if head.kind is HeadKind.SCORE else 0)


def count_untaught(project: Project, head: Head) -> int:
    """Since the newest version was trained."""
    answers = project.annotations.since_version(head.head_id)
    return answers + (project.pairs.acts(head.head_id, since_version=True) if head.kind is HeadKind.SCORE else 0)


def nothing_new(project: Project, head: Head, untaught: int) -> str:
    """What is to be known before a retrain that has learned all already; empty where something was said since.

    `untaught`: as it was counted. What else a retrain goes by is not asked for.
    """
    newest = project.versions.next_number(head.head_id) - 1
    if untaught or head.version is None or head.version != newest:
        return ""
    unless = "images, groups, exclusions, recipe, seed or device changed"
    return f"no answer is new since v{newest}: a retrain says the same again unless {unless}"
