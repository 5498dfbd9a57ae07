"""Judgements of pairs have a table of their own, append-only like the annotations."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "pairs",
        Column("id", Integer, primary_key=True),
        Column("act_id", Integer, ForeignKey("acts.id"), nullable=False, index=True),
        Column("head_id", Integer, ForeignKey("heads.id"), nullable=False, index=True),
        Column("left_id", Integer, ForeignKey("images.id"), nullable=False),
        Column("right_id", Integer, ForeignKey("images.id"), nullable=False),
        Column("outcome", String(8), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'pairs is append-only'); END"
        op.execute(f"CREATE TRIGGER pairs_never_updated BEFORE UPDATE ON pairs {refuse}")
        op.execute(f"CREATE TRIGGER pairs_never_deleted BEFORE DELETE ON pairs {refuse}")
        op.execute(
            "CREATE TRIGGER pairs_never_replaced BEFORE INSERT ON pairs "
            f"WHEN EXISTS (SELECT 1 FROM pairs WHERE id = NEW.id) {refuse}"
        )
