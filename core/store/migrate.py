"""Making a database, and bringing an older one up to date. Alembic is imported only where there is work for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, inspect, select

from core.errors import UserError, Way
from core.store.database import Database
from core.store.schema import REVISION, alembic_version, images, metadata

_SCRIPTS = Path(__file__).parent / "migrations"


def create_database(file: Path, fill: Callable[[Database], object]) -> None:
    """A database of the newest schema with what `fill` writes into it, at `file` whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch()
    database = Database(draft, writable=True)
    try:
        with database.write() as connection:
            metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(alembic_version).values(version_num=REVISION))
        fill(database)
    finally:
        database.close()
    draft.replace(file)


def open_database(file: Path, *, writable: bool) -> Database:
    """The database at `file`, migrated first (and backed up before that) where it is older than this program.

    A file that is refused was only read.
    """
    with closing(Database(file, writable=False)) as looked_at:
        found = _revision(looked_at)
    database = Database(file, writable=writable)
    try:
        if found < REVISION:
            _bring_up_to_date(database, found)
    except BaseException:
        database.close()
        raise
    return database


def _revision(database: Database) -> str:
    """Raises UserError where that is no project's, or a newer one's."""
    with database.read() as connection:
        known = inspect(connection)
        if not (known.has_table(alembic_version.name) and known.has_table(images.name)):
            raise UserError(f"{database.file} is not a project of Winnow's", "name a folder that `winnow create` made")
        found = str(connection.scalar(select(alembic_version.c.version_num)))
    if found > REVISION:
        raise UserError(
            f"{database.file.parent} was last used by a newer Winnow (schema {found}, this one knows {REVISION})",
            "update Winnow",
        )
    return found


def _bring_up_to_date(database: Database, found: str) -> None:
    if not database.writable:
        raise UserError(
            f"{database.file.parent} was last used by an older Winnow (schema {found}, now {REVISION})",
            "open it where it may be written, which brings it up to date",
            Way.UPGRADE,
            project=str(database.file.parent),
        )
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    database.back_up(database.file.parent / "backups" / f"project-{found}-{moment}.sqlite")
    upgrade(database)


def upgrade(database: Database, *, to: str = REVISION) -> None:
    """Run the migrations up to `to` in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
