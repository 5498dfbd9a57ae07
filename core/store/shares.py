"""A share of something that each head has: the newest that was said, and the act that says another."""

from __future__ import annotations

from core.changes import Changes
from core.store.database import Database
from core.store.edits import newest_note, record_edit
from core.store.heads import head_by_id
from core.values import HeadId


def share_of(database: Database, head_id: HeadId, key: str, usual: float) -> float:
    with database.read() as connection:
        return float(newest_note(connection, head_id, key).get(key, usual))


def set_share(database: Database, head_id: HeadId, key: str, share: float, usual: float) -> Changes:
    with database.write() as connection:
        head_by_id(connection, head_id)
        before = share_of(database, head_id, key, usual)
        if share == before:
            return Changes(head=head_id, unchanged=1)
        act = record_edit(connection, head_id, {key: before}, {key: share})
    return Changes(act=act, head=head_id, heads=True)
