"""The first schema."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    _make_images()
    _make_heads()
    _make_log()
    _make_versions()
    for table in ("acts", "annotations"):
        _forbid_changes(table)


def _make_images() -> None:
    op.create_table(
        "roots",
        Column("id", Integer, primary_key=True),
        Column("given", Text, nullable=False),
        Column("resolved", Text, nullable=False, unique=True),
        Column("beside", Text, nullable=False),
    )
    op.create_table(
        "images",
        Column("id", Integer, primary_key=True),
        Column("hash", LargeBinary(32), nullable=False, unique=True),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("format", String(16), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
    )
    op.create_table(
        "files",
        Column("id", Integer, primary_key=True),
        Column("root_id", Integer, ForeignKey("roots.id"), nullable=False),
        Column("relative", Text, nullable=False),
        Column("image_id", Integer, ForeignKey("images.id"), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("mtime_ns", BigInteger, nullable=False),
        Column("missing", Boolean, nullable=False),
        UniqueConstraint("root_id", "relative", "image_id"),
    )
    op.create_index("files_by_image", "files", ["image_id", "missing"])
    present = text("missing = 0")
    op.create_index("one_file_at_a_path", "files", ["root_id", "relative"], unique=True, sqlite_where=present)
    op.create_table(
        "quarantine",
        Column("root_id", Integer, ForeignKey("roots.id"), primary_key=True),
        Column("relative", Text, primary_key=True),
        Column("reason", Text, nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("mtime_ns", BigInteger, nullable=False),
    )


def _make_heads() -> None:
    op.create_table(
        "heads",
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("folder", Text, nullable=False, unique=True),
        Column("kind", String(8), nullable=False),
        Column("encoder", Text, nullable=False),
        Column("tiles", String(16), nullable=False),
        Column("combine", String(8), nullable=False),
        Column("recipe", Text, nullable=False),
        Column("version", Integer),
        Column("archived", Boolean, nullable=False),
    )
    op.create_table(
        "labels",
        Column("id", Integer, primary_key=True),
        Column("head_id", Integer, ForeignKey("heads.id"), nullable=False, index=True),
        Column("name", Text, nullable=False),
        Column("position", Integer, nullable=False),
        Column("archived", Boolean, nullable=False),
    )
    op.create_table(
        "head_edits",
        Column("id", Integer, primary_key=True),
        Column("head_id", Integer, ForeignKey("heads.id"), nullable=False),
        Column("at", String(32), nullable=False),
        Column("what", Text, nullable=False),
    )


def _make_log() -> None:
    op.create_table(
        "acts",
        Column("id", Integer, primary_key=True),
        Column("at", String(32), nullable=False),
        Column("kind", String(8), nullable=False),
        Column("source", String(16), nullable=False),
        Column("head_id", Integer, ForeignKey("heads.id")),
        Column("target", Integer, ForeignKey("acts.id"), index=True),
        CheckConstraint("(kind = 'annotate') = (target IS NULL)", name="only_undo_and_redo_have_a_target"),
    )
    op.create_table(
        "annotations",
        Column("id", Integer, primary_key=True),
        Column("act_id", Integer, ForeignKey("acts.id"), nullable=False, index=True),
        Column("image_id", Integer, ForeignKey("images.id"), nullable=False),
        Column("head_id", Integer, ForeignKey("heads.id")),
        Column("field", String(16), nullable=False),
        Column("value", Text),
        Column("retracts", Integer, ForeignKey("annotations.id")),
    )
    op.create_index("annotations_by_subject", "annotations", ["image_id", "head_id", "field"])
    op.create_index("annotations_by_head", "annotations", ["head_id"])
    op.create_table(
        "standing",
        Column("head_id", Integer, primary_key=True),
        Column("field", String(16), primary_key=True),
        Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
        Column("value", Text),
        Column("annotation_id", Integer, ForeignKey("annotations.id"), nullable=False),
        sqlite_with_rowid=False,
    )


def _make_versions() -> None:
    op.create_table(
        "versions",
        Column("head_id", Integer, ForeignKey("heads.id"), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("created_at", String(32), nullable=False),
        Column("folder", Text, nullable=False),
        Column("labels", Text, nullable=False),
        Column("annotations", Integer, nullable=False),
        Column("last_annotation", Integer, nullable=False),
        Column("metrics", Text, nullable=False),
        Column("seconds", Float, nullable=False),
        Column("device", Text, nullable=False),
        Column("seed", Integer, nullable=False),
        Column("note", Text, nullable=False),
    )
    op.create_table(
        "encoders",
        Column("id", Integer, primary_key=True),
        Column("encoder", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("revision", Text, nullable=False),
        Column("preprocessing", Text, nullable=False),
        Column("dim", Integer, nullable=False),
        Column("tiles", String(16), nullable=False),
        Column("used", Integer, nullable=False),
    )


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_never_updated BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} {refuse}")
    op.execute(
        f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}"
    )
