"""What a version of a project may tell of tags, by whatever name it is asked: by the answers there, as they are now."""

from __future__ import annotations

from pathlib import Path

from core.heads.checkpoint import LoadedHead
from core.project.folder import is_project
from core.values import HeadKind

_ABOVE_A_VERSION = 2
"""PROJECT/heads/NAME/vN: folders between a version's and its project."""


def as_told(head: LoadedHead, file: Path) -> LoadedHead:
    """Without the tags that no answer of its project says no to (core.review.telling), if `file` lies in one.

    A version from before that rule does not say so itself, nor does one whose only no was taken back.
    """
    if head.kind is not HeadKind.TAGS:
        return head
    version = (file if file.is_dir() else file.parent).resolve()
    project = next(iter(version.parents[_ABOVE_A_VERSION : _ABOVE_A_VERSION + 1]), None)
    if project is None or not is_project(project):
        return head
    return head.without(_silent(project, version))


def _silent(folder: Path, asked: Path) -> tuple[int, ...]:
    from core.project import Project
    from core.project.telling import silent_outputs

    with Project.open(folder, read_only=True) as project:
        for head in project.heads.all():
            for version in project.versions.of(head.head_id):
                if (project.folder / version.folder).resolve() == asked:
                    return silent_outputs(project, head, version.number)
    return ()
