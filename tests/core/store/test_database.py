"""What one file promises to several threads."""

import threading
import time

import pytest
from sqlalchemy import text

from core.errors import EnvironmentProblem
from core.store.database import Database
from core.store.migrate import create_database


@pytest.fixture
def database(tmp_path) -> Database:
    create_database(tmp_path / "project.sqlite", lambda database: None)
    return Database(tmp_path / "project.sqlite", writable=True)


def test_that_closing_waits_for_the_write_under_way(database):
    begun, ended = threading.Event(), []

    def write() -> None:
        with database.write() as connection:
            begun.set()
            connection.execute(text("CREATE TABLE slow (id INTEGER)"))
            time.sleep(0.1)
            ended.append("written")

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(10)
    database.close()
    assert ended == ["written"]
    thread.join()
    with Database(database.file, writable=False).read() as connection:
        assert connection.execute(text("SELECT count(*) FROM slow")).scalar() == 0


def test_that_nothing_is_written_once_it_is_closed(database):
    database.close()
    with pytest.raises(EnvironmentProblem, match="closed before this could be written"), database.write():
        pass


def test_that_a_write_inside_a_write_is_a_part_of_it(database):
    def write_and_fail() -> None:
        with database.write() as outer:
            outer.execute(text("CREATE TABLE first (id INTEGER)"))
            with database.write() as inner:
                inner.execute(text("CREATE TABLE second (id INTEGER)"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    with database.write() as connection:
        connection.execute(text("CREATE TABLE third (id INTEGER)"))
    with database.read() as connection:
        query = text("SELECT name FROM sqlite_master WHERE name IN ('first', 'second', 'third')")
        assert list(connection.scalars(query)) == ["third"]


def written(database: Database, name: str) -> None:
    """By another thread, as the window does beside what reads."""

    def write() -> None:
        with database.write() as connection:
            connection.execute(text(f"CREATE TABLE {name} (id INTEGER)"))

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def made(database: Database) -> list[str]:
    with database.read() as connection:
        query = text("SELECT name FROM sqlite_master WHERE name IN ('first', 'second') ORDER BY name")
        return list(connection.scalars(query))


def test_that_one_state_is_read_whatever_is_written_meanwhile(database):
    with database.one_state():
        assert made(database) == []
        written(database, "first")
        with database.one_state():
            assert (made(database), database.is_held) == ([], True)
    assert (made(database), database.is_held) == (["first"], False)


def test_that_other_threads_read_the_newest_while_one_reads_one_state(database):
    seen = []
    with database.one_state():
        assert made(database) == []
        written(database, "first")
        other = threading.Thread(target=lambda: seen.append(made(database)))
        other.start()
        other.join()
    assert seen == [["first"]]


def test_that_one_state_within_a_write_is_that_of_the_write(database):
    with database.write() as connection:
        connection.execute(text("CREATE TABLE first (id INTEGER)"))
        with database.one_state():
            assert (made(database), database.is_held) == (["first"], False)
        connection.execute(text("CREATE TABLE second (id INTEGER)"))
    assert made(database) == ["first", "second"]


def test_that_an_error_ends_the_state_that_was_read(database):
    with pytest.raises(KeyError), database.one_state():
        raise KeyError
    written(database, "first")
    assert (made(database), database.is_held) == (["first"], False)
