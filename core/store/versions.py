"""Versions of heads: immutable rows, and which one is in force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from core.changes import Changes
from core.errors import UserError
from core.jobs.events import TrainResult
from core.store.codec import compact, metrics_of, metrics_text, now_text
from core.store.database import Database
from core.store.edits import note_edit, record_edit
from core.store.heads import head_by_id
from core.store.schema import acts, head_edits, heads, log, standing, versions
from core.values import AnnotationId, Field, HeadId, LabelId, Source, VersionInfo

LONGEST_NOTE: Final = 2000
LAST_PAIR: Final = "last_pair"
"""Of the log of pairs, when a version was trained: what came later it has not learned."""


class Versions:
    """The trained states of each head, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, head_id: HeadId) -> list[VersionInfo]:
        query = select(versions).where(versions.c.head_id == head_id).order_by(versions.c.number)
        with self._database.read() as connection:
            notes = _notes(connection, head_id)
            return [_version(row, notes) for row in connection.execute(query)]

    def in_force(self, head_id: HeadId) -> VersionInfo | None:
        """None while the head was never trained."""
        query = select(versions).join(heads, heads.c.id == versions.c.head_id)
        query = query.where(heads.c.id == head_id, versions.c.number == heads.c.version)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            return None if row is None else _version(row, _notes(connection, head_id))

    def get(self, head_id: HeadId, number: int) -> VersionInfo:
        known = self.of(head_id)
        for version in known:
            if version.number == number:
                return version
        with self._database.read() as connection:
            name = connection.scalar(select(heads.c.name).where(heads.c.id == head_id)) or "the head"
        numbers = ", ".join(f"v{version.number}" for version in known)
        raise UserError(f"{name} has no version {number}", f"it has {numbers}" if numbers else "train it first")

    def before(self, head_id: HeadId, number: int) -> VersionInfo:
        """The newest one that is older than this one."""
        self.get(head_id, number)
        older = [version for version in self.of(head_id) if version.number < number]
        if not older:
            raise UserError(f"there is no version before v{number}", "retrain first: two versions can be compared")
        return older[-1]

    def folders(self) -> set[str]:
        """Of every version, also of removed heads."""
        with self._database.read() as connection:
            return set(connection.scalars(select(versions.c.folder)))

    def labels(self, head_id: HeadId, number: int) -> tuple[LabelId, ...]:
        """The labels that the outputs of a version stand for, in their order; empty for a score head."""
        query = select(versions.c.labels).where(versions.c.head_id == head_id, versions.c.number == number)
        with self._database.read() as connection:
            text = connection.scalar(query)
        return tuple(map(LabelId, json.loads(text or "[]")))

    def given_in_bulk(self, head_id: HeadId, number: int) -> int:
        """Of the answers that the version learned and that still hold, those a person gave with others in one act."""
        upto = self.get(head_id, number).last_annotation
        together = (
            select(func.count().label("answers"))
            .select_from(standing)
            .join(log, log.c.id == standing.c.annotation_id)
            .join(acts, acts.c.id == log.c.act_id)
            .where(standing.c.head_id == head_id, standing.c.field == Field.ANSWER.value, standing.c.value.is_not(None))
            .where(log.c.id <= upto, acts.c.source == Source.HUMAN.value)
            .group_by(log.c.act_id)
            .having(func.count() > 1)
            .subquery()
        )
        with self._database.read() as connection:
            return int(connection.scalar(select(func.sum(together.c.answers))) or 0)

    def use(self, head_id: HeadId, number: int) -> Changes:
        """Put a version in force: one act, whose undo puts the one before in force again."""
        self.get(head_id, number)
        with self._database.write() as connection:
            before = head_by_id(connection, head_id).version
            if before == number:
                return Changes(head=head_id, unchanged=1)
            _put_in_force(connection, head_id, number)
            act = record_edit(connection, head_id, {"version": before}, {"version": number})
        return Changes(act=act, head=head_id, heads=True, versions=True)

    def annotate(self, head_id: HeadId, number: int, note: str) -> Changes:
        """A person's note on a version; the notes before it are kept, and the newest counts."""
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise UserError(f"the note has {len(note):,} characters", f"say it in {LONGEST_NOTE:,}")
        with self._database.write() as connection:
            before = self.get(head_id, number).note
            if before == note:
                return Changes(head=head_id, unchanged=1)
            was, now = ({"of_version": number, "note": text} for text in (before, note))
            act = record_edit(connection, head_id, was, now)
        return Changes(act=act, head=head_id, heads=True)

    def next_number(self, head_id: HeadId) -> int:
        with self._database.read() as connection:
            newest = connection.scalar(select(func.max(versions.c.number)).where(versions.c.head_id == head_id))
        return int(newest or 0) + 1

    def add(self, result: TrainResult, folder: str, labels: tuple[LabelId, ...]) -> Changes:
        """Remember a trained version, whose `folder` is in place, and put it in force."""
        head_id = HeadId(result.head_id)
        with self._database.write() as connection:
            connection.execute(insert(versions).values(_columns(result, folder, labels)))
            if result.last_pair:
                note_edit(connection, head_id, {"trained": result.number, LAST_PAIR: result.last_pair})
            _put_in_force(connection, head_id, result.number)
        return Changes(head=head_id, heads=True, versions=True)


def _put_in_force(connection: Connection, head_id: HeadId, number: int) -> None:
    connection.execute(update(heads).where(heads.c.id == head_id).values(version=number))


def _columns(result: TrainResult, folder: str, labels: tuple[LabelId, ...]) -> dict[str, Any]:
    return {
        "head_id": result.head_id,
        "number": result.number,
        "created_at": now_text(),
        "folder": folder,
        "labels": compact(labels),
        "annotations": result.annotations,
        "last_annotation": result.last_annotation,
        "metrics": metrics_text(result.metrics),
        "seconds": result.seconds,
        "device": result.device,
        "seed": result.seed,
        "note": "\n".join(result.notes),
    }


def _notes(connection: Connection, head_id: HeadId) -> dict[int, str]:
    """The newest note on each version that has one."""
    query = select(head_edits.c.what).where(head_edits.c.head_id == head_id).order_by(head_edits.c.id)
    edits = [json.loads(text) for text in connection.scalars(query)]
    return {edit["of_version"]: edit["note"] for edit in edits if "of_version" in edit}


def _version(row: Row[Any], notes: Mapping[int, str]) -> VersionInfo:
    return VersionInfo(
        head_id=HeadId(row.head_id),
        number=row.number,
        created_at=datetime.fromisoformat(row.created_at),
        folder=row.folder,
        annotations=row.annotations,
        last_annotation=AnnotationId(row.last_annotation),
        metrics=metrics_of(row.metrics),
        seconds=row.seconds,
        device=row.device,
        seed=row.seed,
        remarks=row.note,
        note=notes.get(row.number, ""),
    )
