"""`winnow history`, `undo` and `redo`: whatever was done, in plain words, and one step at a time."""

from __future__ import annotations

import pytest

from tests.app.cli.conftest import World, write_csv


@pytest.fixture
def answered(winnow, world) -> World:
    winnow("annotate", world.project, "colour", "--from", world.half, "--source", "human")
    return world


def log(winnow, world, *words):
    return winnow("history", world.project, *words, "--json").json


def table_of(out: str) -> list[str]:
    """The rows, without the act's number and time."""
    _, _, *rows = [line.split() for line in out.splitlines() if line.strip()]
    return [" ".join(row[3:]) for row in rows]


def test_that_history_is_newest_first_and_undo_appends_to_it(winnow, answered):
    winnow("undo", answered.project)
    rows = [row for row in log(winnow, answered, "--head", "colour") if row["image"]]
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    half = len(rows) // 2
    assert (rows[-1]["source"], rows[-1]["retracts"]) == ("human", None)
    assert {row["retracts"] for row in rows[:half]} == {row["id"] for row in rows[half:]}


def test_that_a_limit_beyond_all_there_is_shows_the_whole_log(winnow, answered):
    whole = winnow("history", answered.project, "--json").json
    assert winnow("history", answered.project, "--limit", 10**20, "--json").json == whole
    assert winnow("history", answered.project, "--limit", 10**20).code == 0


def test_that_undo_says_what_it_took_back_and_that_there_was_less_than_asked_for(winnow, answered):
    half = len(log(winnow, answered)) - 1
    made = "head made · colour"
    assert winnow("undo", answered.project, "-n", "5").out.splitlines() == [
        f"answers · {half} images",
        made,
        f"2 acts taken back, {half} images; there were no more of the 5 asked for",
    ]
    assert winnow("undo", answered.project, "-n", "5").out == "nothing to take back\n"
    done = winnow("redo", answered.project, "-n", "5", "--json").json
    assert done == {"redone": 2, "asked": 5, "images": half, "acts": [made, f"answers · {half} images"]}
    assert winnow("redo", answered.project).out == "nothing to do again\n"


def test_that_an_act_is_one_line_of_the_table_and_a_redo_says_what_it_did(winnow, answered):
    half = len(log(winnow, answered)) - 1
    winnow("undo", answered.project)
    winnow("redo", answered.project)
    assert table_of(winnow("history", answered.project).out) == [
        f"{half} images colour done again: answers human 2",
        f"{half} images colour taken back: answers human 2",
        f"{half} images colour answers human",
        "colour head made human",
    ]
    rows = log(winnow, answered, "--limit", str(3 * half))
    assert [row["value"] for row in rows[:half]] == [row["value"] for row in rows[2 * half :]]
    assert all(row["value"] is None and row["retracts"] for row in rows[half : 2 * half])
    assert len(table_of(winnow("history", answered.project, "--limit", "2").out)) == 2


def test_that_an_act_on_one_image_names_it(winnow, world, tmp_path):
    image = next(iter(world.colour_of))
    winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "one.csv", [(image, "red")]))
    newest = winnow("history", world.project, "--limit", "1").out
    assert image.rsplit("/", 1)[-1] in newest and "answer red" in newest


def test_that_the_share_of_the_audit_set_is_an_act_like_others(winnow, answered):
    winnow("head", "audit", answered.project, "colour", "--share", "0.25")
    newest = log(winnow, answered)[0]
    assert (newest["head"], newest["image"], newest["value"]) == ("colour", None, "audit set 25 % instead of 7 %")
    assert winnow("undo", answered.project, "--json").json["acts"] == ["audit set 25 % instead of 7 % · colour"]
    assert (log(winnow, answered)[0]["value"], log(winnow, answered)[0]["retracts"]) == (None, newest["id"])
    assert "taken back: audit set 25 % instead of 7 %" in winnow("history", answered.project).out


def test_that_a_version_put_in_force_and_its_note_are_taken_back_in_turn(winnow, after_training):
    project = after_training.project
    winnow("train", project, "colour")
    winnow("use", project, "colour@1")
    winnow("versions", project, "colour@2", "--note", "too sure")
    done = ["note on v2: too sure", "v1 put in force instead of v2"]
    assert [row["value"] for row in log(winnow, after_training)[:2]] == done
    assert winnow("undo", project, "-n", "2", "--json").json["acts"] == [f"{one} · colour" for one in done]
    versions = winnow("versions", project, "colour", "--json").json
    assert [(one["version"], one["in_force"], one["note"]) for one in versions] == [(1, False, ""), (2, True, "")]
