"""Images know their group: copies made from one picture share it, and a fold of the cross-validation."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """NULL: the image is a group of its own."""
    op.add_column("images", Column("group_id", Integer))
