"""When a head is trained by itself: after so many answers that no version knows yet."""

from __future__ import annotations

from core.project import Project
from core.project.untaught import count_said, count_untaught
from core.values import Head, HeadId


class AutoRetrain:
    """What failed is tried again only after as many answers more."""

    def __init__(self) -> None:
        self._tried: dict[HeadId, int] = {}

    def clear(self) -> None:
        """Of another project."""
        self._tried.clear()

    def is_due(self, project: Project, head: Head, after: int) -> bool:
        """Once for each `after` answers; who is told so trains the head."""
        if count_untaught(project, head) < after:
            return False
        count = count_said(project, head)  # counts every answer there is: not at every key
        if count < self._tried.get(head.head_id, -1) + after:
            return False
        self._tried[head.head_id] = count
        return True
