"""Images whose files are gone, counted alike by a scan's report and by the window."""

from __future__ import annotations

from sqlalchemy import Connection, distinct, exists, func, select

from core.store.schema import VECTOR, files, images, quarantine


def count_missing(connection: Connection) -> int:
    """Images without a file, unless another file, or a broken one, took the place, or none was ever known."""
    other = files.alias()
    elsewhere = exists().where(other.c.image_id == files.c.image_id, ~other.c.missing)
    replaced = exists().where(
        other.c.root_id == files.c.root_id, other.c.relative == files.c.relative, ~other.c.missing
    )
    broken = exists().where(quarantine.c.root_id == files.c.root_id, quarantine.c.relative == files.c.relative)
    query = select(func.count(distinct(files.c.image_id))).join(images, images.c.id == files.c.image_id)
    query = query.where(files.c.missing, ~elsewhere, ~replaced, ~broken, images.c.format != VECTOR)
    return int(connection.scalar(query) or 0)
