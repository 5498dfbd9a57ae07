"""Which share of the pool each head's audit set is."""

from __future__ import annotations

from typing import Final

from core.changes import Changes
from core.errors import UserError
from core.query.audit_draw import AUDIT_SHARE
from core.store.database import Database
from core.store.shares import set_share, share_of
from core.values import HeadId

_KEY: Final = "audit_share"


class Audits:
    """The share is all there is to remember: which images it takes follows from their content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, head_id: HeadId) -> float:
        return share_of(self._database, head_id, _KEY, AUDIT_SHARE)

    def set_share(self, head_id: HeadId, share: float) -> Changes:
        """A larger share keeps the images of a smaller one; a smaller one keeps those drawn first."""
        if not 0.0 <= share <= 1.0:
            raise UserError(f"an audit set cannot be {share:g} of the pool", "give a share from 0 to 1")
        return set_share(self._database, head_id, _KEY, share, AUDIT_SHARE)
