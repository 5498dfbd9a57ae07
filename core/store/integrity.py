"""Whether the database is sound, and whether what is derived in it still agrees with the log."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from core.store.database import Database
from core.store.schema import GUARDED, append_only_triggers, heads, versions
from core.store.standings import all_holdings, effective, settle, whole_log


@dataclass(frozen=True, slots=True)
class Problem:
    kind: str
    """database, guard, standing, version, shard, encoder, leftover or folder."""
    text: str
    """What is wrong and, where it was not repaired, what to do."""
    repaired: bool = False


class Integrity:
    """Finds what is wrong in the database. With `repair`, what can be derived is derived anew."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, *, repair: bool) -> list[Problem]:
        with self._database.write() if repair else self._database.read() as connection:
            problems = _broken_pages(connection)
            if problems:
                return problems  # what a damaged file says of itself means little
            problems += _unguarded(connection, repair=repair)
            problems += _stray_standings(connection, repair=repair)
            problems += _missing_versions(connection, repair=repair)
        return problems


def _broken_pages(connection: Connection) -> list[Problem]:
    """SQLite's own two checks."""
    if connection.dialect.name != "sqlite":
        return []
    remedy = "put a copy from the backups folder in its place"
    faults = [str(fault) for (fault,) in connection.exec_driver_sql("PRAGMA integrity_check") if fault != "ok"]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    faults += [f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there" for row in orphans]
    return [Problem("database", f"{fault}; {remedy}") for fault in faults]


def _unguarded(connection: Connection, *, repair: bool) -> list[Problem]:
    """Tables of the log without the triggers that keep it append-only."""
    if connection.dialect.name != "sqlite":
        return []
    present = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    problems = []
    for table in (one.name for one in GUARDED):
        missing = [one for one in append_only_triggers(table) if one.split()[2] not in present]
        if missing and repair:
            for statement in missing:
                connection.exec_driver_sql(statement)
        if missing:
            problems.append(Problem("guard", f"rows of {table} could be changed: a trigger is missing", repair))
    return problems


def _stray_standings(connection: Connection, *, repair: bool) -> list[Problem]:
    before, after = all_holdings(connection), effective(whole_log(connection))
    stray = sum(before.get(subject) != after.get(subject) for subject in before.keys() | after.keys())
    if not stray:
        return []
    if repair:
        settle(connection, before, after)
    return [Problem("standing", f"{stray} standing answers or marks disagree with the log of annotations", repair)]


def _missing_versions(connection: Connection, *, repair: bool) -> list[Problem]:
    """Heads whose version in force has no row."""
    row = select(versions.c.number).where(versions.c.head_id == heads.c.id, versions.c.number == heads.c.version)
    query = select(heads.c.id, heads.c.name, heads.c.version).where(heads.c.version.is_not(None), ~row.exists())
    lost = connection.execute(query).all()
    if repair:
        newest = select(func.max(versions.c.number)).where(versions.c.head_id == heads.c.id).scalar_subquery()
        lost_ids = [head_id for head_id, _, _ in lost]
        connection.execute(update(heads).where(heads.c.id.in_(lost_ids)).values(version=newest))
    return [Problem("version", f"version {number} of {name!r} is not recorded", repair) for _, name, number in lost]
