"""Which encoder a project works with: the one rule of a new head, on the command line and in the window."""

from __future__ import annotations

from core.project import Project


def encoder_in_use(project: Project) -> str | None:
    """The encoder that the project was embedded with last; None before the first embedding."""
    used = project.encoders.all()
    return used[0].encoder if used else None
