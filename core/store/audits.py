"""Which share of the pool each head's audit set is."""

from __future__ import annotations

import json

from sqlalchemy import select

from core.changes import Changes
from core.errors import UserError
from core.query.audit_draw import AUDIT_SHARE
from core.store.database import Database
from core.store.heads import head_by_id, note_edit
from core.store.schema import head_edits
from core.values import HeadId


class Audits:
    """The share is all there is to remember: which images it takes follows from their content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, head_id: HeadId) -> float:
        query = select(head_edits.c.what).where(head_edits.c.head_id == head_id).order_by(head_edits.c.id.desc())
        with self._database.read() as connection:
            notes = [json.loads(text) for text in connection.scalars(query)]
        return next((float(note["audit_share"]) for note in notes if "audit_share" in note), AUDIT_SHARE)

    def set_share(self, head_id: HeadId, share: float) -> Changes:
        """A larger share keeps the images of a smaller one; a smaller one keeps those drawn first."""
        if not 0.0 <= share <= 1.0:
            raise UserError(f"an audit set cannot be {share:g} of the pool", "give a share from 0 to 1")
        if share == self.share(head_id):
            return Changes(head=head_id, unchanged=1)
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            note_edit(connection, head_id, {"audit_share": share})
        return Changes(head=head_id, heads=True)
