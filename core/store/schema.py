"""Tables of `project.sqlite`, and the triggers that keep the log of annotations append-only."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    func,
    text,
)

REVISION: Final = "0004"
"""Newest migration; the schema below is what it leads to."""

IMAGE_LEVEL: Final = 0
"""Head id in `standing` of what belongs to the image itself, such as a flag."""

VECTOR: Final = "VECTOR"
"""Format of an image that is known by its vector alone."""


class PathText(TypeDecorator[str]):
    """A path. Names that are not UTF-8, which Python holds as lone surrogates, are kept as private-use characters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or value.isascii() else value.translate(_TO_PRIVATE)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else path_of(value)


def path_of(text: str) -> str:
    """A path from the text that stands in the database."""
    return text if text.isascii() else text.translate(_FROM_PRIVATE)


_TO_PRIVATE: Final = {0xDC00 + byte: 0x10FF00 + byte for byte in range(0x80, 0x100)}
_FROM_PRIVATE: Final = {private: lone for lone, private in _TO_PRIVATE.items()}

metadata = MetaData()

alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

roots = Table(
    "roots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("given", PathText, nullable=False),
    Column("resolved", PathText, nullable=False, unique=True),
    Column("beside", PathText, nullable=False),
)

images = Table(
    "images",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("format", String(16), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("group_id", Integer),
)

group_of_image = func.coalesce(images.c.group_id, images.c.id)
"""Images made from one picture share a group; any other image is a group of its own."""

# A row says that an image was seen at a path. Rows stay when the file goes or changes, so that the log can name it.
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root_id", ForeignKey("roots.id"), nullable=False),
    Column("relative", PathText, nullable=False),
    Column("image_id", ForeignKey("images.id"), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("missing", Boolean, nullable=False),
    UniqueConstraint("root_id", "relative", "image_id"),
)
Index("files_by_image", files.c.image_id, files.c.missing)
Index(
    "one_file_at_a_path",
    files.c.root_id,
    files.c.relative,
    unique=True,
    sqlite_where=text("missing = 0"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("root_id", ForeignKey("roots.id"), primary_key=True),
    Column("relative", PathText, primary_key=True),
    Column("reason", PathText, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
)

heads = Table(
    "heads",
    metadata,
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

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("head_id", ForeignKey("heads.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
)

# What was noted of a head. A row of an act says with `before` what undoing that act brings back.
head_edits = Table(
    "head_edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("head_id", ForeignKey("heads.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("what", Text, nullable=False),
    Column("act_id", ForeignKey("acts.id"), index=True),
    Column("before", Text),
    Column("retracts", ForeignKey("head_edits.id")),
)

acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("source", String(16), nullable=False),
    Column("head_id", ForeignKey("heads.id")),
    Column("target", ForeignKey("acts.id"), index=True),
    CheckConstraint("(kind = 'annotate') = (target IS NULL)", name="only_undo_and_redo_have_a_target"),
)

# Not named like its table: every module has `annotations` from __future__.
log = Table(
    "annotations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("act_id", ForeignKey("acts.id"), nullable=False, index=True),
    Column("image_id", ForeignKey("images.id"), nullable=False),
    Column("head_id", ForeignKey("heads.id")),
    Column("field", String(16), nullable=False),
    Column("value", Text),
    Column("retracts", ForeignKey("annotations.id")),
)
Index("annotations_by_subject", log.c.image_id, log.c.head_id, log.c.field)
Index("annotations_by_head", log.c.head_id)

# A pair holds while its act stands: undo and redo of the act are all that is said of it later.
pairs = Table(
    "pairs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("act_id", ForeignKey("acts.id"), nullable=False, index=True),
    Column("head_id", ForeignKey("heads.id"), nullable=False, index=True),
    Column("left_id", ForeignKey("images.id"), nullable=False),
    Column("right_id", ForeignKey("images.id"), nullable=False),
    Column("outcome", String(8), nullable=False),
)

# Derived from the log: the value that holds now. `head_id` is IMAGE_LEVEL where the log has NULL.
standing = Table(
    "standing",
    metadata,
    Column("head_id", Integer, primary_key=True),
    Column("field", String(16), primary_key=True),
    Column("image_id", ForeignKey("images.id"), primary_key=True),
    Column("value", Text),
    Column("annotation_id", ForeignKey("annotations.id"), nullable=False),
    sqlite_with_rowid=False,
)

versions = Table(
    "versions",
    metadata,
    Column("head_id", ForeignKey("heads.id"), primary_key=True),
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

encoders = Table(
    "encoders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("encoder", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("preprocessing", Text, nullable=False),
    Column("dim", Integer, nullable=False),
    Column("tiles", String(16), nullable=False),
    Column("used", Integer, nullable=False),
)


def append_only_triggers(table: str) -> tuple[str, ...]:
    """SQLite statements that forbid changing, removing and replacing rows of `table`."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_never_updated BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    )


def _guard(table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "sqlite":
        for statement in append_only_triggers(table.name):
            connection.exec_driver_sql(statement)


GUARDED: Final = (acts, log, pairs, head_edits)
"""Tables whose rows are only ever added."""
for _table in GUARDED:
    event.listen(_table, "after_create", _guard)
