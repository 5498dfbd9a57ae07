"""Taking in what a scan saw: new, changed, missing, moved, returned and unreadable files.

A row of `files` says that an image was seen at a path. It is never removed: where the file went, changed or broke, the
row is marked missing, so that annotations keep a name, and present again when the same bytes come back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, distinct, func, insert, select, update

from core.changes import Changes
from core.jobs.events import FailedFile, FilesGone, FilesScanned, ImagesFailed, ScannedFile
from core.store.database import Database, highest
from core.store.images import CHUNK, Images
from core.store.missing import count_missing
from core.store.roots import Root, Roots
from core.store.schema import VECTOR, files, images, quarantine

_Row = dict[str, Any]
"""Column name -> value, as SQLAlchemy takes many rows."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What one scan changed (added, changed, moved, returned) and how the folders stand after it (the others)."""

    added: int
    """Pictures never seen before."""
    changed: int
    """Paths that hold other bytes than before."""
    moved: int
    """Known pictures found at a new path while their old one is gone, or cannot be reached."""
    copies: int
    """Known pictures found at a new path beside their old one."""
    returned: int
    """Files that had been missing."""
    gone: int
    """Files that were there the last time."""
    missing: int
    """Known pictures whose files are gone."""
    duplicates: int
    """Files beyond the first that hold the same bytes."""
    failed: tuple[tuple[str, str], ...]
    """(path, reason) of every file in quarantine."""


@dataclass(slots=True)
class _Tally:
    """Counts of one running scan. What has a higher id than these was first seen by it."""

    last_image: int
    last_file: int
    added: set[int] = field(default_factory=set)
    """New images at new paths."""
    changed: int = 0
    returned: int = 0
    gone: int = 0
    elsewhere: set[int] = field(default_factory=set)
    """Known images at a path where nothing was before."""
    failed: set[tuple[int, str]] = field(default_factory=set)


class _Sighting(NamedTuple):
    file_id: int
    missing: bool


class Scans:
    """Takes in the events of scans and keeps the count of each by its job."""

    def __init__(self, database: Database, roots: Roots, images_read: Images) -> None:
        self._database = database
        self._roots = roots
        self._images = images_read
        self._tallies: dict[str, _Tally] = {}

    def adopt_files(self, batch: FilesScanned) -> Changes:
        touched = False
        by_root = attrgetter("root")
        with self._database.write() as connection:
            tally = self._tally(connection, batch.job)
            for name, found in groupby(sorted(batch.found, key=by_root), key=by_root):
                touched |= _take_in(connection, self._roots.find(name), list(found), tally)
            for name, failed in groupby(sorted(batch.failed, key=by_root), key=by_root):
                touched |= _quarantine(connection, self._roots.find(name), list(failed), tally)
        for file in batch.failed:
            if not file.relative:  # the folder itself
                self._roots.note(self._roots.find(file.root), reached=False)
        return self._changes(touched)

    def adopt_gone(self, event: FilesGone) -> Changes:
        root = self._roots.find(event.root)
        with self._database.write() as connection:
            tally = self._tally(connection, event.job)
            lost = _lose(connection, root, event.relatives)
            tally.gone += lost
            left = _drop_quarantine(connection, root, event.relatives)
        back = self._roots.note(root, reached=True)
        return self._changes(lost + left > 0 or back)

    def adopt_failures(self, event: ImagesFailed) -> Changes:
        """Pictures that a scan took for whole but that could not be decoded in full, wherever the same bytes lie.

        A file that is gone is missing; one that is there but could not be read is left to the next scan. So is one
        below a folder that cannot be reached itself, such as a drive that was unplugged.
        """
        reasons = {bytes.fromhex(content_hash): reason for content_hash, reason in event.failed}
        unread = {bytes.fromhex(content_hash) for content_hash in event.unread}
        query = select(files, images.c.hash).join(images, images.c.id == files.c.image_id)
        query = query.where(images.c.hash.in_(list(reasons)), ~files.c.missing)
        with self._database.write() as connection:
            tally = self._tally(connection, event.job)
            rows = connection.execute(query).all()
            reached = {root_id for root_id in {row.root_id for row in rows} if self._is_reached(root_id)}
            gone = {row.id for row in rows if row.root_id in reached and self._is_gone(row.root_id, row.relative)}
            broken = [row for row in rows if row.id not in gone and row.hash not in unread]
            _mark_missing(connection, list(gone))
            for row in broken:
                root = self._roots.by_id(row.root_id)
                failed = FailedFile(root.shown, row.relative, reasons[row.hash], row.size_bytes, row.mtime_ns)
                _quarantine(connection, root, [failed], tally)
        return self._changes(bool(gone or broken))

    def _is_reached(self, root_id: int) -> bool:
        try:
            with os.scandir(self._roots.by_id(root_id).location):
                return True
        except OSError:
            return False

    def _is_gone(self, root_id: int, relative: str) -> bool:
        try:
            os.lstat(f"{self._roots.by_id(root_id).location}/{relative}")
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # out of reach for now
            return False
        return False

    def report(self, job: str) -> ScanReport:
        with self._database.read() as connection:
            tally = self._tallies.get(job) or _new_tally(connection)
            lost = [root.root_id for root in self._roots.lost]
            moved = _moved(connection, tally, lost)
            return ScanReport(
                added=len(tally.added),
                changed=tally.changed,
                moved=moved,
                copies=len(tally.elsewhere) - moved,
                returned=tally.returned,
                gone=tally.gone,
                missing=count_missing(connection),
                duplicates=_count_duplicates(connection, lost),
                failed=tuple(self._images.failed()),
            )

    def _tally(self, connection: Connection, job: str) -> _Tally:
        if job not in self._tallies:
            self._tallies[job] = _new_tally(connection)
        return self._tallies[job]

    def _changes(self, touched: bool) -> Changes:  # noqa: FBT001
        if touched:
            self._images.forget()
        return Changes(images=touched)


def _new_tally(connection: Connection) -> _Tally:
    return _Tally(highest(connection, images.c.id), highest(connection, files.c.id))


def _take_in(connection: Connection, root: Root, found: Sequence[ScannedFile], tally: _Tally) -> bool:
    """Readable pictures of one root. True if anything was written."""
    ids = _image_ids(connection, found)
    seen_at = _seen_at(connection, root, [file.relative for file in found])
    fresh: list[_Row] = []
    again: list[_Row] = []
    replaced: list[int] = []
    for file in found:
        image_id = ids[bytes.fromhex(file.content_hash)]
        seen = seen_at.get(file.relative, {})
        row: _Row = {"size_bytes": file.size_bytes, "mtime_ns": file.mtime_ns, "missing": False}
        if image_id in seen:
            again.append(row | {"file_id": seen[image_id].file_id})
        else:
            fresh.append(row | {"root_id": root.root_id, "relative": file.relative, "image_id": image_id})
        replaced += [was.file_id for other, was in seen.items() if other != image_id and not was.missing]
        _count(tally, image_id, seen)
    _mark_missing(connection, replaced)
    _write_files(connection, fresh, again)
    _drop_quarantine(connection, root, [file.relative for file in found])
    return bool(found)


def _count(tally: _Tally, image_id: int, seen: Mapping[int, _Sighting]) -> None:
    """Add one file to the tally; `seen` is what was known of its path, by image."""
    if image_id in seen and not seen[image_id].missing:
        return
    if not seen.keys() <= {image_id}:
        tally.changed += 1
    elif image_id in seen:
        tally.returned += 1
    elif image_id > tally.last_image:
        tally.added.add(image_id)
    else:
        tally.elsewhere.add(image_id)


def _image_ids(connection: Connection, found: Sequence[ScannedFile]) -> dict[bytes, int]:
    """Id of every hash in `found`; the new ones are inserted, and one known by its vector alone gets its picture."""
    by_hash = {bytes.fromhex(file.content_hash): file for file in found}
    query = select(images.c.hash, images.c.id, images.c.format).where(images.c.hash.in_(list(by_hash)))
    known = connection.execute(query).all()
    ids = {content_hash: image_id for content_hash, image_id, _ in known}
    for content_hash, image_id, kind in known:
        if kind == VECTOR:
            row = _image_row(image_id, content_hash, by_hash[content_hash])
            connection.execute(update(images).where(images.c.id == image_id).values(row))
    new = [content_hash for content_hash in by_hash if content_hash not in ids]
    first = highest(connection, images.c.id) + 1
    ids |= {content_hash: first + offset for offset, content_hash in enumerate(new)}
    if new:
        connection.execute(insert(images), [_image_row(ids[one], one, by_hash[one]) for one in new])
    return ids


def _image_row(image_id: int, content_hash: bytes, file: ScannedFile) -> _Row:
    return {
        "id": image_id,
        "hash": content_hash,
        "width": file.width,
        "height": file.height,
        "format": file.format,
        "size_bytes": file.size_bytes,
    }


def _seen_at(connection: Connection, root: Root, relatives: Sequence[str]) -> dict[str, dict[int, _Sighting]]:
    """What is known of each path: image id -> the row that says so."""
    query = select(files.c.relative, files.c.image_id, files.c.id, files.c.missing)
    query = query.where(files.c.root_id == root.root_id, files.c.relative.in_(relatives))
    seen: dict[str, dict[int, _Sighting]] = {}
    for relative, image_id, file_id, missing in connection.execute(query):
        seen.setdefault(relative, {})[image_id] = _Sighting(file_id, missing)
    return seen


def _write_files(connection: Connection, fresh: Sequence[_Row], again: Sequence[_Row]) -> None:
    if fresh:
        connection.execute(insert(files), fresh)
    if again:
        columns: _Row = {name: bindparam(f"new_{name}") for name in ("size_bytes", "mtime_ns", "missing")}
        statement = update(files).where(files.c.id == bindparam("file_id")).values(columns)
        rows = [{name if name == "file_id" else f"new_{name}": value for name, value in row.items()} for row in again]
        connection.execute(statement, rows)


def _quarantine(connection: Connection, root: Root, failed: Sequence[FailedFile], tally: _Tally) -> bool:
    """Unreadable files of one root; whatever picture was there before is there no more."""
    relatives = [file.relative for file in failed]
    tally.failed.update((root.root_id, relative) for relative in relatives)
    sightings = _seen_at(connection, root, relatives)
    _mark_missing(connection, [was.file_id for seen in sightings.values() for was in seen.values() if not was.missing])
    _drop_quarantine(connection, root, relatives)
    rows = {
        file.relative: {
            "root_id": root.root_id,
            "relative": file.relative,
            "reason": file.reason,
            "size_bytes": file.size_bytes,
            "mtime_ns": file.mtime_ns,
        }
        for file in failed
    }
    connection.execute(insert(quarantine), list(rows.values()))
    return True


def _drop_quarantine(connection: Connection, root: Root, relatives: Sequence[str]) -> int:
    dropped = 0
    for start in range(0, len(relatives), CHUNK):
        chunk = quarantine.c.relative.in_(relatives[start : start + CHUNK])
        dropped += connection.execute(delete(quarantine).where(quarantine.c.root_id == root.root_id, chunk)).rowcount
    return dropped


def _mark_missing(connection: Connection, file_ids: Sequence[int]) -> None:
    for start in range(0, len(file_ids), CHUNK):
        chunk = files.c.id.in_(file_ids[start : start + CHUNK])
        connection.execute(update(files).where(chunk).values(missing=True))


def _lose(connection: Connection, root: Root, relatives: Sequence[str]) -> int:
    """Whatever picture lies at these paths is there no more; how many did."""
    lost = 0
    for start in range(0, len(relatives), CHUNK):
        chunk = files.c.relative.in_(relatives[start : start + CHUNK])
        present = update(files).where(files.c.root_id == root.root_id, chunk, ~files.c.missing)
        lost += connection.execute(present.values(missing=True)).rowcount
    return lost


def _moved(connection: Connection, tally: _Tally, lost: Sequence[int]) -> int:
    """Images seen in a new place by this scan that are no longer in any place they had before it.

    What lies below the roots `lost` is out of reach.
    """
    elsewhere = list(tally.elsewhere)
    stayed: set[int] = set()
    for start in range(0, len(elsewhere), CHUNK):
        chunk = files.c.image_id.in_(elsewhere[start : start + CHUNK])
        there = ~files.c.missing & files.c.root_id.not_in(lost)
        query = select(files.c.image_id).where(chunk, there, files.c.id <= tally.last_file)
        stayed.update(connection.scalars(query))
    return len(tally.elsewhere - stayed)


def _count_duplicates(connection: Connection, lost: Sequence[int]) -> int:
    there = ~files.c.missing & files.c.root_id.not_in(lost)
    query = select(func.count() - func.count(distinct(files.c.image_id))).where(there)
    return int(connection.scalar(query) or 0)
