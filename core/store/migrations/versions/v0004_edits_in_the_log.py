"""Edits of heads and versions become acts of the log, with what stood before; what is noted stays as it was."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Alembic would add the reference apart from the column, which SQLite cannot.
    op.execute("ALTER TABLE head_edits ADD COLUMN act_id INTEGER REFERENCES acts (id)")
    op.execute("ALTER TABLE head_edits ADD COLUMN before TEXT")
    op.execute("ALTER TABLE head_edits ADD COLUMN retracts INTEGER REFERENCES head_edits (id)")
    op.create_index("ix_head_edits_act_id", "head_edits", ["act_id"])
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'head_edits is append-only'); END"
        op.execute(f"CREATE TRIGGER head_edits_never_updated BEFORE UPDATE ON head_edits {refuse}")
        op.execute(f"CREATE TRIGGER head_edits_never_deleted BEFORE DELETE ON head_edits {refuse}")
        op.execute(
            "CREATE TRIGGER head_edits_never_replaced BEFORE INSERT ON head_edits "
            f"WHEN EXISTS (SELECT 1 FROM head_edits WHERE id = NEW.id) {refuse}"
        )
