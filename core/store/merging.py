"""Hanging the files of one image folder under another one that holds them now."""

from __future__ import annotations

from sqlalchemy import Connection, Update, delete, select, update

from core.store.schema import files, quarantine, roots


def merge(connection: Connection, child: int, parent: int, prefix: str) -> None:
    """The root `child` is the folder `prefix` of the root `parent` from now on, itself where `prefix` is empty.

    Where both have something at one path, what is known of `parent` holds until the next scan; no image goes.
    """
    start = f"{prefix}/" if prefix else ""
    _hang_files(connection, child, parent, start)
    _hang_quarantine(connection, child, parent, start)
    connection.execute(delete(roots).where(roots.c.id == child))


def _hang_files(connection: Connection, child: int, parent: int, start: str) -> None:
    other = files.alias()
    there = select(other.c.id).where(other.c.root_id == parent, other.c.relative == start + files.c.relative)
    mine = files.c.root_id == child
    connection.execute(_back(child, parent, start))
    known = there.where(other.c.image_id == files.c.image_id).exists()  # said already: the image at that path
    connection.execute(delete(files).where(mine, known))
    taken = there.where(~other.c.missing).exists()
    connection.execute(update(files).where(mine, ~files.c.missing, taken).values(missing=True))
    connection.execute(update(files).where(mine).values(root_id=parent, relative=start + files.c.relative))


def _back(child: int, parent: int, start: str) -> Update:
    """What `parent` misses at a path and `child` has there is back."""
    mine, other = files.alias(), files.alias()
    here = select(mine.c.id).where(
        mine.c.root_id == child,
        ~mine.c.missing,
        mine.c.image_id == files.c.image_id,
        start + mine.c.relative == files.c.relative,
    )
    taken = select(other.c.id).where(other.c.root_id == parent, ~other.c.missing, other.c.relative == files.c.relative)
    gone = (files.c.root_id == parent, files.c.missing)
    return update(files).where(*gone, here.exists(), ~taken.exists()).values(missing=False)


def _hang_quarantine(connection: Connection, child: int, parent: int, start: str) -> None:
    """That the folder itself could not be listed is true no more."""
    other = quarantine.alias()
    mine = quarantine.c.root_id == child
    taken = select(other.c.relative).where(other.c.root_id == parent, other.c.relative == start + quarantine.c.relative)
    connection.execute(delete(quarantine).where(mine, (quarantine.c.relative == "") | taken.exists()))
    connection.execute(update(quarantine).where(mine).values(root_id=parent, relative=start + quarantine.c.relative))
