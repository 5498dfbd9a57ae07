"""The order in which a head's images are asked, and what is hunted: a note of the head, and no act."""

from __future__ import annotations

from core.store.database import Database
from core.store.edits import newest_note, note_edit
from core.store.heads import head_by_id
from core.values import ENOUGH_FOUND, ChosenOrder, Example, HeadId, ImageId, Strategy


class Orders:
    """The newest note holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, head_id: HeadId) -> ChosenOrder:
        """The default where nothing, or an order of another version of the program, was chosen."""
        with self._database.read() as connection:
            chosen = newest_note(connection, head_id, "order")
        if chosen.get("order") not in set(Strategy):
            return ChosenOrder()
        target = chosen.get("target")
        enough = chosen.get("enough", ENOUGH_FOUND)
        target = target if isinstance(target, int) else None
        return ChosenOrder(Strategy(str(chosen["order"])), target, enough, _example(chosen.get("like")))

    def choose(self, head_id: HeadId, order: ChosenOrder) -> None:
        if order == self.of(head_id):
            return
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            like = None if order.example is None else [order.example.image_id, order.example.until]
            what = {"order": order.strategy.value, "target": order.target, "enough": order.enough, "like": like}
            note_edit(connection, head_id, what)


def _example(noted: object) -> Example | None:
    match noted:
        case [int(image_id), int(until)]:
            return Example(ImageId(image_id), until)
        case _:
            return None
