"""Old projects open; newer ones are refused; a new database is what the migrations lead to."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import EnvironmentProblem, UserError
from core.project import Project
from core.store import migrate
from core.store.database import Database
from core.store.migrate import create_database, upgrade
from core.store.schema import REVISION
from core.values import ClassValue, ImageId, ScoreValue, TagsValue

OLD = Path(__file__).resolve().parents[2] / "data"
OLDEST = OLD / "schema_0001"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    shutil.copytree(OLDEST, tmp_path / "old")
    return tmp_path / "old" / "project"


def shape(file: Path) -> dict[str, object]:
    """Columns, keys, indexes and triggers, without their order."""
    with closing(sqlite3.connect(file)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found: dict[str, object] = {
            name: [
                sorted(column[1:] for column in raw.execute(f"PRAGMA table_info({name})")),
                sorted(key[2:5] for key in raw.execute(f"PRAGMA foreign_key_list({name})")),
            ]
            for name in tables
        }
        others = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE type != 'table'")
        found["others"] = sorted((kind, name, re.sub(r"\s+", " ", sql or "")) for kind, name, sql in others)
    return found


def test_that_the_migrations_lead_to_the_schema_of_a_new_database(tmp_path):
    migrated = Database(tmp_path / "migrated.sqlite", writable=True)
    migrated.file.touch()
    upgrade(migrated)
    migrated.close()
    create_database(tmp_path / "new.sqlite", lambda database: None)
    assert shape(tmp_path / "migrated.sqlite") == shape(tmp_path / "new.sqlite")


def test_that_there_is_an_old_project_for_every_schema_before_this_one():
    kept = {folder.name.removeprefix("schema_") for folder in OLD.glob("schema_*")}
    assert kept == {f"{number:04d}" for number in range(1, int(REVISION))}


def test_that_an_old_project_opens_with_all_it_held(old):
    with Project.open(old) as project:
        colour, taste, themes = project.heads.all()
        warm, cold = (label.label_id for label in colour.labels)
        sky, sea, _ = (label.label_id for label in themes.labels)
        answers = [project.annotations.standing(head.head_id).values for head in (colour, taste, themes)]
        assert [answer for answer in answers[0] if answer] == [ClassValue(warm), ClassValue(cold), ClassValue(cold)]
        assert [answer for answer in answers[1] if answer] == [ScoreValue(7.5)]
        assert [answer for answer in answers[2] if answer] == [TagsValue(frozenset({sky}), frozenset({sea}))]
        assert project.versions.in_force(colour.head_id).metrics.accuracy == 1.0
        assert project.images.count() == 3
        assert len(project.images.failed()) == 1


def test_that_the_undo_of_an_old_project_goes_on_where_it_was(old):
    with Project.open(old) as project:
        assert project.annotations.redo().annotated == {2}
        assert project.annotations.undo(2).annotated == {1, 2}


def test_that_undo_and_redo_pass_over_a_head_that_an_older_program_removed(old):
    with Project.open(old) as project:
        taste = project.heads.get("taste")
        newest = project.annotations.to_turn(redo=False)
        project.annotations.annotate(taste.head_id, {ImageId(3): ScoreValue(3.0)})
        with project._database.write() as connection:
            connection.exec_driver_sql(f"UPDATE heads SET archived = 1 WHERE id = {taste.head_id}")
        assert project.annotations.to_turn(redo=False) == newest
        assert project.annotations.to_turn(redo=True) is None


def test_that_edits_made_before_they_were_acts_stay_as_they_are(tmp_path):
    shutil.copytree(OLD / "schema_0003", tmp_path / "old")
    with Project.open(tmp_path / "old" / "project") as project:
        colour = project.heads.get("colour")
        assert (project.versions.get(colour.head_id, 1).note, project.audits.share(colour.head_id)) == (
            "the first one",
            0.2,
        )
        assert project.edits.history() == []
        project.annotations.undo(99)
        assert [head.name for head in project.heads.all()] == ["colour", "taste", "themes"]
        project.versions.annotate(colour.head_id, 1, "better")
        project.annotations.undo()
        assert project.versions.get(colour.head_id, 1).note == "the first one"


def test_that_images_of_an_old_project_are_groups_of_their_own(old):
    with Project.open(old) as project:
        assert project.annotations.annotated_set(project.heads.get("colour")).groups.tolist() == [1, 2, 3]


@pytest.mark.parametrize("left", ["nothing", "a foreign database", "another program's migrations", "no database"])
def test_that_a_file_that_is_refused_stays_as_it_is(tmp_path, left):
    file = tmp_path / "project.sqlite"
    file.write_bytes(b"no database at all" * 90 if left == "no database" else b"")
    if left not in ("nothing", "no database"):
        with closing(sqlite3.connect(file)) as raw:
            table = "alembic_version" if "another" in left else "things"
            raw.execute(f"CREATE TABLE {table} (version_num TEXT)")
            raw.execute(f"INSERT INTO {table} VALUES ('0002')")
            raw.commit()
    before = file.read_bytes()
    for read_only in (True, False):
        with pytest.raises((UserError, EnvironmentProblem), match=r"damaged|is not a project of Winnow's"):
            Project.open(tmp_path, read_only=read_only)
        assert file.read_bytes() == before
        assert {path.name for path in tmp_path.iterdir()} <= {"project.sqlite", "project.lock"}


def test_that_an_old_project_is_backed_up_before_it_is_touched(old):
    before = shape(old / "project.sqlite")
    Project.open(old).close()
    (backup,) = (old / "backups").iterdir()
    assert backup.name.startswith("project-0001-")
    assert shape(backup) == before


def test_that_a_migration_that_fails_leaves_the_old_project_as_it_was(old, monkeypatch):
    before = shape(old / "project.sqlite")

    def upgrade_and_fail_inside(database: Database) -> None:
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE images ADD COLUMN half INTEGER")
            raise RuntimeError

    monkeypatch.setattr(migrate, "upgrade", upgrade_and_fail_inside)
    with pytest.raises(RuntimeError):
        Project.open(old)
    assert shape(old / "project.sqlite") == before
    monkeypatch.undo()
    with Project.open(old) as project:
        assert project.images.count() == 3


def test_that_an_old_project_is_not_migrated_by_reading_it(old):
    before = shape(old / "project.sqlite")
    with pytest.raises(UserError, match=r"older Winnow.*open it where it may be written"):
        Project.open(old, read_only=True)
    assert shape(old / "project.sqlite") == before


def test_that_a_newer_project_is_refused_in_one_line(old):
    Project.open(old).close()
    with closing(sqlite3.connect(old / "project.sqlite")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UserError, match=r"newer Winnow .schema 9999.*update Winnow") as caught:
        Project.open(old)
    assert "\n" not in str(caught.value)


def test_that_opening_a_current_project_imports_no_alembic(tmp_path):
    Project.create(tmp_path / "project", []).close()
    script = (
        "import sys; from core.project import Project; Project.open(sys.argv[1]).close(); "
        "loaded = {'alembic', 'scipy', 'torch', 'PIL', 'safetensors'} & set(sys.modules); "
        "sys.exit(str(loaded) if loaded else 0)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "project")]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(OLD.parents[1])}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
