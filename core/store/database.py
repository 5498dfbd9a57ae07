"""The SQLite file: connections, transactions, and SQLite's own errors turned into ours."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Column, Connection, Engine, Select, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from core.arrays.text_file import make_folder
from core.errors import Bug, EnvironmentProblem, WinnowError

BUSY_SECONDS: Final = 10.0


class Database:
    """One SQLite file. Reads see one snapshot; a write is one transaction, on the disk once it returns.

    Any thread may read. Writes queue up behind one another, and closing waits for the one under way.
    """

    def __init__(self, file: Path, *, writable: bool) -> None:
        self.file = file
        self.writable = writable
        self._engine = _engine(file, writable=writable)
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._one_write = threading.RLock()
        self._under_way: Connection | None = None
        """Of the thread that holds `_one_write`, which is the writer."""
        self._writer: int | None = None
        self._seen = _Seen()
        self._closed = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot; within a write of the same thread what that has written so far."""
        if self._writer == threading.get_ident() and self._under_way is not None:
            yield self._under_way
            return
        if self._seen.connection is not None:
            yield self._seen.connection
            return
        with _owned_errors(self.file), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """All that this thread reads in the block is one snapshot, whatever others write meanwhile."""
        with self.read() as connection:
            if connection.in_transaction():  # inside another block, or a write
                yield
                return
            with connection.begin():
                self._seen.connection = connection
                try:
                    yield
                finally:
                    self._seen.connection = None

    @property
    def is_held(self) -> bool:
        """Whether this thread reads one state, which may be another than the newest."""
        return self._seen.connection is not None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commits at the end of the block, rolls back if it raises; inside another block it is a part of that one."""
        if not self.writable:
            raise Bug(f"{self.file} was opened for reading only")
        with self._one_write:
            if self._closed:
                raise EnvironmentProblem(f"{self.file} was closed before this could be written: do it again")
            if self._under_way is not None:
                yield self._under_way
                return
            with _owned_errors(self.file), self._writing.begin() as connection:
                self._under_way, self._writer = connection, threading.get_ident()
                try:
                    yield connection
                finally:
                    self._under_way = self._writer = None

    def back_up(self, target: Path) -> None:
        """A whole copy, taken while others may be reading and writing."""
        make_folder(target.parent)
        with (
            _owned_errors(self.file),
            closing(_connect(self.file, writable=False)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)

    def close(self) -> None:
        """Nothing is written afterwards: whoever closes gives up the right to."""
        with self._one_write:
            self._closed = True
            self._engine.dispose()


class _Seen(threading.local):
    """Of each thread, what it reads while it is to see one state."""

    connection: Connection | None = None


def plain_rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them, in half the time: for queries of 100,000 rows of numbers, texts and bytes.

    Nothing is converted: a flag comes as 0 or 1, a path as `path_of` takes it.
    """
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def highest(connection: Connection, column: Column[int]) -> int:
    """The highest id given so far, 0 at first. Ids are given by the one writer, inside its transaction."""
    return connection.scalar(_highest_of(column)) or 0


@cache
def _highest_of(column: Column[int]) -> Select[int | None]:
    """Built once: this is asked twice for every key stroke."""
    return select(func.max(column))


def _engine(file: Path, *, writable: bool) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: _connect(file, writable=writable), poolclass=QueuePool)

    # sqlite3 by itself begins a transaction at the first change, too late for a snapshot.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _connect(file: Path, *, writable: bool) -> sqlite3.Connection:
    connection = _open_file(file, "rw") if writable else _open_for_reading(file)
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _open_file(file: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(file.absolute().as_posix())}?{mode if '=' in mode else f'mode={mode}'}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _open_for_reading(file: Path) -> sqlite3.Connection:
    connection = _open_file(file, "ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # Readers of a WAL file write beside it. Where the folder forbids that, nobody can be changing the file either.
        connection.close()
        log = file.with_name(f"{file.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _open_file(file, "ro" if _rolled_back(file) else "immutable=1")
    return connection


def _rolled_back(file: Path) -> bool:
    """Whether a crash had left a change half written, on a disk that takes no WAL; whoever may write takes it back."""
    journal = file.with_name(f"{file.name}-journal")
    if not journal.exists() or not journal.stat().st_size:
        return False
    with closing(_open_file(file, "rw")) as connection:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return True


@contextmanager
def _owned_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Bug(f"{file}: {error.orig}") from error
    except DBAPIError as error:
        raise explain(file, error.orig) from error
    except sqlite3.Error as error:
        raise explain(file, error) from error


def explain(file: Path, error: BaseException | None) -> WinnowError:
    """What to tell the person about an error of SQLite's, in one line."""
    text = str(error)
    if "disk is full" in text:
        return EnvironmentProblem(f"the disk of {file} is full, nothing was written; free some space and try again")
    if "malformed" in text or "not a database" in text:
        return EnvironmentProblem(f"{file} is damaged ({text}); put a copy from its backups folder in its place")
    if "locked" in text:
        return EnvironmentProblem(f"{file} is locked by another program; close that and try again")
    if "readonly" in text:
        return EnvironmentProblem(f"{file} cannot be written; check the rights on the project folder")
    return EnvironmentProblem(f"{file}: {text}; check that the project folder can be read and written")
