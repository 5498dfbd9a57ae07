"""The order in which each head is asked, as it was chosen last."""

from __future__ import annotations

from functools import partial

from app.jobs.large_acts import LargeActs
from core.project import Project
from core.values import ChosenOrder, HeadId


class ChosenOrders:
    """One that is chosen while a large act is written holds at once, and is written behind it."""

    def __init__(self, acts: LargeActs) -> None:
        self._acts = acts
        self._behind: dict[tuple[Project, HeadId], ChosenOrder] = {}

    def of(self, project: Project, head_id: HeadId) -> ChosenOrder:
        return self._behind.get((project, head_id)) or project.orders.of(head_id)

    def choose(self, project: Project, head_id: HeadId, order: ChosenOrder) -> None:
        write = partial(project.orders.choose, head_id, order)
        if not self._acts.is_under_way(project):
            write()
            return
        self._behind[project, head_id] = order
        self._acts.write_behind(project, write, partial(self._take_in, project, head_id, order))

    def _take_in(self, project: Project, head_id: HeadId, written: ChosenOrder) -> None:
        if self._behind.get((project, head_id)) is written:
            del self._behind[project, head_id]
