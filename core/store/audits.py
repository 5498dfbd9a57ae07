"""Which share of the pool each head's audit set is."""

from __future__ import annotations

from typing import Final

from core.changes import Changes
from core.errors import UserError
from core.query.audit_draw import AUDIT_SHARE
from core.store.database import Database
from core.store.edits import newest_note, record_edit
from core.store.heads import head_by_id
from core.values import HeadId

_KEY: Final = "audit_share"


class Audits:
    """The share is all there is to remember: which images it takes follows from their content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, head_id: HeadId) -> float:
        with self._database.read() as connection:
            return float(newest_note(connection, head_id, _KEY).get(_KEY, AUDIT_SHARE))

    def set_share(self, head_id: HeadId, share: float) -> Changes:
        """A larger share keeps the images of a smaller one; a smaller one keeps those drawn first."""
        if not 0.0 <= share <= 1.0:
            raise UserError(f"an audit set cannot be {share:g} of the pool", "give a share from 0 to 1")
        with self._database.write() as connection:
            head_by_id(connection, head_id)
            before = self.share(head_id)
            if share == before:
                return Changes(head=head_id, unchanged=1)
            act = record_edit(connection, head_id, {_KEY: before}, {_KEY: share})
        return Changes(act=act, head=head_id, heads=True)
