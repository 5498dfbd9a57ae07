"""The order in which a head's images are asked, and what is hunted: remembered as an edit of the head."""

from __future__ import annotations

import json

from sqlalchemy import select

from core.store.database import Database
from core.store.heads import head_by_id, note_edit
from core.store.schema import head_edits
from core.values import ChosenOrder, HeadId, Strategy


class Orders:
    """The newest note holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, head_id: HeadId) -> ChosenOrder:
        """The default where nothing, or an order of another version of the program, was chosen."""
        query = select(head_edits.c.what).where(head_edits.c.head_id == head_id).order_by(head_edits.c.id.desc())
        with self._database.read() as connection:
            notes = [json.loads(text) for text in connection.scalars(query)]
        chosen: dict[str, object] = next((note for note in notes if "order" in note), {})
        if chosen.get("order") not in set(Strategy):
            return ChosenOrder()
        target = chosen.get("target")
        return ChosenOrder(Strategy(str(chosen["order"])), target if isinstance(target, int) else None)

    def choose(self, head_id: HeadId, order: ChosenOrder) -> None:
        if order == self.of(head_id):
            return
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            note_edit(connection, head_id, {"order": order.strategy.value, "target": order.target})
